"""What lies between one reader and one proposal: what he was told of it, whether he follows it, who thanks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from models import Contributor, Follower, Notification, Person, Proposal, Thanks
from studio.queries import records

NAMES_SHOWN = 5
"""Most people named who thank for one proposal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Regard:
    """How many things of it a reader was told and has not seen, and the newest of them (none: 0, 0); the rest."""

    unseen: int
    newest: int
    follows: bool
    thanked: bool
    """Whether anybody thanked for it."""


@dataclass(frozen=True, slots=True)
class Thanked:
    """How many people thank for a proposal, whether the reader does, and the names of some: his first."""

    count: int = 0
    own: bool = False
    people: Sequence[Person] = ()


def regard_of(session: Session, reader: Person, proposal: Proposal) -> Regard:
    """Return what lies between the two; one statement."""
    facts = {"person": reader.id, "proposal": proposal.id}
    unseen, newest, follows, thanked = session.connection().execute(_REGARD, facts).one()
    return Regard(unseen, newest, bool(follows), bool(thanked))


def thanks_for(session: Session, reader: Person, proposal: Proposal) -> Thanked:
    """Return who thanks for it, the reader first and then the latest; at most ``NAMES_SHOWN`` are named."""
    facts = {"person": reader.id, "proposal": proposal.id}
    rows = session.connection().execute(_THANKS, facts).all()
    if not rows:
        return Thanked()
    people = [records.record(Person, {"id": row.id, "name": row.name, "name_en": row.name_en}) for row in rows]
    return Thanked(rows[0].in_all, rows[0].id == reader.id, people)


_PERSON, _PROPOSAL = bindparam("person", type_=Integer), bindparam("proposal", type_=Integer)
_TOLD = (
    select(func.count().label("unseen"), func.coalesce(func.max(Notification.id), 0).label("newest"))
    .where(Notification.person_id == _PERSON, Notification.proposal_id == _PROPOSAL, Notification.seen_at.is_(None))
    .subquery()
)
_FOLLOWS = select(Follower.person_id).where(Follower.proposal_id == _PROPOSAL, Follower.person_id == _PERSON)
_ANY_THANKS = select(Thanks.person_id).where(Thanks.proposal_id == _PROPOSAL)
_REGARD = select(_TOLD.c.unseen, _TOLD.c.newest, _FOLLOWS.exists(), _ANY_THANKS.exists())
_AUTHORS = union_all(
    select(Contributor.person_id).where(Contributor.proposal_id == _PROPOSAL, Contributor.person_id.is_not(None)),
    select(Proposal.submitter_id).where(Proposal.id == _PROPOSAL, Proposal.submitter_id.is_not(None)),
    select(Proposal.filed_by_id).where(Proposal.id == _PROPOSAL, Proposal.filed_by_id.is_not(None)),
)
_THANKS = (
    select(Person.id, Person.name, Person.name_en, func.count().over().label("in_all"))
    .join_from(Thanks, Person, Person.id == Thanks.person_id)
    .where(Thanks.proposal_id == _PROPOSAL, Thanks.person_id.not_in(_AUTHORS))
    .order_by((Thanks.person_id == _PERSON).desc(), Thanks.at.desc(), Thanks.person_id)
    .limit(NAMES_SHOWN)
)
"""Whoever came to share in it later thanks himself no more, and his name must not show where authors are hidden."""
