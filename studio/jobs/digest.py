"""Closing each month with an issue of the digest, and sending it when its time has come.

An issue is made in the first minute of the next month, days before it goes out, so that there is something to preview.
Both are caught up with when every worker slept: missing months get their issues, and the newest of them is sent.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from studio.domain.issues import IssueState
from studio.domain.periods import Month
from studio.jobs import leases
from studio.operations import digest
from studio.queries import issues
from studio.settings import Settings

log = logging.getLogger(__name__)

JOB = "digest"
HOLD = timedelta(minutes=10)


def make_and_send(
    session: Session, settings: Settings, *, worker: str, at: datetime, send: Callable[[Month], bool]
) -> list[Month]:
    """Make the issues that are missing and send those that are due; return the months of those that were sent.

    Any number of workers may do so at once. The claim only keeps them from composing the same copies; that nobody
    gets two is sure without it. ``send`` makes the copies of a month and tells whether it could.
    """
    make_missing(session, settings, at=at)
    session.rollback()
    due = [one.month for one in issues.unsent(session, settings, at=at) if one.state is IssueState.SENDING]
    session.rollback()
    if not due or not leases.take(session, JOB, holder=worker, at=at, hold=HOLD):
        return []
    sent = [month for month in due if send(month)]
    leases.finish(session, JOB, holder=worker, at=at)
    return sent


def make_missing(session: Session, settings: Settings, *, at: datetime) -> None:
    """Make the issues of the months that are over and have none, the oldest first, each in its own transaction."""
    session.rollback()
    for month in issues.months_without_issue(session, settings, at=at):
        digest.make_once(session, month, at=at, settings=settings)
        log.info("digest of %s: made", month)
