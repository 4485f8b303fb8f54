"""What comes next for an author: one answer for every state, and by what it differs within a state."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import Decision, Occasion, Proposal, ProposalState, Verb
from studio.domain.next_steps import NextStep, next_step

S, N = ProposalState, NextStep
NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
SOON, PAST = NOW + timedelta(days=2), NOW - timedelta(hours=1)
APPEALS, REOPENS, ANSWERS = {Verb.APPEAL}, {Verb.REOPEN}, {Verb.ANSWER_INFORMATION_REQUEST}


def of(state, verbs=(), **facts):
    return next_step(Proposal(state=state, **facts), verbs, at=NOW, today=NOW.date())


@pytest.mark.parametrize(
    ("state", "verbs", "facts", "comes"),
    [
        (S.DRAFT, (), {}, N.FINISH_WRITING),
        (S.SUBMITTED, (), {"answer_due_at": SOON}, N.FIND_STUDIO),
        (S.TEAM_CHECK, (), {"answer_due_at": SOON}, N.TEAM_ANSWERS),
        (S.TEAM_CHECK, (), {"answer_due_at": PAST}, N.LATE_ANSWER),
        (S.UNDER_REVIEW, (), {"answer_due_at": SOON}, N.FIRST_ANSWER),
        (S.UNDER_REVIEW, (), {"answer_due_at": PAST}, N.LATE_ANSWER),
        (S.UNDER_REVIEW, (), {"answered_at": PAST, "decision_due_at": SOON}, N.DECISION),
        (S.UNDER_REVIEW, (), {"answered_at": PAST, "decision_due_at": PAST}, N.LATE_ANSWER),
        (S.INFORMATION_REQUESTED, ANSWERS, {}, N.YOUR_ANSWER),
        (S.INFORMATION_REQUESTED, (), {}, N.THEIR_ANSWER),
        (S.ACCEPTED, (), {}, N.NAME_WHO_DOES_IT),
        (S.TRIAL, (), {"decisions": [Decision(trial_ends_on=date(2026, 12, 1))]}, N.TRIAL_ENDS),
        (S.TRIAL, (), {"decisions": [Decision(trial_ends_on=NOW.date())]}, N.TRIAL_ENDS),
        (S.TRIAL, (), {"decisions": [Decision(trial_ends_on=date(2026, 11, 15))]}, N.TRIAL_IS_OVER),
        (S.TRIAL, (), {"decisions": [Decision()]}, N.TRIAL_GOES_ON),
        (S.DEFERRED, (), {"wake_up_on": date(2027, 1, 1)}, N.LOOKED_AT_AGAIN),
        (S.DEFERRED, (), {"decisions": [Decision(occasion=Occasion())]}, N.OCCASION_COMES),
        (S.DEFERRED, (), {"decisions": [Decision(wake_up_when="大修")]}, N.CONDITION_COMES),
        (S.DECLINED, APPEALS, {}, N.ASK_ONCE_MORE),
        (S.DECLINED, (), {}, N.CLOSED),
        (S.INADMISSIBLE, APPEALS, {}, N.MEND_AND_ASK),
        (S.INADMISSIBLE, (), {}, N.CLOSED),
        (S.DUPLICATE, APPEALS, {}, N.ORIGINAL_GOES_ON),
        (S.WITHDRAWN, REOPENS, {}, N.TAKE_UP_AGAIN),
        (S.WITHDRAWN, (), {}, N.TAKEN_BACK),
        (S.IN_IMPLEMENTATION, (), {}, N.WORK_GOES_ON),
        (S.IMPLEMENTED, (), {}, N.LOOK_ON_SITE),
        (S.VERIFIED, (), {"claimed_benefit": 100}, N.BENEFIT_IS_CHECKED),
        (S.VERIFIED, (), {"claimed_benefit": 100, "checked_benefit": 80}, N.FINISHED),
        (S.VERIFIED, (), {}, N.FINISHED),
    ],
)
def test_what_comes_next(state, verbs, facts, comes):
    assert of(state, verbs, **facts) is comes


@pytest.mark.parametrize("state", ProposalState)
def test_every_state_has_an_answer(state):
    assert of(state) in NextStep


def test_an_answer_that_was_taken_back_says_nothing_of_what_comes():
    old = Decision(trial_ends_on=date(2026, 12, 1), superseded_at=PAST)
    assert of(S.TRIAL, decisions=[old, Decision()]) is N.TRIAL_GOES_ON
