"""Forms of the coordinator's clock: calendars, days that differ, and how long answers may take."""

from collections.abc import Iterable, Sequence

from wtforms import BooleanField, Field, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from models import CalendarException, DeadlineRule, Kind, ShiftCalendar, Theme, Unit
from studio.domain.shifts import written_hours
from studio.operations.working_time import Pattern
from studio.wording import names
from studio.wording.language import lazy_gettext as _l
from views.forms.administration import unit_choices
from views.forms.base import Form
from views.forms.fields import DayField, one_line

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
WORKS, RESTS = "works", "rests"


class WholeNumberField(IntegerField):
    """A whole number; what is none is told in our own words and stays in the field."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number. Raises ValueError, which WTForms shows at the field."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_l("Write a whole number, such as 24.")) from error


class ClockForm(Form):
    """Parent of the forms that share one page; each has ids of its own."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        for field in self:
            field.id = f"{type(self).__name__.lower()}-{field.name}"


class CalendarForm(ClockForm):
    """A weekly pattern; a day without hours is a day of rest."""

    name_zh = StringField(_l("Name of the calendar"), filters=[one_line])
    name_en = StringField(_l("Name in English"), filters=[one_line])
    hours_0 = StringField(WEEKDAYS[0], filters=[one_line])
    hours_1 = StringField(WEEKDAYS[1], filters=[one_line])
    hours_2 = StringField(WEEKDAYS[2], filters=[one_line])
    hours_3 = StringField(WEEKDAYS[3], filters=[one_line])
    hours_4 = StringField(WEEKDAYS[4], filters=[one_line])
    hours_5 = StringField(WEEKDAYS[5], filters=[one_line])
    hours_6 = StringField(WEEKDAYS[6], filters=[one_line])
    keeps_holidays = BooleanField(_l("Rests on public holidays and works on their make-up days"), default=True)

    @property
    def days(self) -> list[Field]:
        """The hours of Monday to Sunday."""
        return [self[f"hours_{weekday}"] for weekday in range(7)]

    def show(self, calendar: ShiftCalendar) -> None:
        """Fill the form with what is kept."""
        self.name_zh.data, self.name_en.data = calendar.name_zh, calendar.name_en
        self.keeps_holidays.data = calendar.keeps_holidays
        for weekday, field in enumerate(self.days):
            field.data = written_hours((one.opens, one.minutes) for one in calendar.spans if one.weekday == weekday)

    def pattern(self) -> Pattern:
        """Return what was written."""
        return Pattern(
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            hours=[field.data or "" for field in self.days],
            keeps_holidays=bool(self.keeps_holidays.data),
        )


class AttachForm(ClockForm):
    """By which calendar a unit works."""

    unit = SelectField(_l("Unit, with all below it"), validators=[InputRequired()])
    calendar = SelectField(_l("Works by"), validate_choice=False)

    def offer(self, units: Sequence[Unit], calendars: Iterable[ShiftCalendar]) -> None:
        """Fill the lists."""
        self.unit.choices = unit_choices(units)
        self.calendar.choices = [
            *(SelectChoice(str(one.id), names.name_of(one)) for one in calendars),
            SelectChoice("", _l("the same as the unit above")),
        ]


class DayForm(ClockForm):
    """A day that differs from the public calendar."""

    day = DayField(_l("Day"), validators=[InputRequired(_l("Choose a day."))])
    works = RadioField(
        _l("On this day"),
        choices=[SelectChoice(RESTS, _l("we rest")), SelectChoice(WORKS, _l("we work, as a make-up day"))],
        default=RESTS,
        validators=[InputRequired()],
    )
    unit = SelectField(_l("Unit, with all below it"), validators=[InputRequired()])
    note = StringField(_l("Note, if you like"), filters=[one_line])

    def offer(self, units: Sequence[Unit]) -> None:
        """Fill the list."""
        self.unit.choices = unit_choices(units)

    def show(self, exception: CalendarException) -> None:
        """Fill the form with what is kept."""
        self.day.data, self.works.data = exception.day, WORKS if exception.works else RESTS
        self.unit.data, self.note.data = exception.unit.code, exception.note


class RuleForm(ClockForm):
    """How long answers may take, and for what."""

    kind = SelectField(_l("Kind"), validate_choice=False)
    theme = SelectField(_l("Aim"), validate_choice=False)
    unit = SelectField(_l("Unit that answers"), validate_choice=False)
    answer_hours = WholeNumberField(_l("First answer, in working hours"), default=24)
    latest_hours = WholeNumberField(_l("At the latest, in working hours"), default=72)
    decision_days = WholeNumberField(_l("Decision, in working days"), default=10)

    def offer(self, kinds: Iterable[Kind], themes: Iterable[Theme], units: Sequence[Unit], *, any_unit: bool) -> None:
        """Fill the lists; only whoever coordinates the whole firm may leave the unit open."""
        self.kind.choices = [SelectChoice("", _l("any kind")), *_choices(kinds)]
        self.theme.choices = [SelectChoice("", _l("any aim")), *_choices(themes)]
        everywhere = [SelectChoice("", _l("any unit"))] if any_unit else []
        self.unit.choices = [*everywhere, *unit_choices(units)]

    def show(self, rule: DeadlineRule) -> None:
        """Fill the form with what is kept."""
        self.kind.data, self.theme.data = _code(rule.kind), _code(rule.theme)
        self.unit.data = _code(rule.unit)
        self.answer_hours.data, self.latest_hours.data = rule.answer_hours, rule.latest_hours
        self.decision_days.data = rule.decision_days

    @property
    def limits(self) -> dict[str, int]:
        """The three numbers; what is empty is nothing at all, which the rules refuse."""
        return {
            "answer_hours": self.answer_hours.data or 0,
            "latest_hours": self.latest_hours.data or 0,
            "decision_days": self.decision_days.data or 0,
        }


def _code(row: Kind | Theme | Unit | None) -> str:
    return row.code if row else ""


def _choices(rows: Iterable[Kind | Theme]) -> list[SelectChoice]:
    return [SelectChoice(row.code, names.name_of(row)) for row in rows]
