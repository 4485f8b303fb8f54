"""What background workers leave behind so that others can see them and share the work."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class WorkerHeartbeat(Base):
    """A sign of life of one worker process."""

    __tablename__ = "worker_heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    version: Mapped[str] = mapped_column(default="")


class JobLease(Base):
    """Who runs a job that only one worker may run at a time, and until when the claim holds."""

    __tablename__ = "job_leases"

    job: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    held_until: Mapped[datetime]
    last_run_at: Mapped[datetime | None]
