"""A worker is killed in the middle of a document: the process that reads ends too, and the next worker goes on."""

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import FileText, FileTextState, Unreadable
from studio.queries.file_texts import figures
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.documents import attached
from tests.factories.world import World
from tests.files import samples
from tests.kill.test_serve import alive
from tests.kill.test_worker import until, worker_process
from tests.support.relay import Relay

pytestmark = [
    on_both_databases,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks the kernel for the children of a process"),
]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def waiting(session: Session) -> int:
    session.rollback()
    return figures(session).waiting


def test_killed_in_the_middle_of_a_document_it_leaves_nothing_behind(
    session: Session,
    world: World,
    services: Services,
    settings: Settings,
    smtp: Relay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STUDIO_READING_SECONDS", "5")
    proposal = stories.filed(session, world)
    attached(session, services, proposal, "好的", name="")
    attached(session, services, proposal, samples.slow_pdf(), name="")

    def begun() -> bool:
        session.rollback()
        return session.scalar(select(FileText.claimed_by).where(FileText.claimed_by.is_not(None))) is not None

    with worker_process(settings, smtp) as process:
        until(begun)
        until(lambda: children(process.pid))
        (reader,) = children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    until(lambda: not alive(reader), seconds=20)
    with writing(session):
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(FileText).where(FileText.claimed_by.is_not(None)).values(claimed_until=past))
    with worker_process(settings, smtp):
        until(lambda: waiting(session) == 0)
    session.expire_all()
    good, slow = session.scalars(select(FileText).order_by(FileText.id))
    assert (good.state, good.text, good.attempts) == (FileTextState.READ, "好的", 1)
    assert (slow.state, slow.reason, slow.attempts) == (FileTextState.UNREADABLE, Unreadable.TOO_LONG, 2)
