"""Slow work as the administrator sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import SlowWork
from studio.domain.slow_work import SlowWorkState, percent, seconds_left, state_of


@dataclass(frozen=True, slots=True)
class Run:
    """The newest run of a kind of work: where it stands, how far it is in per cent, how long it still takes."""

    work: SlowWork
    state: SlowWorkState
    percent: int | None
    seconds_left: float | None

    @property
    def took(self) -> timedelta:
        """How long it has worked, up to its last sign of life."""
        return self.work.seen_at - self.work.begun_at


def runs(session: Session, *, at: datetime) -> Sequence[Run]:
    """Return the newest run of each kind of work, those that began last first."""
    return [_run(work, at) for work in session.scalars(select(SlowWork).order_by(SlowWork.begun_at.desc()))]


def _run(work: SlowWork, at: datetime) -> Run:
    paced = (work.seen_at - work.paced_at).total_seconds() if work.paced_at else 0
    left = seconds_left(work.done, work.total, paced)
    return Run(work, state_of(work, at), percent(work.done, work.total), left)
