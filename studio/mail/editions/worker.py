"""What everybody reads: what became of mine, the news near me, one refusal with its reason, and the answer clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from models import Outcome, Person, ProposalState, UnitLevel
from studio.mail.edition import IN_USE, LOOKED_AT, Edition
from studio.mail.editions import room
from studio.mail.editions.parts import NAMED, Copy, Fate, Headline, News, Refusal
from studio.mail.finds import Finds
from studio.mail.heard import Heard
from studio.queries.calls import OpenCall
from studio.queries.digest import Card
from studio.queries.digest_figures import AnsweredBy

SAID_OF_A_CALL = 70
"""So many characters are told at most of what a call wants."""
LISTED = 5
"""Most saved searches told of in a copy."""


@dataclass(frozen=True, slots=True)
class Span:
    """A proposal and how long it took or has waited, by the clock on the wall."""

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
class Calls:
    """What the firm asks its people for, and how many more calls are open."""

    listed: tuple[OpenCall, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class RoleTime:
    """How soon people of one role answered: the median in minutes of working time."""

    by: AnsweredBy
    answers: int
    median: int


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """Who was quickest, who has waited longest, and how soon each role answers."""

    fastest: Span | None
    oldest: Span | None
    by_role: tuple[RoleTime, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to read off it."""
        return bool(self.fastest or self.oldest or self.by_role)


def questions(copy: Copy, person: Person) -> list[Card]:
    """Return what the reader is asked a few more sentences about."""
    asked = (c for c in copy.edition.of_author(person.id) if c.state is ProposalState.INFORMATION_REQUESTED)
    taken = copy.take(asked, NAMED)
    if taken:
        copy.spend(room.HEADING + 1 + sum(room.entry(card.title) for card in taken))
    return taken


def headline(copy: Copy) -> Headline | None:
    """Return the best sentence of a colleague; who said it only where that names no hidden author."""
    told = _headlines(copy.edition)
    found = copy.first(
        told, lambda one: room.BARE + room.text(one.sentence, room.ACROSS_HEADLINE) + _about(one.card) + 1
    )
    if found:
        copy.illustrate([found.card])
    return found


def _headlines(edition: Edition) -> Iterable[Headline]:
    for proposal_id, sentence, person_id in edition.facts["stories"]:
        card = edition.cards.get(proposal_id)
        if card and card.open:
            hidden = bool(card.hidden_ids) and person_id in card.author_ids
            said_by, unit = (None, None) if hidden else edition.people.get(person_id, (None, None))
            yield Headline(sentence=sentence, said_by=said_by, unit=unit, card=card)


def _about(card: Card) -> float:
    return room.entry(card.title, " ".join(author.name_zh for author in card.authors[:NAMED]))


def mine(copy: Copy, person: Person) -> News:
    """Return what became of the reader's own, the newest first, then what is still being looked at."""
    edition = copy.edition
    own = {card.id: card for card in edition.of_author(person.id)}
    told = [Fate(own[i], what) for i, what in edition.fates.items() if i in own]
    looked_at = (card for card in reversed(own.values()) if card.state in LOOKED_AT and card.id not in edition.fates)
    return copy.news([*told, *(Fate(card, "under_review") for card in looked_at)], across=room.ACROSS)


def found(copy: Copy, finds: Iterable[Finds]) -> list[Finds]:
    """Keep what is not told elsewhere in the copy; a search whose finds all are is left out."""
    fresh = (replace(one, cards=tuple(copy.take(one.cards, NAMED))) for one in finds)
    listed = islice((one for one in fresh if one.cards), LISTED)
    return list(takewhile(lambda one: copy.afford(_lines_of(one)), listed))


def _lines_of(finds: Finds) -> float:
    return room.HEADING + room.entry(finds.name, " ") + sum(room.entry(card.title) for card in finds.cards)


