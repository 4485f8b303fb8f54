"""What people's saved searches have found in a month, for their copies of the digest.

Only whoever keeps a search costs a question, asked as that reader; while the index is away the database answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_
from sqlalchemy.orm import Session

from models import Person, Proposal, SavedSearch
from studio.domain.periods import Month
from studio.queries import asked, glossary, saved_searches
from studio.queries import digest as queries
from studio.queries.digest import Card
from studio.queries.finding import Finder
from studio.queries.visibility import visible_to
from studio.services import services

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
    """Return what the searches of those who keep some found among what was filed in the month, by the person's id."""
    kept = saved_searches.of_people(session, [person.id for person in people])
    if not kept:
        return {}
    synonyms, made = glossary.synonyms(session), services()
    return {
        person.id: _finds(Finder(session, made.search, synonyms, made.settings.zone, person), kept[person.id], month)
        for person in people
        if person.id in kept
    }


def _finds(finder: Finder, searches: Sequence[SavedSearch], month: Month) -> Sequence[Finds]:
    found = [(one, finder.first(asked.kept(one.query).filed_in(month), LOOKED_AT)) for one in searches]
    ids = sorted({proposal_id for _, first in found for proposal_id in first.ids})
    if not ids:
        return ()
    cards = queries.cards(finder.session, and_(visible_to(finder.reader), Proposal.id.in_(ids)))
    return [
        Finds(one.name, one.query, first.total, tuple(cards[i] for i in first.ids if i in cards))
        for one, first in found
        if first.ids
    ]
