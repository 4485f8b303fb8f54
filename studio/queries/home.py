"""What the first page shows one person: what waits, what became of mine, and what happens around."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, String, and_, bindparam, false, func, not_, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, load_only

from models import (
    Contributor,
    Decision,
    InformationRequest,
    Person,
    Proposal,
    ProposalState,
    Role,
    Unit,
)
from models.base import UtcDateTime
from studio.queries.blinding import concealing
from studio.queries.naming import Name
from studio.queries.people import by_name_only
from studio.queries.visibility import ME, Reach, contributed_by, filed_by, rights_of, visible_to, within
from studio.queries.working_time import works_by

DRAFTS_SHOWN = 3
MINE_SHOWN = 5
NEAR_SHOWN = 2
IN_USE = frozenset({ProposalState.IMPLEMENTED, ProposalState.VERIFIED})
NOT_IN_USE = tuple(state for state in ProposalState if state not in IN_USE)
"""Said by what it is not: so SQLite walks the newest by their time, where ``state IN`` makes it sort all of them."""


@dataclass(frozen=True, slots=True)
class Year:
    """Numbers of one calendar year: what the person filed, took part in, what of it is in use; the team's filings."""

    filed: int
    together: int
    in_use: int
    team: int


@dataclass(frozen=True, slots=True)
class Unrouted:
    """How many proposals no rule caught in the units one coordinates, and by when the first must be answered."""

    count: int
    first_due: datetime | None = None
    works_by: str | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What works, claims to save money and has not been checked: how many in all, and those that wait longest."""

    count: int
    longest: Sequence[Row[str | None, str, int]]


@dataclass(frozen=True, slots=True)
class Mine:
    """One of my proposals: where it stands and what was said last. ``others`` are the other authors."""

    id: int
    number: str | None
    title: str
    state: ProposalState
    submitter_id: int | None
    filed_by_id: int | None
    submitted_at: datetime | None
    answer_due_at: datetime | None
    answered_at: datetime | None
    decision_due_at: datetime | None
    checked_benefit: Decimal | None
    works_by: str | None
    reviewer: Name | None
    reason: str
    decider: Name | None
    others: Sequence[Name]


@dataclass(frozen=True, slots=True)
class Near:
    """Something that was put to use around me."""

    number: str | None
    title: str
    checked_benefit: Decimal | None
    author: Name
    unit: Name | None


MINE_COLUMNS = (
    Proposal.id,
    Proposal.number,
    Proposal.title,
    Proposal.state,
    Proposal.submitter_id,
    Proposal.filed_by_id,
    Proposal.submitted_at,
    Proposal.answer_due_at,
    Proposal.answered_at,
    Proposal.decision_due_at,
    Proposal.checked_benefit,
)
_author, _reviewer, _decider = aliased(Person), aliased(Person), aliased(Person)
# Everybody opens this page, so its statements are made once: putting one together costs more than asking it.
_QUESTIONS = (
    select(InformationRequest)
    .join(InformationRequest.proposal)
    .where(InformationRequest.answered_at.is_(None), filed_by(ME))
    .options(
        joinedload(InformationRequest.proposal).joinedload(Proposal.studio),
        joinedload(InformationRequest.asked_by).options(*by_name_only(), lazyload(Person.unit)),
    )
    .order_by(InformationRequest.asked_at)
)
_DRAFTS = (
    select(Proposal)
    .where(Proposal.state == ProposalState.DRAFT, filed_by(ME))
    .options(load_only(Proposal.id, Proposal.number, Proposal.title, Proposal.problem, Proposal.updated_at))
    .order_by(Proposal.updated_at.desc(), Proposal.id.desc())
    .limit(DRAFTS_SHOWN)
)


def open_questions(session: Session, person: Person) -> Sequence[InformationRequest]:
    """Return the questions that wait for this person's answer, oldest first, with proposal and studio."""
    return session.scalars(_QUESTIONS, {"me": person.id}).unique().all()


def drafts(session: Session, person: Person) -> Sequence[Proposal]:
    """Return the newest drafts of this person that were begun and not handed in."""
    return session.scalars(_DRAFTS, {"me": person.id}).all()


def unrouted(session: Session, person: Person) -> Unrouted:
    """Return what waits for the coordinator to choose a studio."""
    due = Proposal.answer_due_at
    statement = (
        select(func.count().over(), due, works_by())
        .where(Proposal.state == ProposalState.SUBMITTED, Proposal.studio_id.is_(None), _coordinated(person))
        .order_by(due.is_(None), due)
        .limit(1)
    )
    first = session.execute(statement).one_or_none()
    return Unrouted(*first) if first else Unrouted(0)


def unchecked(session: Session, person: Person, *, most: int) -> Unchecked:
    """Return whose benefit waits for this finance checker, that which was verified first before all others."""
    statement = (
        select(Proposal.number, Proposal.title, func.count().over())
        .where(
            Proposal.state == ProposalState.VERIFIED,
            Proposal.claimed_benefit > 0,
            Proposal.checked_benefit.is_(None),
            _within(person, Role.FINANCE_CHECKER),
            visible_to(person),
            not_(func.coalesce(filed_by(person.id), false())),
            not_(contributed_by(person.id)),
        )
        .order_by(Proposal.verified_at, Proposal.id)
        .limit(most)
    )
    rows = session.execute(statement).all()
    return Unchecked(rows[0][-1] if rows else 0, rows)


