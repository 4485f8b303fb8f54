from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from models import Decision, Outcome, ProposalState, RoutingRule, Verb
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.operations import deciding, filing
from studio.operations.deciding import Verdict
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import draft

pytestmark = on_both_databases

TRIAL = Verdict(verb=Verb.START_TRIAL, reason="先试一周", trial_ends_on=date(2026, 11, 23))
DECLINE = Verdict(verb=Verb.DECLINE, reason="太贵，先不做。")
DEFER = Verdict(verb=Verb.DEFER, reason="等大修。", wake_up_on=date(2027, 3, 1), wake_up_when="下次大修")


def decide(session, world, proposal, verdict, *, actor=None, at=None):
    with writing(session):
        return deciding.decide(session, proposal, verdict, actor=actor or world.lead, at=at or world.at)


def refused(error):
    return [(problem.code, problem.field) for problem in error.value.problems]


class TestDecide:
    def test_accepting_needs_no_reason(self, session, world, filed):
        proposal = filed()
        decision = decide(session, world, proposal, Verdict(verb=Verb.ACCEPT))
        assert (proposal.state, proposal.decided_at) == (ProposalState.ACCEPTED, world.at)
        assert (decision.outcome, decision.decided_by_id) == (Outcome.ACCEPTED, world.lead.id)
        assert proposal.answered_at == world.at

    @pytest.mark.parametrize(
        "verb", [Verb.START_TRIAL, Verb.DEFER, Verb.DECLINE, Verb.MARK_INADMISSIBLE, Verb.MARK_DUPLICATE]
    )
    def test_everything_else_does(self, session, world, filed, verb):
        original, proposal = filed(), filed()
        verdict = Verdict(
            verb=verb,
            reason=" \x00 ",
            remedy="写清怎么改",
            wake_up_on=date(2027, 1, 1),
            trial_ends_on=date(2027, 1, 1),
            duplicate_of=original.number,
        )
        with pytest.raises(InvalidInput) as error:
            decide(session, world, proposal, verdict)
        assert refused(error) == [("reason_missing", "reason")]
        assert proposal.state is ProposalState.UNDER_REVIEW
        decide(session, world, proposal, replace(verdict, reason="有道理的理由"))
        assert proposal.state == ProposalState(proposal.decisions[0].outcome.value)

    def test_putting_off_says_until_when(self, session, world, filed):
        proposal = filed()
        with pytest.raises(InvalidInput) as error:
            decide(session, world, proposal, Verdict(verb=Verb.DEFER, reason="等一等"))
        assert refused(error) == [("wake_up_missing", "wake_up_on")]
        decide(session, world, proposal, DEFER)
        assert proposal.wake_up_on == date(2027, 3, 1)

    def test_or_what_must_have_happened(self, session, world, filed):
        decision = decide(session, world, filed(), replace(DEFER, wake_up_on=None))
        assert (decision.wake_up_on, decision.wake_up_when) == (None, "下次大修")

    @pytest.mark.parametrize(
        ("verdict", "field"),
        [
            (replace(DEFER, wake_up_on=date(2026, 11, 15)), "wake_up_on"),
            (Verdict(verb=Verb.START_TRIAL, reason="试试", trial_ends_on=date(2026, 11, 15)), "trial_ends_on"),
        ],
    )
    def test_no_day_lies_in_the_past(self, session, world, filed, verdict, field):
        with pytest.raises(InvalidInput) as error:
            decide(session, world, filed(), verdict)
        assert refused(error) == [("date_in_the_past", field)]

    def test_what_belongs_to_another_outcome_is_left_aside(self, session, world, filed):
        decision = decide(session, world, filed(), replace(DEFER, verb=Verb.DECLINE, duplicate_of="2026-00001"))
        assert (decision.wake_up_on, decision.wake_up_when, decision.duplicate_of_id) == (None, "", None)

    def test_a_verb_that_decides_nothing_is_refused(self, session, world, filed):
        with pytest.raises(InvalidInput) as error:
            decide(session, world, filed(), Verdict(verb=Verb.COMMENT))
        assert refused(error) == [("verdict_missing", "verb")]

    def test_others_do_not_decide(self, session, world, filed):
        proposal = filed()
        for person in (world.reviewer, world.other_lead, world.coordinator, world.worker, world.admin):
            with pytest.raises(NotAllowed):
                decide(session, world, proposal, DECLINE, actor=person)

    def test_a_lead_does_not_decide_his_own(self, session, world, filed):
        proposal = filed(author=world.lead)
        with pytest.raises(NotAllowed) as refusal:
            decide(session, world, proposal, Verdict(verb=Verb.ACCEPT))
        assert refusal.value.code == "own_proposal"
        decide(session, world, proposal, Verdict(verb=Verb.ACCEPT), actor=world.coordinator)

    def test_it_is_decided_once(self, session, world, filed):
        proposal = filed()
        decide(session, world, proposal, DECLINE)
        with pytest.raises(WrongState):
            decide(session, world, proposal, Verdict(verb=Verb.ACCEPT))

    def test_a_trial_says_until_when(self, session, world, filed):
        proposal = filed()
        with pytest.raises(InvalidInput) as error:
            decide(session, world, proposal, replace(TRIAL, trial_ends_on=None))
        assert refused(error) == [("trial_end_missing", "trial_ends_on")]
        assert proposal.state is ProposalState.UNDER_REVIEW

    def test_the_database_knows_no_trial_without_an_end_but_those_of_old(self, session, world, filed):
        proposal = filed()
        facts = {"outcome": Outcome.TRIAL, "reason": "试试", "decided_at": world.at, "proposal": proposal}
        with pytest.raises(IntegrityError), writing(session):
            session.add(Decision(**facts))
        with writing(session):
            session.add(Decision(**facts, end_unknown=True))

    def test_a_trial_is_decided_again(self, session, world, filed):
        proposal = filed()
        decide(session, world, proposal, TRIAL)
        decide(session, world, proposal, Verdict(verb=Verb.ACCEPT), at=world.at + timedelta(days=7))
        trial, accepted = proposal.decisions
        assert (trial.superseded_at, accepted.superseded_at) == (world.at + timedelta(days=7), None)
        assert (proposal.state, proposal.decided_at) == (ProposalState.ACCEPTED, world.at + timedelta(days=7))


