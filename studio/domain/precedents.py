"""To which studios the most similar proposals of the archive went, and how much that says.

The search index names proposals with the same telling words; here they are compared again by what routing knows beside
the words, because a place, a unit or a theme in common says more about who should deal with a matter than one more
common word. Then the most similar ones vote, each with its likeness. Nothing here knows an industry or a language:
words are weighed by how few of the precedents themselves have them, so what all have in common tells none apart.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

from studio.domain.routing_facts import Precedent, ProposalFacts
from studio.domain.terms import parts

TEXT, TITLE, PLACE, UNIT, THEMES = 0.4, 0.2, 0.2, 0.1, 0.1
"""What each way of being alike is worth, of a whole of 1. Units weigh little: a studio's home counts in routing too."""
VOTERS: Final = 20
"""So many of the most similar ones vote."""
DOUBT: Final = 1.0
"""Votes, in perfect twins, that are cast for nobody: a handful of proposals that are hardly alike proves nothing."""
AGAINST: Final = 0.5
"""Part of its vote that a precedent which was handed on casts against the studio it was taken from."""
NAMED: Final = 3
"""Precedents of a studio that the reason names."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the archive says of one studio: its share of the votes, -1 to 1, and the numbers of the most similar."""

    share: float
    numbers: tuple[str, ...]


def lessons(proposal: ProposalFacts, precedents: Sequence[Precedent]) -> dict[str, Lesson]:
    """Return what the archive teaches, by the code of the studio; the order of the precedents does not matter."""
    votes = sorted(_votes(proposal, precedents), key=lambda vote: (-vote[0], vote[1].number))[:VOTERS]
    cast = DOUBT + sum(likeness for likeness, _ in votes)
    sums: defaultdict[str, float] = defaultdict(float)
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for likeness, precedent in votes:
        sums[precedent.studio] += likeness
        numbers[precedent.studio].append(precedent.number)
        for studio in precedent.taken_from:
            sums[studio] -= likeness * AGAINST
    return {studio: Lesson(total / cast, tuple(numbers[studio][:NAMED])) for studio, total in sums.items()}


def _votes(proposal: ProposalFacts, precedents: Sequence[Precedent]) -> list[tuple[float, Precedent]]:
    title = _Compared(proposal.title, [precedent.title for precedent in precedents])
    place = _Compared(proposal.location, [precedent.location for precedent in precedents])
    return [
        (
            TEXT * precedent.likeness
            + TITLE * title.likeness(at)
            + PLACE * place.likeness(at)
            + UNIT * _nearness(proposal.units, precedent.units)
            + THEMES * _overlap(proposal.themes, precedent.themes),
            precedent,
        )
        for at, precedent in enumerate(precedents)
    ]


def _nearness(units: Sequence[str], others: Collection[str]) -> float:
    """Return 1 for the same team, less for each step up to what both belong to, 0 for the root and for strangers."""
    height = next((height for height, unit in enumerate(units[:-1]) if unit in others), None)
    return 0.0 if height is None else 1 - height / len(units)


def _overlap(ours: Collection[str], theirs: Collection[str]) -> float:
    common = len(set(ours) & set(theirs))
    return common / sqrt(len(ours) * len(theirs)) if common else 0.0


class _Compared:
    """One short text against the same text of each precedent: the cosine of their parts, the rare ones foremost."""

    def __init__(self, text: str, others: Sequence[str]) -> None:
        self._others = [frozenset(parts(other)) for other in others]
        having = Counter(part for found in self._others for part in found)
        self._weight = {part: log((len(others) + 1) / (count + 0.5)) ** 2 for part, count in having.items()}
        self._unseen = log((len(others) + 1) / 0.5) ** 2
        self._text = frozenset(parts(text))
        self._length = self._sum(self._text)

    def likeness(self, at: int) -> float:
        """Return 0 to 1 for the precedent at this place."""
        common = self._sum(self._text & self._others[at])
        return common / sqrt(self._length * self._sum(self._others[at])) if common else 0.0

    def _sum(self, found: Collection[str]) -> float:
        return sum(self._weight.get(part, self._unseen) for part in sorted(found))
