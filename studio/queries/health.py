"""Is everything there and keeping up? Facts for the readiness check and for graphs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import OutgoingMail, Proposal, WorkerHeartbeat

WORKER_SILENT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of the state of the house. Ages are in seconds, None where there is nothing to age."""

    worker_seen_at: datetime | None
    proposals_by_state: Mapping[str, int]
    mails_by_state: Mapping[str, int]
    unindexed: int


def worker_seen_at(session: Session) -> datetime | None:
    """Return when a worker last gave a sign of life; also proves that the database answers."""
    return session.scalar(select(func.max(WorkerHeartbeat.seen_at)))


def is_silent(seen_at: datetime | None, at: datetime) -> bool:
    """Tell whether no worker lives. A sign of life from the future is one from before the clock was set back."""
    return seen_at is None or abs(at - seen_at) > WORKER_SILENT_AFTER


def facts(session: Session) -> Facts:
    """Return all facts; four statements."""
    states = select(Proposal.state, func.count()).group_by(Proposal.state)
    mails = select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
    stale = or_(Proposal.indexed_revision.is_(None), Proposal.indexed_revision != Proposal.revision)
    return Facts(
        worker_seen_at=worker_seen_at(session),
        proposals_by_state={state.value: count for state, count in session.execute(states)},
        mails_by_state={state.value: count for state, count in session.execute(mails)},
        unindexed=session.scalar(select(func.count()).select_from(Proposal).where(stale)) or 0,
    )
