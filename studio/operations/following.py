"""Wanting to hear what becomes of a proposal, and no longer wanting to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Follower, Person, Proposal
from studio.domain import relations
from studio.domain.errors import NotAllowed


def follow(session: Session, proposal: Proposal, *, actor: Person, at: datetime) -> None:
    """Let the actor be told of the decision; a second time changes nothing. Raises NotAllowed.

    It says something of the person, not of the proposal, so it leaves no event.
    """
    if not relations.follows_it(actor, proposal):
        raise NotAllowed
    if session.get(Follower, (proposal.id, actor.id)) is None:
        session.add(Follower(proposal_id=proposal.id, person_id=actor.id, since=at))


def unfollow(session: Session, proposal: Proposal, *, actor: Person) -> None:
    """Let the actor be told nothing more of it; who does not follow it stays as he is."""
    kept = session.get(Follower, (proposal.id, actor.id))
    if kept is not None:
        session.delete(kept)


def follow_instead(session: Session, repeat: Proposal, original: Proposal, *, at: datetime) -> dict[str, list[int]]:
    """Let those who follow the repeat follow the original. Returns whom it moved and who is new there.

    Whoever may not know of the original stays where he is; its authors need not follow it.
    """
    present = set(_ids(session, original))
    moving = [
        kept.person_id
        for kept in session.scalars(select(Follower).where(Follower.proposal_id == repeat.id))
        if relations.reads_it(session.get_one(Person, kept.person_id), original)
    ]
    new = [person_id for person_id in moving if person_id not in present | original.author_ids]
    _take_off(session, repeat, moving)
    session.add_all(Follower(proposal_id=original.id, person_id=person_id, since=at) for person_id in new)
    session.flush()
    return {"moved": moving, "new": new}


def follow_again(
    session: Session, repeat: Proposal, original: Proposal, kept: Mapping[str, Sequence[int]], *, at: datetime
) -> None:
    """Undo ``follow_instead``. Who has left the original since, has left for good."""
    left = set(kept["new"]) - set(_ids(session, original))
    present = set(_ids(session, repeat)) | repeat.author_ids | left
    _take_off(session, original, kept["new"])
    back = [person_id for person_id in kept["moved"] if person_id not in present]
    session.add_all(Follower(proposal_id=repeat.id, person_id=person_id, since=at) for person_id in back)
    session.flush()


def _ids(session: Session, proposal: Proposal) -> Sequence[int]:
    return session.scalars(select(Follower.person_id).where(Follower.proposal_id == proposal.id)).all()


def _take_off(session: Session, proposal: Proposal, person_ids: Sequence[int]) -> None:
    statement = select(Follower).where(Follower.proposal_id == proposal.id, Follower.person_id.in_(person_ids))
    for gone in session.scalars(statement).all():
        session.delete(gone)
    session.flush()
