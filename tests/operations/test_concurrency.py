"""Many people at once, each with a connection of his own, as the server has it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import OutgoingMail, Person, PreparedDecision, Proposal, ProposalState, Recommendation, SignInAttempt, Verb
from studio.domain.errors import DomainError, Stale, TooMany
from studio.extensions import db
from studio.operations import accounts, deciding, filing, occasions, preparing, reviewing, transition
from studio.operations.accounts import SignInLimits
from studio.operations.catalogue import fill_empty_lists
from studio.operations.deciding import Verdict
from studio.operations.filing import Filing
from studio.queries import occasions as waiting
from studio.queries import proposals
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories import stories

pytestmark = on_both_databases

Answer = TypeVar("Answer")
THREADS = 8
FILINGS = 10
WORDS = Filing(title="换底座", problem="换导卫要停四十分钟。", measure="做快换底座。", effect="停机十分钟。")


def at_once(app: Flask, act: Callable[[Session, int], Answer], threads: int = THREADS) -> list[Answer]:
    """Run ``act`` in so many threads that start together; each has its own session."""
    start = Barrier(threads)

    def run(serial: int) -> Answer:
        with app.app_context():
            start.wait(timeout=30)
            return act(db.session, serial)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def file_it(session: Session, calendar, key: str) -> str | None:
    with writing(session):
        author = session.scalars(select(Person).where(Person.employee_no == "000101")).unique().one()
        words = replace(WORDS, filing_key=key)
        draft = filing.save_draft(session, words, actor=author, at=MONDAY_MORNING)
        filed = filing.submit(session, draft, actor=author, at=MONDAY_MORNING, calendar=calendar)
    return filed.number


def test_numbers_have_no_gap_and_no_double(app, session, world, calendar):
    def file_ten(own: Session, serial: int) -> list[str | None]:
        return [file_it(own, calendar, f"{serial}-{count}") for count in range(FILINGS)]

    numbers = [number for answers in at_once(app, file_ten) for number in answers]
    assert sorted(filter(None, numbers)) == [f"2026-{n:05d}" for n in range(1, THREADS * FILINGS + 1)]


def test_many_clicks_at_once_file_one_proposal(app, session, world, calendar):
    numbers = at_once(app, lambda own, _serial: file_it(own, calendar, "the same form"))
    assert set(numbers) == {"2026-00001"}
    assert session.scalar(select(func.count(Proposal.id))) == 1
    (proposal,) = session.scalars(select(Proposal))
    assert [event.verb for event in proposal.events] == [Verb.SUBMIT, Verb.ROUTE]


def test_of_two_decisions_at_once_one_holds(app, session, world, filed):
    number = filed().number
    verdicts = [Verdict(verb=Verb.ACCEPT), Verdict(verb=Verb.DECLINE, reason="太贵")] * 4

    def decide(own: Session, serial: int) -> str:
        try:
            with writing(own):
                lead = own.scalars(select(Person).where(Person.employee_no == "000201")).unique().one()
                proposal = proposals.by_number(own, number, lock=True)
                assert proposal is not None
                transition.check_revision(proposal, None)
                deciding.decide(own, proposal, verdicts[serial], actor=lead, at=MONDAY_MORNING)
        except (DomainError, StaleDataError):
            return "refused"
        return verdicts[serial].verb

    answers = at_once(app, decide)
    assert answers.count("refused") == THREADS - 1
    session.rollback()
    session.expire_all()  # what was read before the others wrote is old
    (proposal,) = session.scalars(select(Proposal))
    assert proposal.state in {ProposalState.ACCEPTED, ProposalState.DECLINED}
    assert len(proposal.decisions) == 1


def test_many_clicks_at_once_publish_once(app, session, world, filed):
    proposal = filed()
    verdict, today = Verdict(verb=Verb.DECLINE, reason="太贵"), MONDAY_MORNING.date()
    with writing(session):
        seal = preparing.prepare(session, proposal, verdict, actor=world.lead, at=MONDAY_MORNING, today=today).seal
    number = proposal.number

    def publish(own: Session, _serial: int) -> str:
        try:
            with writing(own):
                lead = own.scalars(select(Person).where(Person.employee_no == "000201")).unique().one()
                it = proposals.by_number(own, number, lock=True)
                assert it is not None
                preparing.publish(own, it, actor=lead, at=MONDAY_MORNING, today=today, seal=seal)
        except (DomainError, StaleDataError):
            return "refused"
        return "published"

    assert sorted(at_once(app, publish)) == ["published", *["refused"] * (THREADS - 1)]
    assert session.scalar(select(func.count()).select_from(PreparedDecision)) == 0
    assert session.scalar(select(func.count()).select_from(OutgoingMail).where(OutgoingMail.kind == "decided")) == 1


def test_two_who_prepare_at_once_do_not_overwrite_each_other(app, session, world, filed):
    number = filed().number

    def prepare(own: Session, serial: int) -> str:
        verdict = Verdict(verb=Verb.DECLINE, reason=f"理由 {serial}")
        try:
            with writing(own):
                lead = own.scalars(select(Person).where(Person.employee_no == "000201")).unique().one()
                it = proposals.by_number(own, number, lock=True)
                assert it is not None
                today = MONDAY_MORNING.date()
                preparing.prepare(own, it, verdict, actor=lead, at=MONDAY_MORNING, today=today)
        except Stale:
            return "stale"
        return "prepared"

    assert sorted(at_once(app, prepare)) == ["prepared", *["stale"] * (THREADS - 1)]


def test_an_occasion_announced_by_many_clicks_wakes_once(app, session, world, filed, calendar):
    proposal = filed()
    verdict = Verdict(verb=Verb.DEFER, reason_code="no_window", reason="等", occasion_code="overhaul")
    with writing(session):
        fill_empty_lists(session)
        deciding.decide(session, proposal, verdict, actor=world.lead, at=MONDAY_MORNING)

    def announce(own: Session, _serial: int) -> int:
        with writing(own):
            coordinator = own.scalars(select(Person).where(Person.employee_no == "000301")).unique().one()
            occasion = waiting.by_code(own, "overhaul", lock=True)
            assert occasion is not None
            facts = {"actor": coordinator, "at": MONDAY_MORNING, "calendar": calendar, "times_seen": 0}
            return len(occasions.announce(own, occasion, **facts))

    assert sorted(at_once(app, announce)) == [*[0] * (THREADS - 1), 1]


def test_guesses_at_once_do_not_pass_the_limit_together(app, session, world):
    with writing(session):
        world.worker.password_hash = accounts.hash_password("the-right-one")

    def guess(own: Session, serial: int) -> str:
        try:
            found = accounts.sign_in(
                own,
                employee_no="000101",
                password=f"guess {serial}",
                address=f"10.0.0.{serial}",
                at=MONDAY_MORNING,
                limits=SignInLimits(per_account=3),
            )
        except TooMany:
            return "must wait"
        return "in" if found else "wrong"

    assert sorted(at_once(app, guess)) == ["must wait"] * 5 + ["wrong"] * 3
    assert session.scalar(select(func.count(SignInAttempt.id))) == 3


@pytest.mark.parametrize("attempt", range(3))
def test_the_words_of_the_click_win_over_a_save_while_typing(app, session, world, calendar, attempt):
    """Both may arrive together with the same key; no click files what was saved before the last words."""

    def save_or_submit(own: Session, serial: int) -> None:
        clicked = bool(serial % 2)
        with writing(own):
            author = own.scalars(select(Person).where(Person.employee_no == "000101")).unique().one()
            words = replace(WORDS if clicked else Filing(title="换"), filing_key="typing")
            draft = filing.save_draft(own, words, actor=author, at=MONDAY_MORNING)
            if clicked:
                filing.submit(own, draft, actor=author, at=MONDAY_MORNING, calendar=calendar)

    at_once(app, save_or_submit)
    assert [proposal.title for proposal in session.scalars(select(Proposal))] == ["换底座"]


def at_the_same_second(app: Flask, number: str, *acts: tuple[str, Callable[[Session, Proposal, Person], object]]):
    """Let each do his own act on a page of the same revision; return what each was told, in the order of the acts."""

    def act(own: Session, serial: int) -> str:
        employee_no, do = acts[serial]
        try:
            with writing(own):
                person = own.scalars(select(Person).where(Person.employee_no == employee_no)).unique().one()
                it = proposals.by_number(own, number, lock=True)
                assert it is not None
                do(own, it, person)
        except (DomainError, StaleDataError) as error:
            return type(error).__name__
        return "done"

    return at_once(app, act, threads=len(acts))


def score(own: Session, it: Proposal, person: Person) -> object:
    facts = {"scores": stories.GOOD_SCORES, "recommendation": Recommendation.ACCEPT, "comment": person.name}
    return reviewing.review(own, it, actor=person, at=MONDAY_MORNING, **facts)  # type: ignore[arg-type] # as named


def seen(revision: int, act: Callable[[Session, Proposal, Person], object]):
    """Do it only if the page is as new as the record, as the pages do."""

    def checked(own: Session, it: Proposal, person: Person) -> object:
        transition.check_revision(it, revision)
        return act(own, it, person)

    return checked


def test_two_reviewers_who_score_in_the_same_second_are_both_heard(app, session, world, filed):
    proposal = filed()
    number = proposal.number
    told = at_the_same_second(app, number, ("000202", score), ("000203", score))
    session.rollback()
    session.expire_all()
    assert told == ["done", "done"]
    assert {review.comment for review in proposal.reviews} == {world.reviewer.name, world.second_reviewer.name}
    assert [event.verb for event in proposal.events].count(Verb.REVIEW) == 2


@pytest.mark.parametrize(
    ("lead_acts", "author_acts"),
    [
        (
            lambda own, it, p: deciding.decide(own, it, Verdict(verb=Verb.ACCEPT), actor=p, at=MONDAY_MORNING),
            lambda own, it, p: filing.withdraw(own, it, actor=p, at=MONDAY_MORNING),
        ),
        (
            lambda own, it, p: reviewing.request_information(own, it, actor=p, at=MONDAY_MORNING, question="多厚？"),
            lambda own, it, p: filing.withdraw(own, it, actor=p, at=MONDAY_MORNING),
        ),
    ],
)
def test_of_lead_and_author_in_the_same_second_one_wins_and_the_other_is_told(
    app, session, world, filed, lead_acts, author_acts
):
    proposal = filed()
    number, revision, before = proposal.number, proposal.revision, len(proposal.events)
    acts = (("000201", seen(revision, lead_acts)), ("000101", seen(revision, author_acts)))
    told = at_the_same_second(app, number, *acts)
    session.rollback()
    session.expire_all()
    assert sorted(told) == ["Stale", "done"]
    assert len(proposal.events) == before + 1
    assert proposal.events[-1].actor_id == (world.lead.id if told[0] == "done" else world.worker.id)
    assert proposal.events[-1].new_state is proposal.state
    assert len(proposal.decisions) == (1 if proposal.state is ProposalState.ACCEPTED else 0)
