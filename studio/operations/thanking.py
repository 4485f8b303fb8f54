"""Saying thank you for somebody else's proposal, and taking it back."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from models import Notification, Person, Proposal, Thanks
from studio.domain import relations
from studio.domain.errors import NotAllowed
from studio.mail import notices


def thank(session: Session, proposal: Proposal, *, actor: Person, at: datetime) -> None:
    """Thank the authors, who find it among their notices; a second time changes nothing. Raises NotAllowed.

    It says something of the person, not of the proposal, so it leaves no event and is open in every state. While the
    authors have not seen that somebody thanks them, they are told no second time, however many do.
    """
    if not relations.thanks_for_it(actor, proposal):
        raise NotAllowed
    if session.get(Thanks, (proposal.id, actor.id)) is not None:
        return
    session.add(Thanks(proposal_id=proposal.id, person_id=actor.id, at=at))
    notices.thanked(session, proposal, _not_told(session, proposal), by=actor, at=at)


def take_back(session: Session, proposal: Proposal, *, actor: Person) -> None:
    """Thank for it no more; who did not thank stays as he is. What nobody has seen and nobody stands for is gone."""
    said = session.get(Thanks, (proposal.id, actor.id))
    if said is None:
        return
    session.delete(said)
    session.flush()
    if session.scalar(select(Thanks.person_id).where(Thanks.proposal_id == proposal.id).limit(1)) is None:
        session.execute(delete(Notification).where(*_unseen(proposal)))


def _not_told(session: Session, proposal: Proposal) -> frozenset[int]:
    """Return the authors who do not have it before them already that somebody thanks them."""
    told = session.scalars(select(Notification.person_id).where(*_unseen(proposal)))
    return proposal.author_ids - frozenset(told)


def _unseen(proposal: Proposal) -> tuple[ColumnElement[bool], ...]:
    return (
        Notification.proposal_id == proposal.id,
        Notification.kind == notices.THANKED,
        Notification.seen_at.is_(None),
    )
