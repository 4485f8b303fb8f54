"""The honour wall of the month: whose ideas were taken up or put to use, who began, and which teams took part."""

from types import MappingProxyType

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models import Unit
from studio.domain.errors import NotFound
from studio.domain.honours import TookPart
from studio.domain.periods import Month, last_complete_month
from studio.queries import honours as queries
from studio.queries import wall
from studio.queries.wall import What
from studio.services import now, services
from studio.wording.language import lazy_gettext as _l
from views.access import database, me, signed_in

blueprint = Blueprint("honours", __name__)
MONTHS_OFFERED = 13
BAR = 200
"""How long the bar of a team is of which everybody took part; the drawing is as wide."""
HEADINGS = MappingProxyType(
    {
        What.USED: _l("In use"),
        What.VERIFIED: _l("Looked at again: it works"),
        What.TAKEN_UP: _l("Taken up"),
    }
)


@blueprint.get("/honours")
@signed_in
def index() -> ResponseReturnValue:
    """Show the wall of a month for the firm or one unit; both stand in the address."""
    zone = services().settings.zone
    running = Month.of(now(), zone)
    month = _month(request.args.get("month", ""), running)
    unit = _unit(request.args.get("unit", ""))
    return render_template(
        "honours/index.html",
        honours=queries.of_month(database(), month, unit, zone),
        months=_offered(month, running),
        units=_units(unit),
        running=month == running,
        headings=HEADINGS,
        most=queries.MOST_CARDS,
        most_teams=queries.MOST_TEAMS,
        bar=lambda part: round(BAR * part.share),
        percent=_percent,
    )


def _month(asked: str, running: Month) -> Month:
    """Return the month of the address, without one the last that is over; 404 for none and for one to come."""
    if not asked:
        return last_complete_month(now(), services().settings.zone)
    try:
        month = Month.parse(asked)
    except ValueError as error:
        raise NotFound from error
    if month > running:
        raise NotFound
    return month


def _unit(code: str) -> Unit | None:
    """Return the unit of the address; None for the whole firm. 404 for a code that is nobody's."""
    found = wall.unit_of(database(), code) if code else None
    if code and found is None:
        raise NotFound
    return found if found and found.parent_id else None


def _offered(shown: Month, running: Month) -> list[Month]:
    offered = [running.plus(-back) for back in range(MONTHS_OFFERED)]
    return offered if shown in offered else [*offered, shown]


def _units(chosen: Unit | None) -> list[Unit]:
    found = list(wall.units_for(database(), me()))
    return found if chosen is None or chosen in found else [*found, chosen]


def _percent(part: TookPart) -> str:
    """Return the share as 8 %, below ten with one place, so that few of many are not nothing."""
    percent = 100 * part.share
    return f"{percent:.1f}%" if 0 < percent < 10 else f"{percent:.0f}%"  # noqa: PLR2004 - one digit before the point
