"""What waits for which occasion, for those who say when it has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Decision, Occasion, Person, Proposal, ProposalState, Role, Unit, UnitLevel
from studio.domain import relations
from studio.queries.people import by_name_only
from studio.queries.visibility import coordinated_by

SWITCHED_OFF_SHOWN = 20
MOST = 200
"""Rows of the page in all."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An occasion with what waits for it in the reader's part of the firm."""

    occasion: Occasion
    proposals: Sequence[Proposal]


def by_code(session: Session, code: str, *, lock: bool = False) -> Occasion | None:
    """Return the occasion of this code; with ``lock`` nobody else can announce it meanwhile."""
    statement = select(Occasion).where(Occasion.code == code.replace("\0", ""))
    return session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def waiting_numbers(session: Session, occasion: Occasion, person: Person) -> Sequence[str]:
    """Return the numbers of what waits for the occasion and ``person`` coordinates."""
    statement = _deferred(person).with_only_columns(Proposal.number).where(Decision.occasion_id == occasion.id)
    return [str(number) for number in session.scalars(statement)]


def all_waiting(session: Session, occasion: Occasion) -> Sequence[tuple[Proposal, Decision]]:
    """Return everything that waits for the occasion, wherever in the firm, with its decision; rows stay locked."""
    current = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    wanted = (Proposal.state == ProposalState.DEFERRED, Decision.occasion_id == occasion.id)
    statement = select(Proposal, Decision).join(Decision, current).where(*wanted).order_by(Proposal.id)
    return [(row[0], row[1]) for row in session.execute(statement.with_for_update(of=Proposal))]


def page_of(session: Session, person: Person) -> Sequence[Waiting]:
    """Return the occasions that ``person`` may announce, in the firm's order, with what waits for each."""
    statement = (
        _deferred(person)
        .add_columns(Decision.occasion_id)
        .where(Decision.occasion_id.is_not(None))
        .options(joinedload(Proposal.unit), joinedload(Proposal.studio))
        .options(selectinload(Proposal.submitter).options(*by_name_only()))
        .limit(MOST)
    )
    waiting = session.execute(statement).unique().all()
    ids = {occasion_id for _, occasion_id in waiting}
    wanted = or_(Occasion.active, Occasion.id.in_(sorted(ids)), Occasion.id.in_(_switched_off()))
    related = (joinedload(Occasion.unit), selectinload(Occasion.announced_by).options(*by_name_only()))
    order = (Occasion.position, Occasion.id)
    found = session.scalars(select(Occasion).where(wanted).options(*related).order_by(*order)).unique()
    return [
        Waiting(occasion, [proposal for proposal, occasion_id in waiting if occasion_id == occasion.id])
        for occasion in found
        if relations.announces(person, occasion)
    ]


def _switched_off() -> Select[int]:
    """What was switched off last, so that a slip can be taken back."""
    return (
        select(Occasion.id).where(~Occasion.active).order_by(Occasion.position, Occasion.id).limit(SWITCHED_OFF_SHOWN)
    )


def units_of(session: Session, person: Person) -> Sequence[Unit]:
    """Return the units above the teams that ``person`` coordinates, in the order of the tree."""
    statement = select(Unit).where(Unit.level != UnitLevel.TEAM).order_by(Unit.path)
    return [unit for unit in session.scalars(statement) if person.has_role(Role.COORDINATOR, unit)]


def in_words(session: Session, person: Person) -> Sequence[Proposal]:
    """Return what waits for something that has no name in the list: words only, which nobody can announce."""
    statement = _deferred(person).where(Decision.occasion_id.is_(None), Decision.wake_up_on.is_(None))
    related = (joinedload(Proposal.unit), joinedload(Proposal.studio), selectinload(Proposal.decisions))
    names = selectinload(Proposal.submitter).options(*by_name_only())
    return session.scalars(statement.options(*related, names).limit(MOST)).unique().all()


def _deferred(person: Person) -> Select[Proposal]:
    current = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    return (
        select(Proposal)
        .join(Decision, current)
        .where(Proposal.state == ProposalState.DEFERRED, coordinated_by(person))
        .order_by(Proposal.decided_at, Proposal.id)
    )