class TestDuplicates:
    def mark(self, session, world, proposal, number):
        verdict = Verdict(verb=Verb.MARK_DUPLICATE, reason="一样的。", duplicate_of=number)
        return decide(session, world, proposal, verdict)

    def test_the_original_is_kept(self, session, world, filed):
        original, proposal = filed(), filed()
        decision = self.mark(session, world, proposal, f" {original.number} ")
        assert (proposal.duplicate_of_id, decision.duplicate_of_id) == (original.id, original.id)
        assert proposal.events[-1].data["duplicate_of"] == original.number

    @pytest.mark.parametrize("number", ["", None, "2026-99999", "draft-1", "'; DROP TABLE proposals"])
    def test_it_must_exist(self, session, world, filed, number):
        with pytest.raises(InvalidInput) as error:
            self.mark(session, world, filed(), number)
        assert refused(error)[0][1] == "duplicate_of"

    def test_and_the_lead_must_be_able_to_read_it(self, session, world, filed):
        secret = filed(author=world.stranger, confidential=True, title="冒口", problem="浇注冒口缩孔。")
        assert secret.studio_id == world.other_studio.id
        with pytest.raises(InvalidInput) as error:
            self.mark(session, world, filed(), secret.number)
        assert refused(error) == [("original_unknown", "duplicate_of")]

    def test_it_is_not_its_own_original(self, session, world, filed):
        proposal = filed()
        with pytest.raises(InvalidInput) as error:
            self.mark(session, world, proposal, proposal.number)
        assert refused(error) == [("original_is_itself", "duplicate_of")]

    def test_repeats_do_not_run_in_circles(self, session, world, filed):
        first, second, third = filed(), filed(), filed()
        self.mark(session, world, second, third.number)
        self.mark(session, world, first, second.number)
        with pytest.raises(InvalidInput) as error:
            self.mark(session, world, third, first.number)
        assert refused(error) == [("original_in_circle", "duplicate_of")]


