"""Each document is read once, by one worker, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Attachment, FileText, FileTextState, Unreadable
from studio.files.reading import Finding
from studio.operations import file_texts
from studio.operations.file_texts import Errand
from studio.queries.file_texts import any_due, figures
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.documents import attached
from tests.factories.world import draft
from tests.files import samples

pytestmark = on_both_databases

MINUTE = timedelta(minutes=1)


def texts(session: Session) -> list[FileText]:
    session.expire_all()
    return list(session.scalars(select(FileText).order_by(FileText.id)))


def claim(session: Session, worker: str, at) -> Errand | None:
    with writing(session):
        return file_texts.claim(session, worker=worker, at=at, until=at + MINUTE)


def record(session: Session, errand: Errand | None, finding: Finding, worker: str, at) -> bool:
    assert errand is not None
    with writing(session):
        return file_texts.record(session, errand, finding, worker=worker, at=at)


def test_a_document_waits_once_however_often_it_is_attached_and_photos_do_not(session, world, services):
    one, other = draft(session, world), draft(session, world, author=world.mate)
    for proposal in (one, other):
        attached(session, services, proposal, "换辊")
        attached(session, services, proposal, samples.picture(), name="a.jpg")
    (waiting,) = texts(session)
    assert (waiting.state, waiting.media_type) == (FileTextState.WAITING, "application/pdf")
    assert waiting.sha256 == one.attachments[0].sha256 == other.attachments[0].sha256


def test_what_was_attached_last_is_read_first_and_by_one_worker_only(session, world, services):
    proposal = draft(session, world)
    old, new = (attached(session, services, proposal, words) for words in ("先来的", "后来的"))
    first, second = claim(session, "a", world.at), claim(session, "b", world.at)
    assert [errand.sha256 for errand in (first, second) if errand] == [new.sha256, old.sha256]
    assert claim(session, "c", world.at) is None
    assert not any_due(session, at=world.at)


def test_a_claim_runs_out_and_then_the_new_claimers_word_counts(session, world, services):
    attached(session, services, draft(session, world), "换辊")
    first, later = claim(session, "a", world.at), world.at + MINUTE
    second = claim(session, "b", later)
    assert second == first
    assert not record(session, first, Finding(reason=Unreadable.CRASHED), "a", later)
    assert record(session, second, Finding("换辊"), "b", later)
    (row,) = texts(session)
    assert (row.state, row.text, row.read_at, row.claimed_by, row.attempts) == ("read", "换辊", later, None, 2)
    assert claim(session, "a", later + MINUTE) is None


def test_over_what_three_workers_died_is_given_up_and_the_next_is_taken(session, world, services):
    proposal = draft(session, world)
    good = attached(session, services, proposal, "好的")
    attached(session, services, proposal, "要命的")
    for turn in range(3):
        assert claim(session, f"dead-{turn}", world.at + turn * MINUTE)
    errand = claim(session, "alive", world.at + 3 * MINUTE)
    assert errand is not None
    assert errand.sha256 == good.sha256
    assert [row.reason for row in texts(session)] == [None, Unreadable.GIVEN_UP]


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (Finding("换辊"), FileTextState.READ),
        (Finding(), FileTextState.EMPTY),
        (Finding(reason=Unreadable.LOCKED), FileTextState.UNREADABLE),
    ],
)
def test_what_became_of_it_is_counted(session, world, services, finding, state):
    attached(session, services, draft(session, world), "换辊")
    assert figures(session).waiting == 1
    record(session, claim(session, "a", world.at), finding, "a", world.at)
    (row,) = texts(session)
    assert row.state is state
    counted = figures(session)
    assert (counted.read, counted.waiting) == (0 if finding.reason else 1, 0)
    assert counted.unreadable == ({finding.reason: 1} if finding.reason else {})


def test_texts_of_files_that_nobody_has_are_forgotten_and_unknown_files_wait(session, world, services):
    proposal = draft(session, world)
    kept, gone = attached(session, services, proposal, "留下"), attached(session, services, proposal, "拿掉")
    with writing(session):
        session.delete(session.get(Attachment, gone.id))
    with writing(session):
        file_texts.put_in_order(session)
    assert [row.sha256 for row in texts(session)] == [kept.sha256]
    with writing(session):
        session.execute(delete(FileText))
    for _ in range(2):
        with writing(session):
            file_texts.put_in_order(session)
    assert [(row.sha256, row.state) for row in texts(session)] == [(kept.sha256, FileTextState.WAITING)]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "read", "read_at": True},
        {"state": "waiting", "text": "换辊"},
        {"state": "empty"},
        {"state": "unreadable", "read_at": True},
        {"state": "empty", "read_at": True, "reason": "locked"},
        {"state": "waiting", "claimed_by": "a"},
        {"state": "read", "read_at": True, "text": "x", "claimed_by": "a", "claimed_until": True},
    ],
)
def test_the_database_refuses_what_cannot_be(session, world, facts):
    known = {name: world.at if value is True else value for name, value in facts.items()}
    row = FileText(sha256="a" * 64, media_type="text/plain", **known)
    with pytest.raises(IntegrityError), writing(session):
        session.add(row)
