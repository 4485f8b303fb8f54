"""The monthly digest: one edition for all, and out of it what one person is to read.

Choosing needs no database: everything is in the edition, so that ten thousand copies cost no more statements than one.
Common parts speak only of proposals that every colleague may read; personal parts only of the person's own and of
those of the person's studios. No proposal appears twice in a copy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from models import Person, ProposalState, Role, StudioRole, UnitLevel
from studio.mail.edition import AFTER_DECISION, LOOKED_AT, Edition
from studio.mail.finds import Finds
from studio.mail.messages import Circular, Message
from studio.queries.digest import Card, Named

LISTED = 5
"""Most entries in one section; the archive has the rest."""
NAMED = 3
"""Most waiting proposals named in a copy, and most finds of a saved search; desk and archive have the rest."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A colleague's own sentence and the proposal it is about."""

    sentence: str
    said_by: Named | None
    unit: Named | None
    card: Card


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one of the reader's own: an outcome, ``implemented``, ``verified`` or still ``under_review``."""

    card: Card
    what: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the reader: all of it in numbers, the most pressing by name; ``on_desk`` says where it lies."""

    count: int
    late: int
    first: tuple[Card, ...]
    on_desk: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """An idea that was not taken up, with the reason in the decider's words. Its authors are not named."""

    card: Card
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """A proposal and how long it took or has waited."""

    card: Card
    seconds: int

    @property
    def hours(self) -> int:
        """Whole hours, at least one."""
        return max(1, round(self.seconds / 3600))

    @property
    def days(self) -> int:
        """Whole days."""
        return self.seconds // 86400


@dataclass(frozen=True, slots=True)
class PersonalDigest:
    """What one person reads. Empty parts are left out of the page and the mail."""

    month: date
    numbers: Mapping[str, int]
    before: Mapping[str, int]
    waiting: Waiting | None
    questions: tuple[Card, ...]
    headline: Headline | None
    mine: tuple[Fate, ...]
    found: tuple[Finds, ...]
    in_unit: tuple[Fate, ...]
    elsewhere: tuple[Fate, ...]
    refused: Refusal | None
    fastest: Span | None
    oldest: Span | None
    reads_aloud: bool

    @property
    def speaks_of(self) -> frozenset[int]:
        """Ids of all proposals in it."""
        single = [part.card for part in (self.headline, self.refused, self.fastest, self.oldest) if part]
        listed = [fate.card for fate in (*self.mine, *self.in_unit, *self.elsewhere)]
        waiting = [*self.questions, *(self.waiting.first if self.waiting else ())]
        found = [card for finds in self.found for card in finds.cards]
        return frozenset(card.id for card in (*single, *listed, *waiting, *found))


PartT = TypeVar("PartT", Refusal, Span)


class _Shown:
    """Remembers what a copy has spoken of, so that nothing comes twice."""

    def __init__(self) -> None:
        self._ids: set[int] = set()

    def take(self, cards: Iterable[Card], most: int | None = None) -> list[Card]:
        """Return the cards not shown yet, at most so many, and remember them."""
        fresh: dict[int, Card] = {}
        for card in cards:
            if most is not None and len(fresh) >= most:
                break
            if card.id not in self._ids:
                fresh[card.id] = card
        self._ids.update(fresh)
        return list(fresh.values())


def compose_for(edition: Edition, person: Person, finds: Sequence[Finds] = ()) -> PersonalDigest:
    """Choose what one person reads. Needs the person with unit, grants and memberships loaded, and no database.

    ``finds`` is what the person's saved searches have found.
    """
    shown = _Shown()
    questions = shown.take(
        (c for c in edition.of_author(person.id) if c.state is ProposalState.INFORMATION_REQUESTED), NAMED
    )
    waiting = _waiting(edition, person, shown)
    headline = _headline(edition, shown)
    fates = _fates(edition)
    mine = _mine(edition, person, fates, shown)
    found = _found(finds, shown)
    unit_ids = set(_workshop_ids(person))
    news = [edition.cards[i] for i in fates if i in edition.cards and edition.cards[i].open and _good(fates[i])]
    in_unit = shown.take((card for card in news if unit_ids & set(card.unit_ids)), LISTED)
    used = (card for card in news if fates[card.id] in {"implemented", "verified"})
    elsewhere = shown.take(used, LISTED)
    refused = _first(
        (
            Refusal(card, edition.reasons[decision_id])
            for card, decision_id in _open(edition, "refused")
            if edition.reasons.get(decision_id)
        ),
        shown,
    )
    # The clock tells the truth even where its proposal is spoken of above: the second fastest is not the fastest.
    oldest = next((Span(card, seconds) for card, seconds in _open(edition, "oldest")), None)
    fastest = next((Span(card, seconds) for card, seconds in _open(edition, "fastest")), None)
    return PersonalDigest(
        month=date(edition.month.year, edition.month.number, 1),
        numbers=edition.facts["numbers"],
        before=edition.facts["before"],
        waiting=waiting,
        questions=tuple(questions),
        headline=headline,
        mine=tuple(mine),
        found=tuple(found),
        in_unit=tuple(Fate(card, fates[card.id]) for card in in_unit),
        elsewhere=tuple(Fate(card, fates[card.id]) for card in elsewhere),
        refused=refused,
        fastest=fastest,
        oldest=oldest,
        reads_aloud=person.has_role(Role.TEAM_LEADER),
    )


