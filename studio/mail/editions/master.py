"""What a studio's lead and reviewers read besides: what waits, what is late, what the studio did and how full it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from models import Person, ProposalState, StudioRole
from studio.mail.edition import AFTER_DECISION, IN_USE, Edition
from studio.mail.editions import room
from studio.mail.editions.parts import NAMED, Copy, News
from studio.mail.editions.worker import good_news
from studio.queries.digest import Card
from studio.queries.digest_figures import Place

JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)
RESULTS = 3
"""Most results named in a mail."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the reader: all of it in numbers, the most pressing by name; ``on_desk`` says where it lies."""

    count: int
    late: int
    first: tuple[Card, ...]
    on_desk: bool = True


@dataclass(frozen=True, slots=True)
class StudioMonth:
    """What lay with a studio at the close and what it did in the month; loads in per cent of a month's capacity."""

    name: Place
    open: int
    late: int
    answered: int
    in_time: int
    decided: int
    used: int
    load: int | None
    load_of_all: int | None
    """Of all studios of the firm together."""


def waiting(copy: Copy, person: Person) -> Waiting | None:
    """A lead sees all that the studio owes, a reviewer what is asked of him, a leader what the team owes.

    Nobody judges his own; what has been accepted waits for its author as well.
    """
    edition = copy.edition
    led = person.studio_ids(StudioRole.LEAD)
    judged = person.studio_ids(*JUDGES)
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
    first = tuple(copy.take((card for card in owed if card.id not in news), NAMED))
    copy.spend(room.HEADING + 1.5 + room.BUTTON + sum(room.entry(card.title) for card in first))
    return Waiting(count=len(owed), late=late, first=first, on_desk=bool(judged))


def _due(card: Card) -> datetime | None:
    """Return by when it was promised; what is decided has kept its promise or broken it before."""
    return None if card.state in AFTER_DECISION else card.due_at


def results(copy: Copy, person: Person) -> News:
    """Return what the reader's studios brought into use."""
    judged = person.studio_ids(*JUDGES)
    used = (fate for fate in good_news(copy.edition) if fate.what in IN_USE)
    news = copy.news((fate for fate in used if fate.card.studio_id in judged), RESULTS)
    copy.illustrate(fate.card for fate in news.fates)
    return news


def studios(copy: Copy, person: Person) -> Sequence[StudioMonth]:
    """Return the month of each studio where the reader judges, as many as there is room for; one always."""
    edition = copy.edition
    figures: Mapping[str, Mapping[str, int]] | None = edition.facts.get("studios")
    if figures is None:
        return ()
    known = sorted(i for i in person.studio_ids(*JUDGES) if i in edition.studios)
    months = [_month_of(edition, edition.studios[i], figures) for i in known]
    for month in months[:1]:
        copy.spend(_lines(month))
    return [*months[:1], *takewhile(lambda month: copy.afford(_lines(month)), months[1:])]


def _lines(month: StudioMonth) -> float:
    return room.HEADING + 4 + (room.BARS if month.load is not None else 0)


def _month_of(edition: Edition, studio: Place, figures: Mapping[str, Mapping[str, int]]) -> StudioMonth:
    own = figures.get(str(studio.id), {})
    lies_anywhere = any(one.get("open") for one in figures.values())
    counts = {name: own.get(name, 0) for name in ("open", "late", "answered", "in_time", "decided", "used")}
    return StudioMonth(
        name=studio,
        **counts,
        load=_load([studio], figures) if lies_anywhere else None,
        load_of_all=_load(edition.studios.values(), figures) if len(edition.studios) > 1 else None,
    )


def _load(studios: Iterable[Place], figures: Mapping[str, Mapping[str, int]]) -> int | None:
    """Return open work by capacity; what says nothing of its capacity is left out on both sides."""
    known = [studio for studio in studios if studio.capacity]
    capacity = sum(studio.capacity or 0 for studio in known)
    lying = sum(figures.get(str(studio.id), {}).get("open", 0) for studio in known)
    return round(100 * lying / capacity) if capacity else None
