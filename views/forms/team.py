"""Forms of the team's part: what a leader does on the spot, and what teams may settle."""

from collections.abc import Sequence
from decimal import Decimal

from wtforms import BooleanField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from models import Kind, TeamLimit, Unit
from studio.operations.team import Limits
from studio.wording import names
from studio.wording.language import lazy_gettext as _l
from views.forms.administration import unit_choices
from views.forms.base import Form
from views.forms.fields import YuanField
from views.forms.reviewing import ProposalForm, cleaned

LONGEST_DAYS = 4
"""Digits of a number of days; more is a slip of the finger."""


class ApproveForm(ProposalForm):
    """Yes on the spot; a word with it is welcome."""

    reason = TextAreaField(_l("A word to the author, if you like"), filters=[cleaned])
    done = BooleanField(_l("It is done already, I have seen it"))


class DeclineForm(ProposalForm):
    """No, with the reason."""

    reason = TextAreaField(_l("Why not?"), filters=[cleaned])


class PassOnForm(ProposalForm):
    """To a studio; nobody has to say why."""

    words = TextAreaField(_l("Why? You need not say."), filters=[cleaned])


class LimitsForm(Form):
    """What the teams of a unit may settle."""

    unit = SelectField(_l("Unit and all below it"), validators=[InputRequired(_l("Please choose a unit."))])
    kind_codes = SelectMultipleField(_l("Kinds that are small enough"))
    cost = YuanField(_l("Largest cost, in yuan"), validators=[DataRequired(_l("Write an amount; 0 is fine too."))])
    benefit = YuanField(
        _l("Largest yearly benefit claimed, in yuan"), validators=[DataRequired(_l("Write an amount; 0 is fine too."))]
    )
    days = StringField(_l("Working days for the leader"), filters=[cleaned])
    urgent = BooleanField(_l("Matters of safety may stay with the team too"))
    confidential = BooleanField(_l("Confidential ones may stay with the team too"))

    def offer(self, units: Sequence[Unit], kinds: Sequence[Kind]) -> None:
        """Fill the lists."""
        self.unit.choices = unit_choices(units)
        self.kind_codes.choices = [SelectChoice(kind.code, names.name_of(kind)) for kind in kinds]

    def limits(self) -> Limits:
        """Return what was typed; what is no number of days is none at all, which the rule refuses."""
        days = self.days.data or ""
        plain = days.isascii() and days.isdecimal() and len(days) < LONGEST_DAYS
        return Limits(
            kind_codes=tuple(self.kind_codes.data or ()),
            cost=self.cost.amount or Decimal(0),
            benefit=self.benefit.amount or Decimal(0),
            days=int(days) if plain else 0,
            urgent=bool(self.urgent.data),
            confidential=bool(self.confidential.data),
        )


def facts_of(limit: TeamLimit) -> dict[str, object]:
    """Return what a row says, as the form's fields want it."""
    return {
        "unit": limit.unit.code,
        "kind_codes": list(limit.kind_codes),
        "cost": f"{limit.cost_limit:f}".removesuffix(".00"),
        "benefit": f"{limit.benefit_limit:f}".removesuffix(".00"),
        "days": str(limit.days),
        "urgent": limit.urgent,
        "confidential": limit.confidential,
    }
