"""Attached files, for those who may read what they are attached to."""

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from models import Attachment, Person
from studio.queries.visibility import visible_to


def readable(session: Session, attachment_id: int, reader: Person) -> Attachment | None:
    """Return the attachment with its proposal, or None if there is none that ``reader`` may know of."""
    statement = (
        select(Attachment)
        .join(Attachment.proposal)
        .options(contains_eager(Attachment.proposal))
        .where(Attachment.id == attachment_id, visible_to(reader))
    )
    return session.scalars(statement).one_or_none()
