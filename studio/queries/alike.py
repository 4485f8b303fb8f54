"""Which proposals are like one, and which repeat it: as far as this reader may know of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from models import Comment, CommentVisibility, Person, Proposal, ProposalState
from search_index.analysis import fold
from search_index.documents import audience_of
from search_index.port import SearchEngine, SearchUnavailable, SimilarHit
from studio.domain import likeness
from studio.domain.blinding import Unnamed
from studio.queries.blinding import names_known_to
from studio.queries.naming import Name
from studio.queries.visibility import Reach, reach_of, within

SHOWN, LOOKED_AT = 4, 12
WORDS_SHOWN = 8
NOBODY = 0
"""The id of no proposal."""
NEVER_ORIGINALS = (ProposalState.DRAFT, ProposalState.WITHDRAWN)


class Alike(NamedTuple):
    """A proposal like the one being read; ``likeness`` is the share of its telling words found here, 0 to 1."""

    number: str
    title: str
    state: ProposalState
    filed_at: datetime
    likeness: float
    words: Sequence[str]
    same_place: bool


class Repeat(NamedTuple):
    """A proposal that repeats the one being read; ``comments`` stayed where they were said."""

    number: str
    title: str
    filed_at: datetime
    author: Name | Unnamed
    comments: int


def alike(session: Session, engine: SearchEngine, reader: Person, proposal: Proposal) -> Sequence[Alike]:
    """Return what is most like a proposal, best first; nothing while the index is away."""
    texts = (proposal.title, proposal.problem, proposal.measure, proposal.effect, proposal.location)
    try:
        return like_text(session, engine, reader, texts, place=proposal.location, but=proposal.id)
    except SearchUnavailable:
        return []


def like_text(
    session: Session,
    engine: SearchEngine,
    reader: Person,
    texts: Iterable[str],
    *,
    place: str = "",
    but: int | None = None,
) -> Sequence[Alike]:
    """Return what is most like some texts, best first. Raises SearchUnavailable.

    ``place`` is where it is, and ``but`` the proposal that the texts are of, if they are of one that is filed.
    """
    hits = engine.similar("\n".join(filter(None, texts)), audience_of(reader), LOOKED_AT, but=but)
    near = [hit for hit in hits if likeness.is_enough(hit.score, hit.shared)]
    if not near:
        return []
    facts = {"ids": [hit.proposal_id for hit in near], "id": but or NOBODY}
    rows = {row.id: row for row in session.connection().execute(_near(reach_of(reader)), facts)}
    found = [_alike(hit, rows[hit.proposal_id], place) for hit in near if hit.proposal_id in rows]
    return found[:SHOWN]


def _alike(hit: SimilarHit, row: Any, place: str) -> Alike:  # noqa: ANN401 - a row of _near
    here, there = fold(place).strip(), fold(row.location).strip()
    same_place = bool(here and there) and (here in there or there in here)
    words = likeness.apart(hit.shared)[:WORDS_SHOWN]
    return Alike(row.number, row.title, row.state, row.submitted_at, hit.score, words, same_place)


@lru_cache(maxsize=1024)
def _near(reach: Reach) -> Select[Any]:
    """Return the statement for what may be read now of some ids: the index may lag behind, a page may not.

    What repeats the proposal already is told elsewhere.
    """
    columns: tuple[Any, ...] = (
        Proposal.id,
        Proposal.number,
        Proposal.title,
        Proposal.state,
        Proposal.submitted_at,
        Proposal.location,
    )
    return select(*columns).where(
        within(reach),
        Proposal.id.in_(bindparam("ids", expanding=True)),
        Proposal.duplicate_of_id.is_distinct_from(bindparam("id")),
        Proposal.state.not_in(NEVER_ORIGINALS),
    )


def repeats_of(session: Session, reader: Person, proposal: Proposal) -> Sequence[Repeat]:
    """Return what was found to repeat a proposal, in the order of filing."""
    rows = session.connection().execute(_repeats(reach_of(reader)), {"id": proposal.id})
    return [_repeat(*row) for row in rows]


def _repeat(*values: Any) -> Repeat:  # noqa: ANN401 - a row of _repeats
    *facts, name, english, comments, known = values
    return Repeat._make((*facts, Name(name, english) if known else Unnamed.AUTHOR, comments))


@lru_cache(maxsize=1024)
def _repeats(reach: Reach) -> Select[Any]:
    author = aliased(Person)
    comments = (
        select(func.count(Comment.id))
        .where(Comment.proposal_id == Proposal.id, Comment.visibility == CommentVisibility.COMMENT)
        .scalar_subquery()
    )
    name = func.coalesce(author.name, Proposal.submitter_text)
    english = func.coalesce(author.name_en, "")
    return (
        select(Proposal.number, Proposal.title, Proposal.submitted_at, name, english, comments)
        .add_columns(names_known_to(reach))
        .outerjoin(author, author.id == Proposal.submitter_id)
        .where(within(reach), Proposal.duplicate_of_id == bindparam("id"))
        .order_by(Proposal.submitted_at, Proposal.id)
    )
