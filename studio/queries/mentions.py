"""Where somebody was named and has not looked yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Comment, Mention, Person, Proposal
from studio.queries.desk import Name
from studio.queries.visibility import visible_to

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Called:
    """A proposal in which I was named, who said the last words that name me, and when."""

    number: str
    title: str
    author: Name
    at: datetime


def unseen(session: Session, person: Person) -> Sequence[Called]:
    """Return the proposals in which this person was named and has not looked yet, the newest words first."""
    last = (
        select(func.max(Comment.id))
        .join(Mention, Mention.comment_id == Comment.id)
        .where(Mention.person_id == person.id, Mention.seen_at.is_(None))
        .group_by(Comment.proposal_id)
    )
    statement = (
        select(Proposal.number, Proposal.title, Person.name, Person.name_en, Comment.created_at)
        .select_from(Comment)
        .join(Proposal, Proposal.id == Comment.proposal_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.id.in_(last), visible_to(person))
        .order_by(Comment.id.desc())
        .limit(SHOWN)
    )
    rows = session.execute(statement)
    return [Called(number or "", title, Name(zh, en), at) for number, title, zh, en, at in rows]
