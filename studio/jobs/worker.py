"""The worker: a clock that runs the jobs. Any number of workers may run, on any number of machines.

A job that fails is logged and runs again at its next time; nothing a job does ends the worker. A worker may be
killed at any moment: every job claims what it works on, and claims run out.
"""

import logging
import os
import random
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from time import monotonic
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.orm import Session

from models import SlowWorkKind
from search_index.port import SearchEngine
from search_index.sync import Progress
from studio.extensions import db
from studio.files.store import FileStore
from studio.hooks import outbox as hook_outbox
from studio.jobs import (
    bounces,
    composing,
    deadlines,
    digest,
    heartbeat,
    indexing,
    notices,
    reading,
    seats,
    team,
    trials,
    wake_up,
)
from studio.jobs.hooks import Herald
from studio.jobs.outbox import Courier
from studio.mail import addresses, outbox
from studio.operations import accounts, file_texts
from studio.operations import notices as news
from studio.operations.attachments import discard_unused_files
from studio.operations.slow_work import noted
from studio.services import Services, now
from studio.settings import Settings
from studio.transactions import gather_statistics, writing

log = logging.getLogger(__name__)

WAKES_SECONDS = 0.5
"""So long a signal to stop may go unheard."""
GRACE_SECONDS = 5
"""How long a running job may take to end when the worker is told to stop."""
SILENCE_SECONDS = 60
"""A job that keeps failing for the same reason says so once in this time."""
UNUSED_FILES_LIVE = timedelta(days=1)
SIGN_INS_LIVE = timedelta(days=180)
READ_NOTICES_LIVE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Job:
    """What to do and when: every so many seconds, beginning at once, or at a time of day. It never overtakes itself."""

    name: str
    when: float | time
    run: Callable[[Session], object]

    def schedule(self, scheduler: BackgroundScheduler, run: Callable[["Job"], None], zone: ZoneInfo) -> None:
        """Enter it in a scheduler."""
        if isinstance(self.when, time):
            trigger = CronTrigger(hour=self.when.hour, minute=self.when.minute, timezone=zone)
            scheduler.add_job(run, trigger, args=[self], id=self.name)
        else:
            interval = IntervalTrigger(seconds=self.when, timezone=zone)
            scheduler.add_job(run, interval, args=[self], id=self.name, next_run_time=datetime.now(UTC))


