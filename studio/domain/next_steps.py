"""What comes next for a proposal, as its author wants to know it: one answer for every state."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from models import Decision, Proposal, ProposalState, Verb


class NextStep(StrEnum):
    """What happens next, or what the author can do; ``studio.wording.next_steps`` says it in a sentence or two."""

    FINISH_WRITING = "finish_writing"
    FIND_STUDIO = "find_studio"
    TEAM_ANSWERS = "team_answers"
    FIRST_ANSWER = "first_answer"
    DECISION = "decision"
    LATE_ANSWER = "late_answer"
    YOUR_ANSWER = "your_answer"
    THEIR_ANSWER = "their_answer"
    NAME_WHO_DOES_IT = "name_who_does_it"
    TRIAL_ENDS = "trial_ends"
    TRIAL_GOES_ON = "trial_goes_on"
    TRIAL_IS_OVER = "trial_is_over"
    LOOKED_AT_AGAIN = "looked_at_again"
    OCCASION_COMES = "occasion_comes"
    CONDITION_COMES = "condition_comes"
    MEND_AND_ASK = "mend_and_ask"
    ASK_ONCE_MORE = "ask_once_more"
    CLOSED = "closed"
    ORIGINAL_GOES_ON = "original_goes_on"
    TAKE_UP_AGAIN = "take_up_again"
    TAKEN_BACK = "taken_back"
    WORK_GOES_ON = "work_goes_on"
    LOOK_ON_SITE = "look_on_site"
    BENEFIT_IS_CHECKED = "benefit_is_checked"
    FINISHED = "finished"


S = ProposalState
ALWAYS = {
    S.DRAFT: NextStep.FINISH_WRITING,
    S.ACCEPTED: NextStep.NAME_WHO_DOES_IT,
    S.DUPLICATE: NextStep.ORIGINAL_GOES_ON,
    S.IN_IMPLEMENTATION: NextStep.WORK_GOES_ON,
    S.IMPLEMENTED: NextStep.LOOK_ON_SITE,
}
"""States after which the same always comes."""
BY_VERB = {
    S.INFORMATION_REQUESTED: (Verb.ANSWER_INFORMATION_REQUEST, NextStep.YOUR_ANSWER, NextStep.THEIR_ANSWER),
    S.WITHDRAWN: (Verb.REOPEN, NextStep.TAKE_UP_AGAIN, NextStep.TAKEN_BACK),
    S.DECLINED: (Verb.APPEAL, NextStep.ASK_ONCE_MORE, NextStep.CLOSED),
    S.INADMISSIBLE: (Verb.APPEAL, NextStep.MEND_AND_ASK, NextStep.CLOSED),
}
"""States after which it depends on whether this author may do something: what he may do, and what comes if not."""


def next_step(proposal: Proposal, verbs: Collection[Verb], *, at: datetime, today: date) -> NextStep:
    """Return what comes next for an author who may do ``verbs``; ``today`` is the site's day at the moment ``at``."""
    state = proposal.state
    if state in ALWAYS:
        return ALWAYS[state]
    if state in BY_VERB:
        verb, mine, otherwise = BY_VERB[state]
        return mine if verb in verbs else otherwise
    return STEPS[state](proposal, at, today)


def holding(proposal: Proposal) -> Decision | None:
    """Return the answer that holds."""
    return next((made for made in proposal.decisions if made.superseded_at is None), None)


def _while_open(proposal: Proposal, at: datetime, _today: date) -> NextStep:
    answered = proposal.answered_at is not None
    due = proposal.decision_due_at if answered else proposal.answer_due_at
    if due is None or proposal.state is S.SUBMITTED:
        return NextStep.FIND_STUDIO
    if due < at:
        return NextStep.LATE_ANSWER
    if proposal.state is S.TEAM_CHECK:
        return NextStep.TEAM_ANSWERS
    return NextStep.DECISION if answered else NextStep.FIRST_ANSWER


def _on_trial(proposal: Proposal, _at: datetime, today: date) -> NextStep:
    decision = holding(proposal)
    ends = decision.trial_ends_on if decision is not None else None
    if ends is None:
        return NextStep.TRIAL_GOES_ON
    return NextStep.TRIAL_ENDS if ends >= today else NextStep.TRIAL_IS_OVER


def _deferred(proposal: Proposal, _at: datetime, _today: date) -> NextStep:
    if proposal.wake_up_on is not None:
        return NextStep.LOOKED_AT_AGAIN
    decision = holding(proposal)
    named = decision is not None and decision.occasion is not None
    return NextStep.OCCASION_COMES if named else NextStep.CONDITION_COMES


def _verified(proposal: Proposal, _at: datetime, _today: date) -> NextStep:
    waits = proposal.claimed_benefit is not None and proposal.checked_benefit is None
    return NextStep.BENEFIT_IS_CHECKED if waits else NextStep.FINISHED


STEPS = {
    S.SUBMITTED: _while_open,
    S.TEAM_CHECK: _while_open,
    S.UNDER_REVIEW: _while_open,
    S.TRIAL: _on_trial,
    S.DEFERRED: _deferred,
    S.VERIFIED: _verified,
}
"""States after which it depends on what the records say."""
