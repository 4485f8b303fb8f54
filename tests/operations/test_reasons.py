"""Reasons of the firm's list, what makes a proposal admissible, and what a deferral waits for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import DecisionReason, MailWords, Occasion, OutcomeClass, OutgoingMail, ProposalState, Unit, Verb
from studio.domain.errors import InvalidInput, NotAllowed
from studio.operations import deciding, occasions
from studio.operations.catalogue import fill_empty_lists
from studio.operations.deciding import Verdict
from studio.queries import occasions as waiting
from studio.queries import proposals
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.support.telling import told as told_of

pytestmark = on_both_databases

INADMISSIBLE = Verdict(
    verb=Verb.MARK_INADMISSIBLE, reason_code="no_measure", reason="没说怎么改。", remedy="写清怎么改就能受理。"
)
OVERHAUL = Verdict(verb=Verb.DEFER, reason_code="no_window", reason="要停机。", occasion_code="overhaul")


@pytest.fixture(autouse=True)
def lists(session, world):
    with writing(session):
        fill_empty_lists(session)


def decide(session, world, proposal, verdict):
    with writing(session):
        return deciding.decide(session, proposal, verdict, actor=world.lead, at=world.at)


def announce(session, world, *, actor=None, seen=0, calendar, code="overhaul", at=None):
    with writing(session):
        occasion = waiting.by_code(session, code, lock=True)
        assert occasion is not None
        return occasions.announce(
            session, occasion, actor=actor or world.coordinator, at=at or world.at + timedelta(days=30),
            calendar=calendar, times_seen=seen,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"reason_code": ""}, ("reason_code_missing", "reason_code")),
        ({"reason_code": "no_window"}, ("reason_code_unknown", "reason_code")),
        ({"reason_code": "nonsense\x00"}, ("reason_code_unknown", "reason_code")),
        ({"reason": " "}, ("reason_missing", "reason")),
        ({"remedy": "\t"}, ("remedy_missing", "remedy")),
        ({"remedy": "长" * 20_000}, ("too_long", "remedy")),
    ],
)
def test_what_is_inadmissible_says_why_and_what_would_help(session, world, filed, change, problem):
    proposal = filed()
    with pytest.raises(InvalidInput) as error:
        decide(session, world, proposal, replace(INADMISSIBLE, **change))
    assert [(one.code, one.field) for one in error.value.problems] == [problem]
    decision = decide(session, world, proposal, INADMISSIBLE)
    assert (decision.because.code, decision.remedy) == ("no_measure", "写清怎么改就能受理。")
    assert decision.outcome_class is OutcomeClass.OUTSIDE_OR_PLANNED


def test_a_reason_that_is_off_is_not_taken(session, world, filed):
    with writing(session):
        session.scalars(select(DecisionReason).where(DecisionReason.code == "no_measure")).one().active = False
    with pytest.raises(InvalidInput):
        decide(session, world, filed(), INADMISSIBLE)


def test_a_reason_may_want_words_for_accepting_too(session, world, filed):
    with writing(session):
        session.add(DecisionReason(code="with_care", outcome="accepted", name_zh="有条件", name_en="With care"))
    proposal = filed()
    with pytest.raises(InvalidInput) as error:
        decide(session, world, proposal, Verdict(verb=Verb.ACCEPT, reason_code="with_care"))
    assert [one.code for one in error.value.problems] == ["reason_missing"]
    decide(session, world, proposal, Verdict(verb=Verb.ACCEPT, reason_code="with_care", reason="先断电。"))


def test_the_author_reads_first_what_would_help(session, world, filed):
    decide(session, world, filed(), INADMISSIBLE)
    text = session.scalars(select(MailWords.text).join(OutgoingMail.words).where(OutgoingMail.kind == "decided")).one()
    assert text.index("写清怎么改就能受理。") < text.index("没说怎么改。")


class TestOccasions:
    def test_what_waits_for_it_goes_back_to_the_desk_and_is_told(self, session, world, filed, calendar):
        first, second, other = filed(), filed(), filed()
        for proposal in (first, second):
            decide(session, world, proposal, OVERHAUL)
        decide(session, world, other, replace(OVERHAUL, occasion_code="budget"))
        assert announce(session, world, calendar=calendar) == [first.number, second.number]
        states = [proposal.state for proposal in (first, second, other)]
        assert states == [ProposalState.UNDER_REVIEW, ProposalState.UNDER_REVIEW, ProposalState.DEFERRED]
        event = first.events[-1]
        assert (event.verb, event.actor_id, event.data["occasion"]["name_zh"]) == (
            Verb.WAKE_UP,
            world.coordinator.id,
            "下次大修",
        )
        told = told_of(session, "woken_up")
        assert {(first.id, world.worker.email), (first.id, world.lead.email)} <= set(told)
        assert world.coordinator.email not in {address for _, address in told}

    def test_a_second_click_does_nothing(self, session, world, filed, calendar):
        decide(session, world, filed(), OVERHAUL)
        assert len(announce(session, world, calendar=calendar)) == 1
        again = filed()
        decide(session, world, again, OVERHAUL)
        assert announce(session, world, calendar=calendar) == ()
        assert again.state is ProposalState.DEFERRED
        assert announce(session, world, calendar=calendar, seen=1, at=world.at + timedelta(days=60)) == [again.number]

    def test_it_is_for_coordinators_of_its_unit(self, session, world, filed, calendar):
        decide(session, world, filed(), OVERHAUL)
        for person in (world.lead, world.worker, world.admin):
            with pytest.raises(NotAllowed):
                announce(session, world, actor=person, calendar=calendar)

    def test_a_coordinator_of_one_plant_announces_for_his_plant(self, session, world, filed, calendar):
        decide(session, world, filed(), OVERHAUL)
        with writing(session):
            world.coordinator.grants[0].unit = session.get_one(Unit, world.other_plant.id)
        assert announce(session, world, calendar=calendar) == []

    def test_an_occasion_of_another_unit_is_not_his(self, session, world, calendar):
        with writing(session):
            session.add(Occasion(code="cast", name_zh="浇注线大修", name_en="", unit_id=world.other_plant.id))
            world.coordinator.grants[0].unit = session.get_one(Unit, world.plant.id)
        with pytest.raises(NotAllowed):
            announce(session, world, calendar=calendar, code="cast")
        assert "cast" not in {row.occasion.code for row in waiting.page_of(session, world.coordinator)}

    def test_what_happens_elsewhere_is_not_waited_for(self, session, world, filed):
        with writing(session):
            session.add(Occasion(code="cast", name_zh="浇注线大修", name_en="", unit_id=world.other_plant.id))
        with pytest.raises(InvalidInput) as error:
            decide(session, world, filed(), replace(OVERHAUL, occasion_code="cast"))
        assert [one.code for one in error.value.problems] == ["occasion_elsewhere"]

    def test_a_coordinator_names_a_new_one(self, session, world, filed):
        with writing(session):
            made = occasions.name_it(session, actor=world.coordinator, name_zh=" 轧线 春检 ", unit=world.plant)
        decision = decide(session, world, filed(), replace(OVERHAUL, occasion_code=made.code))
        assert (decision.occasion.name_zh, decision.occasion.unit_id) == ("轧线 春检", world.plant.id)
        for person in (world.lead, world.admin):
            with pytest.raises(NotAllowed), writing(session):
                occasions.name_it(session, actor=person, name_zh="别的")

    @pytest.mark.parametrize(
        ("name", "code"), [("", "name_missing"), ("下次大修", "occasion_name_taken"), ("长" * 121, "too_long")]
    )
    def test_its_name_is_there_once_and_short(self, session, world, name, code):
        with pytest.raises(InvalidInput) as error, writing(session):
            occasions.name_it(session, actor=world.coordinator, name_zh=name)
        assert [one.code for one in error.value.problems] == [code]

    def test_in_a_unit_of_his_own(self, session, world):
        with writing(session):
            world.coordinator.grants[0].unit = session.get_one(Unit, world.plant.id)
        with pytest.raises(InvalidInput) as error, writing(session):
            occasions.name_it(session, actor=world.coordinator, name_zh="浇注线大修", unit=world.other_plant)
        assert [one.code for one in error.value.problems] == ["unit_not_yours"]

    def test_it_must_be_on_the_list(self, session, world, filed):
        with pytest.raises(InvalidInput) as error:
            decide(session, world, filed(), replace(OVERHAUL, occasion_code="doomsday"))
        assert [one.code for one in error.value.problems] == ["occasion_unknown"]

    def test_the_page_shows_what_waits_for_what(self, session, world, filed):
        named, in_words = filed(), filed()
        decide(session, world, named, OVERHAUL)
        decide(session, world, in_words, replace(OVERHAUL, occasion_code="", wake_up_when="等新炉子"))
        found = {
            row.occasion.code: [it.number for it in row.proposals]
            for row in waiting.page_of(session, world.coordinator)
        }
        assert found == {"overhaul": [named.number], "budget": [], "replacement": [], "project": []}
        assert [it.number for it in waiting.in_words(session, world.coordinator)] == [in_words.number]
        shown = proposals.with_its_story(session, named.number)
        assert shown is not None
        told = [(one.occasion and one.occasion.code, one.because and one.because.code) for one in shown.decisions]
        assert told == [("overhaul", "no_window")]


def test_the_day_that_has_come_is_told_too(session, world, filed, calendar):
    proposal = filed()
    decide(session, world, proposal, replace(OVERHAUL, occasion_code="", wake_up_on=world.at.date()))
    with writing(session):
        deciding.wake_up(session, proposal, actor=None, at=world.at + timedelta(days=1), calendar=calendar)
    assert (proposal.id, world.worker.email) in told_of(session, "woken_up")
