"""The firm's reasons as an administrator looks at them: all of them, and how often each was given."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Integer, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from models import Decision, DecisionReason, Outcome, PreparedDecision

_ORDER = (DecisionReason.position, DecisionReason.id)


def by_code(session: Session, code: str, *, lock: bool = False) -> DecisionReason | None:
    """Return the reason of this code; with ``lock`` nobody else changes the list meanwhile."""
    statement = select(DecisionReason).where(DecisionReason.code == code.replace("\0", ""))
    return session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def of_outcome(session: Session, outcome: Outcome) -> Sequence[DecisionReason]:
    """Return all reasons of an outcome, the retired ones too, in the firm's order."""
    return session.scalars(select(DecisionReason).where(DecisionReason.outcome == outcome).order_by(*_ORDER)).all()


def everything(session: Session) -> Mapping[Outcome, Sequence[DecisionReason]]:
    """Return all reasons by outcome, in the order in which outcomes are offered; outcomes without any too."""
    found = session.scalars(select(DecisionReason).order_by(*_ORDER)).all()
    return {outcome: [one for one in found if one.outcome is outcome] for outcome in Outcome}


def uses(session: Session) -> Mapping[int, int]:
    """Return in how many decisions, told or prepared, each reason stands, by its id."""
    told = select(Decision.because_id.label("id")).where(Decision.because_id.is_not(None))
    held = select(PreparedDecision.because_id.label("id")).where(PreparedDecision.because_id.is_not(None))
    named = union_all(told, held).subquery()
    counted = select(named.c.id, func.count()).group_by(named.c.id)
    return {reason_id: count for reason_id, count in session.execute(counted) if reason_id is not None}


def is_used(session: Session, reason: DecisionReason) -> bool:
    """Tell whether a decision, told or prepared, names it."""
    one = literal_column("1", Integer)
    told = select(one).where(Decision.because_id == reason.id)
    held = select(one).where(PreparedDecision.because_id == reason.id)
    return session.execute(union_all(told, held).limit(1)).first() is not None
