"""Decisions that are made but not told yet. Only these functions read them, and only for those who may decide."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Person, PreparedDecision, Proposal, Studio, StudioRole, Verb
from studio.domain import permissions, workflow
from studio.queries.panel import too_near
from studio.queries.people import by_name_only
from studio.queries.visibility import contributed_by, coordinated_by

MOST = 100
"""Rows of the page; what is beyond them waits until these are told."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One prepared decision: whether the reader may publish it, and whether its proposal has changed since."""

    decision: PreparedDecision
    mine: bool
    changed: bool


def on(session: Session, proposal: Proposal) -> PreparedDecision | None:
    """Return what is prepared on a proposal, by whichever studio."""
    statement = select(PreparedDecision).where(PreparedDecision.proposal_id == proposal.id)
    related = (PreparedDecision.because, PreparedDecision.occasion, PreparedDecision.duplicate_of)
    return session.scalars(statement.options(*map(joinedload, related))).unique().one_or_none()


def of(session: Session, proposal: Proposal) -> PreparedDecision | None:
    """Return what the studio that has the proposal has prepared; another studio's words are not for it."""
    held = on(session, proposal)
    return held if held is not None and held.studio_id == proposal.studio_id else None


def count(session: Session, person: Person) -> int:
    """Return how many prepared decisions wait on this person's page."""
    statement = select(func.count()).select_from(PreparedDecision).join(PreparedDecision.proposal)
    return session.scalar(statement.where(*_for(person))) or 0


def to_check(session: Session, person: Person) -> Sequence[Prepared]:
    """Return what waits to be told in the studios that ``person`` leads and the units he coordinates, oldest first."""
    of_proposal = joinedload(PreparedDecision.proposal)
    statement = (
        select(PreparedDecision)
        .join(PreparedDecision.proposal)
        .where(*_for(person))
        .options(
            of_proposal.selectinload(Proposal.contributors),
            of_proposal.joinedload(Proposal.unit),
            of_proposal.joinedload(Proposal.studio).selectinload(Studio.memberships),
            of_proposal.selectinload(Proposal.submitter).options(*by_name_only()),
            selectinload(PreparedDecision.prepared_by).options(*by_name_only()),
            joinedload(PreparedDecision.because),
            joinedload(PreparedDecision.occasion),
            joinedload(PreparedDecision.duplicate_of),
        )
        .order_by(PreparedDecision.prepared_at, PreparedDecision.id)
        .limit(MOST)
    )
    return [_row(held, person) for held in session.scalars(statement).unique()]


def _row(held: PreparedDecision, person: Person) -> Prepared:
    changed = held.revision != held.proposal.revision
    return Prepared(held, mine=permissions.may(person, Verb.DECLINE, held.proposal), changed=changed)


def _for(person: Person) -> tuple[ColumnElement[bool], ...]:
    led = Proposal.studio_id.in_(sorted(person.studio_ids(StudioRole.LEAD)))
    own = or_(func.coalesce(Proposal.submitter_id, 0) == person.id, contributed_by(person.id))
    same = and_(PreparedDecision.studio_id == Proposal.studio_id, PreparedDecision.studio_id.is_not(None))
    return same, or_(and_(led, not_(too_near(person.unit_id))), coordinated_by(person)), not_(own)


def chosen(session: Session, person: Person, numbers: Sequence[str]) -> Sequence[Proposal]:
    """Return those of the numbered proposals that ``person`` may decide now, oldest first."""
    statement = (
        select(Proposal)
        .where(Proposal.number.in_([number.replace("\0", "") for number in numbers]))
        .options(
            selectinload(Proposal.contributors),
            joinedload(Proposal.unit),
            joinedload(Proposal.studio).selectinload(Studio.memberships),
            selectinload(Proposal.submitter).options(*by_name_only()),
        )
        .order_by(Proposal.submitted_at, Proposal.id)
    )
    found = session.scalars(statement).unique()
    return [
        one for one in found if permissions.may(person, Verb.DECLINE, one) and workflow.fits(Verb.DECLINE, one.state)
    ]
