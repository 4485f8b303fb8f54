"""Which class of the firm's returns an answer belongs to."""

import pytest

from models import Outcome, OutcomeClass
from studio.domain import outcomes


@pytest.mark.parametrize(
    ("outcome", "already_done", "by_reason", "kind"),
    [
        (Outcome.ACCEPTED, True, None, OutcomeClass.DONE),
        (Outcome.ACCEPTED, False, None, OutcomeClass.ADOPTED),
        (Outcome.TRIAL, True, None, OutcomeClass.TRIAL),
        (Outcome.DEFERRED, False, None, OutcomeClass.WAITS),
        (Outcome.DEFERRED, False, OutcomeClass.NEEDS_STUDY, OutcomeClass.NEEDS_STUDY),
        (Outcome.DECLINED, False, None, OutcomeClass.DECLINED),
        (Outcome.DECLINED, True, OutcomeClass.OUTSIDE_OR_PLANNED, OutcomeClass.OUTSIDE_OR_PLANNED),
        (Outcome.INADMISSIBLE, False, None, OutcomeClass.OUTSIDE_OR_PLANNED),
        (Outcome.DUPLICATE, False, None, OutcomeClass.DUPLICATE),
    ],
)
def test_the_class_of_an_answer(
    *, outcome: Outcome, already_done: bool, by_reason: OutcomeClass | None, kind: OutcomeClass
) -> None:
    assert outcomes.class_of(outcome, already_done=already_done, by_reason=by_reason) is kind


def test_every_outcome_has_a_usual_class() -> None:
    assert set(outcomes.USUAL) == set(Outcome)
