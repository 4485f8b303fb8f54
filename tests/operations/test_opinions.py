"""A second opinion: asked once, given by another studio, binding nobody, and the proposal stays where it is."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models import (
    Contributor,
    OutgoingMail,
    Person,
    ProposalState,
    Recommendation,
    SecondOpinion,
    Verb,
)
from studio.domain.errors import DomainError, InvalidInput, NotAllowed, Stale, WrongState
from studio.operations import deciding, opinions, routing
from studio.operations.deciding import Verdict
from studio.queries import proposals
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories import stories
from tests.operations.conftest import CALENDAR
from tests.operations.test_concurrency import THREADS, at_once

pytestmark = on_both_databases


def ask(session, proposal, actor, *, at=MONDAY_MORNING, question="真的做不了吗？", code="S-CAST"):
    with writing(session):
        return opinions.request_opinion(
            session, proposal, actor=actor, at=at, question=question, calendar=CALENDAR, studio_code=code
        )


def give(session, proposal, actor, words="能做，换个角铁就行。"):
    with writing(session):
        return opinions.give_opinion(
            session, proposal, actor=actor, at=MONDAY_MORNING, recommendation=Recommendation.ACCEPT, words=words
        )


def decline(session, proposal, actor, words="我们不懂这个。"):
    with writing(session):
        return opinions.decline_opinion(session, proposal, actor=actor, at=MONDAY_MORNING, words=words)


def decide(session, world, proposal, verb):
    with writing(session):
        verdict = Verdict(verb=verb, reason="太贵", remedy="说清楚", wake_up_when="大修以后")
        deciding.decide(session, proposal, verdict, actor=world.lead, at=MONDAY_MORNING)


def codes(refusal):
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def mails(session, kind):
    found = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.address))
    return [mail.address for mail in found]


@pytest.fixture
def proposal(filed):
    return filed()


@pytest.mark.parametrize("verb", [None, Verb.DECLINE, Verb.DEFER, Verb.MARK_INADMISSIBLE])
def test_it_stays_where_it_is_with_its_dates(session, world, proposal, verb):
    if verb:
        decide(session, world, proposal, verb)
    kept = ("state", "studio_id", "reviewer_id", "answer_due_at", "decision_due_at", "decided_at", "answered_at")
    before = [getattr(proposal, name) for name in kept]
    opinion = ask(session, proposal, world.worker)
    assert (opinion.studio, opinion.deciding_studio_id) == (world.other_studio, world.studio.id)
    assert mails(session, "opinion_requested") == [world.other_lead.email, world.other_reviewer.email]
    give(session, proposal, world.other_reviewer)
    assert [getattr(proposal, name) for name in kept] == before
    assert [event.verb for event in proposal.events[-2:]] == [Verb.REQUEST_OPINION, Verb.GIVE_OPINION]
    assert mails(session, "opinion_given") == [world.worker.email, world.lead.email]


def test_it_is_owed_as_soon_as_a_first_answer(session, world, proposal):
    assert ask(session, proposal, world.worker).due_at == proposal.answer_due_at


def test_an_opinion_is_no_first_answer(session, world, proposal):
    ask(session, proposal, world.worker)
    give(session, proposal, world.other_lead)
    assert proposal.answered_at is None


def test_it_is_asked_for_once(session, world, proposal):
    ask(session, proposal, world.worker)
    for step in (lambda: None, lambda: give(session, proposal, world.other_lead)):
        step()
        with pytest.raises(InvalidInput) as refusal:
            ask(session, proposal, world.worker)
        assert codes(refusal) == [("opinion_asked_before", "")]


def test_the_database_keeps_one_of_another_studio(session, world, proposal):
    facts = {"question": "？", "asked_by": world.worker, "asked_at": world.at, "due_at": world.at}
    ask(session, proposal, world.worker)
    for studio, deciding_id in ((world.other_studio, world.studio.id), (world.studio, world.studio.id)):
        with pytest.raises(IntegrityError), writing(session):
            session.add(SecondOpinion(proposal_id=proposal.id, studio=studio, deciding_studio_id=deciding_id, **facts))


def test_what_one_studio_declined_another_is_asked(session, world, proposal):
    third = stories.another_studio(session, world, world.safety)
    ask(session, proposal, world.worker, code="S-CAST")
    decline(session, proposal, world.other_lead)
    assert proposal.opinion.declined
    assert mails(session, "opinion_declined") == [world.worker.email, world.lead.email]
    with pytest.raises(InvalidInput) as refusal:
        ask(session, proposal, world.worker, code="S-CAST")
    assert codes(refusal) == [("studio_declined", "studio_code")]
    opinion = ask(session, proposal, world.worker, code=third.code)
    assert (opinion.studio, opinion.open, opinion.words) == (third, True, None)
    assert session.scalar(select(func.count(SecondOpinion.id))) == 1
    with pytest.raises(NotAllowed):
        give(session, proposal, world.other_lead)
    assert "我们不懂这个。" in [event.data.get("words") for event in proposal.events]


@pytest.mark.parametrize(
    ("code", "problem"), [("S-ROLL", "studio_decides"), ("NOPE", "studio_unknown"), ("S-CAST", "studio_not_free")]
)
def test_a_studio_that_cannot_be_asked_is_explained(session, world, filed, code, problem):
    shares = [(world.worker, 40), (world.other_lead, 30), (world.other_reviewer, 30)]
    made = filed(contributors=[Contributor(person=person, share=share) for person, share in shares])
    with pytest.raises(InvalidInput) as refusal:
        ask(session, made, world.worker, code=code)
    assert codes(refusal) == [(problem, "studio_code")]


def test_without_any_that_fits_the_author_chooses(session, world, proposal):
    with writing(session):
        world.other_studio.active = False
    with pytest.raises(InvalidInput) as refusal:
        ask(session, proposal, world.worker, code="")
    assert codes(refusal) == [("studio_missing", "studio_code")]


def test_the_rules_that_route_proposals_choose_where_the_author_does_not(session, world, proposal):
    with writing(session):
        proposal.effect = "浇注也顺当。"
    opinion = ask(session, proposal, world.worker, code="")
    assert opinion.studio is world.other_studio


@pytest.mark.parametrize(("question", "code"), [(" ", "question_missing"), ("长" * 4001, "too_long")])
def test_the_question_is_needed(session, world, proposal, question, code):
    with pytest.raises(InvalidInput) as refusal:
        ask(session, proposal, world.worker, question=question)
    assert codes(refusal) == [(code, "question")]


def test_after_thirty_days_an_answer_is_settled(session, world, proposal):
    decide(session, world, proposal, Verb.DECLINE)
    with pytest.raises(InvalidInput) as refusal:
        ask(session, proposal, world.worker, at=MONDAY_MORNING + timedelta(days=31))
    assert codes(refusal) == [("opinion_too_late", "")]


def test_what_is_accepted_needs_no_opinion(session, world, proposal):
    decide(session, world, proposal, Verb.ACCEPT)
    with pytest.raises(WrongState):
        ask(session, proposal, world.worker)


def test_nobody_else_asks_in_the_authors_place(session, world, proposal):
    for person in (world.mate, world.lead, world.coordinator):
        with pytest.raises(NotAllowed):
            ask(session, proposal, person)


@pytest.mark.parametrize(("act", "code"), [(give, "opinion_missing"), (decline, "words_missing")])
def test_an_answer_without_words_is_none(session, world, proposal, act, code):
    ask(session, proposal, world.worker)
    with pytest.raises(InvalidInput) as refusal:
        act(session, proposal, world.other_lead, " ")
    assert codes(refusal) == [(code, "words")]


@pytest.mark.parametrize("act", [give, decline])
def test_a_colleague_who_was_slower_is_told(session, world, proposal, act):
    ask(session, proposal, world.worker)
    give(session, proposal, world.other_lead, "我先说。")
    with pytest.raises(Stale):
        act(session, proposal, world.other_reviewer, "我也说。")
    assert proposal.opinion.words == "我先说。"


def test_the_lead_may_take_it_up_again_after_hearing_it(session, world, proposal):
    decide(session, world, proposal, Verb.DECLINE)
    ask(session, proposal, world.worker)
    give(session, proposal, world.other_lead)
    with writing(session):
        deciding.reopen(session, proposal, actor=world.lead, at=MONDAY_MORNING, calendar=CALENDAR)
    assert (proposal.state, proposal.studio) == (ProposalState.UNDER_REVIEW, world.studio)


class TestWhoAdvisesDoesNotDecide:
    def test_it_is_not_handed_to_the_studio_that_owes_an_opinion(self, session, world, proposal):
        ask(session, proposal, world.worker)
        facts = {"actor": world.lead, "at": MONDAY_MORNING, "words": "他们懂", "calendar": CALENDAR}
        with pytest.raises(InvalidInput) as refusal, writing(session):
            routing.transfer(session, proposal, "S-CAST", **facts)
        assert codes(refusal) == [("studio_advises", "studio_code")]

    def test_once_it_has_answered_it_may_get_it(self, session, world, proposal):
        ask(session, proposal, world.worker)
        decline(session, proposal, world.other_lead, "不如直接交给我们。")
        with writing(session):
            facts = {"actor": world.lead, "at": MONDAY_MORNING, "words": "他们懂", "calendar": CALENDAR}
            routing.transfer(session, proposal, "S-CAST", **facts)
        assert proposal.studio is world.other_studio

    def test_an_appeal_passes_it_over(self, session, world, proposal):
        with writing(session):
            proposal.effect = "浇注也顺当，所以那边最合适。"
        decide(session, world, proposal, Verb.DECLINE)
        ask(session, proposal, world.worker, code="S-CAST")
        with writing(session):
            deciding.appeal(session, proposal, actor=world.worker, at=MONDAY_MORNING, words="再看看", calendar=CALENDAR)
        assert (proposal.state, proposal.studio) == (ProposalState.SUBMITTED, None)
        give(session, proposal, world.other_lead)
        with writing(session):
            facts = {"actor": world.coordinator, "at": MONDAY_MORNING, "words": "", "calendar": CALENDAR}
            routing.assign(session, proposal, "S-CAST", **facts)
        assert proposal.studio is world.other_studio

    def test_an_appeal_stays_possible_beside_an_opinion(self, session, world, proposal):
        decide(session, world, proposal, Verb.DECLINE)
        ask(session, proposal, world.worker)
        assert deciding.appeal_problems(session, proposal, at=MONDAY_MORNING) == []


def test_of_two_who_answer_at_once_one_wins_and_the_other_is_told(app, session, world, proposal):
    ask(session, proposal, world.worker)
    number = proposal.number

    def answer(own, serial):
        employee_no = "000204" if serial % 2 else "000205"
        try:
            with writing(own):
                actor = own.scalars(select(Person).where(Person.employee_no == employee_no)).unique().one()
                it = proposals.by_number(own, number, lock=True)
                assert it is not None
                facts = {"actor": actor, "at": MONDAY_MORNING, "words": f"第 {serial} 个"}
                opinions.give_opinion(own, it, recommendation=Recommendation.DEFER, **facts)
        except (Stale, StaleDataError):
            return "told"
        return "won"

    assert sorted(at_once(app, answer)) == [*["told"] * (THREADS - 1), "won"]
    session.rollback()
    assert session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.kind == "opinion_given")) == 2


def test_many_clicks_at_once_ask_once(app, session, world, proposal):
    number = proposal.number

    def click(own, _serial):
        try:
            with writing(own):
                author = own.scalars(select(Person).where(Person.employee_no == "000101")).unique().one()
                it = proposals.by_number(own, number, lock=True)
                assert it is not None
                facts = {"actor": author, "at": MONDAY_MORNING, "calendar": CALENDAR}
                opinions.request_opinion(own, it, question="行吗？", studio_code="S-CAST", **facts)
        except (DomainError, StaleDataError):
            return "refused"
        return "asked"

    assert sorted(at_once(app, click)) == ["asked", *["refused"] * (THREADS - 1)]


def test_a_decision_prepared_before_the_opinion_came_is_read_again(session, world, proposal):
    ask(session, proposal, world.worker)
    before, later = proposal.revision, MONDAY_MORNING + timedelta(hours=1)
    facts = {"actor": world.other_lead, "at": later, "words": "能做。"}
    with writing(session):
        opinions.give_opinion(session, proposal, recommendation=Recommendation.ACCEPT, **facts)
    assert proposal.revision > before