def told(copy: Copy, heard: Iterable[Heard]) -> tuple[list[Heard], int]:
    """Return what the reader was told in the app alone and is not told elsewhere in the copy, and how much more."""
    fresh = {one.card.id: one for one in heard if copy.take([one.card])}
    listed: list[Heard] = []
    for one in list(fresh.values())[: copy.length.section]:
        if not copy.afford(room.entry(one.card.title, " ") + (0 if listed else room.HEADING)):
            break
        listed.append(one)
    return listed, len(fresh) - len(listed)


def good_news(edition: Edition) -> Sequence[Fate]:
    """Return what was accepted or put to use and every colleague may read. Refusals are not listed by their authors."""
    good = {Outcome.ACCEPTED, Outcome.TRIAL, *IN_USE}
    cards = edition.cards
    return [Fate(cards[i], what) for i, what in edition.fates.items() if what in good and i in cards and cards[i].open]


def in_unit(copy: Copy, person: Person) -> News:
    """Return the good news of the workshop around the reader's team: a team's own are too few."""
    unit_ids = set(_workshop_ids(person))
    news = copy.news(fate for fate in good_news(copy.edition) if unit_ids & set(fate.card.unit_ids))
    copy.illustrate(fate.card for fate in news.fates)
    return news


def elsewhere(copy: Copy) -> News:
    """Return what was put to use in other places."""
    news = copy.news(fate for fate in good_news(copy.edition) if fate.what in IN_USE)
    copy.illustrate(fate.card for fate in news.fates)
    return news


def refused(copy: Copy) -> Refusal | None:
    """Return one idea that was not taken up, with the reason."""
    reasons = copy.edition.reasons
    told = (
        Refusal(card, reasons[decision]) for card, decision in _open(copy.edition, "refused") if reasons.get(decision)
    )
    return copy.first(told, _lines_of_refusal)


def _lines_of_refusal(one: Refusal) -> float:
    return room.HEADING + room.entry(one.card.title) + 1 + 1.1 * room.text(one.gist, room.ACROSS_WORDS)


def calls(copy: Copy, person: Person) -> Calls:
    """Return the open campaigns and challenges that the reader's unit may answer, challenges first."""
    open_ones = [call for call in copy.edition.calls if call.concerns(person.unit)]
    listed: list[OpenCall] = []
    for call in open_ones[: copy.length.calls]:
        second = (call.wanted or call.text)[:SAID_OF_A_CALL]
        if not copy.afford(room.entry(call.title, second, room.ACROSS_BESIDE_MONEY) + (0 if listed else room.HEADING)):
            break
        listed.append(call)
    return Calls(tuple(listed), len(open_ones) - len(listed)) if listed else Calls()


def answer_clock(copy: Copy) -> AnswerClock:
    """Tell the truth even where its proposal is spoken of above: the second fastest is not the fastest."""
    clock = _clock(copy.edition)
    spans = [span.card.title for span in (clock.fastest, clock.oldest) if span]
    lines = room.HEADING + sum(room.entry(title, " ") for title in spans) + (2.4 if clock.by_role else 0)
    return clock if copy.afford(lines) else AnswerClock(None, None, ())


def _clock(edition: Edition) -> AnswerClock:
    times: Mapping[str, Mapping[str, int]] = edition.facts.get("answered_by", {})
    return AnswerClock(
        fastest=next((Span(card, seconds) for card, seconds in _open(edition, "fastest")), None),
        oldest=next((Span(card, seconds) for card, seconds in _open(edition, "oldest")), None),
        by_role=tuple(RoleTime(AnsweredBy(by), one["answered"], one["median"]) for by, one in times.items()),
    )


def _open(edition: Edition, part: str) -> Iterable[tuple[Card, int]]:
    """Return the rows of a part that every colleague may read, with their second value."""
    cards = edition.cards
    return ((cards[row[0]], row[1]) for row in edition.facts[part] if row[0] in cards and cards[row[0]].open)


def _workshop_ids(person: Person) -> tuple[int, ...]:
    unit = person.unit
    if unit.level is UnitLevel.TEAM and unit.parent_id is not None:
        return (unit.parent_id,)
    return (unit.id,)
