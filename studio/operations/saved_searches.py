"""Keeping a question to the archive under a name, so that its new finds are told."""

from collections.abc import Mapping
from datetime import datetime
from itertools import chain, count

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, SavedSearch
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.queries import saved_searches
from studio.queries.asked import Asked

MOST = 50
"""Searches of one person: more would make nobody wiser, and the digest asks them all."""
LONGEST_NAME = 60


def keep(session: Session, asked: Asked, name: str, *, actor: Person, at: datetime) -> SavedSearch:
    """Keep a question; one that is kept already is returned as it is, whatever ``name`` says.

    Another search of that name gets this one a number behind its name. Raises InvalidInput: ``search_name_missing`` at
    ``name``, and ``searches_too_many``.
    """
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())  # two taps, one after the other
    own = saved_searches.of_person(session, actor.id)
    known = next((one for one in own if one.query == asked.query), None)
    if known is not None:
        return known
    if len(own) >= MOST:
        raise InvalidInput([Problem("searches_too_many", "name", {"most": MOST})])
    made = SavedSearch(
        person_id=actor.id,
        name=_free(_named(name), {one.name for one in own}),
        query=asked.query,
        created_at=at,
        looked_at=at,
    )
    session.add(made)
    session.flush()
    return made


def rename(session: Session, search_id: int, name: str, *, actor: Person) -> SavedSearch:
    """Give one's own search another name.

    Raises NotFound, and InvalidInput at ``name``: ``search_name_missing``, ``search_name_taken``.
    """
    session.execute(select(Person.id).where(Person.id == actor.id).with_for_update())
    search, wanted = _own(session, search_id, actor), _named(name)
    if any(one.name == wanted and one.id != search.id for one in saved_searches.of_person(session, actor.id)):
        raise InvalidInput([Problem("search_name_taken", "name")])
    search.name = wanted
    session.flush()
    return search


def look(session: Session, search_id: int, *, actor: Person, at: datetime) -> SavedSearch:
    """Note that its owner looks at what it finds; what is filed from now on is new. Raises NotFound."""
    search = _own(session, search_id, actor)
    search.looked_at = max(search.looked_at, at)
    session.flush()
    return search


def forget(session: Session, search_id: int, *, actor: Person) -> Mapping[str, str]:
    """Keep it no longer; may be repeated. Return its ``query`` and ``name``, or nothing where it was gone already."""
    search = saved_searches.own(session, search_id, actor.id)
    if search is None:
        return {}
    session.delete(search)
    session.flush()
    return {"query": search.query, "name": search.name}


def _own(session: Session, search_id: int, actor: Person) -> SavedSearch:
    search = saved_searches.own(session, search_id, actor.id)
    if search is None:
        raise NotFound
    return search


def _named(name: str) -> str:
    wanted = clean_line(name)[:LONGEST_NAME].strip()
    if not wanted:
        raise InvalidInput([Problem("search_name_missing", "name")])
    return wanted


def _free(name: str, taken: set[str]) -> str:
    numbered = (f"{name} ({number})" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in taken)