def message(edition: Edition, person: Person, finds: Sequence[Finds] = ()) -> Message:
    """Return the mail of one person's copy."""
    return Message(
        kind="digest",
        about=str(edition.month),
        person=person,
        facts={"digest": compose_for(edition, person, finds), "masthead": edition.masthead},
        circular=Circular.DIGEST,
    )


def _fates(edition: Edition) -> dict[int, str]:
    """Return the furthest thing that happened to each proposal in the month."""
    fates = {row[0]: str(row[2]) for row in edition.facts["decided"]}
    fates.update(dict.fromkeys(edition.facts["implemented"], "implemented"))
    fates.update(dict.fromkeys(edition.facts["verified"], "verified"))
    by_benefit = sorted(fates, key=lambda i: _benefit(edition.cards.get(i)), reverse=True)
    return {i: fates[i] for i in by_benefit}


def _benefit(card: Card | None) -> float:
    return float(card.checked_benefit or 0) if card else 0.0


def _good(fate: str) -> bool:
    """Refusals are not listed by name of their authors; one is told with its reason instead."""
    return fate in {"accepted", "trial", "implemented", "verified"}


def _mine(edition: Edition, person: Person, fates: Mapping[int, str], shown: _Shown) -> list[Fate]:
    own = edition.of_author(person.id)
    told = shown.take(card for card in own if card.id in fates)
    under_review = shown.take(card for card in own if card.state in LOOKED_AT)
    return [*(Fate(card, fates[card.id]) for card in told), *(Fate(card, "under_review") for card in under_review)]


def _found(finds: Sequence[Finds], shown: _Shown) -> list[Finds]:
    """Keep what is not told elsewhere in the copy; a search whose finds all are is left out."""
    found = (replace(one, cards=tuple(shown.take(one.cards, NAMED))) for one in finds)
    return list(islice((one for one in found if one.cards), LISTED))


def _waiting(edition: Edition, person: Person, shown: _Shown) -> Waiting | None:
    """A lead sees all that the studio owes, a reviewer what is asked of him, a leader what the team owes.

    Nobody judges his own; what has been accepted waits for its author as well.
    """
    led = person.studio_ids(StudioRole.LEAD)
    judged = person.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    found = [
        card
        for studio_id in sorted(judged)
        for card in edition.of_studio(studio_id)
        if card.state is ProposalState.UNDER_REVIEW
        and person.id not in card.author_ids
        and (studio_id in led or (card.reviewer_id == person.id and not card.answered))
    ]
    found += [card for card in edition.of_leader(person.id) if card.state is ProposalState.TEAM_CHECK]
    found += edition.of_tasks(person.id)
    owed = list({card.id: card for card in found}.values())
    if not owed:
        return None
    owed.sort(key=lambda card: (_due(card) or edition.at, card.id))
    late = sum(1 for card in owed if (due := _due(card)) is not None and due < edition.at)
    # What the month's news tell of keeps its place there: the copy would lose its best stories to the reader's work.
    news = {card.id for card in owed if card.id in edition.cards and card.state in AFTER_DECISION}
    first = tuple(shown.take((card for card in owed if card.id not in news), NAMED))
    return Waiting(count=len(owed), late=late, first=first, on_desk=bool(judged))


def _due(card: Card) -> datetime | None:
    """Return by when it was promised; what is decided has kept its promise or broken it before."""
    return None if card.state in AFTER_DECISION else card.due_at


def _headline(edition: Edition, shown: _Shown) -> Headline | None:
    for proposal_id, sentence, person_id in edition.facts["stories"]:
        card = edition.cards.get(proposal_id)
        if card and card.open and shown.take([card]):
            hidden = bool(card.hidden_ids) and person_id in card.author_ids
            said_by, unit = (None, None) if hidden else edition.people.get(person_id, (None, None))
            return Headline(sentence=sentence, said_by=said_by, unit=unit, card=card)
    return None


def _open(edition: Edition, part: str) -> Iterable[tuple[Card, int]]:
    """Return the rows of a part that every colleague may read, with their second value."""
    cards = edition.cards
    return ((cards[row[0]], row[1]) for row in edition.facts[part] if row[0] in cards and cards[row[0]].open)


def _first(parts: Iterable[PartT], shown: _Shown) -> PartT | None:
    return next((part for part in parts if shown.take([part.card])), None)


def _workshop_ids(person: Person) -> tuple[int, ...]:
    """A team's news are too few; the reader's unit is the workshop around the team, or the unit itself above that."""
    unit = person.unit
    if unit.level is UnitLevel.TEAM and unit.parent_id is not None:
        return (unit.parent_id,)
    return (unit.id,)
