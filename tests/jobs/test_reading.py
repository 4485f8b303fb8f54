"""The worker reads what is attached, whatever it is, and the archive finds it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import FileText, FileTextState, Unreadable
from search_index import sync
from search_index.port import SearchQuery
from studio.extensions import db
from studio.jobs import reading
from studio.jobs.worker import Worker
from studio.services import Services
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.documents import attached
from tests.factories.world import World
from tests.files import samples

pytestmark = on_both_databases


_OUTCOMES = select(FileText.state, FileText.reason).order_by(FileText.id)


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, settings=replace(services.settings, reading_seconds=4))


def read(session: Session, services: Services, worker: str = "a") -> int:
    return reading.read_waiting(session, services, worker=worker, stopping=lambda: False)


def found(services: Services, text: str) -> list[str]:
    page = services.search.search(SearchQuery(text=text, audience=frozenset({"all"})))
    return [hit.number for hit in page.hits]


def outcomes(session: Session) -> list[tuple[FileTextState, Unreadable | None]]:
    session.rollback()
    return [(state, reason) for state, reason in session.execute(_OUTCOMES)]


def test_two_characters_of_a_document_find_the_proposal(session: Session, world: World, services: Services):
    proposal = stories.filed(session, world)
    attached(session, services, proposal, "液压站管路改造示意图", name="第三版.pdf")
    sync.sync(session, services.search)
    assert (found(services, "管路"), found(services, "第三版")) == ([], [proposal.number])
    assert read(session, services) == 1
    assert sync.sync(session, services.search) == 1
    assert found(services, "管路") == [proposal.number]
    assert (read(session, services), sync.sync(session, services.search)) == (0, 0)


def test_a_document_that_was_read_for_one_proposal_is_found_in_the_next(
    session: Session, world: World, services: Services
):
    one, other = stories.filed(session, world), stories.filed(session, world, title="另一件")
    attached(session, services, one, "液压站管路")
    read(session, services)
    sync.sync(session, services.search)
    attached(session, services, other, "液压站管路")
    assert read(session, services) == 0
    sync.sync(session, services.search)
    assert sorted(found(services, "管路")) == [one.number, other.number]


def test_bad_documents_hold_up_no_good_one(session: Session, world: World, services: Services):
    proposal = stories.filed(session, world)
    gone = attached(session, services, proposal, "丢了的")
    services.files.path(gone.sha256).unlink()
    for content in (samples.locked_pdf("锁着", "x"), samples.slow_pdf(), samples.PDF, samples.docx("")):
        attached(session, services, proposal, content, name="")
    attached(session, services, proposal, samples.docx("液压站管路"), name="说明.docx")
    assert read(session, services) == 6
    sync.sync(session, services.search)
    assert found(services, "管路") == [proposal.number]
    assert outcomes(session) == [
        (FileTextState.UNREADABLE, Unreadable.MISSING),
        (FileTextState.UNREADABLE, Unreadable.LOCKED),
        (FileTextState.UNREADABLE, Unreadable.TOO_LONG),
        (FileTextState.UNREADABLE, Unreadable.BROKEN),
        (FileTextState.EMPTY, None),
        (FileTextState.READ, None),
    ]
    assert read(session, services) == 0


def test_two_workers_share_the_documents(app: Flask, session: Session, world: World, services: Services):
    proposal = stories.filed(session, world)
    for number in range(10):
        attached(session, services, proposal, f"第{number}张图")
    session.close()

    def work(name: str) -> int:
        with app.app_context():
            return read(db.session, services, name)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(work, ("a", "b")))
    assert sum(done) == 10
    assert all(done)
    rows = list(session.scalars(select(FileText)))
    assert {row.text for row in rows} == {f"第{number}张图" for number in range(10)}
    assert {row.attempts for row in rows} == {1}


def test_a_worker_told_to_stop_leaves_the_rest_to_others(session: Session, world: World, services: Services):
    attached(session, services, stories.filed(session, world), "液压站")
    assert reading.read_waiting(session, services, worker="a", stopping=lambda: True) == 0
    assert outcomes(session) == [(FileTextState.WAITING, None)]


def test_it_is_one_of_the_workers_jobs(app: Flask, session: Session, world: World, services: Services):
    attached(session, services, stories.filed(session, world), "液压站")
    worker = Worker(app, name="a")
    session.close()
    worker.run_job(next(job for job in worker.jobs if job.name == "reading"))
    assert outcomes(session) == [(FileTextState.READ, None)]
