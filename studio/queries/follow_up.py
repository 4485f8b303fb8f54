"""What waits after the decision, and for whom: to begin, to do it, to look at it on the spot."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models import Contributor, Person, Proposal, ProposalState, Role, RoleGrant, StudioMembership, StudioRole, Unit
from studio.domain import follow_up
from studio.domain.follow_up import Holder, Task
from studio.queries.visibility import ME, PersonId, Reach, rights_of, within

JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)
HOLDERS = (Role.TEAM_LEADER, Role.COORDINATOR)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal that waits for somebody; ``since`` is when it began to."""

    proposal_id: int
    number: str
    title: str
    task: Task
    since: datetime | None


_place, _held = aliased(Unit), aliased(Unit)
_OPEN_TASK = case((Proposal.state == ProposalState.ACCEPTED, Task.START.value), else_=Task.CARRY_OUT.value)
_WHOSE = case((Proposal.state == ProposalState.ACCEPTED, Proposal.submitter_id), else_=Proposal.implemented_by_id)


def waiting_for(session: Session, person: Person) -> Sequence[Waiting]:
    """Return what waits for this person, what he is to look at first, the oldest before all; one statement.

    What a judge of a studio is to look at is not among it: that lies on his desk.
    """
    begun = _own_work(rights_of(person))
    statement: Select[Any] | CompoundSelect[Any] = (
        union_all(begun, _looks(_within(person))) if _holds_a_role(person) else begun
    )
    rows = _asked(session.execute(statement, {"me": person.id}).all())
    mine = [row for row, people in rows if person.id in people]
    return sorted(mine, key=lambda row: (row.task is not Task.LOOK, row.task, row.since is None, row.since, row.number))


