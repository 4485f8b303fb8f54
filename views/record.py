"""My record: what I filed and what became of it, to read and to print. No address names a person."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from studio.domain import points
from studio.domain import record as rules
from studio.domain.errors import NotFound
from studio.domain.periods import FIRST_YEAR, LAST_YEAR, Month
from studio.queries import record
from studio.services import now, services
from studio.wording.language import gettext
from views import charts
from views.access import database, me, signed_in
from views.moments import money, today

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
        lines=list(_lines()),
        own=shown,
        private=sum(one.private for one in shown),
        months=months,
        drawings=charts.months(months),
        printed_on=today(),
    )


def _lines() -> Iterator[tuple[str, int]]:
    """Yield what each line of the table of points is for, with its points."""
    yield gettext("answered, whatever the answer, unless it was not admissible or a repeat"), points.ADMISSIBLE
    yield gettext("of value, but has to wait"), points.WAITING
    yield gettext("in use, what it saves is not checked yet"), points.UNCHECKED
    lowest, *higher = points.BANDS
    yield gettext("in use and checked"), lowest[1]
    for least, worth in higher:
        yield gettext("in use, saves %(money)s a year or more, checked", money=money(least)), worth


def _year(asked: str) -> int | None:
    """Return the year of the address, None for all of them; 404 for what is no year."""
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) == len(str(LAST_YEAR))):
        raise NotFound
    if not FIRST_YEAR <= int(asked) <= LAST_YEAR:
        raise NotFound
    return int(asked)
