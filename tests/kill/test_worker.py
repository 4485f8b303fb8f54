"""A real worker process is killed in the middle of its mailing; nothing is lost and at most one mail comes twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import Delivery, MailState, OutgoingMail, Person, WorkerHeartbeat
from studio.operations import digest
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, october
from tests.factories.world import World
from tests.support.relay import Relay

pytestmark = [on_both_databases, pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")]
ROOT = Path(__file__).parents[2]


@contextmanager
def worker_process(settings: Settings, smtp: Relay, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {
        **os.environ,
        "STUDIO_DATA": str(settings.data),
        "STUDIO_DATABASE_URL": settings.database_url,
        "STUDIO_SMTP_URL": smtp.url,
        "STUDIO_SECRET_KEY": settings.secret_key,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "studio.cli.worker", *options], cwd=ROOT, env=environment, stdin=subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        process.kill()
        process.wait(10)


def until(happened: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that another process does."""
    patience = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < patience, "it did not happen"
        time.sleep(0.02)


def queue_digest(session: Session, world: World, settings: Settings, more: int) -> int:
    october(session, world)
    with writing(session):
        session.add_all(
            [
                Person(
                    employee_no=f"9{i:05}",
                    name=f"工友{i}",
                    unit=world.team,
                    created_at=world.at,
                    email=f"w{i}@example.com",
                )
                for i in range(more)
            ]
        )
    mailed = digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings).mailed
    assert session.scalar(select(func.count()).select_from(Delivery)) == mailed
    return mailed


def sent(session: Session) -> int:
    session.rollback()
    digests = (OutgoingMail.state == MailState.SENT, OutgoingMail.kind == "digest")
    return session.scalar(select(func.count()).where(*digests)) or 0


def digests_of(smtp: Relay) -> dict[str, int]:
    """How often each digest arrived; the worker sends reminders meanwhile, which are told elsewhere."""
    return {name: count for name, count in smtp.message_ids.items() if name.startswith("<digest.")}


def arrived(smtp: Relay, goal: int) -> bool:
    return len(smtp.arrived) >= goal


def let_claims_run_out(session: Session) -> None:
    """Ten minutes pass for what the dead worker had claimed."""
    with writing(session):
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(OutgoingMail).where(OutgoingMail.state == MailState.SENDING).values(claimed_until=past))


def test_killed_in_the_middle_of_the_mailing_it_loses_nothing_and_doubles_at_most_one(session, world, settings, smtp):
    everybody = queue_digest(session, world, settings, more=60)
    smtp.delay = 0.02
    kills = 0
    for goal in (5, 25, 45):
        with worker_process(settings, smtp) as process:
            until(partial(arrived, smtp, goal))
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            kills += 1
        let_claims_run_out(session)
    with worker_process(settings, smtp):
        until(lambda: sent(session) == everybody)
    digests = digests_of(smtp)
    assert len(digests) == everybody
    assert max(digests.values()) <= 1 + kills
    assert sum(digests.values()) <= everybody + kills
    assert set(smtp.envelopes) == set(session.scalars(select(OutgoingMail.address)))


def test_told_to_stop_it_ends_quickly_and_takes_its_leave(session, world, settings, smtp):
    with worker_process(settings, smtp) as process:
        until(lambda: session.rollback() or session.scalars(select(WorkerHeartbeat.name)).all())
        process.terminate()
        assert process.wait(15) == 0
    session.rollback()
    assert session.scalars(select(WorkerHeartbeat.name)).all() == []


def test_it_ends_when_its_parent_is_gone(session, world, settings, smtp):
    with worker_process(settings, smtp, "--follow-parent") as process:
        until(lambda: session.rollback() or session.scalars(select(WorkerHeartbeat.name)).all())
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(15) == 0
