"""Studios as people choose among them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Studio


def receiving(session: Session) -> Sequence[Studio]:
    """Return the studios that take proposals now, in the order of their codes."""
    return session.scalars(select(Studio).where(Studio.active).order_by(Studio.code)).all()


def with_stand_ins(session: Session) -> Sequence[Studio]:
    """Return all studios, each with its unit and with who stands in for it, in the order of their codes."""
    both = (joinedload(Studio.unit), joinedload(Studio.stand_in))
    statement = select(Studio).options(*both).order_by(Studio.code)
    return session.scalars(statement.execution_options(populate_existing=True)).unique().all()
