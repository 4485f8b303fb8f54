"""What an administrator looks at: people, studios, rules, mails and sign-ins. Nothing here is for anybody else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only, selectinload

from models import (
    Base,
    Hook,
    Machine,
    MailState,
    OutgoingMail,
    Person,
    Proposal,
    RoleGrant,
    RoutingRule,
    SignInAttempt,
    Studio,
    StudioMembership,
    Unit,
    WorkerHeartbeat,
)
from studio.domain import workflow
from studio.queries import hooks
from studio.queries.blinding import names_known_to
from studio.queries.people import by_name_only
from studio.queries.visibility import reach_of, visible_to

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


def _page(session: Session, statement: Select[RowT], number: int) -> Page[RowT]:
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = session.scalars(statement.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).unique().all()
    return Page(rows, total, number)


def people(session: Session, text: str, *, page: int = 1) -> Page[Person]:
    """Return people whose staff number, name, job or unit contains every word of ``text``, by staff number."""
    statement = select(Person).join(Person.unit).order_by(Person.employee_no)
    columns = (Person.employee_no, Person.name, Person.name_en, Person.job_zh, Unit.name_zh, Unit.name_en)
    for word in text.split():
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return _page(session, statement.options(lazyload(Person.preferences)), page)


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


def mails(session: Session, state: MailState | None, *, page: int = 1) -> Page[OutgoingMail]:
    """Return outgoing mails, newest first, without their bodies."""
    statement = select(OutgoingMail).order_by(OutgoingMail.id.desc())
    if state is not None:
        statement = statement.where(OutgoingMail.state == state)
    columns = load_only(
        OutgoingMail.kind,
        OutgoingMail.address,
        OutgoingMail.recipient_name,
        OutgoingMail.subject,
        OutgoingMail.state,
        OutgoingMail.attempts,
        OutgoingMail.next_attempt_at,
        OutgoingMail.created_at,
        OutgoingMail.sent_at,
        OutgoingMail.last_error,
    )
    return _page(session, statement.options(columns), page)


def unreadable_mails(session: Session, person: Person, mails: Iterable[OutgoingMail]) -> frozenset[int]:
    """Return the ids of those mails that speak of proposals this person may not read, or not with their authors.

    Whom a mail goes to is written beside its subject, which would tell who filed without a name.
    """
    ids = [mail.id for mail in mails]
    # Kept out by what may be read, not by its negation: a comparison with an empty column is neither true nor false.
    readable = select(Proposal.id).where(visible_to(person), names_known_to(reach_of(person)))
    about = select(OutgoingMail.id).where(OutgoingMail.id.in_(ids), OutgoingMail.proposal_id.not_in(readable))
    return frozenset(session.scalars(about))


def mail_counts(session: Session) -> Mapping[MailState, int]:
    """Return how many mails are in each state."""
    statement = select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
    return {state: count for state, count in session.execute(statement)}  # noqa: C416 - dict() would lose the types


def sign_ins(session: Session, text: str, *, page: int = 1) -> Page[SignInAttempt]:
    """Return tries to sign in, newest first, of staff numbers or addresses that contain ``text``."""
    statement = select(SignInAttempt).order_by(SignInAttempt.at.desc(), SignInAttempt.id.desc())
    if text:
        found = (SignInAttempt.employee_no, SignInAttempt.address)
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in found)))
    return _page(session, statement, page)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of the administration counts."""

    people: int
    studios: int
    rules: int
    machines: int
    failed_mails: int
    waiting_mails: int
    failing_hooks: int
    worker_seen_at: datetime | None


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
            _count(Hook, hooks.failing(at)),
            select(func.max(WorkerHeartbeat.seen_at)).scalar_subquery(),
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
    late = opened & ((Proposal.decision_due_at < at) | ((Proposal.answer_due_at < at) & Proposal.answered_at.is_(None)))
    open_count = func.count(Proposal.id).filter(opened)
    statement = (
        select(
            Studio.code,
            Studio.name_zh,
            Studio.name_en,
            Studio.capacity_per_month,
            open_count,
            func.count(Proposal.id).filter(late),
            func.count(Proposal.id).filter(Proposal.decided_at >= month_start),
        )
        .outerjoin(Proposal, Proposal.studio_id == Studio.id)
        .where(Studio.active)
        .group_by(Studio.id)
        .order_by(open_count.desc(), Studio.code)
    )
    return [Load(*row) for row in session.execute(statement)]
