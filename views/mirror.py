"""A reviewer's mirror: how he judges beside the others. Nobody but himself sees it; no address names a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from models import Outcome, Recommendation, StudioRole
from studio.domain import mirror as rules
from studio.domain import workload
from studio.domain.errors import NotFound
from studio.domain.mirror import FEW, Fate, Spread
from studio.queries import answers, mirror
from studio.services import now
from studio.wording.language import gettext as _
from studio.wording.names import name_of
from views import moments
from views.access import database, me, signed_in

blueprint = Blueprint("mirror", __name__)
PERIODS = {"3": timedelta(days=91), "12": timedelta(days=365), "all": None}
USUAL = "12"
DRAWN = 400
"""How wide a drawing is from 0 to 100 points."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon answers come, in working time; None where there are too few."""

    count: int
    usual: timedelta | None
    most: timedelta | None


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion, drawn and in figures."""

    name: str
    spread: Spread
    drawing: Markup


@blueprint.get("/mirror")
@signed_in
def index() -> ResponseReturnValue:
    """Show me how I judge. 404 for whoever judges nothing and never has."""
    judged_before = mirror.has_judged(database(), me())
    if not judged_before and not me().studio_ids(StudioRole.LEAD, StudioRole.REVIEWER):
        raise NotFound
    asked = request.args.get("period", USUAL)
    period = asked if asked in PERIODS else USUAL
    span = PERIODS[period]
    since = now() - span if span else None
    scored = mirror.scores(database(), me(), since=since)
    mine, studio = _paces(since)
    return render_template(
        "mirror/index.html",
        period=period,
        periods=[("3", _("Last 3 months")), ("12", _("Last 12 months")), ("all", _("All"))],
        few=FEW,
        count=mirror.count(database(), me(), since=since),
        means=rules.means(scored.given),
        lines=[_line(one, name_of(scored.names[one.code])) for one in rules.spreads(scored.given)],
        mine=mine,
        studio=studio,
        decisions=mirror.against_decisions(database(), me(), since=since),
        recommendations=list(Recommendation),
        outcomes=list(Outcome),
        became=mirror.what_became(database(), me(), since=since),
        fates=_fates(),
        length=lambda points: round(200 * points / 100),
    )


def _paces(since: datetime | None) -> tuple[Pace, Pace]:
    studio_ids = me().studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    found = answers.first_answers(database(), studio_ids, moments.working_times(), since=since)
    own = [one.taken for one in found if one.person_id == me().id]
    return _pace(own), _pace([one.taken for one in found])


def _pace(times: Sequence[timedelta]) -> Pace:
    if len(times) < FEW:
        return Pace(len(times), None, None)
    return Pace(len(times), workload.median(times), workload.quantile(times, 0.9))


def _line(spread: Spread, name: str) -> Line:
    """Draw from the lowest to the highest of my scores, a mark at my mean and a line at that of the others."""
    low, mean, high = (round(DRAWN * points / 100) for points in (spread.lowest, spread.mean, spread.highest))
    parts = [
        f'<rect class="bar-track" y="6" width="{DRAWN}" height="8"/>',
        f'<rect class="bar-reach" x="{low}" y="6" width="{max(high - low, 2)}" height="8"/>',
        f'<rect class="bar-checked" x="{max(mean - 3, 0)}" y="1" width="6" height="18"/>',
    ]
    if spread.others is not None:
        parts.append(f'<path class="bar-beside" d="M{round(DRAWN * spread.others / 100)} 0v20"/>')
    body = Markup("").join(Markup(part) for part in parts)  # noqa: S704 - made above, of numbers only
    drawing = Markup('<svg class="reach" viewBox="0 0 {} 20" aria-hidden="true" focusable="false">{}</svg>')
    return Line(name, spread, drawing.format(DRAWN, body))


def _fates() -> dict[Fate, str]:
    return {
        Fate.REOPENED: _("taken up again"),
        Fate.ACCEPTED: _("taken up again and accepted"),
        Fate.FILED_ANEW: _("filed again by others and accepted"),
        Fate.IN_USE: _("in use elsewhere, with a checked benefit"),
    }
