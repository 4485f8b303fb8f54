"""What teams may settle by themselves, unit by unit: the coordinator's page."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Role, TeamLimit, Unit
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import team as operations
from studio.queries import administration, catalogue, team
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.team import LimitsForm, facts_of

blueprint = Blueprint("team_limits", __name__, url_prefix="/coordination/teams")
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""
USUAL = {"kind_codes": ["suggestion"], "cost": "500", "benefit": "10000", "days": "3"}
"""What an empty form begins with."""


@blueprint.get("")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show the limits that hold; ``unit`` in the address is one to change."""
    rows = team.all_limits(database())
    code = request.args.get("unit", "")
    chosen = next((row for row in rows if row.unit.code == code), None)
    form = LimitsForm(formdata=None, data=facts_of(chosen) if chosen else USUAL)
    return _page(form, rows)


@blueprint.post("")
@needs(Duty.COORDINATE)
def save() -> ResponseReturnValue:
    """Say what the teams of a unit may settle."""
    form = LimitsForm()
    units = _units()
    form.offer(units, catalogue.kinds(database()))
    if not form.validate():
        return _page(form, team.all_limits(database())), 422
    try:
        with writing(database()):
            unit = next(unit for unit in _units() if unit.code == form.unit.data)
            operations.set_limits(database(), unit, form.limits(), actor=me())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form, team.all_limits(database())), 422
    tell(_("From the next filing on this holds."))
    return redirect(url_for(".index"))


@blueprint.post(f"/<{ROW}:limit_id>/drop")
@needs(Duty.COORDINATE)
def drop(limit_id: int) -> ResponseReturnValue:
    """Let the limits of the unit above hold again."""
    with writing(database()):
        limit = database().get(TeamLimit, limit_id)
        if limit is None:
            raise NotFound
        operations.drop_limits(database(), limit, actor=me())
    tell(_("Removed. What holds for the unit above holds here too, if anything."))
    return redirect(url_for(".index"))


def _units() -> Sequence[Unit]:
    """Return the units the coordinator answers for."""
    return [unit for unit in administration.units(database()) if me().has_role(Role.COORDINATOR, unit)]


def _page(form: LimitsForm, rows: Sequence[TeamLimit]) -> str:
    kinds = catalogue.kinds(database())
    form.offer(_units(), kinds)
    own = {row.id for row in rows if me().has_role(Role.COORDINATOR, row.unit)}
    names = {kind.code: kind for kind in kinds}
    return render_template("team/limits.html", form=form, rows=rows, own=own, kinds=names)
