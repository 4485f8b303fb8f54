"""A real worker process is killed while a program listens; all is told, at most one message twice a kill."""

import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import HookDelivery, HookKind, HookTopic, MailState
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.hooks import hook
from tests.factories.world import World
from tests.kill.test_worker import until, worker_process
from tests.support.relay import Relay
from tests.support.robot import Robot, robot

pytestmark = [on_both_databases, pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")]
HOOKS = 4
FACTS = 3


def arrived(chat: Robot, goal: int) -> bool:
    return len(chat.arrived) >= goal


def let_claims_run_out(session: Session) -> None:
    with writing(session):
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(HookDelivery).where(HookDelivery.state == MailState.SENDING).values(claimed_until=past))


def unsent(session: Session) -> int:
    session.rollback()
    waiting = select(func.count()).select_from(HookDelivery).where(HookDelivery.state != MailState.SENT)
    return session.scalar(waiting) or 0


def test_killed_while_telling_it_loses_nothing(session: Session, world: World, settings, smtp: Relay):
    at = datetime.now(UTC) - timedelta(seconds=5)
    with robot() as chat:
        chat.delay = 0.05
        for number in range(HOOKS):
            topics = frozenset({HookTopic.FILED})
            hook(session, world, chat.url, kind=HookKind.SIGNED, on=at, name=str(number), topics=topics)
        for _ in range(FACTS):
            stories.filed(session, world, at=at + timedelta(seconds=1))
        for goal in (1, 3):
            with worker_process(settings, smtp) as process:
                until(partial(arrived, chat, goal))
                process.send_signal(signal.SIGKILL)
                process.wait(10)
            let_claims_run_out(session)
        with worker_process(settings, smtp):
            until(lambda: arrived(chat, HOOKS) and unsent(session) == 0)
    messages = Counter(one.headers["Webhook-Id"] for one in chat.arrived)
    bodies = {one.headers["Webhook-Id"]: one.said["data"] for one in chat.arrived}
    told = Counter(item["id"] for said in bodies.values() for item in said["items"])
    assert len(messages) == HOOKS
    assert sum(messages.values()) <= HOOKS + 2
    assert set(told.values()) == {HOOKS}
    assert len(told) == FACTS
