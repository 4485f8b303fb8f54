"""First answers of studios: who gave them, and how much of the studio's working time they took."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models import Assignment, Event, Proposal, Studio, Unit
from studio.domain import workflow
from studio.queries.working_time import WorkingTimes


@dataclass(frozen=True, slots=True)
class Answer:
    """One first answer of a studio, from the moment the studio got the proposal."""

    studio_id: int
    person_id: int | None
    taken: timedelta


def first_answers(
    session: Session, studio_ids: Collection[int], times: WorkingTimes, *, since: datetime | None
) -> Sequence[Answer]:
    """Return the first answers of these studios, since a moment or ever; one statement.

    What a team answered before is not theirs.
    """
    first = (
        select(func.min(Event.id))
        .where(Event.proposal_id == Proposal.id, Event.verb.in_(sorted(workflow.FIRST_ANSWERS)))
        .correlate(Proposal)
        .scalar_subquery()
    )
    held_it = and_(
        Assignment.proposal_id == Proposal.id,
        Assignment.assigned_at <= Proposal.answered_at,
        or_(Assignment.ended_at.is_(None), Assignment.ended_at > Proposal.answered_at),
    )
    statement = (
        select(Assignment.studio_id, Event.actor_id, Assignment.assigned_at, Proposal.answered_at, Unit.path)
        .select_from(Assignment)
        .join(Proposal, held_it)
        .join(Event, Event.id == first)
        .join(Studio, Studio.id == Assignment.studio_id)
        .join(Unit, Unit.id == Studio.unit_id)
        .where(Assignment.studio_id.in_(sorted(studio_ids)))
    )
    if since is not None:
        statement = statement.where(Proposal.answered_at >= since)
    return [
        Answer(studio_id, actor_id, times.calendar_at(path).working_time_between(assigned_at, answered_at))
        for studio_id, actor_id, assigned_at, answered_at, path in session.execute(statement)
        if answered_at is not None
    ]
