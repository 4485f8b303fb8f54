"""The form for a reason of the firm's list."""

from typing import Any

from wtforms import BooleanField, SelectChoice, SelectField, StringField

from models import DecisionReason, Outcome, OutcomeClass
from studio.operations.reasons import Wording
from studio.wording import states
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.fields import one_line


class ReasonForm(Form):
    """Its words in both languages, the class of answer it makes, and whether words of one's own must follow."""

    name_zh = StringField(_l("Reason in Chinese"), filters=[one_line])
    name_en = StringField(_l("Reason in English"), filters=[one_line])
    outcome_class = SelectField(_l("Counted in the returns as"))
    needs_words = BooleanField(_l("The person who decides must add a comment"), default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        super().__init__(*args, **kwargs)
        classes = [SelectChoice(kind.value, states.outcome_class_name(kind)) for kind in OutcomeClass]
        self.outcome_class.choices = [SelectChoice("", _l("The same as the answer itself")), *classes]

    def wording(self) -> Wording:
        """Return what was written."""
        kind = OutcomeClass(self.outcome_class.data) if self.outcome_class.data else None
        names = {"name_zh": self.name_zh.data or "", "name_en": self.name_en.data or ""}
        return Wording(**names, outcome_class=kind, needs_words=self.needs_words.data)


class NewReasonForm(ReasonForm):
    """A reason that is not there yet says for which answer it is."""

    outcome = SelectField(_l("For which answer?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        super().__init__(*args, **kwargs)
        self.outcome.choices = [SelectChoice(one.value, states.outcome_name(one)) for one in Outcome]


def form_of(reason: DecisionReason) -> ReasonForm:
    """Return the form that begins with what the reason says now."""
    kind = reason.outcome_class.value if reason.outcome_class else ""
    names = {"name_zh": reason.name_zh, "name_en": reason.name_en}
    return ReasonForm(data={**names, "outcome_class": kind, "needs_words": reason.needs_words})
