"""What every edition is made of, and the memory of what a copy has spoken of already."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.mail.edition import Edition
from studio.queries.digest import Card, Named
from studio.queries.digest_photos import Pair

NAMED = 3
"""Most waiting proposals named in a copy, and most finds of a saved search; desk and archive have the rest."""


@dataclass(frozen=True, slots=True)
class Length:
    """How much a copy may hold: entries in one section and in all, calls, units in a table, pairs of photos."""

    section: int
    copy: int
    calls: int
    rows: int
    pairs: int


IN_A_MAIL = Length(section=5, copy=12, calls=3, rows=6, pairs=2)
"""About two screens of a mail program; the issue's page has the rest."""
BESIDE_FIGURES = Length(section=2, copy=6, calls=2, rows=6, pairs=1)
"""As long, for whoever reads the figures of a studio or unit as well."""
ON_A_PAGE = Length(section=40, copy=200, calls=40, rows=40, pairs=4)


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


@dataclass(slots=True)
class Copy:
    """A copy while it is put together: what it has spoken of, and how much room is left in it."""

    edition: Edition
    length: Length
    pairs: dict[int, Pair] = field(default_factory=dict)
    """Photos to show, by the id of the proposal that the copy speaks of."""
    _ids: set[int] = field(default_factory=set)
    _lines: int = 0

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

    def news(self, fates: Iterable[Fate], most: int | None = None) -> News:
        """Return the entries not spoken of yet, as many as there is room for."""
        fresh = list({fate.card.id: fate for fate in fates if fate.card.id not in self._ids}.values())
        room = max(1, min(most or self.length.section, self.length.copy - self._lines))
        self._lines += len(fresh[:room])
        self._ids.update(fate.card.id for fate in fresh[:room])
        return News(tuple(fresh[:room]), len(fresh[room:]))

    def illustrate(self, cards: Iterable[Card]) -> None:
        """Show the photos of these, while the copy may hold more."""
        for card in cards:
            if len(self.pairs) < self.length.pairs and card.id in self.edition.pairs:
                self.pairs[card.id] = self.edition.pairs[card.id]
