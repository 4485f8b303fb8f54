from datetime import UTC, datetime, timedelta

import pytest

from models import Contributor, Proposal, ProposalState, RoutingRule, Verb
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.operations import filing, reviewing, routing
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import draft

pytestmark = on_both_databases

LATER = timedelta(days=1)


@pytest.fixture
def unmatched(session, world, calendar):
    """A proposal that no rule and no speciality knows; its author works for the company itself."""
    with writing(session):
        for rule in session.query(RoutingRule):
            rule.active = False
    proposal = draft(session, world, author=world.safety, title="食堂排队", problem="排队太久。", location="食堂")
    with writing(session):
        return filing.submit(session, proposal, actor=world.safety, at=world.at, calendar=calendar)


def transfer(session, world, proposal, calendar, *, actor=None, code="S-CAST", words="这是浇注的事。", at=None):
    with writing(session):
        routing.transfer(
            session, proposal, code, actor=actor or world.lead, at=at or world.at, words=words, calendar=calendar
        )
    return proposal


class TestByRules:
    def test_the_reason_and_the_names_of_that_day_are_kept(self, world, filed):
        (assignment,) = filed().assignments
        assert assignment.assigned_by_id is None
        assert assignment.reason["code"] in {"rule_unit", "unit"}
        assert assignment.reason["names"]["studio"] == [{"name_zh": "何广茂创新工作室", "name_en": "Studio S-ROLL"}]
        assert assignment.reason["names"]["unit"] == [{"name_zh": "ROLL车间", "name_en": "ROLL shop"}]

    def test_work_is_shared_out_among_the_reviewers(self, world, filed):
        owing = [filed().reviewer_id for _ in range(4)]
        assert sorted(owing) == sorted([world.reviewer.id, world.second_reviewer.id] * 2)

    def test_an_author_never_owes_himself_an_answer(self, session, world, filed):
        parts = [Contributor(person=world.worker, share=50), Contributor(person=world.reviewer, share=50)]
        assert filed(contributors=parts).reviewer_id == world.second_reviewer.id

    def test_without_a_free_reviewer_the_lead_answers(self, session, world, filed):
        with writing(session):
            world.reviewer.active = False
        parts = [Contributor(person=world.worker, share=50), Contributor(person=world.second_reviewer, share=50)]
        assert filed(contributors=parts).reviewer_id == world.lead.id

    def test_an_inactive_studio_gets_nothing(self, session, world, filed):
        with writing(session):
            world.studio.active = False
        assert filed().studio_id != world.studio.id

    def test_without_a_match_it_waits_for_the_coordinator_with_a_date(self, unmatched):
        assert unmatched.state is ProposalState.SUBMITTED
        assert (unmatched.studio_id, unmatched.reviewer_id, unmatched.assignments) == (None, None, [])
        assert unmatched.answer_due_at is not None
        assert unmatched.decision_due_at is not None


class TestAssigning:
    def test_the_coordinator_sends_on_what_no_rule_caught(self, session, world, unmatched, calendar):
        promised = unmatched.decision_due_at
        with writing(session):
            routing.assign(
                session, unmatched, "S-CAST", actor=world.coordinator, at=world.at + LATER, words="", calendar=calendar
            )
        assert (unmatched.state, unmatched.studio_id) == (ProposalState.UNDER_REVIEW, world.other_studio.id)
        assert unmatched.reviewer_id == world.other_reviewer.id
        assert unmatched.decision_due_at == promised
        assert unmatched.answer_due_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
        (assignment,) = unmatched.assignments
        assert (assignment.reason["code"], assignment.assigned_by_id) == ("by_hand", world.coordinator.id)

    def test_nobody_else_does(self, session, world, unmatched, calendar):
        for person in (world.lead, world.admin, world.safety):
            with pytest.raises(NotAllowed), writing(session):
                routing.assign(session, unmatched, "S-CAST", actor=person, at=world.at, words="", calendar=calendar)

    def test_an_unknown_studio_is_refused(self, session, world, unmatched, calendar):
        with pytest.raises(InvalidInput) as error, writing(session):
            routing.assign(
                session, unmatched, "S-MOON", actor=world.coordinator, at=world.at, words="", calendar=calendar
            )
        assert [(p.code, p.field) for p in error.value.problems] == [("studio_unknown", "studio_code")]
        assert unmatched.state is ProposalState.SUBMITTED


class TestTransfer:
    def test_the_lead_hands_it_on_with_a_reason(self, session, world, filed, calendar):
        proposal = transfer(session, world, filed(), calendar)
        assert (proposal.studio_id, proposal.reviewer_id) == (world.other_studio.id, world.other_reviewer.id)
        first, second = proposal.assignments
        assert (first.ended_at, second.ended_at) == (world.at, None)
        assert second.words == "这是浇注的事。"
        last = proposal.events[-1]
        assert (last.verb, last.data["from_studio"]["code"]) == (Verb.TRANSFER, "S-ROLL")

    def test_the_new_studio_gets_time_to_answer_but_the_decision_stays_promised(self, session, world, filed, calendar):
        proposal = filed()
        answer, decision = proposal.answer_due_at, proposal.decision_due_at
        transfer(session, world, proposal, calendar, at=world.at + LATER)
        assert proposal.answer_due_at > answer
        assert proposal.decision_due_at == decision

    def test_what_was_answered_is_not_owed_again(self, session, world, filed, calendar):
        proposal = filed()
        with writing(session):
            reviewing.request_information(session, proposal, actor=world.lead, at=world.at, question="几号机？")
            reviewing.answer_information_request(
                session, proposal, actor=world.worker, at=world.at, answer="五号", calendar=calendar
            )
        answer = proposal.answer_due_at
        transfer(session, world, proposal, calendar, at=world.at + LATER)
        assert proposal.answer_due_at == answer

    @pytest.mark.parametrize(
        ("code", "words", "problems"),
        [
            ("S-ROLL", "别处", [("studio_has_it", "studio_code")]),
            ("S-CAST", " \u200b\n ".replace("\u200b", ""), [("words_missing", "words")]),
            ("S-MOON", "别处", [("studio_unknown", "studio_code")]),
            ("S-CAST", "长" * 4001, [("too_long", "words")]),
        ],
    )
    def test_bad_input_is_refused(self, session, world, filed, calendar, code, words, problems):
        proposal = filed()
        with pytest.raises(InvalidInput) as error:
            transfer(session, world, proposal, calendar, code=code, words=words)
        assert [(p.code, p.field) for p in error.value.problems] == problems
        assert len(proposal.assignments) == 1

    def test_a_reviewer_does_not_hand_it_on(self, session, world, filed, calendar):
        with pytest.raises(NotAllowed):
            transfer(session, world, filed(), calendar, actor=world.reviewer)

    def test_nothing_is_handed_on_while_the_author_is_asked(self, session, world, filed, calendar):
        proposal = filed()
        with writing(session):
            reviewing.request_information(session, proposal, actor=world.lead, at=world.at, question="几号机？")
        with pytest.raises(WrongState):
            transfer(session, world, proposal, calendar)

    def test_it_may_come_back(self, session, world, filed, calendar):
        proposal: Proposal = transfer(session, world, filed(), calendar)
        transfer(session, world, proposal, calendar, actor=world.other_lead, code="S-ROLL", words="还是您看。")
        assert [a.studio_id for a in proposal.assignments] == [world.studio.id, world.other_studio.id, world.studio.id]
