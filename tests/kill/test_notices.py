"""A real worker process is killed while it puts together what waited; everybody is told everything, once."""

import os
import signal
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Notification, OutgoingMail, Person
from studio.mail.telling import TOGETHER
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.kill.test_worker import until, worker_process
from tests.operations.test_notices import name, words_in
from tests.support.relay import Relay

pytestmark = [on_both_databases, pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")]
READERS = 100
"""Five batches of the job."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, notice_gap_minutes=15)


def put_together(session: Session, goal: int) -> bool:
    session.rollback()
    return (session.scalar(select(func.count()).where(OutgoingMail.kind == TOGETHER)) or 0) >= goal


def waiting(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(Notification.mail_at.is_not(None))) or 0


def test_killed_while_putting_together_what_waited_it_tells_everything_once(
    session: Session, world: World, settings: Settings, smtp: Relay
):
    at = datetime.now(UTC) - timedelta(hours=1)
    with writing(session):
        facts = {"unit": world.team, "created_at": world.at}
        readers = [
            Person(employee_no=f"9{i:05}", name=f"工友{i}", email=f"w{i}@example.com", **facts) for i in range(READERS)
        ]
        session.add_all(readers)
    proposal = stories.filed(session, world, at=at)
    told = [name(session, proposal, *readers, at=at + timedelta(minutes=minute)) for minute in (1, 2, 3)]
    for goal in (1, READERS // 2):
        with worker_process(settings, smtp) as process:
            until(partial(put_together, session, goal))
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        assert waiting(session), "it was killed in the middle"
    with worker_process(settings, smtp):
        until(lambda: waiting(session) == 0)
    read = {reader.id: Counter[str]() for reader in readers}
    for mail in session.scalars(select(OutgoingMail).where(OutgoingMail.person_id.in_(read))):
        assert mail.person_id
        read[mail.person_id].update(words_in(mail))
    assert all(words == Counter(told) for words in read.values())
