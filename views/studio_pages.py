"""The studios as everybody sees them: who they are, what they look after, how soon they answer, what they did."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from models import Studio, StudioMembership, StudioRole
from studio.domain import permissions
from studio.domain.errors import NotFound
from studio.queries import administration, stories
from studio.queries import studio_page as queries
from studio.queries.studio_page import Pace
from studio.services import now, services
from studio.wording import states
from views.access import database, me, signed_in
from views.moments import today, working_times

blueprint = Blueprint("studio_pages", __name__, url_prefix="/studios")
ROLES = (StudioRole.LEAD, StudioRole.REVIEWER, StudioRole.MEMBER)
STORIES_SHOWN = 3
DRAWN = 400
"""How wide the scale of answer times is, from nought to the last hour at which an answer may come."""


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List the studios that take proposals, then the others."""
    found = sorted(administration.studios(database()), key=lambda one: (not one.active, one.code))
    ids = [one.id for one in found]
    return render_template(
        "studio_pages/index.html",
        studios=found,
        lead_of=_lead,
        achieved=queries.achieved(database(), ids, since=_year_start()),
        usual=queries.usual_times(database(), ids, working_times(), at=now()),
        year=today().year,
    )


@blueprint.get("/<code>")
@signed_in
def show(code: str) -> ResponseReturnValue:
    """Show one studio. How much waits is shown to its judges and to whoever coordinates its part of the firm."""
    studio = administration.studio(database(), code)
    if studio is None:
        raise NotFound
    session, sees_load = database(), permissions.sees_load_of(me(), studio)
    pace = queries.pace(session, studio, working_times(), at=now())
    return render_template(
        "studio_pages/show.html",
        studio=studio,
        members=_by_role(studio),
        remits=queries.remits(session, studio.id),
        pace=pace,
        scale=_scale(pace),
        year=today().year,
        achieved=queries.achieved(session, [studio.id], since=_year_start()).get(studio.id, queries.Achieved()),
        decided=queries.decided_lately(session, studio.id),
        told=stories.of_studio(session, studio.id, most=STORIES_SHOWN),
        calls=queries.calls_of(session, studio.id, today()),
        waiting=queries.waiting(session, studio.id, at=now()) if sees_load else None,
        kind=states.studio_kind_name(studio.kind),
        level=states.studio_level_name(studio.level),
        role_name=states.studio_role_name,
        outcome_name=states.outcome_name,
    )


def _by_role(studio: Studio) -> list[tuple[StudioRole, list[StudioMembership]]]:
    """Return who is there, the lead first; who has left is not."""
    there = [one for one in studio.memberships if one.person.active]
    grouped = [(role, [one for one in there if one.role is role]) for role in ROLES]
    return [(role, found) for role, found in grouped if found]


def _lead(studio: Studio) -> StudioMembership | None:
    return next((one for one in studio.memberships if one.role is StudioRole.LEAD and one.person.active), None)


def _year_start() -> datetime:
    return datetime(today().year, 1, 1, tzinfo=services().settings.zone).astimezone(UTC)


def _scale(pace: Pace) -> Markup:
    """Draw how soon answers came: to nine of ten a bar, half of them a block, the promise a line in warm."""
    if pace.half is None or pace.most is None:
        return Markup("")
    half, most = (_at(span, pace) for span in (pace.half, pace.most))
    promised = _at(timedelta(hours=pace.limits.answer_hours), pace)
    parts = [
        f'<rect class="bar-track" y="6" width="{DRAWN}" height="8"/>',
        f'<rect class="bar-reach" y="6" width="{most}" height="8"/>',
        f'<rect class="bar-checked" x="{max(half - 4, 0)}" y="1" width="8" height="18"/>',
        f'<path class="bar-beside" d="M{promised} 0v20"/>',
    ]
    body = Markup("").join(Markup(part) for part in parts)  # noqa: S704 - made above, of numbers only
    drawing = Markup('<svg class="reach" viewBox="0 0 {} 20" aria-hidden="true" focusable="false">{}</svg>')
    return drawing.format(DRAWN, body)


def _at(span: timedelta, pace: Pace) -> int:
    return min(DRAWN, round(DRAWN * (span / timedelta(hours=pace.limits.latest_hours))))
