import pytest

from models import Outcome, ProposalState, Verb
from studio.domain import permissions, workflow
from studio.domain.errors import WrongState

S = ProposalState
OPEN = {S.SUBMITTED, S.TEAM_CHECK, S.UNDER_REVIEW, S.INFORMATION_REQUESTED}
FILED = set(S) - {S.DRAFT}
REVIEW = {S.UNDER_REVIEW}
REFUSED = {S.DEFERRED, S.DECLINED, S.INADMISSIBLE}

EXPECTED: dict[Verb, tuple[set[ProposalState], ProposalState | None]] = {
    Verb.SUBMIT: ({S.DRAFT}, S.SUBMITTED),
    Verb.ASK_TEAM: ({S.SUBMITTED}, S.TEAM_CHECK),
    Verb.PASS_ON: ({S.TEAM_CHECK}, S.SUBMITTED),
    Verb.ROUTE: ({S.SUBMITTED}, S.UNDER_REVIEW),
    Verb.TRANSFER: ({S.SUBMITTED, S.UNDER_REVIEW}, S.UNDER_REVIEW),
    Verb.REVIEW: (REVIEW, None),
    Verb.REQUEST_INFORMATION: (REVIEW | {S.TEAM_CHECK}, S.INFORMATION_REQUESTED),
    Verb.ANSWER_INFORMATION_REQUEST: ({S.INFORMATION_REQUESTED}, S.UNDER_REVIEW),
    Verb.ACCEPT: ({S.UNDER_REVIEW, S.TEAM_CHECK, S.TRIAL}, S.ACCEPTED),
    Verb.START_TRIAL: (REVIEW, S.TRIAL),
    Verb.DEFER: ({S.UNDER_REVIEW, S.TRIAL}, S.DEFERRED),
    Verb.DECLINE: ({S.UNDER_REVIEW, S.TEAM_CHECK, S.TRIAL}, S.DECLINED),
    Verb.MARK_INADMISSIBLE: (REVIEW, S.INADMISSIBLE),
    Verb.MARK_DUPLICATE: (REVIEW, S.DUPLICATE),
    Verb.WITHDRAW: (OPEN | {S.DRAFT}, S.WITHDRAWN),
    Verb.START_IMPLEMENTATION: ({S.ACCEPTED, S.TRIAL}, S.IN_IMPLEMENTATION),
    Verb.REPORT_IMPLEMENTATION: ({S.IN_IMPLEMENTATION}, S.IMPLEMENTED),
    Verb.VERIFY_IMPLEMENTATION: ({S.IMPLEMENTED}, S.VERIFIED),
    Verb.CHECK_BENEFIT: ({S.IMPLEMENTED, S.VERIFIED}, None),
    Verb.REOPEN: ({S.DEFERRED, S.DECLINED, S.INADMISSIBLE, S.DUPLICATE, S.WITHDRAWN}, S.UNDER_REVIEW),
    Verb.APPEAL: ({S.DECLINED, S.INADMISSIBLE, S.DUPLICATE, S.DEFERRED}, S.UNDER_REVIEW),
    Verb.WAKE_UP: ({S.DEFERRED}, S.UNDER_REVIEW),
    Verb.COMMENT: (FILED, None),
    Verb.NOTE: (FILED, None),
    Verb.ATTACH: (
        OPEN | {S.DRAFT, S.DEFERRED, S.ACCEPTED, S.TRIAL, S.IN_IMPLEMENTATION, S.IMPLEMENTED},
        None,
    ),
    Verb.REMOVE_ATTACHMENT: ({S.DRAFT}, None),
    Verb.UNDO_DUPLICATE: ({S.DUPLICATE}, S.UNDER_REVIEW),
    Verb.NOTE_REPEAT: (FILED, None),
    Verb.DROP_REPEAT: (FILED, None),
    Verb.STEP_ASIDE: ({S.UNDER_REVIEW, S.INFORMATION_REQUESTED}, None),
    Verb.REVEAL: (FILED, None),
    Verb.ESCALATE: (REVIEW | REFUSED | {S.SUBMITTED, S.INFORMATION_REQUESTED}, None),
    Verb.REQUEST_OPINION: (REVIEW | REFUSED, None),
    Verb.GIVE_OPINION: (REVIEW | REFUSED | {S.SUBMITTED, S.INFORMATION_REQUESTED}, None),
    Verb.DECLINE_OPINION: (REVIEW | REFUSED | {S.SUBMITTED, S.INFORMATION_REQUESTED}, None),
    Verb.REFER_TO_CONGRESS: (OPEN | REFUSED | {S.ACCEPTED, S.TRIAL}, None),
    Verb.RECORD_CONGRESS_ANSWER: (FILED, None),
    Verb.RESCHEDULE: ({S.DEFERRED}, None),
}
"""Written out by hand from the glossary, so that a slip in the table of the house shows."""


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("verb", Verb)
def test_every_verb_fits_the_states_of_the_table_and_no_other(verb, state):
    sources, target = EXPECTED[verb]
    assert workflow.fits(verb, state) == (state in sources)
    if state in sources:
        assert workflow.target(verb, state) is (target or state)
    else:
        with pytest.raises(WrongState):
            workflow.target(verb, state)


def test_what_comes_back_without_a_studio_waits_to_be_routed():
    assert workflow.target(Verb.REOPEN, S.WITHDRAWN, has_studio=False) is S.SUBMITTED
    assert workflow.target(Verb.APPEAL, S.DECLINED, has_studio=False) is S.SUBMITTED
    assert workflow.target(Verb.SUBMIT, S.DRAFT, has_studio=False) is S.SUBMITTED


def test_the_answer_to_a_team_leaders_question_goes_back_to_the_team():
    answered = workflow.target(Verb.ANSWER_INFORMATION_REQUEST, S.INFORMATION_REQUESTED, has_studio=False)
    assert answered is S.TEAM_CHECK


def test_each_outcome_is_said_by_one_verb():
    assert sorted(workflow.DECISIONS.values()) == sorted(Outcome)


def test_a_decision_leads_to_the_state_of_its_outcome():
    for verb, outcome in workflow.DECISIONS.items():
        assert workflow.TRANSITIONS[verb].target == S(outcome.value)


def test_every_verb_has_its_rules():
    assert set(workflow.TRANSITIONS) == set(permissions.POLICY) == set(Verb)


def test_every_state_can_be_reached_and_all_but_the_last_left():
    reached = {transition.target for transition in workflow.TRANSITIONS.values()} - {None}
    assert reached == set(S) - {S.DRAFT}
    for state in set(S) - {S.VERIFIED}:
        assert any(t.target not in {None, state} for t in workflow.TRANSITIONS.values() if state in t.sources)
