"""The plug is pulled in the middle of filing and of indexing: what was answered is there, once and whole."""

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPException
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Contributor, Event, NumberSequence, OutgoingMail, Person, Proposal, ProposalState, StudioRole, Verb
from search_index import sync
from studio.extensions import db
from studio.operations import filing
from studio.operations.accounts import hash_password
from studio.services import Services
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories.world import PASSWORD, World
from tests.operations.conftest import CALENDAR
from tests.support.forms import Form
from tests.support.server import Caller, Server, until

pytestmark = [on_both_databases, pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")]

WORKERS = ("000101", "000102", "000103", "000104")
FINDABLE_SECONDS = 30
WORDS = {
    "problem": "盖板边上翘起来三公分多，推小车过去咣当一下。",
    "measure": "盖板重新折边，四角加限位角铁，边上刷黄黑条。",
    "effect": "不再绊人，小车推着也顺当。",
}


@pytest.fixture
def site(app: Flask) -> Flask:
    """The firm, with everybody's password."""
    kept = hash_password(PASSWORD)
    with app.app_context():
        World.build(db.session, at=MONDAY_MORNING)
        with writing(db.session):
            for person in db.session.scalars(select(Person)).unique():
                person.password_hash = kept
    return app


@pytest.fixture
def server(site: Flask, settings: Settings) -> Iterator[Server]:
    """A server that is not started yet, and surely dead afterwards."""
    environment = {"STUDIO_DATABASE_URL": settings.database_url, "STUDIO_SECRET_KEY": settings.secret_key}
    made = Server(settings.data, settings=environment)
    yield made
    made.kill()


@dataclass
class Shift:
    """One worker who files until the lights go out, and remembers what was promised and what was not answered."""

    caller: Caller
    name: str
    ended: threading.Event
    answered: dict[str, str] = field(default_factory=dict)
    """Title -> number on the receipt."""
    open: dict[str, Form] = field(default_factory=dict)
    """Title -> the form that got no answer."""

    def work(self) -> None:
        """File one after the other."""
        while not self.ended.is_set():
            title = f"{self.name}的第{len(self.answered) + len(self.open)}块盖板"
            try:
                form = self.caller.form("/file", "problem").fill(title=title, **WORDS)
            except (OSError, HTTPException):
                return
            self.open[title] = form
            if not self.send(title):
                return

    def send(self, title: str) -> bool:
        """Send a form once more; the same key makes it the same filing."""
        try:
            answer = self.caller.send(self.open[title], "submit")
        except (OSError, HTTPException):
            return False
        assert answer.status in {302, 303}, answer.text
        self.answered[title] = answer.location.split("/")[2]
        del self.open[title]
        return True


def test_killed_while_everybody_files_it_keeps_every_promise_and_no_halves(site: Flask, server: Server) -> None:
    server.start()
    callers = {number: Caller(server).sign_in(number, PASSWORD) for number in WORKERS}
    answered: dict[str, str] = {}
    for turn in range(2):
        ended = threading.Event()
        shifts = [Shift(caller, f"{number}-{turn}-", ended) for number, caller in callers.items()]
        threads = [threading.Thread(target=shift.work) for shift in shifts]
        for thread in threads:
            thread.start()
        until(partial(_have_answers, shifts, 12), what="a dozen filings")
        server.kill()
        ended.set()
        for thread in threads:
            thread.join(30)
        server.start()
        for shift in shifts:
            assert all(shift.send(title) for title in list(shift.open)), "what got no answer can be sent again"
            answered |= shift.answered
    _everything_is_whole(site, answered)
    _everything_is_findable(site, server, answered)


def _have_answers(shifts: list[Shift], count: int) -> bool:
    return sum(len(shift.answered) for shift in shifts) >= count


def _everything_is_whole(site: Flask, answered: dict[str, str]) -> None:
    with site.app_context():
        filed = list(db.session.scalars(select(Proposal).where(Proposal.number.is_not(None))).unique())
        assert {p.title: p.number for p in filed} == answered
        assert sorted(p.number or "" for p in filed) == [f"{_year()}-{n:05}" for n in range(1, len(answered) + 1)]
        assert db.session.scalars(select(NumberSequence.last)).all() == [len(answered)]
        submitted = db.session.scalars(select(Event.proposal_id).where(Event.verb == Verb.SUBMIT)).all()
        assert Counter(submitted) == Counter(p.id for p in filed)
        told = Counter(db.session.scalars(select(OutgoingMail.proposal_id).where(OutgoingMail.kind == "assigned")))
        for proposal in filed:
            assert [c.share for c in proposal.contributors] == [100]
            if proposal.studio_id is None:
                assert proposal.state is ProposalState.SUBMITTED, "it lies on the coordinator's desk"
                continue
            assert proposal.state is ProposalState.UNDER_REVIEW
            assert [a.ended_at for a in proposal.assignments] == [None]
            assert proposal.reviewer_id is not None
            assert proposal.answer_due_at is not None
            assert proposal.studio is not None
            leads = [m.person_id for m in proposal.studio.memberships if m.role is StudioRole.LEAD]
            assert told[proposal.id] == len({*proposal.panel_ids, *leads}), "the panel and the lead, once each"


def _everything_is_findable(site: Flask, server: Server, answered: dict[str, str]) -> None:
    until(lambda: _unindexed(site) == 0, seconds=FINDABLE_SECONDS, what="the index")
    reader = Caller(server).sign_in("000104", PASSWORD)
    for title, number in random.Random(1).sample(sorted(answered.items()), 5):
        assert number in reader.get(f"/archive?q={quote(title)}").text
    with site.app_context():
        services: Services = site.extensions["studio"]
        assert not sync.check(db.session, services.search)


def _unindexed(site: Flask) -> int:
    with site.app_context():
        stale = func.coalesce(Proposal.indexed_revision, -1) != Proposal.revision
        return db.session.scalar(select(func.count(Proposal.id)).where(Proposal.number.is_not(None), stale)) or 0


def _year() -> int:
    return datetime.now(UTC).astimezone(CALENDAR.zone).year


def test_killed_while_it_writes_the_index_it_finds_everything_after_the_next_start(
    site: Flask, server: Server, settings: Settings
) -> None:
    numbers: dict[str, str] = {}
    for turn in range(2):
        numbers |= _file_many(site, turn, 40)
        before = _files_of_the_index(settings)
        server.start()
        until(partial(_differs, settings, before), what="a change in the index")
        server.kill()
    server.start()

    _everything_is_findable(site, server, numbers)


def _differs(settings: Settings, before: set[tuple[str, int, int]]) -> bool:
    return _files_of_the_index(settings) != before


def _files_of_the_index(settings: Settings) -> set[tuple[str, int, int]]:
    found = set()
    for path in settings.index_path.rglob("*"):
        with suppress(FileNotFoundError):  # a temporary file that is gone again
            facts = path.stat()
            found.add((str(path), facts.st_size, facts.st_mtime_ns))
    return found


def _file_many(site: Flask, turn: int, count: int) -> dict[str, str]:
    """File directly, quicker than through pages, and return title -> number."""
    made: dict[str, str] = {}
    with site.app_context():
        world_at = datetime.now(UTC)
        worker = db.session.scalars(select(Person).where(Person.employee_no == WORKERS[0])).unique().one()
        for i in range(count):
            proposal = Proposal(title=f"第{turn}批{i}号护罩", **WORDS, location="", submitter=worker, unit=worker.unit)
            proposal.state, proposal.created_at, proposal.updated_at = ProposalState.DRAFT, world_at, world_at
            proposal.contributors = [Contributor(person=worker, share=100)]
            with writing(db.session):
                db.session.add(proposal)
                filing.submit(db.session, proposal, actor=worker, at=world_at, calendar=CALENDAR)
            made[proposal.title] = proposal.number or ""
    return made
