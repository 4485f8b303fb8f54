"""A claim on a job that only one worker may run at a time. It runs out by itself if the worker dies."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import JobLease
from studio.transactions import writing


def take(session: Session, job: str, *, holder: str, at: datetime, hold: timedelta) -> bool:
    """Claim a job for a while and tell whether it is ours."""
    free = or_(JobLease.held_until <= at, JobLease.holder == holder)
    with writing(session):
        ours = session.scalar(
            update(JobLease)
            .where(JobLease.job == job, free)
            .values(holder=holder, held_until=at + hold)
            .returning(JobLease.job)
        )
        if ours:
            return True
        known = session.get(JobLease, job) is not None
    return not known and _make(session, job, holder, at + hold)


def _make(session: Session, job: str, holder: str, held_until: datetime) -> bool:
    try:
        with writing(session):
            session.add(JobLease(job=job, holder=holder, held_until=held_until))
    except IntegrityError:  # another worker was quicker
        return False
    return True


def last_run(session: Session, job: str) -> datetime | None:
    """Return when the job was last brought to its end by any worker."""
    lease = session.get(JobLease, job, populate_existing=True)
    return lease.last_run_at if lease else None


def finish(session: Session, job: str, *, holder: str, at: datetime) -> None:
    """Give the job back and remember that it was done."""
    with writing(session):
        session.execute(
            update(JobLease).where(JobLease.job == job, JobLease.holder == holder).values(held_until=at, last_run_at=at)
        )
