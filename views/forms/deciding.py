"""The form of a binding answer."""

from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from models import Verb
from studio.operations.deciding import Verdict
from studio.wording.language import lazy_gettext as _l
from views.forms.fields import DayField
from views.forms.reviewing import ProposalForm, cleaned

SAYINGS = {
    Verb.ACCEPT: _l("Accept: let us do it"),
    Verb.START_TRIAL: _l("Yes, on trial first"),
    Verb.DEFER: _l("Good, but not yet: conditions are missing"),
    Verb.DECLINE: _l("No, not this one"),
    Verb.MARK_DUPLICATE: _l("The same was filed before"),
    Verb.MARK_INADMISSIBLE: _l("Does not belong here"),
}
"""What each decision says on its radio button, in the order of the form."""


class DecideForm(ProposalForm):
    """One outcome, its reason, and what some outcomes need beside it; the rules of each lie below."""

    verb = RadioField(_l("Your decision"), choices=[], validators=[InputRequired(_l("Choose one of the answers."))])
    reason = TextAreaField(_l("Reason"), filters=[cleaned])
    trial_ends_on = DayField(_l("Trial until"), validators=[Optional()])
    wake_up_on = DayField(_l("Take it up again on"), validators=[Optional()])
    wake_up_when = StringField(_l("Or when"), filters=[cleaned])
    duplicate_of = StringField(_l("Number of the earlier proposal"), filters=[cleaned])

    def offer(self, verbs: frozenset[Verb]) -> None:
        """Offer only the answers that fit now and that this person may give."""
        self.verb.choices = [SelectChoice(verb.value, saying) for verb, saying in SAYINGS.items() if verb in verbs]

    def verdict(self) -> Verdict:
        """Return what was decided."""
        return Verdict(
            verb=Verb(self.verb.data),
            reason=self.reason.data,
            wake_up_on=self.wake_up_on.data,
            wake_up_when=self.wake_up_when.data,
            trial_ends_on=self.trial_ends_on.data,
            duplicate_of=self.duplicate_of.data,
        )
