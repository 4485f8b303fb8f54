"""Narrowing the desk: which proposals answer a question, and how many another choice would leave."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from models.enums import ProposalState
from studio.domain.turns import Turn

WITH_AUTHOR = frozenset({ProposalState.INFORMATION_REQUESTED, ProposalState.ACCEPTED, ProposalState.IN_IMPLEMENTATION})
"""States in which the author is to act."""
MANY_REVIEWS = 3
"""So many reviews and more are one choice."""


class Pile(StrEnum):
    """What of the desk somebody looks at; the tabs."""

    MINE = "mine"
    DECIDE = "decide"
    AUTHOR = "author"
    OTHERS = "others"
    ALL = "all"
    DONE = "done"


class Field(StrEnum):
    """By what the desk can be narrowed, beside words."""

    DUE = "due"
    KIND = "kind"
    THEME = "theme"
    REVIEWS = "reviews"
    UNIT = "unit"
    STUDIO = "studio"
    JUDGE = "judge"


class Due(StrEnum):
    """What presses; whatever is late was due today at the latest."""

    LATE = "late"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Facts:
    """One proposal as far as the desk can be narrowed. ``choices`` are the values under which it is found.

    ``text`` is what words are looked for in, in small letters.
    """

    id: int
    piles: frozenset[Pile]
    text: str
    choices: Mapping[Field, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of the desk."""

    pile: Pile = Pile.MINE
    words: str = ""
    chosen: Mapping[Field, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the pile is asked for."""
        return bool(self.words or self.chosen)

    def on(self, pile: Pile) -> "Asked":
        """Return the same question to another pile."""
        return replace(self, pile=pile)

    def without(self, one: Field | None) -> "Asked":
        """Return the question without one choice, or without the words."""
        if one is None:
            return replace(self, words="")
        return replace(self, chosen={name: value for name, value in self.chosen.items() if name is not one})

    def parameters(self) -> dict[str, Any]:
        """Return what an address says after its question mark."""
        pile = {} if self.pile is Pile.MINE else {"pile": self.pile.value}
        words = {"words": self.words} if self.words else {}
        return pile | words | {name.value: self.chosen[name] for name in Field if name in self.chosen}


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept on the pile asked for, in the order given; how many each pile and each choice would leave."""

    kept: Sequence[Facts]
    piles: Mapping[Pile, int]
    choices: Mapping[Field, Counter[str]]


def piles_of(turn: Turn | None, state: ProposalState) -> frozenset[Pile]:
    """Return on which piles something lies that is under way in one's studios."""
    piles = {Pile.ALL, Pile.OTHERS if turn is None else Pile.MINE}
    if turn in {Turn.DECIDE, Turn.HEAR_TRIAL}:
        piles.add(Pile.DECIDE)
    if state in WITH_AUTHOR:
        piles.add(Pile.AUTHOR)
    return frozenset(piles)


def reviews_choice(count: int) -> str:
    """Return the choice under which a number of reviews is found."""
    return str(min(count, MANY_REVIEWS))


def ask(lying: Iterable[Facts], asked: Asked) -> Found:
    """Answer a question, with counts beside each choice that respect everything else that is asked."""
    words = asked.words.lower().split()
    kept: list[Facts] = []
    piles: Counter[Pile] = Counter(dict.fromkeys(Pile, 0))
    choices: dict[Field, Counter[str]] = {name: Counter() for name in Field}
    for one in lying:
        if not all(word in one.text for word in words):
            continue
        against = [name for name, value in asked.chosen.items() if value not in one.choices.get(name, ())]
        if not against:
            piles.update(one.piles)
        if asked.pile not in one.piles or len(against) > 1:
            continue
        if not against:
            kept.append(one)
        for name in against or Field:
            choices[name].update(one.choices.get(name, ()))
    return Found(kept, piles, choices)