class Worker:
    """Runs the jobs of one app until told to stop."""

    def __init__(self, app: Flask, *, name: str | None = None) -> None:
        services: Services = app.extensions["studio"]
        self._app = app
        self._services = services
        self._started_at = services.clock()
        self._stop = threading.Event()
        self._complaints: dict[str, tuple[str, float]] = {}
        self.name = name or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(2)}"
        self._courier = Courier(
            settings=services.settings,
            worker=self.name,
            clock=services.clock,
            chance=random.Random(),  # noqa: S311 - spreads retries, keeps no secret
            stopping=self._stop.is_set,
        )
        self._herald = Herald(
            settings=services.settings,
            worker=self.name,
            clock=services.clock,
            chance=random.Random(),  # noqa: S311 - spreads retries, keeps no secret
            stopping=self._stop.is_set,
        )

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Everything the clock does, and how often."""
        settings, search, files = self._services.settings, self._services.search, self._services.files
        return (
            Job("index", 0.5, lambda s: self._indexed(s, indexing.index_due)),
            Job("outbox", 0.5, self._courier.deliver_due),
            Job("notices", 20, lambda s: notices.send_waiting(s, settings, at=now())),
            Job("hooks", 2, self._herald.tell_due),
            Job("reading", 2, self._read),
            Job("heartbeat", 10, self._beat),
            Job("digest", 60, self._digest),
            Job("wake-up", 600, lambda s: wake_up.wake_up_due(s, settings, at=now())),
            Job("trials", 600, lambda s: trials.remind_of_due(s, settings, at=now())),
            Job("seats", 300, lambda s: seats.fill_empty_seats(s, settings, at=now())),
            Job("deadlines", 60, lambda s: deadlines.watch(s, settings, at=now())),
            Job("team", 600, lambda s: team.pass_on_due(s, settings, search, at=now())),
            Job("bounces", 300, lambda s: bounces.read_mailbox(s, settings, at=now())),
            Job("addresses", 600, lambda s: bounces.tell_of_refused(s, settings, at=now())),
            Job("sweep", 6 * 3600, lambda s: _sweep(s, settings, files, at=now())),
            Job("tidy", time(3, 20), lambda s: self._indexed(s, indexing.tidy_index)),
        )

    def run(self) -> None:
        """Run until ``stop`` is called. A job that does not end within the grace time is left to its claim."""
        pool = ThreadPoolExecutor(len(self.jobs), pool_kwargs={"thread_name_prefix": "job"})
        scheduler = BackgroundScheduler(
            executors={"default": pool},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=self._services.settings.zone,
        )
        for job in self.jobs:
            job.schedule(scheduler, self.run_job, self._services.settings.zone)
        scheduler.start()
        log.info("worker %s has started", self.name)
        while not self._stop.wait(WAKES_SECONDS):
            continue  # whatever thread a signal was given to, its handler runs in this one, and only when it wakes
        ending = threading.Thread(target=scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(GRACE_SECONDS)
        self._say_farewell()
        log.info("worker %s has ended", self.name)

    def stop(self) -> None:
        """Ask the worker to end; safe to call from a signal handler or another thread."""
        self._stop.set()

    def run_job(self, job: Job) -> None:
        """Run a job once in a session of its own. Never raises."""
        if self._stop.is_set():
            return
        try:
            with self._app.app_context():
                job.run(db.session)
            self._complaints.pop(job.name, None)
        except Exception as error:  # noqa: BLE001 - whatever happens in a job must not end the worker
            self._complain(job, error)

    def _complain(self, job: Job, error: Exception) -> None:
        reason, clock = repr(error), monotonic()
        said, at = self._complaints.get(job.name, ("", 0.0))
        if reason != said or clock - at >= SILENCE_SECONDS:
            self._complaints[job.name] = (reason, clock)
            log.error("job %s failed and will be tried again", job.name, exc_info=error)

    def _beat(self, session: Session) -> None:
        heartbeat.beat(session, worker=self.name, started_at=self._started_at, at=now())

    def _indexed(self, session: Session, work: Callable[[Session, SearchEngine, Progress], object]) -> None:
        """Work at the index; if it has to be made anew, the administrator sees how far that is."""
        with noted(session, SlowWorkKind.INDEX, holder=self.name, clock=self._services.clock) as notes:
            work(session, self._services.search, notes)

    def _digest(self, session: Session) -> None:
        send = partial(composing.send_digest, stopping=self._stop.is_set)
        digest.make_and_send(session, self._services.settings, worker=self.name, at=now(), send=send)

    def _read(self, session: Session) -> None:
        reading.read_waiting(session, self._services, worker=self.name, stopping=self._stop.is_set)

    def _say_farewell(self) -> None:
        try:
            with self._app.app_context():
                heartbeat.farewell(db.session, worker=self.name)
        except Exception:  # the database may be away; the heartbeat grows old by itself
            log.warning("could not take leave", exc_info=True)


def _sweep(session: Session, settings: Settings, files: FileStore, *, at: datetime) -> None:
    """Remove what dead uploads left, files that nobody names any more, and what is old; count what stays."""
    discard_unused_files(session, files, older_than=at - UNUSED_FILES_LIVE)
    with writing(session):
        file_texts.put_in_order(session)
        news.forget(session, older_than=at - READ_NOTICES_LIVE)
        outbox.forget_words(session, older_than=at - timedelta(days=settings.mail_days))
        addresses.forget_unused(session)
        accounts.forget_attempts(session, older_than=at - SIGN_INS_LIVE)
        accounts.forget_ended_sessions(session, older_than=at - timedelta(hours=settings.session_hours))
        hook_outbox.forget(session, at=at)
    gather_statistics(session)