class TestTakingUpAgain:
    @pytest.mark.parametrize("verb", [Verb.DEFER, Verb.DECLINE, Verb.MARK_INADMISSIBLE, Verb.MARK_DUPLICATE])
    def test_reopening_makes_the_decision_history(self, session, world, filed, calendar, verb):
        original, proposal = filed(), filed()
        decide(session, world, proposal, replace(DEFER, verb=verb, remedy="写清怎么改", duplicate_of=original.number))
        later = world.at + timedelta(days=3)
        with writing(session):
            deciding.reopen(session, proposal, actor=world.lead, at=later, calendar=calendar, words="再想想")
        assert proposal.state is ProposalState.UNDER_REVIEW
        assert (proposal.decided_at, proposal.duplicate_of_id, proposal.wake_up_on) == (None, None, None)
        assert proposal.decisions[0].superseded_at == later
        assert proposal.decision_due_at == datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
        assert proposal.reviewer_id in {world.reviewer.id, world.second_reviewer.id}

    def test_the_time_of_the_first_answer_stays_true(self, session, world, filed, calendar):
        proposal = filed()
        promised = proposal.answer_due_at
        decide(session, world, proposal, DECLINE)
        with writing(session):
            deciding.reopen(session, proposal, actor=world.lead, at=world.at + timedelta(days=9), calendar=calendar)
        assert (proposal.answered_at, proposal.answer_due_at) == (world.at, promised)

    def test_a_withdrawn_one_without_a_studio_waits_for_the_coordinator(self, session, world, calendar):
        with writing(session):
            for rule in session.query(RoutingRule):
                rule.active = False
        proposal = draft(session, world, author=world.safety, title="食堂排队", problem="排队太久。", location="食堂")
        with writing(session):
            filing.submit(session, proposal, actor=world.safety, at=world.at, calendar=calendar)
        with writing(session):
            filing.withdraw(session, proposal, actor=world.safety, at=world.at)
        with writing(session):
            deciding.reopen(session, proposal, actor=world.safety, at=world.at, calendar=calendar)
        assert (proposal.state, proposal.studio_id) == (ProposalState.SUBMITTED, None)

    def test_the_coordinator_takes_up_what_an_old_archive_declined(self, session, world, calendar):
        proposal = draft(
            session,
            world,
            number="2019-00007",
            legacy_key="A7",
            submitted_at=world.at,
            decided_at=world.at,
            state=ProposalState.DECLINED,
            studio_text="老工作室",
        )
        with writing(session):
            deciding.reopen(session, proposal, actor=world.coordinator, at=world.at, calendar=calendar)
        assert (proposal.state, proposal.decided_at) == (ProposalState.SUBMITTED, None)

    def test_the_clock_wakes_up_what_was_put_off(self, session, world, filed, calendar):
        proposal = filed()
        decide(session, world, proposal, DEFER)
        with writing(session):
            deciding.wake_up(session, proposal, actor=None, at=world.at + timedelta(days=100), calendar=calendar)
        assert (proposal.state, proposal.wake_up_on) == (ProposalState.UNDER_REVIEW, None)
        assert proposal.events[-1].actor_id is None

    def test_only_what_was_put_off_wakes_up(self, session, world, filed, calendar):
        proposal = filed()
        decide(session, world, proposal, DECLINE)
        with pytest.raises(WrongState), writing(session):
            deciding.wake_up(session, proposal, actor=None, at=world.at, calendar=calendar)


class TestAppeal:
    def appeal(self, session, world, proposal, calendar, *, actor=None, at=None, words="请再看看"):
        with writing(session):
            return deciding.appeal(
                session, proposal, actor=actor or world.worker, at=at or world.at, words=words, calendar=calendar
            )

    def test_another_studio_gives_the_second_opinion(self, session, world, filed, calendar):
        proposal = filed(title="轧机冒口", problem="浇注冒口和导卫都要换。")
        assert proposal.studio_id == world.other_studio.id
        decide(session, world, proposal, DECLINE, actor=world.other_lead)
        self.appeal(session, world, proposal, calendar)
        assert (proposal.state, proposal.studio_id) == (ProposalState.UNDER_REVIEW, world.studio.id)
        assert [event.verb for event in proposal.events][-2:] == [Verb.APPEAL, Verb.ROUTE]
        assert proposal.decided_at is None

    def test_or_the_coordinator_when_no_other_fits(self, session, world, filed, calendar):
        proposal = filed()
        decide(session, world, proposal, DECLINE)
        self.appeal(session, world, proposal, calendar)
        assert (proposal.state, proposal.studio_id) == (ProposalState.SUBMITTED, None)
        assert proposal.assignments[-1].ended_at == world.at

    def test_once_only(self, session, world, filed, calendar):
        proposal = filed(title="轧机冒口", problem="浇注冒口和导卫都要换。")
        decide(session, world, proposal, DECLINE, actor=world.other_lead)
        self.appeal(session, world, proposal, calendar)
        decide(session, world, proposal, DECLINE)
        with pytest.raises(InvalidInput) as error:
            self.appeal(session, world, proposal, calendar)
        assert refused(error) == [("appealed_before", "")]

    def test_within_thirty_days(self, session, world, filed, calendar):
        proposal = filed()
        decide(session, world, proposal, DECLINE)
        with pytest.raises(InvalidInput) as error:
            self.appeal(session, world, proposal, calendar, at=world.at + timedelta(days=30, seconds=1), words="")
        assert refused(error) == [("appeal_too_late", ""), ("words_missing", "words")]
        self.appeal(session, world, proposal, calendar, at=world.at + timedelta(days=30))

    def test_by_the_submitter_only(self, session, world, filed, calendar):
        proposal = filed()
        decide(session, world, proposal, DECLINE)
        for person in (world.mate, world.lead, world.coordinator):
            with pytest.raises(NotAllowed):
                self.appeal(session, world, proposal, calendar, actor=person)
