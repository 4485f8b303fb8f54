"""What a reviewer sees of himself."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from models.enums import ProposalState as State
from studio.domain.mirror import FEW, Fate, Given, Later, Refused, fate_of, means, spreads

MINE, THEIRS = True, False
AT = datetime(2026, 11, 16, tzinfo=UTC)


def given(proposals: int, mine: int, others: int | None) -> list[Given]:
    found = []
    for number in range(proposals):
        found.append(Given(number * 2, number, MINE, "quality", Fraction(1), Fraction(mine)))
        if others is not None:
            found.append(Given(number * 2 + 1, number, THEIRS, "quality", Fraction(1), Fraction(others)))
    return found


def test_means_compare_the_same_proposals_only() -> None:
    alone = [Given(99, 99, MINE, "quality", Fraction(1), Fraction(0))]
    found = means([*given(FEW, 80, 60), *alone])
    assert (found.count, found.mine, found.others) == (FEW, 80, 60)


def test_too_few_are_counted_and_not_shown() -> None:
    found = means(given(FEW - 1, 80, 60))
    assert (found.count, found.mine, found.others) == (FEW - 1, None, None)
    assert spreads(given(FEW - 1, 80, 60)) == []


def test_weights_count_within_a_review() -> None:
    heavy = [
        Given(one.review_id, one.proposal_id, one.mine, "effect", Fraction(3), Fraction(0))
        for one in given(FEW, 80, 60)
    ]
    assert means([*given(FEW, 80, 60), *heavy]).mine == 20


def test_a_spread_reaches_from_the_lowest_to_the_highest() -> None:
    scores = [Given(n, n, MINE, "quality", Fraction(1), Fraction(20 * n)) for n in range(FEW)]
    (found,) = spreads(scores)
    assert (found.lowest, found.mean, found.highest, found.others) == (0, 40, 80, None)


@pytest.mark.parametrize(
    ("state", "revived", "later", "fate"),
    [
        (State.DECLINED, False, [], None),
        (State.UNDER_REVIEW, True, [], Fate.REOPENED),
        (State.DECLINED, True, [], Fate.REOPENED),
        (State.ACCEPTED, True, [], Fate.ACCEPTED),
        (State.ACCEPTED, False, [], None),  # the lead saw it otherwise from the start: nothing came back
        (State.DECLINED, False, [Later(State.ACCEPTED, saves=False)], Fate.FILED_ANEW),
        (State.ACCEPTED, True, [Later(State.VERIFIED, saves=True)], Fate.IN_USE),
    ],
)
def test_the_strongest_fate_is_told(state: State, *, revived: bool, later: list[Later], fate: Fate | None) -> None:
    refused = Refused(1, state, AT, AT + timedelta(days=1) if revived else None)
    assert fate_of(refused, later) == fate
