"""Shift calendars: weekly patterns of working hours, and which unit works by which."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models import ShiftCalendar
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.domain.shifts import written_hours
from studio.operations import working_time as operations
from studio.queries import working_time as queries
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.working_time import WEEKDAYS, AttachForm, CalendarForm
from views.working_time import ROW, do, own_units, page, unit_of

blueprint = Blueprint("calendars", __name__, url_prefix="/coordination/clock")
USUAL_HOURS = "08:00-12:00 13:00-17:00"


@blueprint.get("/calendars/new")
@needs(Duty.COORDINATE)
def new() -> ResponseReturnValue:
    """Ask for a new calendar, beginning with the usual week."""
    form = CalendarForm(formdata=None)
    for field in form.days[:5]:
        field.data = USUAL_HOURS
    return render_template("working_time/calendar.html", form=form, calendar=None)


@blueprint.get(f"/calendars/<{ROW}:calendar_id>")
@needs(Duty.COORDINATE)
def show(calendar_id: int) -> ResponseReturnValue:
    """Show one calendar to change it."""
    found = _calendar(calendar_id)
    form = CalendarForm(formdata=None)
    form.show(found)
    return render_template("working_time/calendar.html", form=form, calendar=found)


@blueprint.post("/calendars/new")
@needs(Duty.COORDINATE)
def make() -> ResponseReturnValue:
    """Keep a new calendar."""
    return _save(None)


@blueprint.post(f"/calendars/<{ROW}:calendar_id>")
@needs(Duty.COORDINATE)
def change(calendar_id: int) -> ResponseReturnValue:
    """Keep the changes to a calendar."""
    return _save(calendar_id)


@blueprint.post(f"/calendars/<{ROW}:calendar_id>/remove")
@needs(Duty.COORDINATE)
def remove(calendar_id: int) -> ResponseReturnValue:
    """Throw a calendar away by which nobody works."""
    return do(
        lambda: operations.remove_calendar(database(), _calendar(calendar_id), actor=me()),
        _("The calendar is gone."),
    )


@blueprint.post("/attach")
@needs(Duty.COORDINATE)
def attach() -> ResponseReturnValue:
    """Let a unit work by a calendar."""
    form = AttachForm()
    form.offer(own_units(), queries.calendars(database()))
    if not form.validate():
        return page(form), 422

    def act() -> None:
        chosen = _calendar(_number(form.calendar.data)) if form.calendar.data else None
        operations.attach_calendar(database(), unit_of(form.unit.data), chosen, actor=me())

    return do(act, _("The unit works by it from now on."))


def _save(calendar_id: int | None) -> ResponseReturnValue:
    form = CalendarForm()
    try:
        with writing(database()):
            kept = _calendar(calendar_id) if calendar_id is not None else None
            operations.save_calendar(database(), form.pattern(), actor=me(), calendar=kept)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        shown = _calendar(calendar_id) if calendar_id is not None else None
        return render_template("working_time/calendar.html", form=form, calendar=shown), 422
    tell(_("The calendar is kept. What is open keeps its dates until you recount it."))
    return redirect(url_for("working_time.index"))


def _calendar(calendar_id: int) -> ShiftCalendar:
    found = database().get(ShiftCalendar, calendar_id)
    if found is None:
        raise NotFound
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - digits of an id
        raise NotFound
    return int(text)


@blueprint.app_template_global("week_of")
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
