"""The lists a form offers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import DecisionReason, Kind, Occasion, Theme


def kinds(session: Session) -> Sequence[Kind]:
    """Return the kinds in use, in the firm's order."""
    return session.scalars(select(Kind).where(Kind.active).order_by(Kind.position, Kind.id)).all()


def themes(session: Session) -> Sequence[Theme]:
    """Return the themes in use, in the firm's order."""
    return session.scalars(select(Theme).where(Theme.active).order_by(Theme.position, Theme.id)).all()


def decision_reasons(session: Session) -> Sequence[DecisionReason]:
    """Return the reasons in use, of all outcomes, in the firm's order."""
    order = (DecisionReason.outcome, DecisionReason.position, DecisionReason.id)
    return session.scalars(select(DecisionReason).where(DecisionReason.active).order_by(*order)).all()


def occasions(session: Session) -> Sequence[Occasion]:
    """Return what a deferral may wait for by name, in the firm's order; what belongs to a unit says so."""
    statement = select(Occasion).where(Occasion.active).options(joinedload(Occasion.unit))
    return session.scalars(statement.order_by(Occasion.position, Occasion.id)).all()
