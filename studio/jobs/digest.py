"""Sending last month's digest when its day and hour have come, also when every worker slept over them."""

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Person
from studio.domain.periods import Month
from studio.jobs import leases
from studio.operations import digest
from studio.settings import Settings

log = logging.getLogger(__name__)

JOB = "digest"
HOLD = timedelta(minutes=30)


def last_due(at: datetime, settings: Settings) -> datetime:
    """Return the last moment at which a digest was due: the configured day and hour on the site's wall clock."""
    this_month = Month.of(at, settings.zone)
    due = _due_in(this_month, settings)
    return due if due <= at else _due_in(this_month.previous, settings)


def _due_in(month: Month, settings: Settings) -> datetime:
    wall_clock = datetime(month.year, month.number, settings.digest_day, settings.digest_hour, tzinfo=settings.zone)
    return wall_clock.astimezone(UTC)


def send_if_due(session: Session, settings: Settings, *, worker: str, at: datetime) -> digest.Sent | None:
    """Send the issue that is due unless it is done, being done by another worker, or from before our time here."""
    due = last_due(at, settings)
    done = leases.last_run(session, JOB)
    if (done is not None and done >= due) or _began_after(session, due):
        return None
    if not leases.take(session, JOB, holder=worker, at=at, hold=HOLD):
        return None
    month = Month.of(due, settings.zone).previous
    sent = digest.send(session, month, at=at, settings=settings)
    leases.finish(session, JOB, holder=worker, at=at)
    log.info("digest of %s: %d mailed, %d in the app only", month, sent.mailed, sent.in_app)
    return sent


def _began_after(session: Session, due: datetime) -> bool:
    """Tell whether the site was set up after that moment: nobody expects a digest of the time before."""
    first = session.scalar(select(func.min(Person.created_at)))
    return first is None or first > due
