"""What a reviewer sees of himself: how he scores beside the others, and what became of what he refused.

All scores are normalised to 0–100 by their criterion's own scale, so that versions of a rubric compare. Below ``FEW``
cases a figure says more about chance than about a person, and is not shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from statistics import fmean

from models.enums import ProposalState

FEW = 5
YES = frozenset(
    {
        ProposalState.ACCEPTED,
        ProposalState.TRIAL,
        ProposalState.IN_IMPLEMENTATION,
        ProposalState.IMPLEMENTED,
        ProposalState.VERIFIED,
    }
)
"""States of what was taken in the end."""


@dataclass(frozen=True, slots=True)
class Given:
    """One score, normalised; ``weight`` is its criterion's."""

    review_id: int
    proposal_id: int
    mine: bool
    code: str
    weight: Fraction
    score: Fraction


@dataclass(frozen=True, slots=True)
class Means:
    """My mean and that of the others on the ``count`` proposals that both scored; None below ``FEW``."""

    count: int
    mine: float | None = None
    others: float | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How I use one criterion: my lowest, mean and highest score, and the mean of the others on the same proposals."""

    code: str
    count: int
    lowest: float
    mean: float
    highest: float
    others: float | None


class Fate(StrEnum):
    """What became of something refused, the strongest last."""

    REOPENED = "reopened"
    ACCEPTED = "accepted"
    FILED_ANEW = "filed_anew"
    IN_USE = "in_use"


@dataclass(frozen=True, slots=True)
class Refused:
    """Something I recommended to decline, or declined or put off myself, and when."""

    id: int
    state: ProposalState
    refused_at: datetime
    revived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Later:
    """Another proposal of the same matter that was filed later, by others, and taken; ``saves`` is checked benefit."""

    state: ProposalState
    saves: bool


def fate_of(refused: Refused, later: Iterable[Later]) -> Fate | None:
    """Return the strongest thing that became of it; None while it simply stayed refused."""
    others = list(later)
    if any(one.saves for one in others):
        return Fate.IN_USE
    if others:
        return Fate.FILED_ANEW
    if refused.revived_at is None:
        return None
    return Fate.ACCEPTED if refused.state in YES else Fate.REOPENED


def means(given: Sequence[Given]) -> Means:
    """Return the means over the proposals that I and somebody else scored."""
    reviews: defaultdict[tuple[int, bool], defaultdict[int, list[Given]]] = defaultdict(lambda: defaultdict(list))
    for one in given:
        reviews[one.proposal_id, one.mine][one.review_id].append(one)
    both = [number for number, mine in reviews if mine and (number, False) in reviews]
    if len(both) < FEW:
        return Means(len(both))
    sides = {mine: [_mean_of(reviews[number, mine]) for number in both] for mine in (True, False)}
    return Means(len(both), fmean(sides[True]), fmean(sides[False]))


def _mean_of(reviews: Mapping[int, Sequence[Given]]) -> float:
    """Return the mean of weighted means, one of each review."""
    return fmean(
        float(sum(one.weight * one.score for one in scores) / sum(one.weight for one in scores))
        for scores in reviews.values()
    )


def spreads(given: Sequence[Given]) -> Sequence[Spread]:
    """Return how I use each criterion that I scored at least ``FEW`` times, in the order in which they come."""
    mine: defaultdict[str, list[Given]] = defaultdict(list)
    for one in given:
        if one.mine:
            mine[one.code].append(one)
    return [_spread(code, scores, given) for code, scores in mine.items() if len(scores) >= FEW]


def _spread(code: str, scores: Sequence[Given], given: Sequence[Given]) -> Spread:
    same = {one.proposal_id for one in scores}
    others = [float(one.score) for one in given if not one.mine and one.code == code and one.proposal_id in same]
    own = [float(one.score) for one in scores]
    beside = fmean(others) if len(others) >= FEW else None
    return Spread(code, len(own), min(own), fmean(own), max(own), beside)
