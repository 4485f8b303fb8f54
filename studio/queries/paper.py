"""Printed forms: which a code means, which were printed together, and on which sheet a proposal was written."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import PaperForm, Person, Role, Unit


def by_id(session: Session, form_id: int | None) -> PaperForm | None:
    """Return the form with this running number."""
    return session.get(PaperForm, form_id) if form_id is not None else None


def printed(session: Session, ids: Collection[int], units: Collection[int]) -> Sequence[PaperForm]:
    """Return the forms of these numbers that are of these units, in their order."""
    statement = select(PaperForm).where(PaperForm.id.in_(ids), PaperForm.unit_id.in_(units)).order_by(PaperForm.id)
    return session.scalars(statement).all()


def led_units(session: Session, leader: Person) -> Sequence[Unit]:
    """Return the units that somebody leads as a team leader, with all below them, in the order of the tree."""
    paths = [grant.unit.path for grant in leader.grants if grant.role is Role.TEAM_LEADER]
    if not paths:
        return []
    return session.scalars(
        select(Unit).where(or_(*(Unit.path.like(f"{path}%") for path in paths))).order_by(Unit.path)
    ).all()


def of_proposal(session: Session, proposal_id: int) -> PaperForm | None:
    """Return the sheet on which a proposal was written, if it was."""
    return session.scalars(select(PaperForm).where(PaperForm.proposal_id == proposal_id)).one_or_none()
