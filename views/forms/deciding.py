"""The form of a binding answer."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from models import DecisionReason, Occasion, PreparedDecision, Verb
from studio.domain import workflow
from studio.operations.deciding import Verdict
from studio.operations.preparing import verdict_of
from studio.wording import names
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


SEVERAL = frozenset({Verb.ACCEPT, Verb.DEFER, Verb.DECLINE})
"""What several proposals can be told together; everything else needs words of its own for each."""


class DecideForm(ProposalForm):
    """One outcome, its reason, and what some outcomes need beside it; the rules of each lie below."""

    offered: Sequence[Verb] = ()
    reasons: Mapping[Verb, Sequence[DecisionReason]] = MappingProxyType({})
    seal = HiddenField()
    """Of the decision that was prepared when the page was made."""

    verb = RadioField(_l("Your decision"), choices=[], validators=[InputRequired(_l("Choose one of the answers."))])
    reason_code = SelectField(_l("Main reason"), choices=[], validate_choice=False)
    reason = TextAreaField(_l("Reason"), filters=[cleaned])
    remedy = TextAreaField(_l("What can the author do so that it can be taken?"), filters=[cleaned])
    trial_ends_on = DayField(_l("Trial until"), validators=[Optional()])
    wake_up_on = DayField(_l("Take it up again on"), validators=[Optional()])
    occasion_code = SelectField(_l("Or when this has come"), choices=[], validate_choice=False)
    wake_up_when = StringField(_l("Or, in your own words, when"), filters=[cleaned])
    duplicate_of = StringField(_l("Number of the earlier proposal"), filters=[cleaned])

    def offer(self, verbs: frozenset[Verb]) -> None:
        """Offer only the answers that fit now and that this person may give."""
        self.offered = [verb for verb in SAYINGS if verb in verbs]
        self.verb.choices = [SelectChoice(verb.value, SAYINGS[verb]) for verb in self.offered]

    def offer_lists(self, reasons: Sequence[DecisionReason], occasions: Sequence[Occasion]) -> None:
        """Offer the firm's reasons, each with the answer it belongs to, and what a deferral may wait for."""
        self.reasons = {
            verb: [reason for reason in reasons if reason.outcome is workflow.DECISIONS[verb]] for verb in self.offered
        }
        self.occasion_code.choices = [
            SelectChoice("", _l("None of these")),
            *(SelectChoice(one.code, _occasion_name(one)) for one in occasions),
        ]

    def verdict(self) -> Verdict:
        """Return what was decided."""
        return Verdict(
            verb=Verb(self.verb.data),
            reason_code=self.reason_code.data or "",
            reason=self.reason.data,
            remedy=self.remedy.data,
            wake_up_on=self.wake_up_on.data,
            wake_up_when=self.wake_up_when.data,
            occasion_code=self.occasion_code.data or "",
            trial_ends_on=self.trial_ends_on.data,
            duplicate_of=self.duplicate_of.data,
        )


class SeveralForm(DecideForm):
    """One answer for several proposals; which ones is told by the boxes beside it."""


def decide_form(held: PreparedDecision | None) -> DecideForm:
    """Return the form of a decision, filled with what is prepared."""
    if held is None:
        return DecideForm()
    verdict = verdict_of(held)
    kept = {name: getattr(verdict, name) for name in Verdict.__dataclass_fields__}
    return DecideForm(data={**kept, "verb": verdict.verb.value, "seal": held.seal})


def _occasion_name(occasion: Occasion) -> str:
    own = f" · {names.name_of(occasion.unit)}" if occasion.unit else ""
    return f"{names.name_of(occasion)}{own}"
