"""What concerns everybody goes to the workers' congress, and its answer is written down once."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models import CongressAnswer, CongressReferral, Person, Verb
from studio.domain.errors import DomainError, InvalidInput, NotAllowed, Stale
from studio.operations import congress
from studio.operations.congress import Resolution
from studio.queries import coordination, proposals
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.operations.test_concurrency import THREADS, at_once
from tests.support.telling import told as told_of

pytestmark = on_both_databases
TODAY = MONDAY_MORNING.date()
ADOPTED = Resolution(answer=CongressAnswer.ADOPTED, dealt_with_on=TODAY)


def refer(session, proposal, actor, question="夏季作息要不要改？", **facts):
    with writing(session):
        return congress.refer_to_congress(session, proposal, actor=actor, at=MONDAY_MORNING, question=question, **facts)


def record(session, proposal, actor, resolution=ADOPTED):
    with writing(session):
        return congress.record_congress_answer(session, proposal, resolution, actor=actor, at=MONDAY_MORNING)


def codes(refusal):
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def mails(session, kind):
    return [address for _, address in told_of(session, kind)]


@pytest.fixture
def proposal(filed):
    return filed()


def test_a_referral_changes_no_state_and_no_date(session, world, proposal):
    kept = ("state", "studio_id", "answer_due_at", "decision_due_at", "answered_at")
    before = [getattr(proposal, name) for name in kept]
    referral = refer(session, proposal, world.coordinator, session_name="五届三次", meets_on=date(2026, 12, 20))
    assert referral.open
    assert mails(session, "referred") == [world.worker.email, world.lead.email]
    record(session, proposal, world.coordinator)
    assert not referral.open
    assert [getattr(proposal, name) for name in kept] == before
    assert [event.verb for event in proposal.events[-2:]] == [Verb.REFER_TO_CONGRESS, Verb.RECORD_CONGRESS_ANSWER]
    assert mails(session, "congress_answered") == [world.worker.email, world.lead.email]


def test_the_lead_refers_too_and_is_told_the_answer(session, world, proposal):
    refer(session, proposal, world.lead)
    with pytest.raises(NotAllowed):
        record(session, proposal, world.lead)
    record(session, proposal, world.coordinator)
    assert world.lead.email in mails(session, "congress_answered")


def test_an_author_neither_refers_nor_records_his_own(session, world, filed):
    own = filed(author=world.coordinator, unit=world.plant)
    for act in (refer, record):
        with pytest.raises(NotAllowed):
            act(session, own, world.coordinator)


def test_one_referral_at_a_time_and_another_after_the_answer(session, world, proposal):
    refer(session, proposal, world.coordinator)
    with pytest.raises(InvalidInput) as refusal:
        refer(session, proposal, world.lead)
    assert codes(refusal) == [("referred_already", "")]
    record(session, proposal, world.coordinator)
    refer(session, proposal, world.lead)
    assert [referral.open for referral in proposal.referrals] == [False, True]


def test_the_database_keeps_one_open_and_whole_answers(session, world, proposal):
    refer(session, proposal, world.coordinator)
    second = {"question": "？", "referred_by_id": world.lead.id, "referred_at": world.at}
    with pytest.raises(IntegrityError), writing(session):
        session.add(CongressReferral(proposal_id=proposal.id, **second))
    with pytest.raises(IntegrityError), writing(session):
        proposal.referrals[0].answer = CongressAnswer.ADOPTED
    facts = {"dealt_with_on": TODAY, "recorded_by_id": world.coordinator.id, "recorded_at": world.at}
    with pytest.raises(IntegrityError), writing(session):
        session.execute(update(CongressReferral).values(answer=CongressAnswer.ADVICE, **facts))


def test_the_answer_is_written_down_once(session, world, proposal):
    with pytest.raises(Stale):
        record(session, proposal, world.coordinator)
    refer(session, proposal, world.coordinator)
    record(session, proposal, world.coordinator)
    with pytest.raises(Stale):
        record(session, proposal, world.coordinator)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"question": " "}, [("question_missing", "question")]),
        ({"question": "长" * 4001}, [("too_long", "question")]),
        ({"session_name": "长" * 101}, [("too_long", "session_name")]),
        ({"meets_on": date(2026, 11, 15)}, [("date_in_the_past", "meets_on")]),
    ],
)
def test_what_is_wrong_with_a_referral_is_said_at_its_field(session, world, proposal, facts, wrong):
    with pytest.raises(InvalidInput) as refusal:
        refer(session, proposal, world.coordinator, **facts)
    assert codes(refusal) == wrong


@pytest.mark.parametrize(
    ("resolution", "wrong"),
    [
        (Resolution(answer=None, dealt_with_on=TODAY), ("congress_answer_missing", "answer")),
        (Resolution(answer=CongressAnswer.ADOPTED, dealt_with_on=None), ("day_missing", "dealt_with_on")),
        (
            Resolution(answer=CongressAnswer.ADOPTED, dealt_with_on=date(2026, 11, 17)),
            ("date_in_the_future", "dealt_with_on"),
        ),
        (Resolution(answer=CongressAnswer.NOT_ADOPTED, dealt_with_on=TODAY), ("congress_words_missing", "words")),
        (Resolution(answer=CongressAnswer.ADVICE, dealt_with_on=TODAY), ("congress_words_missing", "words")),
        (
            Resolution(answer=CongressAnswer.ADVICE, dealt_with_on=TODAY, words="长" * 4001),
            ("too_long", "words"),
        ),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_at_its_field(session, world, proposal, resolution, wrong):
    refer(session, proposal, world.coordinator)
    with pytest.raises(InvalidInput) as refusal:
        record(session, proposal, world.coordinator, resolution)
    assert codes(refusal) == [wrong]


def test_the_coordinator_sees_open_referrals_the_next_session_first(session, world, filed):
    later, undated, sooner = (filed() for _ in range(3))
    refer(session, later, world.coordinator, meets_on=date(2027, 1, 8))
    refer(session, undated, world.coordinator)
    refer(session, sooner, world.coordinator, meets_on=date(2026, 12, 1))
    found = coordination.referrals(session, world.coordinator)
    assert [one.proposal_id for one in found] == [sooner.id, later.id, undated.id]
    record(session, sooner, world.coordinator)
    assert len(coordination.referrals(session, world.coordinator)) == 2
    assert coordination.referrals(session, world.lead) == []


def test_of_two_who_write_down_the_answer_at_once_one_wins(app, session, world, proposal):
    refer(session, proposal, world.coordinator)
    number = proposal.number

    def write(own, _serial):
        try:
            with writing(own):
                actor = own.scalars(select(Person).where(Person.employee_no == "000301")).unique().one()
                it = proposals.by_number(own, number, lock=True)
                assert it is not None
                congress.record_congress_answer(own, it, ADOPTED, actor=actor, at=MONDAY_MORNING)
        except (DomainError, StaleDataError):
            return "told"
        return "won"

    assert sorted(at_once(app, write)) == [*["told"] * (THREADS - 1), "won"]
    session.rollback()
    assert session.scalar(select(func.count(CongressReferral.id))) == 1
