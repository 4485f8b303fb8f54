"""What people's saved searches have found in a month, for their copies of the digest.

Each search is asked of the index as its reader, and the database tells once what of it all each of them may see. While
the index is away the database answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Person, Proposal, SavedSearch
from studio.domain.periods import Month
from studio.queries import asked, glossary, saved_searches
from studio.queries import digest as queries
from studio.queries.digest import Card
from studio.queries.finding import Finder, First
from studio.queries.visibility import seen_by
from studio.services import services

Found = tuple[SavedSearch, First]

LOOKED_AT = 8
"""Finds of a search that are read, so that there are some left where others are told in the copy already."""


@dataclass(frozen=True, slots=True)
class Finds:
    """What one search has found: how many, and the first of them. ``query`` leads to all."""

    name: str
    query: str
    total: int
    cards: tuple[Card, ...]


def of_month(session: Session, people: Sequence[Person], month: Month) -> Mapping[int, Sequence[Finds]]:
    """Return what the searches of those who keep some found among what was filed in the month, by the person's id.

    While there is an index, a fixed number of statements for up to 100 people, and one if nobody keeps any.
    """
    kept = saved_searches.of_people(session, [person.id for person in people])
    if not kept:
        return {}
    synonyms, made = glossary.synonyms(session), services()
    found: dict[Person, Sequence[Found]] = {}
    for person in people:
        if person.id in kept:
            finder = Finder(session, made.search, synonyms, made.settings.zone, person)
            found[person] = [_asked(finder, one, month) for one in kept[person.id]]
    seen = seen_by(session, {person: _ids(firsts) for person, firsts in found.items()})
    cards = queries.cards(session, Proposal.id.in_({i for ids in seen.values() for i in ids}))
    return {
        person.id: [
            Finds(one.name, one.query, first.total, tuple(cards[i] for i in first.ids if i in known))
            for one, first in firsts
            if first.ids
        ]
        for person, firsts in found.items()
        for known in [seen[person.id] & cards.keys()]
    }


def _ids(firsts: Sequence[Found]) -> set[int]:
    return {i for _, first in firsts for i in first.ids}


def _asked(finder: Finder, search: SavedSearch, month: Month) -> Found:
    return search, finder.first(asked.kept(search.query).filed_in(month), LOOKED_AT)
