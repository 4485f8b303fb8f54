"""What an administrator looks at: people, studios, rules and sign-ins. Nothing here is for anybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from models import (
    Base,
    Hook,
    Machine,
    MailState,
    OutgoingMail,
    Person,
    Proposal,
    RefusedAddress,
    RoleGrant,
    RoutingRule,
    SignInAttempt,
    Studio,
    StudioMembership,
    Unit,
)
from studio.domain import workflow
from studio.queries import coordination, hooks
from studio.queries.people import by_name_only

PER_PAGE = 50
RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """One page of a list; past its end ``rows`` is empty while ``total`` stays what it is."""

    rows: Sequence[RowT]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PER_PAGE))


def page_of(session: Session, statement: Select[RowT], number: int) -> Page[RowT]:
    """Return one page of what a statement finds, and how much that is in all; two statements."""
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = session.scalars(statement.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).unique().all()
    return Page(rows, total, number)


def people(session: Session, text: str, *, page: int = 1) -> Page[Person]:
    """Return people whose staff number, name, job or unit contains every word of ``text``, by staff number."""
    statement = select(Person).join(Person.unit).order_by(Person.employee_no)
    columns = (Person.employee_no, Person.name, Person.name_en, Person.job_zh, Unit.name_zh, Unit.name_en)
    for word in text.split():
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return page_of(session, statement.options(lazyload(Person.preferences)), page)


def person(session: Session, employee_no: str) -> Person | None:
    """Return one person with roles, studios and unit."""
    statement = (
        select(Person)
        .where(Person.employee_no == employee_no.replace("\0", ""))
        .options(
            selectinload(Person.grants).joinedload(RoleGrant.unit),
            selectinload(Person.memberships).joinedload(StudioMembership.studio),
        )
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).unique().one_or_none()


def units(session: Session) -> Sequence[Unit]:
    """Return all units, each after the one it belongs to."""
    return session.scalars(select(Unit).order_by(Unit.path)).all()


def studios(session: Session) -> Sequence[Studio]:
    """Return all studios with their members, the lead first."""
    member = selectinload(Studio.memberships).joinedload(StudioMembership.person).options(*by_name_only())
    return session.scalars(select(Studio).options(joinedload(Studio.unit), member).order_by(Studio.code)).unique().all()


def studio(session: Session, code: str) -> Studio | None:
    """Return one studio with its members."""
    member = selectinload(Studio.memberships).joinedload(StudioMembership.person).options(*by_name_only())
    statement = select(Studio).where(Studio.code == code.replace("\0", "")).options(joinedload(Studio.unit), member)
    return session.scalars(statement).unique().one_or_none()


def studio_names(session: Session) -> Mapping[str, Mapping[str, str]]:
    """Return what every studio is called, by its code; one statement."""
    rows = session.execute(select(Studio.code, Studio.name_zh, Studio.name_en).order_by(Studio.code))
    return {code: {"name_zh": name_zh, "name_en": name_en} for code, name_zh, name_en in rows}


def sign_ins(session: Session, text: str, *, page: int = 1) -> Page[SignInAttempt]:
    """Return tries to sign in, newest first, of staff numbers or addresses that contain ``text``."""
    statement = select(SignInAttempt).order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc())
    if text:
        found = (SignInAttempt.employee_no, SignInAttempt.address)
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in found)))
    return page_of(session, statement, page)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of the administration counts."""

    people: int
    studios: int
    rules: int
    machines: int
    failed_mails: int
    waiting_mails: int
    refused_addresses: int
    failing_hooks: int


def overview(session: Session, *, at: datetime) -> Overview:
    """Return the counts; one statement."""
    row = session.execute(
        select(
            _count(Person, Person.active.is_(True)),
            _count(Studio, Studio.active.is_(True)),
            _count(RoutingRule, RoutingRule.active.is_(True)),
            _count(Machine, Machine.id.is_not(None)),
            _count(OutgoingMail, OutgoingMail.state == MailState.FAILED),
            _count(OutgoingMail, OutgoingMail.state.in_((MailState.QUEUED, MailState.SENDING))),
            _count(RefusedAddress, RefusedAddress.refused_since.is_not(None)),
            _count(Hook, hooks.failing(at)),
        )
    ).one()
    return Overview(*row)


def _count(table: type[Base], condition: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(condition).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Load:
    """A studio's work side by side with the others: open, late, and decided this month."""

    code: str
    name_zh: str
    name_en: str
    capacity: int | None
    open: int
    late: int
    decided: int


def loads(session: Session, *, at: datetime, month_start: datetime) -> Sequence[Load]:
    """Return the load of every active studio, the fullest first; one statement."""
    opened = Proposal.state.in_(workflow.OPEN)
    open_count = func.count(Proposal.id).filter(opened)
    statement = (
        select(
            Studio.code,
            Studio.name_zh,
            Studio.name_en,
            Studio.capacity_per_month,
            open_count,
            func.count(Proposal.id).filter(coordination.late(at)),
            func.count(Proposal.id).filter(Proposal.decided_at >= month_start),
        )
        .outerjoin(Proposal, Proposal.studio_id == Studio.id)
        .where(Studio.active)
        .group_by(Studio.id)
        .order_by(open_count.desc(), Studio.code)
    )
    return [Load(*row) for row in session.execute(statement)]
