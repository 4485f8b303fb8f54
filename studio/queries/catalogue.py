"""The lists a form offers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, Theme


def kinds(session: Session) -> Sequence[Kind]:
    """Return the kinds in use, in the firm's order."""
    return session.scalars(select(Kind).where(Kind.active).order_by(Kind.position, Kind.id)).all()


def themes(session: Session) -> Sequence[Theme]:
    """Return the themes in use, in the firm's order."""
    return session.scalars(select(Theme).where(Theme.active).order_by(Theme.position, Theme.id)).all()
