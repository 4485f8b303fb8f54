"""Attached files, for those who may read what they are attached to."""

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from models import Attachment, AttachmentRole, Person
from studio.queries.blinding import names_known_to
from studio.queries.visibility import reach_of, visible_to


def readable(session: Session, attachment_id: int, reader: Person) -> tuple[Attachment, int] | None:
    """Return the attachment with its proposal, or None if there is none that ``reader`` may know of.

    Beside it stands 0, or which of the proposal's files it is, from 1 on, for a reader who may not know its name
    because names can tell whose it is. A sheet filled in by hand is not shown to him at all.
    """
    earlier = aliased(Attachment)
    before = select(func.count(earlier.id)).where(
        earlier.proposal_id == Attachment.proposal_id, earlier.id <= Attachment.id
    )
    named = names_known_to(reach_of(reader))
    nameless = case((named, 0), else_=before.scalar_subquery())
    statement = (
        select(Attachment, nameless)
        .join(Attachment.proposal)
        .options(contains_eager(Attachment.proposal))
        .where(Attachment.id == attachment_id, visible_to(reader), or_(Attachment.role != AttachmentRole.PAPER, named))
    )
    row = session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None
