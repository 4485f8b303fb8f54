"""What a team may settle, who leads it, and what waits for a team leader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from models import (
    Decision,
    InformationRequest,
    Kind,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    TeamLimit,
    Unit,
)
from studio.domain import team
from studio.domain.follow_up import Task
from studio.domain.routing import Reason
from studio.queries import follow_up
from studio.queries.naming import Name
from studio.queries.visibility import visible_to

MOST = 50
"""Rows of one section; what is beyond them waits until these are gone."""
SETTLED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Where a filing goes first: to this leader for so many working days, or past the team for a reason."""

    leader: Person | None
    days: int
    beyond: Reason | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One line of the leader's list. ``question`` is what the author still has to answer."""

    number: str
    title: str
    problem: str
    measure: str
    state: ProposalState
    revision: int
    already_done: bool
    claimed_benefit: Decimal | None
    cost: Decimal | None
    due_at: datetime | None
    works_by: str | None
    submitted_at: datetime
    decided_at: datetime | None
    author: Name
    kind: Name | None
    unit: Name | None
    question: str


def limit_of(session: Session, unit: Unit | None) -> TeamLimit | None:
    """Return the limits that hold in a unit: its own, or those nearest above it."""
    if unit is None:
        return None
    above = select(TeamLimit).where(TeamLimit.unit_id.in_(unit.ancestor_ids))
    found = {row.unit_id: row for row in session.scalars(above)}
    return next((found[unit_id] for unit_id in reversed(unit.ancestor_ids) if unit_id in found), None)


def leaders_of(session: Session, unit: Unit | None) -> list[Person]:
    """Return who leads the unit, or else the nearest unit above it that is led; the first one answers."""
    if unit is None:
        return []
    statement = (
        select(RoleGrant.unit_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.unit_id.in_(unit.ancestor_ids), RoleGrant.role == Role.TEAM_LEADER, Person.active)
        .order_by(RoleGrant.id)
    )
    rows = session.execute(statement).unique().all()
    nearest = next((unit_id for unit_id in reversed(unit.ancestor_ids) if any(row[0] == unit_id for row in rows)), None)
    return [person for unit_id, person in rows if unit_id == nearest]


def first_step(session: Session, proposal: Proposal) -> FirstStep:
    """Return whether the team may settle a filed proposal, by whom and how long, or why it may not."""
    limit = limit_of(session, proposal.unit)
    leaders = leaders_of(session, proposal.unit) if limit else []
    beyond = team.beyond_the_team(_matter(proposal), _limits(limit), [leader.id for leader in leaders])
    return FirstStep(leaders[0] if leaders else None, limit.days if limit else 0, beyond)


def waiting_count(session: Session, person: Person) -> int:
    """Return how many proposals wait for this team leader: the number beside the team in the header."""
    statement = select(func.count()).select_from(Proposal)
    return session.scalar(statement.where(*_in_hand_of(person), Proposal.state == ProposalState.TEAM_CHECK)) or 0


def in_hand(session: Session, person: Person) -> Sequence[TeamRow]:
    """Return what the leader has in hand: what waits for him by its due time, then what waits for its author."""
    waits = (ProposalState.TEAM_CHECK, ProposalState.INFORMATION_REQUESTED)
    statement = _rows(person).where(Proposal.state.in_(waits)).limit(MOST)
    asked_last = Proposal.state == ProposalState.INFORMATION_REQUESTED
    return _made(session, statement.order_by(asked_last, Proposal.decision_due_at, Proposal.id))


def settled(session: Session, person: Person) -> Sequence[TeamRow]:
    """Return what the leader has settled, the newest first."""
    over = Decision.by_team.is_(True)
    statement = _rows(person).join(
        Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    )
    newest = statement.where(over).order_by(Proposal.decided_at.desc(), Proposal.id.desc())
    return _made(session, newest.limit(SETTLED_SHOWN))


