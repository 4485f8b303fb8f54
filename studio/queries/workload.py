"""Studios and their judges side by side: what lies with each, and how soon they answer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session

from models import Absence, Person, Proposal, ProposalState, Role, Studio, StudioMembership, StudioRole, Unit
from studio.domain import workflow, workload
from studio.domain.clock import WorkCalendar
from studio.domain.workload import Column, Load
from studio.queries import answers, working_time
from studio.queries.desk_turns import JUDGES, due
from studio.queries.naming import Name
from studio.queries.panel import unscored_seats


@dataclass(frozen=True, slots=True)
class JudgeLoad:
    """One judge of a studio. The load counts what lies with him in this studio."""

    person_id: int
    name: Name
    leads: bool
    load: Load


@dataclass(frozen=True, slots=True)
class StudioLoad:
    """One studio and its judges."""

    studio_id: int
    name: Name
    load: Load
    judges: Sequence[JudgeLoad]


@dataclass(slots=True)
class _Piles:
    """What is counted for one studio, or for one judge in one studio."""

    open: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    times: list[timedelta] = field(default_factory=list)

    def load(self, away_until: date | None = None, capacity: int | None = None) -> Load:
        """Return the figures."""
        counts = (len(self.open), len(self.waiting), len(self.late), len(self.times))
        return Load(*counts, workload.median(self.times), away_until, capacity)


Key = tuple[int, int | None]
"""A studio, and one of its judges or nobody in particular."""


def compared_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on Studio that keeps what ``person`` compares: what he leads, and his part of the firm."""
    coordinated = [grant.unit_id for grant in person.grants if grant.role is Role.COORDINATOR]
    below = select(Unit.id).where(or_(false(), *(Unit.path.contains(f"/{unit_id}/") for unit_id in coordinated)))
    return or_(Studio.id.in_(sorted(person.studio_ids(StudioRole.LEAD))), Studio.unit_id.in_(below))


def side_by_side(
    session: Session, person: Person, *, at: datetime, today: date, public: WorkCalendar, by: Column
) -> Sequence[StudioLoad]:
    """Return the studios that the person compares, in order; six statements, whatever there is."""
    rows = session.execute(_members(person)).all()
    studio_ids = {row.studio_id for row in rows}
    piles: defaultdict[Key, _Piles] = defaultdict(_Piles)
    _count_open(session, studio_ids, piles, at=at)
    _count_answers(session, studio_ids, piles, at=at, public=public)
    away = _away(session, studio_ids, today=today)
    judges: defaultdict[int, list[JudgeLoad]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            load = piles[row.studio_id, row.person_id].load(away.get(row.person_id))
            name = Name(row.person_zh, row.person_en)
            judges[row.studio_id].append(JudgeLoad(row.person_id, name, row.role is StudioRole.LEAD, load))
    studios = {
        row.studio_id: StudioLoad(
            row.studio_id,
            Name(row.name_zh, row.name_en),
            piles[row.studio_id, None].load(capacity=row.capacity_per_month),
            sorted(judges[row.studio_id], key=lambda one: workload.sorting_key(one.load, one.name.name_zh, by)),
        )
        for row in rows
    }
    return sorted(studios.values(), key=lambda one: workload.sorting_key(one.load, one.name.name_zh, by))


def _members(person: Person) -> Select[int, str, str, int | None, StudioRole, int, str, str]:
    judge = (StudioMembership.studio_id == Studio.id) & StudioMembership.role.in_(JUDGES)
    return (
        select(
            Studio.id.label("studio_id"),
            Studio.name_zh,
            Studio.name_en,
            Studio.capacity_per_month,
            StudioMembership.role,
            Person.id.label("person_id"),
            Person.name.label("person_zh"),
            Person.name_en.label("person_en"),
        )
        .outerjoin(StudioMembership, judge)
        .outerjoin(Person, (Person.id == StudioMembership.person_id) & Person.active)
        .where(Studio.active, compared_by(person))
        .order_by(Studio.code, StudioMembership.id)
    )


def _count_open(session: Session, studio_ids: set[int], piles: defaultdict[Key, _Piles], *, at: datetime) -> None:
    """Count what is undecided: for the studio, for whoever owes the first answer, and for whoever is still to score."""
    opened = (Proposal.studio_id.in_(sorted(studio_ids)), Proposal.state.in_(sorted(workflow.OPEN)))
    columns = (Proposal.id, Proposal.studio_id, Proposal.state, Proposal.reviewer_id, Proposal.answered_at)
    seats: defaultdict[int, dict[int | None, bool]] = defaultdict(dict)
    for proposal_id, person_id, unscored in session.execute(unscored_seats().where(*opened)):
        seats[proposal_id][person_id] = bool(unscored)
    for proposal_id, studio_id, state, reviewer_id, answered_at, due_at in session.execute(
        select(*columns, due()).where(*opened)
    ):
        if studio_id is None:
            continue
        turn = state is ProposalState.UNDER_REVIEW
        late = turn and due_at is not None and due_at < at
        asked: dict[int | None, bool] = {None: True, **seats[proposal_id]}
        if reviewer_id is not None and answered_at is None:
            asked[reviewer_id] = True
        for asked_id, his_turn in asked.items():
            pile = piles[studio_id, asked_id]
            pile.open.add(proposal_id)
            if turn and his_turn:
                pile.waiting.add(proposal_id)
            if late and his_turn:
                pile.late.add(proposal_id)


def _count_answers(
    session: Session, studio_ids: set[int], piles: defaultdict[Key, _Piles], *, at: datetime, public: WorkCalendar
) -> None:
    times = working_time.working_times(session, public)
    since = at - timedelta(days=workload.ANSWERED_DAYS)
    for answer in answers.first_answers(session, studio_ids, times, since=since):
        piles[answer.studio_id, None].times.append(answer.taken)
        if answer.person_id is not None:
            piles[answer.studio_id, answer.person_id].times.append(answer.taken)


def _away(session: Session, studio_ids: set[int], *, today: date) -> dict[int, date]:
    """Return until when people of these studios are away who are so today."""
    statement = (
        select(Absence.person_id, func.max(Absence.last_on))
        .join(StudioMembership, StudioMembership.person_id == Absence.person_id)
        .where(StudioMembership.studio_id.in_(sorted(studio_ids)), Absence.first_on <= today, Absence.last_on >= today)
        .group_by(Absence.person_id)
    )
    return {person_id: last_on for person_id, last_on in session.execute(statement)}  # noqa: C416 - dict() would lose the types
