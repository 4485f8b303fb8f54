"""Days on which a unit works or rests, whatever the public calendar says."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models import CalendarException
from studio.domain.errors import NotFound
from studio.domain.permissions import Duty
from studio.operations import working_time as operations
from studio.operations.working_time import require_coordinator
from studio.wording.language import gettext as _
from views import moments
from views.access import database, me, needs
from views.forms.working_time import WORKS, ClockForm, DayForm
from views.working_time import ROW, do, own_units, page, shown_year, unit_of

blueprint = Blueprint("differing_days", __name__, url_prefix="/coordination/clock/days")


@blueprint.post("")
@needs(Duty.COORDINATE)
def add() -> ResponseReturnValue:
    """Enter a day that differs."""
    form = DayForm()
    form.offer(own_units())
    if not form.validate():
        return page(form), 422

    def act() -> None:
        facts = {"works": form.works.data == WORKS, "note": form.note.data, "today": moments.today()}
        operations.add_exception(database(), unit_of(form.unit.data), form.day.data, actor=me(), **facts)

    return do(act, _said(form), form=form, year=form.day.data.year)


@blueprint.route(f"/<{ROW}:exception_id>", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def change(exception_id: int) -> ResponseReturnValue:
    """Write a day anew."""
    form = DayForm()
    form.offer(own_units())
    kept = _day(exception_id)
    if request.method == "GET":
        form.show(kept)
        return _page(form)
    if not form.validate():
        return _page(form), 422

    def act() -> None:
        facts = {"works": form.works.data == WORKS, "note": form.note.data, "today": moments.today()}
        unit = unit_of(form.unit.data)
        operations.change_exception(database(), _day(exception_id), unit, form.day.data, actor=me(), **facts)

    return do(act, _said(form), form=form, again=_page, year=form.day.data.year)


@blueprint.post(f"/<{ROW}:exception_id>/remove")
@needs(Duty.COORDINATE)
def remove(exception_id: int) -> ResponseReturnValue:
    """Take a day back."""

    def act() -> None:
        operations.remove_exception(database(), _day(exception_id), actor=me(), today=moments.today())

    return do(act, _("The day is as in the public calendar again."), year=shown_year())


def _said(form: DayForm) -> str:
    day = moments.day(form.day.data)
    return _("We work on %(day)s.", day=day) if form.works.data == WORKS else _("We rest on %(day)s.", day=day)


def _page(form: ClockForm) -> str:
    return render_template("working_time/day.html", form=form)


def _day(exception_id: int) -> CalendarException:
    """Return the day for whoever may change it; for others who coordinate elsewhere it is 403."""
    found = database().get(CalendarException, exception_id)
    if found is None:
        raise NotFound
    require_coordinator(me(), found.unit)
    return found
