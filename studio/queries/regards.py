"""What lies between one reader and one proposal: what he was told of it, whether he follows it, who thanks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, Integer, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from models import Contributor, Follower, Notification, Person, Proposal, Thanks

NAMES_SHOWN = 5
"""Most people named who thank for one proposal; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Regard:
    """How many things of it a reader was told and has not seen, and the newest of them (none: 0, 0); the rest."""

    unseen: int
    newest: int
    follows: bool
    thanked: bool
    thanks: int
    """How many people thank for it, this reader among them."""


@dataclass(frozen=True, slots=True)
class Thankful:
    """Somebody who thanks for it, as ``studio.wording.names`` wants him."""

    name: str
    name_en: str


def regard_of(session: Session, reader: Person, proposal: Proposal) -> Regard:
    """Return what lies between the two; one statement."""
    facts = {"person": reader.id, "proposal": proposal.id}
    return Regard(*session.connection().execute(_REGARD, facts).one())


def thankful(session: Session, reader: Person, proposal: Proposal) -> Sequence[Thankful]:
    """Return who thanks for it, the reader first and then the latest; at most ``NAMES_SHOWN``."""
    facts = {"person": reader.id, "proposal": proposal.id}
    return [Thankful(*row) for row in session.connection().execute(_THANKFUL, facts)]


_PERSON, _PROPOSAL = bindparam("person", type_=Integer), bindparam("proposal", type_=Integer)
_UNSEEN = (
    select(func.count().label("unseen"), func.coalesce(func.max(Notification.id), 0).label("newest"))
    .where(Notification.person_id == _PERSON, Notification.proposal_id == _PROPOSAL, Notification.seen_at.is_(None))
    .subquery()
)
_FOLLOWS = select(Follower.person_id).where(Follower.proposal_id == _PROPOSAL, Follower.person_id == _PERSON)
_AUTHORS = union_all(
    select(Contributor.person_id).where(Contributor.proposal_id == _PROPOSAL, Contributor.person_id.is_not(None)),
    select(Proposal.submitter_id).where(Proposal.id == _PROPOSAL, Proposal.submitter_id.is_not(None)),
    select(Proposal.filed_by_id).where(Proposal.id == _PROPOSAL, Proposal.filed_by_id.is_not(None)),
)
_NOT_ITS_AUTHORS = (Thanks.proposal_id == _PROPOSAL, Thanks.person_id.not_in(_AUTHORS))
"""Whoever came to share in it later thanks himself no more, and his name must not show where authors are hidden."""
_OWN = select(Thanks.person_id).where(*_NOT_ITS_AUTHORS, Thanks.person_id == _PERSON)
_COUNT = select(func.count(Thanks.person_id)).where(*_NOT_ITS_AUTHORS).scalar_subquery()
_REGARD = select(
    _UNSEEN.c.unseen,
    _UNSEEN.c.newest,
    _FOLLOWS.exists().cast(Boolean),
    _OWN.exists().cast(Boolean),
    _COUNT,
)
_THANKFUL = (
    select(Person.name, Person.name_en)
    .join_from(Thanks, Person, Person.id == Thanks.person_id)
    .where(*_NOT_ITS_AUTHORS)
    .order_by((Thanks.person_id == _PERSON).desc(), Thanks.at.desc(), Thanks.person_id)
    .limit(NAMES_SHOWN)
)