def mine(session: Session, person: Person) -> Sequence[Mine]:
    """Return what the person filed or shares in, newest change first, with the decision that holds and its maker."""
    rows = session.execute(_mine(), {"me": person.id}).all()
    authors = _other_authors(session, person, [row.id for row in rows])
    return [
        Mine(
            **{column.key: getattr(row, column.key) for column in MINE_COLUMNS},
            works_by=row.works_by,
            reviewer=_name(row, "reviewer"),
            reason=row.reason or "",
            decider=_name(row, "decider"),
            others=authors.get(row.id, []),
        )
        for row in rows
    ]


@lru_cache(maxsize=1)
def _mine() -> Select[*tuple[Any, ...]]:
    """Look for the newest first, and then for what belongs to them: somebody may have hundreds."""
    newest = (
        select(Proposal.id)
        .where(Proposal.state != ProposalState.DRAFT, or_(filed_by(ME), contributed_by(ME)))
        .order_by(Proposal.updated_at.desc(), Proposal.id.desc())
        .limit(MINE_SHOWN)
    )
    return (
        select(
            *MINE_COLUMNS,
            *_name_columns(_reviewer, "reviewer"),
            works_by().label("works_by"),
            # How to make it admissible is read first, also here.
            func.coalesce(func.nullif(Decision.remedy, ""), Decision.reason).label("reason"),
            *_name_columns(_decider, "decider"),
        )
        .outerjoin(_reviewer, Proposal.reviewer_id == _reviewer.id)
        .outerjoin(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .outerjoin(_decider, Decision.decided_by_id == _decider.id)
        .where(Proposal.id.in_(newest.subquery().select()))
        .order_by(Proposal.updated_at.desc(), Proposal.id.desc())
    )


def in_use_near(session: Session, person: Person) -> Sequence[Near]:
    """Return what was put to use last in the plant or workshop above the person's team."""
    nearby = f"%/{person.unit.parent_id or person.unit_id}/%"
    found = session.execute(_near(rights_of(person)), {"me": person.id, "nearby": nearby})
    return [
        Near(
            number=row.number,
            title=row.title,
            checked_benefit=row.checked_benefit,
            author=_name(row, "author") or Name(row.submitter_text, ""),
            unit=_name(row, "unit"),
        )
        for row in found
    ]


@lru_cache(maxsize=1024)
def _near(reach: Reach) -> Select[str | None, str, Decimal | None, str, str, str, str, str]:
    return (
        select(
            Proposal.number,
            Proposal.title,
            Proposal.checked_benefit,
            Proposal.submitter_text,
            *_name_columns(_author, "author"),
            Unit.name_zh.label("unit_name"),
            Unit.name_en.label("unit_name_en"),
        )
        .join(Unit, Proposal.unit_id == Unit.id)
        .outerjoin(_author, Proposal.submitter_id == _author.id)
        .where(
            Proposal.implemented_at.is_not(None),
            Proposal.state.not_in(NOT_IN_USE),
            not_(concealing()),  # that it is from near by would tell its unit
            within(reach),
            Unit.path.like(bindparam("nearby", type_=String)),
        )
        .order_by(Proposal.implemented_at.desc(), Proposal.id.desc())
        .limit(NEAR_SHOWN)
    )


def year(session: Session, person: Person, start: datetime) -> Year:
    """Count what happened since ``start``, the first moment of the year at the site."""
    places = {"me": person.id, "start": start, "my_unit": person.unit_id}
    filed, together, in_use, team = session.execute(_year(), places).one()
    return Year(filed=filed, together=together, in_use=in_use, team=team)


@lru_cache(maxsize=1)
def _year() -> Select[Any]:
    """Count in one pass over the person's own, whose rows are long."""
    start = bindparam("start", type_=UtcDateTime)
    filed_since, submitted = Proposal.submitted_at >= start, Proposal.submitter_id == ME
    of_team = select(func.count()).where(
        filed_since, Proposal.unit_id == bindparam("my_unit", type_=Integer), not_(concealing())
    )
    return select(
        func.count().filter(filed_since, submitted),
        func.count().filter(filed_since, Proposal.submitter_id.is_distinct_from(ME)),
        func.count().filter(Proposal.implemented_at >= start),
        of_team.scalar_subquery(),
    ).where(or_(submitted, contributed_by(ME)))


def _other_authors(session: Session, person: Person, ids: Sequence[int]) -> dict[int, list[Name]]:
    found: dict[int, list[Name]] = {}
    for row in session.execute(_others(), {"me": person.id, "ids": ids}):
        found.setdefault(row.proposal_id, []).append(_name(row, "author") or Name(row.name_text, ""))
    return found


@lru_cache(maxsize=1)
def _others() -> Select[int, str, str, str]:
    return (
        select(Contributor.proposal_id, Contributor.name_text, *_name_columns(_author, "author"))
        .outerjoin(_author, Contributor.person_id == _author.id)
        .where(
            Contributor.proposal_id.in_(bindparam("ids", expanding=True)), or_(_author.id.is_(None), _author.id != ME)
        )
        .order_by(Contributor.position)
    )


def _name_columns(person: type[Person], label: str) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return person.name.label(f"{label}_name"), person.name_en.label(f"{label}_name_en")


def _name(row: Any, label: str) -> Name | None:  # noqa: ANN401 - a row with the two columns of _name_columns
    name = getattr(row, f"{label}_name")
    return Name(name, getattr(row, f"{label}_name_en")) if name else None


def _coordinated(person: Person) -> ColumnElement[bool]:
    return or_(Proposal.unit_id.is_(None), _within(person, Role.COORDINATOR))


def _within(person: Person, role: Role) -> ColumnElement[bool]:
    """Return the condition that keeps proposals of units in which the person has a role."""
    units = [grant.unit for grant in person.grants if grant.role is role]
    below = select(Unit.id).where(or_(false(), *(Unit.path.like(f"{unit.path}%") for unit in units)))
    return Proposal.unit_id.in_(below)
