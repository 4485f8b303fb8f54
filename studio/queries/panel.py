"""The judges of a studio as the choice of a panel needs them, and the seats whose holders cannot fill them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from models import (
    Absence,
    Contributor,
    Kind,
    PanelSeat,
    Person,
    Proposal,
    Review,
    SeatEnd,
    StudioMembership,
    StudioRole,
)
from studio.domain import workflow
from studio.domain.panel import OWN_TEAM_LIMIT, SIZE, Judge

JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)

_TODAY = bindparam("today", type_=Date)


def too_near(unit_id: int | SQLCoreOperations[int]) -> ColumnElement[bool]:
    """Return ``relations.too_near`` as a condition on Proposal; never NULL, so it may be negated."""
    claimed = func.coalesce(Proposal.claimed_benefit, 0)
    return and_(func.coalesce(Proposal.unit_id, 0) == unit_id, claimed > OWN_TEAM_LIMIT)


def _unscored() -> ColumnElement[bool]:
    given = exists().where(Review.proposal_id == PanelSeat.proposal_id, Review.reviewer_id == PanelSeat.person_id)
    return and_(PanelSeat.ended_at.is_(None), ~given)


def unscored_seats() -> Select[int, int, bool]:
    """Return proposal, person and whether he still has to score, for open seats; to be narrowed on Proposal."""
    seats = select(PanelSeat.proposal_id, PanelSeat.person_id, _unscored())
    return seats.join(Proposal, Proposal.id == PanelSeat.proposal_id).where(PanelSeat.ended_at.is_(None))


def _open_work() -> ColumnElement[int]:
    return (
        select(func.count(PanelSeat.id))
        .join(Proposal, Proposal.id == PanelSeat.proposal_id)
        .where(PanelSeat.person_id == Person.id, _unscored(), Proposal.state.in_(sorted(workflow.OPEN)))
        .correlate(Person)
        .scalar_subquery()
    )


def _owed_answers() -> ColumnElement[int]:
    owed = and_(
        Proposal.reviewer_id == Person.id,
        Proposal.state.in_(sorted(workflow.OPEN)),
        Proposal.answered_at.is_(None),
        Proposal.team_leader_id.is_(None),
    )
    return select(func.count(Proposal.id)).where(owed).correlate(Person).scalar_subquery()


def _absent() -> ColumnElement[bool]:
    return and_(Absence.first_on <= _TODAY, Absence.last_on >= _TODAY)


_JUDGES = (
    select(
        Person.id,
        StudioMembership.role,
        _open_work(),
        _owed_answers(),
        exists().where(Absence.person_id == Person.id, _absent()),
        select(func.max(Absence.deputy_id)).where(Absence.person_id == Person.id, _absent()).scalar_subquery(),
        Person.unit_id,
    )
    .join(StudioMembership, StudioMembership.person_id == Person.id)
    .where(
        StudioMembership.studio_id == bindparam("studio", type_=Integer),
        StudioMembership.role.in_(JUDGES),
        Person.active,
    )
    .order_by(StudioMembership.id)
)


def judges_of(session: Session, studio_id: int, *, today: date) -> tuple[Sequence[Judge], dict[int, int]]:
    """Return who judges for a studio, in the order of joining, and the unit of each by his id; one statement."""
    rows = session.execute(_JUDGES, {"studio": studio_id, "today": today}).all()
    judges = [
        Judge(row[0], row[1] is StudioRole.LEAD, row[2], away=bool(row[4]), owed_answers=row[3], deputy_id=row[5])
        for row in rows
    ]
    return judges, {row[0]: row[6] for row in rows}


def with_empty_seats(session: Session, *, today: date, only: int | None = None) -> Sequence[int]:
    """Return the ids of open proposals with a seat that nobody fills.

    Its holder cannot judge (away, gone, or with a part in it); or there are fewer than the kind asks for, as with what
    was open before there were panels, and somebody is free. ``only`` asks about one proposal.
    """
    wanted = or_(Proposal.id.in_(_unfilled()), and_(_too_few(), _somebody_is_free()))
    statement = select(Proposal.id).outerjoin(Kind, Kind.id == Proposal.kind_id)
    statement = statement.where(Proposal.state.in_(sorted(workflow.OPEN)), wanted).order_by(Proposal.id)
    if only is not None:
        statement = statement.where(Proposal.id == only)
    return session.scalars(statement, {"today": today}).all()


def _too_few() -> ColumnElement[bool]:
    """Fewer sit on its panel, or have scored it for this studio without a seat, than its kind asks for."""
    seats = select(func.count()).select_from(PanelSeat).where(_open_seat()).correlate(Proposal).scalar_subquery()
    sits = exists().where(_open_seat(), PanelSeat.person_id == Review.reviewer_id).correlate(Proposal, Review)
    given = select(func.count()).select_from(Review).where(Review.proposal_id == Proposal.id, ~sits)
    scored = given.where(Review.studio_id == Proposal.studio_id).correlate(Proposal).scalar_subquery()
    return and_(Proposal.studio_id.is_not(None), seats + scored < func.coalesce(Kind.panel_size, SIZE))


def _somebody_is_free() -> ColumnElement[bool]:
    """A judge of its studio is there whom ``seat_panel`` would ask; without one there is nothing to do."""
    judge = aliased(Person)
    asked = exists().where(
        PanelSeat.proposal_id == Proposal.id,
        PanelSeat.person_id == judge.id,
        or_(PanelSeat.ended_at.is_(None), PanelSeat.ended_for == SeatEnd.STEPPED_ASIDE),
    )
    wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == judge.id)
    scored = exists().where(Review.proposal_id == Proposal.id, Review.reviewer_id == judge.id)
    return exists().where(
        StudioMembership.studio_id == Proposal.studio_id,
        StudioMembership.role.in_(JUDGES),
        judge.id == StudioMembership.person_id,
        judge.active,
        ~exists().where(Absence.person_id == judge.id, _absent()),
        func.coalesce(Proposal.submitter_id, 0) != judge.id,
        ~or_(asked, wrote, scored, too_near(judge.unit_id)),
    )


def _open_seat() -> ColumnElement[bool]:
    return and_(PanelSeat.proposal_id == Proposal.id, PanelSeat.ended_at.is_(None))


def _unfilled() -> Select[int]:
    judge = exists().where(
        StudioMembership.studio_id == Proposal.studio_id,
        StudioMembership.person_id == PanelSeat.person_id,
        StudioMembership.role.in_(JUDGES),
    )
    away = exists().where(Absence.person_id == PanelSeat.person_id, _absent())
    wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == PanelSeat.person_id)
    return (
        select(Proposal.id)
        .join(PanelSeat, PanelSeat.proposal_id == Proposal.id)
        .join(Person, Person.id == PanelSeat.person_id)
        .where(
            Proposal.state.in_(sorted(workflow.OPEN)),
            _unscored(),
            or_(away, ~judge, ~Person.active, wrote, too_near(Person.unit_id)),
        )
        .correlate(None)
    )