def to_look_at(session: Session, person: Person) -> Sequence[TeamRow]:
    """Return what a team did and the leader is asked to look at: what he settled, or another who may not."""
    ids = [one.proposal_id for one in follow_up.waiting_for(session, person) if one.task is Task.LOOK][:MOST]
    wanted = _all_rows().where(Proposal.id.in_(ids), visible_to(person))
    return _made(session, wanted.order_by(Proposal.implemented_at, Proposal.id))


def out_of_time(session: Session, *, at: datetime) -> Sequence[str]:
    """Return the numbers of what teams have had longer than their leaders had time, the longest first."""
    late = select(Proposal.number).where(
        Proposal.state == ProposalState.TEAM_CHECK, Proposal.decision_due_at <= at, Proposal.number.is_not(None)
    )
    return [str(number) for number in session.scalars(late.order_by(Proposal.decision_due_at, Proposal.id))]


def all_limits(session: Session) -> Sequence[TeamLimit]:
    """Return all limits, from the top of the firm down."""
    statement = select(TeamLimit).join(TeamLimit.unit).order_by(Unit.path)
    return session.scalars(statement).unique().all()


_author = aliased(Person)


def _in_hand_of(person: Person) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (Proposal.team_leader_id == person.id, visible_to(person))


def _rows(person: Person) -> Select[Any]:
    return _all_rows().where(*_in_hand_of(person))


def _all_rows() -> Select[Any]:
    return (
        select()
        .add_columns(
            Proposal.number,
            Proposal.title,
            Proposal.problem,
            Proposal.measure,
            Proposal.state,
            Proposal.revision,
            Proposal.already_done,
            Proposal.claimed_benefit,
            Proposal.cost,
            Proposal.decision_due_at.label("due_at"),
            Unit.path.label("works_by"),
            Proposal.submitted_at,
            Proposal.decided_at,
            Proposal.submitter_text,
            _author.name,
            _author.name_en,
            Kind.name_zh.label("kind_zh"),
            Kind.name_en.label("kind_en"),
            Unit.name_zh.label("unit_zh"),
            Unit.name_en.label("unit_en"),
            InformationRequest.question,
        )
        .select_from(Proposal)
        .outerjoin(_author, _author.id == Proposal.submitter_id)
        .outerjoin(Kind, Kind.id == Proposal.kind_id)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .outerjoin(
            InformationRequest,
            and_(InformationRequest.proposal_id == Proposal.id, InformationRequest.answered_at.is_(None)),
        )
    )


_TAKEN = (
    "number",
    "title",
    "problem",
    "measure",
    "state",
    "revision",
    "already_done",
    "claimed_benefit",
    "cost",
    "due_at",
    "works_by",
    "submitted_at",
    "decided_at",
)


def _made(session: Session, statement: Select[Any]) -> list[TeamRow]:
    return [
        TeamRow(
            **{name: getattr(row, name) for name in _TAKEN},
            author=Name(row.name or row.submitter_text, row.name_en or ""),
            kind=Name(row.kind_zh, row.kind_en) if row.kind_zh else None,
            unit=Name(row.unit_zh, row.unit_en) if row.unit_zh else None,
            question=row.question or "",
        )
        for row in session.execute(statement)
    ]


def _limits(limit: TeamLimit | None) -> team.Limits | None:
    if limit is None:
        return None
    return team.Limits(
        kinds=frozenset(limit.kind_codes),
        cost=limit.cost_limit,
        benefit=limit.benefit_limit,
        urgent=limit.urgent,
        confidential=limit.confidential,
    )


def _matter(proposal: Proposal) -> team.SmallMatter:
    return team.SmallMatter(
        kind=proposal.kind.code if proposal.kind else None,
        cost=proposal.cost,
        benefit=proposal.claimed_benefit,
        urgent=proposal.urgent,
        confidential=proposal.confidential,
        anonymous=proposal.anonymous,
        blind=proposal.blind,
        authors=proposal.author_ids,
    )
