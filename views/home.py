"""The first page: what waits for me, what became of mine, what happens around me."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from models import ProposalState
from studio.domain import permissions
from studio.domain.permissions import Duty
from studio.queries import desk, follow_up, home, mentions, stories, team
from studio.queries.desk import Pressing
from studio.queries.team import TeamRow
from studio.services import now, services
from studio.wording.language import gettext as _
from views.access import database, me, signed_in
from views.moments import local, today

blueprint = Blueprint("home", __name__)
DESK_ROWS = 3
TASKS_SHOWN = 5
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class TeamShown:
    """The most urgent rows of a team, and how many there are."""

    rows: Sequence[TeamRow]
    count: int


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Show the start page. The number of statements is the same however much there is."""
    person, session = me(), database()
    return render_template(
        "home/index.html",
        greeting=_greeting(),
        questions=home.open_questions(session, person),
        drafts=home.drafts(session, person),
        called=mentions.unseen(session, person),
        desk=_desk(),
        team=_team(),
        tasks=follow_up.waiting_for(database(), me()),
        tasks_shown=TASKS_SHOWN,
        unrouted=home.unrouted(session, person) if permissions.has_duty(person, Duty.COORDINATE) else None,
        unchecked=home.unchecked(session, person) if permissions.has_duty(person, Duty.CHECK_BENEFITS) else None,
        mine=home.mine(session, person),
        year=home.year(session, person, _year_start()),
        near=home.in_use_near(session, person),
        story=stories.first(session),
    )


def _desk() -> Pressing | None:
    """Return the most urgent rows of my desk; people who judge nothing have none."""
    if not permissions.has_duty(me(), Duty.SEE_DESK):
        return None
    return desk.pressing(database(), me(), at=now(), today=today(), most=DESK_ROWS)


def _team() -> TeamShown | None:
    """Return what a team leader is to settle, the most urgent first; others lead no team."""
    if not permissions.has_duty(me(), Duty.LEAD_TEAM):
        return None
    rows = [row for row in team.in_hand(database(), me()) if row.state is ProposalState.TEAM_CHECK]
    return TeamShown(rows[:DESK_ROWS], len(rows))


def _greeting() -> str:
    hour = local(now()).hour
    if hour < NOON:
        return str(_("Good morning, %(name)s"))
    return str(_("Good afternoon, %(name)s") if hour < EVENING else _("Good evening, %(name)s"))


def _year_start() -> datetime:
    return _site_midnight(today().year, 1)


def _site_midnight(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=services().settings.zone).astimezone(UTC)
