"""The worker's clock: what it does, and that nothing a job does ends it."""

import logging
import threading
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Decision, JobLease, Outcome, Proposal, ProposalState, WorkerHeartbeat
from studio.jobs import heartbeat, leases, wake_up
from studio.jobs.worker import Job, Worker
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import filed
from tests.factories.world import World

pytestmark = on_both_databases


def test_a_job_that_fails_is_logged_once_and_does_not_end_the_worker(app, caplog):
    worker = Worker(app, name="test:1")
    runs: list[int] = []

    def fail(_: Session) -> None:
        runs.append(1)
        raise OSError("the disk is away")

    with caplog.at_level(logging.ERROR, logger="studio.jobs.worker"):
        for _ in range(3):
            worker.run_job(Job("broken", 1, fail))
    assert len(runs) == 3
    assert [record.getMessage() for record in caplog.records] == ["job broken failed and will be tried again"]


def test_it_runs_its_jobs_until_told_to_stop(app, session, world):
    worker = Worker(app, name="test:1")
    running = threading.Thread(target=worker.run)
    session.close()
    running.start()
    try:
        for _ in range(600):
            session.rollback()
            if session.get(WorkerHeartbeat, "test:1"):
                break
            running.join(0.02)
        assert session.get(WorkerHeartbeat, "test:1") is not None
        session.rollback()
    finally:
        worker.stop()
        running.join(15)
    assert not running.is_alive()
    session.expire_all()
    assert session.get(WorkerHeartbeat, "test:1") is None


def test_every_job_has_a_name_of_its_own(app):
    names = [job.name for job in Worker(app).jobs]
    assert sorted(names) == sorted(set(names))


def test_a_worker_silent_for_a_day_is_forgotten(session, world):
    heartbeat.beat(session, worker="old", started_at=world.at, at=world.at)
    heartbeat.beat(session, worker="new", started_at=world.at, at=world.at + timedelta(days=1, seconds=1))
    assert session.scalars(select(WorkerHeartbeat.name)).all() == ["new"]


def test_a_lease_is_held_by_one_and_runs_out(session, world):
    hour = timedelta(hours=1)
    assert leases.take(session, "digest", holder="a", at=world.at, hold=hour)
    assert leases.take(session, "digest", holder="a", at=world.at, hold=hour)
    assert not leases.take(session, "digest", holder="b", at=world.at, hold=hour)
    assert leases.take(session, "digest", holder="b", at=world.at + hour, hold=hour)
    leases.finish(session, "digest", holder="a", at=world.at + hour)
    assert session.get(JobLease, "digest", populate_existing=True).last_run_at is None
    leases.finish(session, "digest", holder="b", at=world.at + hour)
    assert leases.last_run(session, "digest") == world.at + hour


def deferred(session: Session, world: World, days: int) -> Proposal:
    day = (world.at + timedelta(days=days)).date()
    made = filed(session, world, "盖板", state=ProposalState.DEFERRED, decided_at=world.at, wake_up_on=day)
    with writing(session):
        session.add(
            Decision(
                proposal=made,
                outcome=Outcome.DEFERRED,
                reason="等大修",
                decided_by=world.lead,
                decided_at=world.at,
                wake_up_on=day,
            )
        )
    return made


def test_what_was_put_off_comes_back_on_its_day_and_not_before(session, world, settings):
    today, tomorrow = deferred(session, world, 0), deferred(session, world, 1)
    assert wake_up.wake_up_due(session, settings, at=world.at) == 1
    session.expire_all()
    assert (today.state, tomorrow.state) == (ProposalState.UNDER_REVIEW, ProposalState.DEFERRED)
    assert wake_up.wake_up_due(session, settings, at=world.at) == 0
