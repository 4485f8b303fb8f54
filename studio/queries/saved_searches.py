"""Searches that people keep, and what is new in them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import SavedSearch
from search_index.port import Sort
from studio.queries import archive, asked
from studio.queries.finding import Finder

MOST_COUNTED = 20
"""New finds that are counted; whoever has more than that looks, and does not count."""


def of_person(session: Session, person_id: int) -> Sequence[SavedSearch]:
    """Return somebody's searches by name."""
    owned = select(SavedSearch).where(SavedSearch.person_id == person_id)
    return session.scalars(owned.order_by(SavedSearch.name, SavedSearch.id)).all()


def of_people(session: Session, person_ids: Collection[int]) -> Mapping[int, Sequence[SavedSearch]]:
    """Return the searches of those among the people who have some, by the person's id; one statement."""
    statement = select(SavedSearch).where(SavedSearch.person_id.in_(person_ids))
    found: defaultdict[int, list[SavedSearch]] = defaultdict(list)
    for search in session.scalars(statement.order_by(SavedSearch.name, SavedSearch.id)):
        found[search.person_id].append(search)
    return found


def own(session: Session, search_id: int, person_id: int) -> SavedSearch | None:
    """Return a search of somebody's, if it is his."""
    search = session.get(SavedSearch, search_id)
    return search if search is not None and search.person_id == person_id else None


def news_of(finder: Finder, searches: Sequence[SavedSearch]) -> Mapping[int, int]:
    """Return how many finds of each search were filed since its owner looked, at most MOST_COUNTED + 1.

    One question to the index for each, and one statement for all.
    """
    found = {
        search.id: finder.first(asked.kept(search.query).sorted_by(Sort.NEWEST), MOST_COUNTED + 1).ids
        for search in searches
    }
    everything = {proposal_id for ids in found.values() for proposal_id in ids}
    rows = archive.visible_hits(finder.session, finder.reader, everything)
    filed = {proposal_id: row.filed_at for proposal_id, row in rows.items() if row.filed_at is not None}
    return {
        search.id: sum(filed[one] > search.looked_at for one in found[search.id] if one in filed) for search in searches
    }
