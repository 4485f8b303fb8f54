"""Where somebody was named and has not looked yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Comment, Contributor, Mention, Person, Proposal
from studio.domain.blinding import Unnamed
from studio.queries.blinding import names_known_to
from studio.queries.naming import Name
from studio.queries.visibility import ME, Reach, rights_of, within

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Called:
    """A proposal in which I was named, who said the last words that name me, and when."""

    number: str
    title: str
    author: Name | Unnamed
    at: datetime


def unseen(session: Session, person: Person) -> Sequence[Called]:
    """Return the proposals in which this person was named and has not looked yet, the newest words first."""
    return [
        Called(
            row.number or "", row.title, Name(row.name, row.name_en) if row.known else Unnamed.AUTHOR, row.created_at
        )
        for row in session.execute(_unseen(rights_of(person)), {"me": person.id})
    ]


@lru_cache(maxsize=1024)
def _unseen(reach: Reach) -> Select[Any]:
    last = (
        select(func.max(Comment.id))
        .join(Mention, Mention.comment_id == Comment.id)
        .where(Mention.person_id == ME, Mention.seen_at.is_(None))
        .group_by(Comment.proposal_id)
    )
    return (
        select(Proposal.number, Proposal.title, Comment.created_at, Person.name, Person.name_en)
        .add_columns(or_(names_known_to(reach), not_(_is_hidden(Comment.author_id))).label("known"))
        .select_from(Comment)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.id.in_(last), within(reach))
        .order_by(Comment.id.desc())
        .limit(SHOWN)
    )


def _is_hidden(person_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether somebody is one of those whose names are hidden where names are; see ``blinding.hidden_ids``."""
    shares = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == person_id)
    wrote = (func.coalesce(writer, 0) == person_id for writer in (Proposal.submitter_id, Proposal.filed_by_id))
    return or_(shares, *wrote)
