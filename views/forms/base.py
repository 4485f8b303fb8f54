"""The parent of all forms."""

from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms.i18n import get_translations

from studio.wording.language import spoken


class Form(FlaskForm):
    """A form in the reader's language. The few sentences that WTForms says itself are read from disk only once."""

    class Meta(FlaskForm.Meta):
        """What WTForms asks a form about itself."""

        def get_translations(self, form: FlaskForm) -> Any:  # noqa: ANN401, ARG002 - WTForms' own signature
            """Return WTForms' own sentences in the spoken language."""
            return _own_sentences(spoken().locale)


@cache
def _own_sentences(locale: str) -> Any:  # noqa: ANN401 - WTForms has no types
    return get_translations([locale])
