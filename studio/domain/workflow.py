"""The transition table: which verb leads from which states to which. The only place that knows.

``studio.operations.transition`` is the single door through which a proposal's state changes; it asks here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.enums import Outcome, Verb
from models.enums import ProposalState as State
from studio.domain.errors import WrongState


@dataclass(frozen=True, slots=True)
class Transition:
    """States a verb may start from and the state it leads to; without a target the state stays."""

    sources: frozenset[State]
    target: State | None


OPEN = frozenset({State.SUBMITTED, State.TEAM_CHECK, State.UNDER_REVIEW, State.INFORMATION_REQUESTED})
CLOSED_BUT_REVIVABLE = frozenset({State.DEFERRED, State.DECLINED, State.INADMISSIBLE, State.DUPLICATE, State.WITHDRAWN})
FILED = frozenset(State) - {State.DRAFT}
GETS_OPINIONS = frozenset({State.UNDER_REVIEW, State.DEFERRED, State.DECLINED, State.INADMISSIBLE})
AWAITS_OPINIONS = GETS_OPINIONS | {State.SUBMITTED, State.INFORMATION_REQUESTED}
"""Where an opinion that was asked for is still of use: it is not settled well for the author, or not at all."""
CONCERNS_CONGRESS = OPEN | {State.ACCEPTED, State.TRIAL, State.DEFERRED, State.DECLINED, State.INADMISSIBLE}
TAKES_FILES = OPEN | {
    State.DRAFT,
    State.DEFERRED,
    State.ACCEPTED,
    State.TRIAL,
    State.IN_IMPLEMENTATION,
    State.IMPLEMENTED,
}


def _from(*sources: State, to: State | None) -> Transition:
    return Transition(frozenset(sources), to)


TRANSITIONS: Mapping[Verb, Transition] = {
    Verb.SUBMIT: _from(State.DRAFT, to=State.SUBMITTED),
    Verb.ASK_TEAM: _from(State.SUBMITTED, to=State.TEAM_CHECK),
    Verb.PASS_ON: _from(State.TEAM_CHECK, to=State.SUBMITTED),
    Verb.ROUTE: _from(State.SUBMITTED, to=State.UNDER_REVIEW),
    Verb.TRANSFER: _from(State.SUBMITTED, State.UNDER_REVIEW, to=State.UNDER_REVIEW),
    Verb.REVIEW: _from(State.UNDER_REVIEW, to=None),
    Verb.REQUEST_INFORMATION: _from(State.UNDER_REVIEW, State.TEAM_CHECK, to=State.INFORMATION_REQUESTED),
    Verb.ANSWER_INFORMATION_REQUEST: _from(State.INFORMATION_REQUESTED, to=State.UNDER_REVIEW),
    Verb.ACCEPT: _from(State.UNDER_REVIEW, State.TEAM_CHECK, State.TRIAL, to=State.ACCEPTED),
    Verb.START_TRIAL: _from(State.UNDER_REVIEW, to=State.TRIAL),
    Verb.DEFER: _from(State.UNDER_REVIEW, State.TRIAL, to=State.DEFERRED),
    Verb.DECLINE: _from(State.UNDER_REVIEW, State.TEAM_CHECK, State.TRIAL, to=State.DECLINED),
    Verb.MARK_INADMISSIBLE: _from(State.UNDER_REVIEW, to=State.INADMISSIBLE),
    Verb.MARK_DUPLICATE: _from(State.UNDER_REVIEW, to=State.DUPLICATE),
    Verb.WITHDRAW: Transition(OPEN | {State.DRAFT}, State.WITHDRAWN),
    Verb.START_IMPLEMENTATION: _from(State.ACCEPTED, State.TRIAL, to=State.IN_IMPLEMENTATION),
    Verb.REPORT_IMPLEMENTATION: _from(State.IN_IMPLEMENTATION, to=State.IMPLEMENTED),
    Verb.VERIFY_IMPLEMENTATION: _from(State.IMPLEMENTED, to=State.VERIFIED),
    Verb.CHECK_BENEFIT: _from(State.IMPLEMENTED, State.VERIFIED, to=None),
    Verb.REOPEN: Transition(CLOSED_BUT_REVIVABLE, State.UNDER_REVIEW),
    Verb.APPEAL: _from(State.DECLINED, State.INADMISSIBLE, State.DUPLICATE, State.DEFERRED, to=State.UNDER_REVIEW),
    Verb.WAKE_UP: _from(State.DEFERRED, to=State.UNDER_REVIEW),
    Verb.COMMENT: Transition(FILED, None),
    Verb.NOTE: Transition(FILED, None),
    Verb.ATTACH: Transition(TAKES_FILES, None),
    Verb.REMOVE_ATTACHMENT: _from(State.DRAFT, to=None),
    Verb.UNDO_DUPLICATE: _from(State.DUPLICATE, to=State.UNDER_REVIEW),
    Verb.NOTE_REPEAT: Transition(FILED, None),
    Verb.DROP_REPEAT: Transition(FILED, None),
    Verb.STEP_ASIDE: _from(State.UNDER_REVIEW, State.INFORMATION_REQUESTED, to=None),
    Verb.REVEAL: Transition(FILED, None),
    Verb.ESCALATE: Transition(AWAITS_OPINIONS, None),
    Verb.REQUEST_OPINION: Transition(GETS_OPINIONS, None),
    Verb.GIVE_OPINION: Transition(AWAITS_OPINIONS, None),
    Verb.DECLINE_OPINION: Transition(AWAITS_OPINIONS, None),
    Verb.REFER_TO_CONGRESS: Transition(CONCERNS_CONGRESS, None),
    Verb.RECORD_CONGRESS_ANSWER: Transition(FILED, None),
    Verb.RESCHEDULE: _from(State.DEFERRED, to=None),
}

DECISIONS: Mapping[Verb, Outcome] = {
    Verb.ACCEPT: Outcome.ACCEPTED,
    Verb.START_TRIAL: Outcome.TRIAL,
    Verb.DEFER: Outcome.DEFERRED,
    Verb.DECLINE: Outcome.DECLINED,
    Verb.MARK_INADMISSIBLE: Outcome.INADMISSIBLE,
    Verb.MARK_DUPLICATE: Outcome.DUPLICATE,
}
"""Verbs that are binding acts of the lead, and what each decision says."""

FIRST_ANSWERS = frozenset({Verb.REVIEW, Verb.REQUEST_INFORMATION, *DECISIONS})
"""Verbs by which somebody of the studio, or the team leader, has answered the author."""

REVIVALS = frozenset({Verb.REOPEN, Verb.APPEAL, Verb.WAKE_UP, Verb.UNDO_DUPLICATE})
"""Verbs that take up again what was answered or withdrawn."""


def fits(verb: Verb, state: State) -> bool:
    """Tell whether ``verb`` may start from ``state``."""
    return state in TRANSITIONS[verb].sources


def target(verb: Verb, state: State, *, has_studio: bool = True) -> State:
    """Return the state that ``verb`` leads to from ``state``. Raises WrongState if it does not fit.

    What comes back without a studio, because it was withdrawn before one was found or an appeal took it away,
    waits to be routed as if it had just been submitted. A question without a studio was the team leader's, and the
    answer goes back to the team.
    """
    if not fits(verb, state):
        raise WrongState(verb, state)
    if verb in REVIVALS and not has_studio:
        return State.SUBMITTED
    if verb is Verb.ANSWER_INFORMATION_REQUEST and not has_studio:
        return State.TEAM_CHECK
    return TRANSITIONS[verb].target or state
