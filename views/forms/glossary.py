"""The form for words of equal meaning."""

from wtforms import HiddenField, TextAreaField

from models import GlossaryRow
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.reviewing import cleaned

MOST_DIGITS = 9


class RowForm(Form):
    """The words of one row, and which revision of it was seen; the rules lie below."""

    words = TextAreaField(_l("Words that mean the same"), filters=[cleaned])
    seen = HiddenField()

    @property
    def was(self) -> int:
        """The revision that the page was made from; 0 if it does not say."""
        seen = self.seen.data or ""
        return int(seen) if seen.isdecimal() and seen.isascii() and len(seen) <= MOST_DIGITS else 0

    def show(self, row: GlossaryRow) -> None:
        """Fill in a row as it is."""
        self.words.data, self.seen.data = "；".join(row.listed), str(row.revision)
