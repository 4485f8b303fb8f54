"""A sign of life of each worker, for readiness checks and the doctor."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

import studio
from models import WorkerHeartbeat
from studio.queries.health import WORKER_SILENT_AFTER
from studio.transactions import writing

FORGOTTEN_AFTER = timedelta(days=1)


def beat(session: Session, *, worker: str, started_at: datetime, at: datetime) -> None:
    """Write that this worker lives, and forget those that have been silent for a day.

    Those from the future are of before the clock was set back; who still lives writes his anew.
    """
    with writing(session):
        session.merge(WorkerHeartbeat(name=worker, started_at=started_at, seen_at=at, version=studio.__version__))
        session.execute(
            delete(WorkerHeartbeat).where(
                or_(
                    WorkerHeartbeat.seen_at < at - FORGOTTEN_AFTER,
                    WorkerHeartbeat.seen_at > at + WORKER_SILENT_AFTER,
                )
            )
        )


def farewell(session: Session, *, worker: str) -> None:
    """Forget a worker that ends on purpose."""
    with writing(session):
        session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.name == worker))
