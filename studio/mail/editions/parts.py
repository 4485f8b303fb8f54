"""What every edition is made of, and the memory of what a copy has spoken of already."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from studio.mail.edition import Edition
from studio.mail.editions import room
from studio.queries.digest import Card, Named
from studio.queries.digest_photos import Pair

SAID = 90
"""So many characters are told in a mail of why something was not taken up."""
FATE = 8
"""How wide it is what became of a proposal."""
NAMED = 3
"""Most waiting proposals named in a copy, and most finds of a saved search; desk and archive have the rest."""


@dataclass(frozen=True, slots=True)
class Length:
    """How much a copy may hold: entries in one section, calls, units in a table, pairs of photos, and lines in all."""

    section: int
    calls: int
    rows: int
    pairs: int
    lines: float


IN_A_MAIL = Length(section=4, calls=2, rows=5, pairs=2, lines=room.TWO_SCREENS)
"""Two screens of a phone at most; the issue's page has the rest."""
ON_A_PAGE = Length(section=40, calls=40, rows=40, pairs=4, lines=room.NO_END)


@dataclass(frozen=True, slots=True)
class Headline:
    """A colleague's own sentence and the proposal it is about."""

    sentence: str
    said_by: Named | None
    unit: Named | None
    card: Card


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a proposal: an outcome, ``implemented``, ``verified`` or still ``under_review``."""

    card: Card
    what: str


@dataclass(frozen=True, slots=True)
class News:
    """Entries of one section, and how many more there would be."""

    fates: tuple[Fate, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """An idea that was not taken up, with the reason in the decider's words. Its authors are not named."""

    card: Card
    reason: str

    @property
    def gist(self) -> str:
        """The reason's first words, where there is little room."""
        return self.reason if len(self.reason) <= SAID else f"{self.reason[:SAID].rstrip()}…"


class About(Protocol):
    """A part about one proposal."""

    @property
    def card(self) -> Card:
        """The proposal."""


Part = TypeVar("Part", bound=About)


@dataclass(slots=True)
class Copy:
    """A copy while it is put together: what it has spoken of, and how many lines are left in it.

    What matters most to its reader is chosen first, wherever it stands; what finds no room any more is left out.
    """

    edition: Edition
    length: Length
    pairs: dict[int, Pair] = field(default_factory=dict)
    """Photos to show, by the id of the proposal that the copy speaks of."""
    _ids: set[int] = field(default_factory=set)
    _taken: float = 0

    @property
    def left(self) -> float:
        """Lines that are left."""
        return self.length.lines - self._taken

    def spend(self, lines: float) -> None:
        """Use up lines, whether or not there are as many left: for what no copy is without."""
        self._taken += lines

    def afford(self, lines: float) -> bool:
        """Use up lines if there are as many left; tell whether there were."""
        if lines > self.left:
            return False
        self._taken += lines
        return True

    def take(self, cards: Iterable[Card], most: int | None = None) -> list[Card]:
        """Return the cards not spoken of yet, at most so many, and remember them."""
        fresh: dict[int, Card] = {}
        for card in cards:
            if most is not None and len(fresh) >= most:
                break
            if card.id not in self._ids:
                fresh[card.id] = card
        self._ids.update(fresh)
        return list(fresh.values())

    def first(self, parts: Iterable[Part], lines_of: Callable[[Part], float]) -> Part | None:
        """Return the first part about a proposal not spoken of yet, if there is room for it."""
        for part in parts:
            if part.card.id not in self._ids:
                if not self.afford(lines_of(part)):
                    return None
                self._ids.add(part.card.id)
                return part
        return None

    def news(self, fates: Iterable[Fate], most: int | None = None, across: int = room.ACROSS_BESIDE_MONEY) -> News:
        """Return the entries not spoken of yet, as many as there is room for."""
        fresh = list({fate.card.id: fate for fate in fates if fate.card.id not in self._ids}.values())
        listed: list[Fate] = []
        for fate in fresh[: most or self.length.section]:
            if not self.afford(_lines(fate.card, across) + (0 if listed else room.HEADING)):
                break
            listed.append(fate)
        self._ids.update(fate.card.id for fate in listed)
        return News(tuple(listed), len(fresh) - len(listed)) if listed else News()

    def illustrate(self, cards: Iterable[Card]) -> None:
        """Show the photos of these, while the copy may hold more."""
        for card in cards:
            wanted = len(self.pairs) < self.length.pairs and card.id in self.edition.pairs
            if wanted and self.afford(room.PHOTOS):
                self.pairs[card.id] = self.edition.pairs[card.id]


def _lines(card: Card, across: int) -> float:
    second = " ".join(author.name_zh for author in card.authors[:NAMED]) + (card.unit.name_zh if card.unit else "")
    return room.entry(card.title, f"{second}{' ' * FATE}", across)
