"""The coordinator's clock: who works when, which days differ, how long answers may take."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from models import CalendarException, DeadlineRule, Kind, Role, ShiftCalendar, Theme, Unit
from studio.domain import deadlines
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.domain.shifts import written_hours
from studio.operations import working_time as operations
from studio.operations.deadlines import recount as count_anew
from studio.operations.working_time import Term
from studio.queries import administration, catalogue
from studio.queries import working_time as queries
from studio.services import work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.problems import problem_sentence
from views import moments
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.working_time import WEEKDAYS, WORKS, AttachForm, CalendarForm, ClockForm, DayForm, RuleForm

ThingT = TypeVar("ThingT", Kind, Theme)

blueprint = Blueprint("working_time", __name__, url_prefix="/coordination/clock")
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""


@blueprint.get("")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show calendars, the days of one year that differ, and the rules."""
    return _page()


@blueprint.get("/calendars/new")
@needs(Duty.COORDINATE)
def new_calendar() -> ResponseReturnValue:
    """Ask for a new calendar, beginning with the usual week."""
    form = CalendarForm(formdata=None)
    for field in form.days[:5]:
        field.data = "08:00-12:00 13:00-17:00"
    return render_template("working_time/calendar.html", form=form, calendar=None)


@blueprint.get(f"/calendars/<{ROW}:calendar_id>")
@needs(Duty.COORDINATE)
def calendar(calendar_id: int) -> ResponseReturnValue:
    """Show one calendar to change it."""
    found = _calendar(calendar_id)
    form = CalendarForm(formdata=None)
    form.show(found)
    return render_template("working_time/calendar.html", form=form, calendar=found)


@blueprint.post("/calendars/new")
@needs(Duty.COORDINATE)
def make_calendar() -> ResponseReturnValue:
    """Keep a new calendar."""
    return _save_calendar(None)


@blueprint.post(f"/calendars/<{ROW}:calendar_id>")
@needs(Duty.COORDINATE)
def change_calendar(calendar_id: int) -> ResponseReturnValue:
    """Keep the changes to a calendar."""
    return _save_calendar(calendar_id)


@blueprint.post(f"/calendars/<{ROW}:calendar_id>/remove")
@needs(Duty.COORDINATE)
def remove_calendar(calendar_id: int) -> ResponseReturnValue:
    """Throw a calendar away by which nobody works."""
    return _do(
        lambda: operations.remove_calendar(database(), _calendar(calendar_id), actor=me()),
        _("The calendar is gone."),
    )


@blueprint.post("/attach")
@needs(Duty.COORDINATE)
def attach() -> ResponseReturnValue:
    """Let a unit work by a calendar."""
    form = AttachForm()
    form.offer(_own_units(), queries.calendars(database()))
    if not form.validate():
        return _page(form), 422

    def act() -> None:
        chosen = _calendar(_number(form.calendar.data)) if form.calendar.data else None
        operations.attach_calendar(database(), _unit(form.unit.data), chosen, actor=me())

    return _do(act, _("The unit works by it from now on."))


@blueprint.post("/days")
@needs(Duty.COORDINATE)
def add_day() -> ResponseReturnValue:
    """Enter a day that differs."""
    form = DayForm()
    form.offer(_own_units())
    if not form.validate():
        return _page(form), 422
    day, works, note = form.day.data, form.works.data == WORKS, form.note.data

    def act() -> None:
        unit = _unit(form.unit.data)
        operations.add_exception(database(), unit, day, works=works, note=note, actor=me(), today=moments.today())

    said = _("We work on %(day)s.", day=moments.day(day)) if works else _("We rest on %(day)s.", day=moments.day(day))
    return _do(act, said, form=form, year=day.year)


@blueprint.post(f"/days/<{ROW}:exception_id>/remove")
@needs(Duty.COORDINATE)
def remove_day(exception_id: int) -> ResponseReturnValue:
    """Take a day back."""

    def act() -> None:
        found = database().get(CalendarException, exception_id)
        if found is None:
            raise NotFound
        operations.remove_exception(database(), found, actor=me(), today=moments.today())

    return _do(act, _("The day is as in the public calendar again."), year=_year())


@blueprint.post("/rules")
@needs(Duty.COORDINATE)
def add_rule() -> ResponseReturnValue:
    """Add a rule for how long answers may take."""
    form = RuleForm()
    _offer(form)
    if not form.validate():
        return _page(form), 422
    return _do(
        lambda: operations.add_rule(database(), _term(form), actor=me()),
        _("The rule holds for what is filed from now on."),
        form=form,
    )


@blueprint.post(f"/rules/<{ROW}:rule_id>/remove")
@needs(Duty.COORDINATE)
def remove_rule(rule_id: int) -> ResponseReturnValue:
    """Take a rule away."""

    def act() -> None:
        found = database().get(DeadlineRule, rule_id)
        if found is None:
            raise NotFound
        operations.remove_rule(database(), found, actor=me())

    return _do(act, _("The rule is gone."))