def everybodys(session: Session) -> Mapping[int, Sequence[int]]:
    """Return the ids of what waits for each person after the decision, by the person's id; two statements."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row, people in _asked(session.execute(union_all(_begun(_known()), _looks())).all()):
        for person_id in people:
            found[person_id].append(row.proposal_id)
    for proposal_id, person_id in session.execute(_judges()):
        found[person_id].append(proposal_id)
    return found


def lookers(session: Session, proposal: Proposal) -> Sequence[int]:
    """Return who is asked to look at what is said to be done: the studio's lead and who answered first, or others.

    Where they wrote it, did it or are gone, it is the next judge of the studio; where nobody of it may, and where a
    team settled it, those whom ``follow_up.who_looks`` names.
    """
    judges = [person_id for _, person_id in session.execute(_judges().where(Proposal.id == proposal.id))]
    if judges:
        return [one for one in judges if one in {judges[0], proposal.reviewer_id}]
    rows = _asked(session.execute(_looks().where(Proposal.id == proposal.id)).all())
    return rows[0][1] if rows else ()


@lru_cache(maxsize=1024)
def _own_work(reach: Reach) -> Select[Any]:
    return _begun(and_(or_(*_own(ME)), within(reach)))


def _own(person_id: PersonId) -> tuple[ColumnElement[bool], ...]:
    return (
        and_(Proposal.state == ProposalState.IN_IMPLEMENTATION, Proposal.implemented_by_id == person_id),
        and_(Proposal.state == ProposalState.ACCEPTED, Proposal.submitter_id == person_id),
    )


def _known() -> ColumnElement[bool]:
    return and_(Proposal.state.in_((ProposalState.ACCEPTED, ProposalState.IN_IMPLEMENTATION)), _WHOSE.is_not(None))


def _begun(wanted: ColumnElement[bool]) -> Select[Any]:
    """Return what is accepted or begun, in the columns of ``_looks``."""
    return select(
        Proposal.id,
        Proposal.number,
        Proposal.title,
        _OPEN_TASK.label("task"),
        Proposal.decided_at.label("since"),
        _WHOSE.label("holder_id"),
        null().label("role"),
        null().label("depth_of"),
        null().label("grant_id"),
        Proposal.team_leader_id,
    ).where(wanted, Proposal.number.is_not(None))


def _looks(within: ColumnElement[bool] | None = None) -> Select[Any]:
    """Return what is said to be done where no judge of a studio may look, a row for each who holds a role over it."""
    leads = and_(Proposal.team_leader_id.is_not(None), Proposal.confidential.is_(False))
    may = or_(RoleGrant.role == Role.COORDINATOR, leads, RoleGrant.person_id == Proposal.team_leader_id)
    statement = (
        select(
            Proposal.id,
            Proposal.number,
            Proposal.title,
            case((Proposal.id.is_not(None), Task.LOOK.value)).label("task"),
            Proposal.implemented_at.label("since"),
            RoleGrant.person_id.label("holder_id"),
            RoleGrant.role,
            _held.path.label("depth_of"),
            RoleGrant.id.label("grant_id"),
            Proposal.team_leader_id,
        )
        .join(_place, _place.id == Proposal.unit_id)
        .join(_held, _place.path.startswith(_held.path))
        .join(RoleGrant, and_(RoleGrant.unit_id == _held.id, RoleGrant.role.in_(HOLDERS)))
        .join(Person, and_(Person.id == RoleGrant.person_id, Person.active))
        .where(Proposal.state == ProposalState.IMPLEMENTED, Proposal.number.is_not(None), may, _neutral(Person.id))
        .where(or_(Proposal.team_leader_id.is_not(None), and_(Proposal.studio_id.is_not(None), ~_judged())))
    )
    return statement if within is None else statement.where(within)


def _within(person: Person) -> ColumnElement[bool]:
    """Keep what may wait for this person: what he settled, and what those who settled it may not look at."""
    own = {grant.unit_id for grant in person.grants if grant.role in HOLDERS}
    below = or_(false(), *(_place.path.contains(f"/{unit_id}/") for unit_id in sorted(own)))
    return and_(below, or_(Proposal.team_leader_id == person.id, Proposal.team_leader_id.is_(None), ~_leader_may()))


def _leader_may() -> ColumnElement[bool]:
    leader, grant, held = aliased(Person), aliased(RoleGrant), aliased(Unit)
    covers = and_(grant.unit_id == held.id, _place.path.startswith(held.path))
    return exists().where(
        leader.id == Proposal.team_leader_id,
        leader.active,
        grant.person_id == leader.id,
        grant.role == Role.TEAM_LEADER,
        covers,
        _neutral(leader.id),
    )


def _holds_a_role(person: Person) -> bool:
    return any(grant.role in HOLDERS for grant in person.grants)


def _neutral(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - any column of people's ids
    """Neither wrote it nor did it; never NULL."""
    wrote = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == person_id)
    others = (func.coalesce(column, 0) != person_id for column in (Proposal.submitter_id, Proposal.implemented_by_id))
    return and_(*others, ~wrote)


def _judged() -> ColumnElement[bool]:
    judge = aliased(Person)
    return exists().where(
        StudioMembership.studio_id == Proposal.studio_id,
        StudioMembership.role.in_(JUDGES),
        judge.id == StudioMembership.person_id,
        judge.active,
        _neutral(judge.id),
    )


def _judges() -> Select[int, int]:
    """Return who of its studio may look at what is said to be done, the lead first."""
    return (
        select(Proposal.id, Person.id)
        .join(StudioMembership, StudioMembership.studio_id == Proposal.studio_id)
        .join(Person, and_(Person.id == StudioMembership.person_id, Person.active))
        .where(Proposal.state == ProposalState.IMPLEMENTED, StudioMembership.role.in_(JUDGES), _neutral(Person.id))
        .order_by(Proposal.id, StudioMembership.role != StudioRole.LEAD, StudioMembership.id)
    )


def _asked(rows: Iterable[Any]) -> list[tuple[Waiting, Sequence[int]]]:
    """Return each proposal once, with the people it waits for."""
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.id].append(row)
    return [(_made(group[0]), _people(group)) for group in grouped.values()]


def _made(row: Any) -> Waiting:  # noqa: ANN401 - a row of the statements above
    return Waiting(row.id, row.number, row.title, Task(row.task), row.since)


def _people(group: Sequence[Any]) -> Sequence[int]:
    first = group[0]
    if first.task != Task.LOOK:
        return (first.holder_id,)
    holders = [
        Holder(row.holder_id, row.role == Role.COORDINATOR, row.depth_of.count("/"), row.grant_id) for row in group
    ]
    return follow_up.who_looks(holders, settled_by=first.team_leader_id)
