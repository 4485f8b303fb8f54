"""Proposals by their number, and the lists people look at."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Contributor, Proposal, Studio

DRAFT_PREFIX = "draft-"


def reference_of(proposal: Proposal) -> str:
    """Return what addresses a proposal in a URL: its number, or ``draft-ID`` before it has one."""
    return proposal.number or f"{DRAFT_PREFIX}{proposal.id}"


def by_number(session: Session, number: str, *, lock: bool = False) -> Proposal | None:
    """Return the proposal with this number or draft reference, with what permissions look at.

    With ``lock`` the row stays locked until the transaction ends, so nobody else can act on it meanwhile.
    """
    statement = select(Proposal).options(
        selectinload(Proposal.contributors).joinedload(Contributor.person),
        selectinload(Proposal.themes),
        joinedload(Proposal.unit),
        joinedload(Proposal.kind),
        joinedload(Proposal.studio).selectinload(Studio.memberships),
    )
    draft_id = number.removeprefix(DRAFT_PREFIX) if number.startswith(DRAFT_PREFIX) else ""
    if draft_id.isdecimal() and draft_id.isascii():
        statement = statement.where(Proposal.id == int(draft_id))
    else:
        statement = statement.where(Proposal.number == number)
    if lock:
        statement = statement.with_for_update(of=Proposal)
    return session.scalars(statement).unique().one_or_none()
