"""The form for a campaign or a challenge."""

from collections.abc import Iterable, Mapping

from wtforms import RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired

from models import Call, CallKind, Studio, Unit
from studio.operations.calls import CallFacts
from studio.wording import names
from studio.wording.language import lazy_gettext as _l
from views.forms.base import Form
from views.forms.fields import DayField, YuanField, one_line, typed

KINDS = [
    SelectChoice(CallKind.CHALLENGE.value, _l("Challenge: one hard problem that somebody takes on")),
    SelectChoice(CallKind.CAMPAIGN.value, _l("Campaign: one theme, ideas from everybody")),
]
A_DAY = InputRequired(_l("Choose a day."))


class CallForm(Form):
    """What is called for; the rules lie below."""

    kind = RadioField(_l("Which kind"), choices=KINDS, default=CallKind.CHALLENGE.value)
    title = StringField(_l("What it is called"), filters=[one_line])
    text = TextAreaField(_l("How things are now, and what would help"), filters=[typed])
    wanted = StringField(_l("What is to be reached"), filters=[one_line])
    prize = YuanField(_l("Prize in yuan, the highest of several"))
    prizes = StringField(_l("All prizes in words"), filters=[one_line])
    opens_on = DayField(_l("First day"), validators=[A_DAY])
    closes_on = DayField(_l("Last day"), validators=[A_DAY])
    studio = SelectField(_l("Studio that helps"))
    units = SelectMultipleField(_l("Who it is for; tick none for everybody"))

    def offer(self, studios: Iterable[Studio], units: Iterable[Unit], call: Call | None) -> None:
        """Fill the lists; what the call names already stays in sight."""
        kept = [call.studio] if call and call.studio else []
        known = {studio.code: studio for studio in (*studios, *kept)}
        self.studio.choices = [SelectChoice("", _l("None")), *(_choice(one) for one in known.values())]
        places = {unit.code: unit for unit in (*units, *(call.units if call else ()))}
        self.units.choices = [_choice(unit) for unit in places.values()]

    def facts(self, studios: Mapping[str, Studio], units: Mapping[str, Unit]) -> CallFacts:
        """Return what was written. Raises ValueError unless the form was found valid before."""
        first, last = self.opens_on.data, self.closes_on.data
        if first is None or last is None:
            raise ValueError("a call needs its days")
        return CallFacts(
            kind=CallKind(self.kind.data),
            title=self.title.data or "",
            opens_on=first,
            closes_on=last,
            text=self.text.data or "",
            wanted=self.wanted.data or "",
            prize=self.prize.amount,
            prizes=self.prizes.data or "",
            studio=studios.get(self.studio.data or ""),
            units=[units[code] for code in self.units.data or () if code in units],
        )


def written(call: Call) -> dict[str, object]:
    """Return a call as the form shows it."""
    plain = ("title", "text", "wanted", "prizes", "opens_on", "closes_on")
    return {name: getattr(call, name) for name in plain} | {
        "kind": call.kind.value,
        "prize": f"{call.prize:f}" if call.prize is not None else "",
        "studio": call.studio.code if call.studio else "",
        "units": [unit.code for unit in call.units],
    }


def _choice(thing: Studio | Unit) -> SelectChoice:
    return SelectChoice(thing.code, names.name_of(thing))
