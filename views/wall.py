"""An issue of the digest off the screen: the poster for the wall, and what is read out before the shift."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Unit
from studio.domain import permissions
from studio.domain.errors import NotFound
from studio.domain.periods import Month
from studio.domain.permissions import Duty
from studio.domain.quotation import width
from studio.mail import aloud, phrases, rendering
from studio.queries import issues
from studio.queries import wall as queries
from studio.queries.wall import Wall, What
from studio.services import now, services
from studio.wording.language import lazy_gettext as _l
from studio.wording.language import spoken
from views.access import database, me, signed_in
from views.moments import today
from views.presentation import absolute

blueprint = Blueprint("wall", __name__)
FITS_IN_LARGE, FITS_IN_MIDDLE = 44, 76
"""Widths up to which a headline stands in large letters, and in middling ones; a Chinese character is two wide."""
MOST_LINES, FITS_BESIDE_SEVEN_LINES = 7, 70
ALL_NAMED = 6
"""So many authors are all named; of more, the first and how many."""
HEADINGS = MappingProxyType(
    {
        (What.USED, True): _l("Their ideas are in use"),
        (What.VERIFIED, True): _l("Looked at again: they work"),
        (What.TAKEN_UP, True): _l("Taken up, soon in use"),
        (What.USED, False): _l("In use elsewhere in the firm"),
        (What.VERIFIED, False): _l("Proved elsewhere in the firm"),
        (What.TAKEN_UP, False): _l("Taken up elsewhere in the firm"),
    }
)
"""What stands over a group of proposals."""


@dataclass(frozen=True, slots=True)
class Ruler:
    """A true rule as long as the paper: the paths of its marks each 1, 5 and 10 mm, and its numbers, in millimetres."""

    length: int
    ones: str
    fives: str
    tens: str
    numbers: tuple[int, ...]


@cache
def ruler(length: int) -> Ruler:
    """Return the rule for paper of so many millimetres."""
    fives = range(5, length, 10)
    ones = [at for at in range(1, length + 1) if at % 5]
    tens = range(0, length, 10)
    numbers = tuple(range(1, (length - 1) // 10 + 1))
    return Ruler(length, _marks(ones, "4"), _marks(fives, "6.5"), _marks(tens, "9"), numbers)


def _marks(places: Iterable[int], reach: str) -> str:
    return "".join(f"M0 {at}h{reach}" for at in places)


SIZES = MappingProxyType({"a4": 297, "a3": 420})
"""Lengths of the paper in millimetres."""


@blueprint.get("/digest/<month>/poster")
@signed_in
def poster(month: str) -> ResponseReturnValue:
    """Show the issue as one sheet for the wall, ready to print."""
    shown = _wall(month)
    asked = request.args.get("size", "")
    size = asked if asked in SIZES else "a4"
    return render_template(
        "digest/poster.html",
        size=size,
        headings=HEADINGS,
        ruler=ruler(SIZES[size]),
        sizes=[(one, _address("poster", shown, one)) for one in SIZES],
        issue_address=absolute(url_for("digest.show", month=shown.month)),
        headline_size=_headline_size(shown),
        lines=_lines_of_words(shown),
        all_named=ALL_NAMED,
        **_facts(shown),
    )


@blueprint.get("/digest/<month>/script")
@signed_in
def script(month: str) -> ResponseReturnValue:
    """Show what a team leader reads out in a minute before the shift."""
    shown = _wall(month)
    return render_template("digest/script.html", sentences=aloud.script(shown), **_facts(shown))


def _wall(month: str) -> Wall:
    """Return the issue's wall for the unit that the address names; before its time to coordinators alone.

    404 for a month without issue, and for no unit.
    """
    try:
        found = issues.one(database(), services().settings, Month.parse(month), at=now())
    except ValueError as error:
        raise NotFound from error
    if found is None or not (found.published or permissions.has_duty(me(), Duty.COORDINATE)):
        raise NotFound
    code = request.args.get("unit", "")
    unit = queries.unit_of(database(), code) if code else None
    if code and unit is None:
        raise NotFound
    return queries.wall_of(database(), found.issue, unit if unit and unit.parent_id else None, today=today())


def _facts(shown: Wall) -> dict[str, Any]:
    return {
        "wall": shown,
        "month_day": shown.month.first_day,
        "month_name": rendering.month,
        "names": rendering.names,
        "amount": phrases.amount,
        "yuan": rendering.yuan,
        "units": _offered(shown.unit),
        "poster_address": _address("poster", shown),
        "script_address": _address("script", shown),
    }


def _offered(chosen: Unit | None) -> list[Unit]:
    found = list(queries.units_for(database(), me()))
    return found if chosen is None or chosen in found else [*found, chosen]


def _address(page: str, shown: Wall, size: str | None = None) -> str:
    return url_for(f".{page}", month=shown.month, unit=shown.unit.code if shown.unit else None, size=size)


def _headline_size(shown: Wall) -> str:
    words = (shown.story.sentence or shown.story.card.title) if shown.story else ""
    return "large" if width(words) <= FITS_IN_LARGE else "middle" if width(words) <= FITS_IN_MIDDLE else "small"


def _lines_of_words(shown: Wall) -> int:
    """Return how many lines of problem and effect there is room for, where there are no photos to shrink."""
    call = shown.calls[0] if shown.calls else None
    tall_call = call is not None and width(call.title) + width(call.wanted) > FITS_BESIDE_SEVEN_LINES
    foreign_numbers = shown.unit is not None and not shown.own_numbers
    two_lines_of_names = spoken().locale == "en"  # its names of teams are three times as long
    return MOST_LINES - 2 * (_headline_size(shown) != "large") - foreign_numbers - tall_call - two_lines_of_names
