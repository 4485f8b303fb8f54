"""The first page: what waits for me, what became of mine, what happens around me."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models import ProposalState
from studio.domain import permissions
from studio.domain.permissions import Duty
from studio.queries import administration, calls, desk, follow_up, home, issues, mentions, notices, stories, team
from studio.queries.administration import Overview
from studio.queries.calls import OpenCall
from studio.queries.desk import Pressing
from studio.queries.home import Unchecked
from studio.queries.issues import Standing
from studio.queries.team import TeamRow
from studio.services import now, services
from studio.wording.language import gettext as _
from studio.wording.notices import saying
from views.access import database, me, signed_in
from views.moments import local, today

blueprint = Blueprint("home", __name__)
DESK_ROWS = 3
TASKS_SHOWN = 5
UNCHECKED_SHOWN = 3
ALL_SHOWN = 200
"""Rows of one kind for whoever asks for all that waits."""
CALLS_SHOWN = 2
NEWS_SHOWN = 3
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class TeamShown:
    """The most urgent rows of a team, and how many there are."""

    rows: Sequence[TeamRow]
    count: int


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Show the start page, with ``?all`` everything that waits; as many statements for much as for little."""
    person, session = me(), database()
    everything = "all" in request.args
    tasks = follow_up.waiting_for(session, person)
    known = {row.number for row in tasks}  # what is to be done says already why
    return render_template(
        "home/index.html",
        greeting=_greeting(),
        questions=home.open_questions(session, person),
        drafts=home.drafts(session, person),
        called=mentions.unseen(session, person),
        desk=_desk(),
        team=_team(),
        tasks=tasks,
        tasks_shown=ALL_SHOWN if everything else TASKS_SHOWN,
        unrouted=home.unrouted(session, person) if permissions.has_duty(person, Duty.COORDINATE) else None,
        unchecked=_unchecked(ALL_SHOWN if everything else UNCHECKED_SHOWN),
        failing=_failing(),
        news=[one for one in notices.fresh(session, person) if one.number not in known][:NEWS_SHOWN],
        saying=saying,
        mine=home.mine(session, person),
        year=home.year(session, person, _year_start()),
        near=home.in_use_near(session, person),
        story=stories.first(session),
        calls=_calls(),
        issue=_newest_issue(),
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


def _unchecked(most: int) -> Unchecked | None:
    """Return what finance is to check; others check no money."""
    if not permissions.has_duty(me(), Duty.CHECK_BENEFITS):
        return None
    return home.unchecked(database(), me(), most=most)


def _failing() -> Overview | None:
    """Return what does not work, for whoever administers the site."""
    return administration.overview(database(), at=now()) if permissions.has_duty(me(), Duty.ADMINISTER) else None


def _calls() -> Sequence[OpenCall]:
    """Return what is called for where I work, at most ``CALLS_SHOWN``."""
    return [call for call in calls.open_on(database(), today()) if call.concerns(me().unit)][:CALLS_SHOWN]


def _newest_issue() -> Standing | None:
    """Return the digest's newest issue that everybody may read."""
    latest = issues.latest(database(), services().settings, at=now())
    return next((one for one in latest if one.published), None)


def _greeting() -> str:
    hour = local(now()).hour
    if hour < NOON:
        return str(_("Good morning, %(name)s"))
    return str(_("Good afternoon, %(name)s") if hour < EVENING else _("Good evening, %(name)s"))


def _year_start() -> datetime:
    return _site_midnight(today().year, 1)


def _site_midnight(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=services().settings.zone).astimezone(UTC)
