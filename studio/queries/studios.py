"""Studios as people choose among them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Studio


def receiving(session: Session) -> Sequence[Studio]:
    """Return the studios that take proposals now, in the order of their codes."""
    return session.scalars(select(Studio).where(Studio.active).order_by(Studio.code)).all()
