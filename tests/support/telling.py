"""What people were told, whether it has left by mail or waits for the mail of the day."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Notification


def told(session: Session, kind: str) -> list[tuple[int, str | None]]:
    """Return of which proposal whom a kind of notice told, by address and in the order of the addresses."""
    notices = session.scalars(select(Notification).where(Notification.kind == kind))
    return sorted((notice.proposal_id, notice.person.email) for notice in notices)


def waiting_to_leave(session: Session) -> list[Notification]:
    """Return what waits to be told by mail, with its words."""
    return list(session.scalars(select(Notification).where(Notification.words.is_not(None))))
