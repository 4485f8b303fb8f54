"""My record: what I filed and what became of it, to read and to print. No address names a person."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from studio.domain import record as rules
from studio.domain.errors import NotFound
from studio.domain.periods import FIRST_YEAR, LAST_YEAR, Month
from studio.queries import record
from studio.services import now, services
from views import charts
from views.access import database, me, signed_in
from views.moments import today

blueprint = Blueprint("record", __name__)
MONTHS_DRAWN = 12


@blueprint.get("/record")
@signed_in
def index() -> ResponseReturnValue:
    """Show what I have achieved, in all or in the year of the address."""
    zone = services().settings.zone
    own = record.of_person(database(), me(), zone)
    years = rules.by_year(one.deed for one in own)
    year = _year(request.args.get("year", ""))
    last = Month(year, 12) if year else Month.of(now(), zone)
    months = rules.by_month((one.deed for one in own), last.plus(1 - MONTHS_DRAWN), last)
    shown = [one for one in own if year is None or rules.touches(one.deed, year)]
    return render_template(
        "record/index.html",
        year=year,
        years=years,
        total=dict(years).get(year, rules.Sums()) if year else rules.in_all(one.deed for one in own),
        own=shown,
        private=sum(one.private for one in shown),
        months=months,
        drawings=charts.months(months),
        printed_on=today(),
    )


def _year(asked: str) -> int | None:
    """Return the year of the address, None for all of them; 404 for what is no year."""
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) == len(str(LAST_YEAR))):
        raise NotFound
    if not FIRST_YEAR <= int(asked) <= LAST_YEAR:
        raise NotFound
    return int(asked)