@blueprint.post("/recount")
@needs(Duty.COORDINATE)
def recount() -> ResponseReturnValue:
    """Count the dates of what is open anew."""
    with writing(database()):
        moved = count_anew(database(), actor=me(), calendar=work_calendar())
    tell(
        ngettext("One open proposal has a new date.", "%(num)s open proposals have new dates.", moved)
        if moved
        else _("Counted anew: every date stays as it was.")
    )
    return redirect(url_for(".index"))


def _save_calendar(calendar_id: int | None) -> ResponseReturnValue:
    form = CalendarForm()
    kept = None
    try:
        with writing(database()):
            kept = _calendar(calendar_id) if calendar_id is not None else None
            operations.save_calendar(database(), form.pattern(), actor=me(), calendar=kept)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        shown = _calendar(calendar_id) if calendar_id is not None else None
        return render_template("working_time/calendar.html", form=form, calendar=shown), 422
    tell(_("The calendar is kept. What is open keeps its dates until you count it anew."))
    return redirect(url_for(".index"))


def _do(
    act: Callable[[], object], told: str, *, form: ClockForm | None = None, year: int | None = None
) -> ResponseReturnValue:
    """Change something in one transaction and go back to the page, or show it again with what is wrong."""
    try:
        with writing(database()):
            act()
    except InvalidInput as refusal:
        if form is not None:
            show_problems(form, refusal)
            return _page(form), 422
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
    else:
        tell(told)
    return redirect(url_for(".index", year=year))


def _page(refused: FlaskForm | None = None) -> str:
    """Render the page; ``refused`` is the form that came back with a mistake."""
    year = _year()
    calendars, own = queries.calendars(database()), _own_units()
    forms = {kind: refused if isinstance(refused, kind) else kind(formdata=None) for kind in FORMS}
    attach_form, day_form, rule_form = forms[AttachForm], forms[DayForm], forms[RuleForm]
    attach_form.offer(own, calendars)
    day_form.offer(own)
    _offer(rule_form, own)
    return render_template(
        "working_time/index.html",
        calendars=calendars,
        attached=queries.attachments(database()),
        days=queries.exceptions(database(), year),
        rules=queries.rules(database()),
        usual=deadlines.USUAL,
        urgent=deadlines.URGENT,
        attach_form=attach_form,
        day_form=day_form,
        rule_form=rule_form,
        year=year,
        today=moments.today(),
        mine=_mine,
        week=week_in_words,
    )


FORMS: Sequence[type[ClockForm]] = (AttachForm, DayForm, RuleForm)
EARLIEST, LATEST = 2000, 2100


def _year() -> int:
    asked = request.args.get("year", "")
    plain = asked.isascii() and asked.isdigit() and len(asked) == 4  # noqa: PLR2004 - digits of a year
    return int(asked) if plain and EARLIEST <= int(asked) <= LATEST else moments.today().year


def _mine(unit: Unit | None) -> bool:
    """Tell whether the reader coordinates a unit; without one, the whole firm."""
    grants = [grant for grant in me().grants if grant.role is Role.COORDINATOR]
    return any(unit.is_within(grant.unit_id) if unit else grant.unit.parent_id is None for grant in grants)


def _own_units() -> list[Unit]:
    return [unit for unit in administration.units(database()) if _mine(unit)]


def _offer(form: FlaskForm, units: Sequence[Unit] | None = None) -> None:
    kinds, themes = catalogue.kinds(database()), catalogue.themes(database())
    form.offer(kinds, themes, _own_units() if units is None else units, any_unit=_mine(None))


def _term(form: RuleForm) -> Term:
    kinds = {kind.code: kind for kind in catalogue.kinds(database())}
    themes = {theme.code: theme for theme in catalogue.themes(database())}
    return Term(
        kind=_chosen(kinds, form.kind.data),
        theme=_chosen(themes, form.theme.data),
        unit=_unit(form.unit.data) if form.unit.data else None,
        **form.limits,
    )


def _chosen(known: Mapping[str, ThingT], code: str | None) -> ThingT | None:
    if not code:
        return None
    if code not in known:
        raise NotFound
    return known[code]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - digits of an id
        raise NotFound
    return int(text)


def _calendar(calendar_id: int) -> ShiftCalendar:
    found = database().get(ShiftCalendar, calendar_id)
    if found is None:
        raise NotFound
    return found


def _unit(code: str) -> Unit:
    found = next((unit for unit in administration.units(database()) if unit.code == code), None)
    if found is None:
        raise NotFound
    return found


def week_in_words(calendar: ShiftCalendar) -> list[tuple[str, str]]:
    """Return the hours of a week as lines, days in a row with the same hours together; days of rest are left out."""
    days = [written_hours((one.opens, one.minutes) for one in calendar.spans if one.weekday == day) for day in range(7)]
    lines: list[tuple[str, str]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[first]:  # noqa: PLR2004 - past Sunday
            if days[first]:
                alone = first == day - 1
                name = (
                    str(WEEKDAYS[first])
                    if alone
                    else _("%(first)s to %(last)s", first=WEEKDAYS[first], last=WEEKDAYS[day - 1])
                )
                lines.append((name, days[first]))
            first = day
    return lines
