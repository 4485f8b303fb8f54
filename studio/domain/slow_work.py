"""How far work has come and how long it will still take. Pure: the same for a page and for the command line."""

from datetime import datetime, timedelta
from enum import StrEnum

from models import SlowWork

STOPPED_AFTER = timedelta(minutes=2)
"""Work that gives no sign of life for so long was killed. The longest step without one takes some seconds."""
LEAST_SECONDS = 2
"""Whoever has worked for less has no pace yet that says anything."""


class SlowWorkState(StrEnum):
    """Where slow work stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    """It was killed, or its machine went down."""
    FAILED = "failed"
    """It gave up and said so."""
    FINISHED = "finished"


def state_of(work: SlowWork, at: datetime) -> SlowWorkState:
    """Return where work stands. A sign of life from the future is one from before the clock was set back."""
    if work.ended_at is not None:
        return SlowWorkState.FAILED if work.failed else SlowWorkState.FINISHED
    return SlowWorkState.STOPPED if abs(at - work.seen_at) > STOPPED_AFTER else SlowWorkState.RUNNING


def percent(done: int, total: int) -> int | None:
    """Return how much is done, in whole per cent; 100 only when all is. None while nobody knows how much there is."""
    return min(done, total) * 100 // total if total > 0 else None


def seconds_left(done: int, total: int, seconds: float) -> float | None:
    """Return how long the rest takes if it goes on as in the first ``seconds``; None while that says nothing."""
    if done <= 0 or total <= 0 or seconds < LEAST_SECONDS:
        return None
    return max(0, total - done) * seconds / done
