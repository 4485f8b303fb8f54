"""Into which class of the firm's returns an answer belongs."""

from collections.abc import Mapping

from models.enums import Outcome, OutcomeClass

USUAL: Mapping[Outcome, OutcomeClass] = {
    Outcome.ACCEPTED: OutcomeClass.ADOPTED,
    Outcome.TRIAL: OutcomeClass.TRIAL,
    Outcome.DEFERRED: OutcomeClass.WAITS,
    Outcome.DECLINED: OutcomeClass.DECLINED,
    Outcome.INADMISSIBLE: OutcomeClass.OUTSIDE_OR_PLANNED,
    Outcome.DUPLICATE: OutcomeClass.DUPLICATE,
}
"""What an outcome says by itself."""


def class_of(outcome: Outcome, *, already_done: bool, by_reason: OutcomeClass | None = None) -> OutcomeClass:
    """Return the class: the reason's own if it has one; what is accepted and done already is a class apart."""
    if by_reason is not None:
        return by_reason
    if outcome is Outcome.ACCEPTED and already_done:
        return OutcomeClass.DONE
    return USUAL[outcome]
