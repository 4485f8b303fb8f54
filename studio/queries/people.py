"""Finding people: the house and whom to ask, co-authors by number or name, who can sign in to the demo."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, load_only

from models import (
    Absence,
    EndedSession,
    Person,
    Preferences,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    Studio,
    StudioMembership,
    StudioRole,
    Unit,
)
from studio.queries import records

HOUSE_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class House:
    """The firm's names and the coordinator whom to ask; all empty before the first import."""

    name_zh: str = ""
    name_en: str = ""
    contact: str = ""
    contact_en: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a firm yet."""
        return bool(self.name_zh)


def by_name_only() -> tuple[Any, ...]:
    """Options for a query of people who are only to be named: no roles, no studios, no preferences."""
    return (
        load_only(Person.name, Person.name_en, Person.unit_id, Person.employee_no, Person.active),
        lazyload(Person.preferences),
        lazyload(Person.grants),
        lazyload(Person.memberships),
    )


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One person of the sample to sign in as: ``part`` is a role's code, ``worker``, ``lead`` or ``reviewer``."""

    part: str
    person: Person


def house(session: Session) -> House:
    """Return the root unit's name and its first coordinator's."""
    root = session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1)).first()
    coordinator = session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.COORDINATOR, Person.active)
        .order_by(RoleGrant.id)
        .limit(1)
    ).first()
    return House(
        name_zh=root.name_zh if root else "",
        name_en=(root.name_en or root.name_zh) if root else "",
        contact=coordinator.name if coordinator else "",
        contact_en=(coordinator.name_en or coordinator.name) if coordinator else "",
    )


def reader(session: Session, person_id: int, session_key: str = "") -> Person | None:
    """Return somebody with unit, preferences, roles and studios, for showing only; every request asks this first.

    Nobody where the session of this key was signed out. What is no session, such as a feed, has no key.
    """
    rows = session.connection().execute(_READER, {"id": person_id, "key": session_key}).all()
    grants, memberships = {}, {}
    person = None
    for row in rows:
        person, unit, preferences, grant, granted, membership, studio = records.parted(row, *_KINDS_OF_READER)
        records.tie(person, unit=unit, preferences=preferences)
        if grant is not None:
            records.tie(grant, unit=granted)
            grants[grant.id] = grant
        if membership is not None:
            records.tie(membership, studio=studio)
            memberships[membership.id] = membership
    if person is not None:
        records.tie(person, grants=list(grants.values()), memberships=list(memberships.values()))
    return person


_granted = aliased(Unit)
_KINDS_OF_READER = (Person, Unit, Preferences, RoleGrant, Unit, StudioMembership, Studio)
_READER = (
    select(Person, Unit, Preferences, RoleGrant, _granted, StudioMembership, Studio)
    .join(Unit, Unit.id == Person.unit_id)
    .outerjoin(Preferences, Preferences.person_id == Person.id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(_granted, _granted.id == RoleGrant.unit_id)
    .outerjoin(StudioMembership, StudioMembership.person_id == Person.id)
    .outerjoin(Studio, Studio.id == StudioMembership.studio_id)
    .where(Person.id == bindparam("id"), ~exists().where(EndedSession.key == bindparam("key")))
    .order_by(RoleGrant.id, StudioMembership.id)
)
"""One row for nearly everybody: few have a role, fewer have several."""


def absences_of(session: Session, person_id: int, *, since: date) -> Sequence[Absence]:
    """Return the absences of somebody that are not over, the first to come first, with who stands in."""
    statement = (
        select(Absence)
        .where(Absence.person_id == person_id, Absence.last_on >= since)
        .options(joinedload(Absence.deputy))
        .order_by(Absence.first_on, Absence.id)
    )
    return session.scalars(statement).unique().all()


def anybody(session: Session) -> bool:
    """Tell whether there is any person at all; before that the first visitor makes the administrator."""
    return session.scalars(select(Person.id).limit(1)).first() is not None


def called(session: Session, words: Iterable[str]) -> Sequence[Person]:
    """Return the active people whose staff number or whole name is one of ``words``, in the order of their numbers."""
    wanted = {word for word in words if word}
    if not wanted:
        return []
    statement = (
        select(Person)
        .where(Person.active, or_(Person.employee_no.in_(wanted), Person.name.in_(wanted), Person.name_en.in_(wanted)))
        .order_by(Person.employee_no)
    )
    return session.scalars(statement).unique().all()


def who_may_be_called(session: Session, keys: Collection[str]) -> Sequence[Person]:
    """Return everybody whose staff number or name is one of these keys, also who has left, by number.

    Keys are as ``studio.domain.mentions.key_of`` writes them.
    """
    if not keys:
        return []
    named = (Person.employee_no, Person.name, Person.name_en)
    statement = select(Person).where(or_(*(func.lower(column).in_(keys) for column in named)))
    return session.scalars(statement.order_by(Person.employee_no)).unique().all()


def demo_accounts(session: Session) -> Sequence[DemoAccount]:
    """Return one person for each part of a story: who was asked for more, who asks and decides, then one a role."""
    waiting = (
        select(Proposal.submitter_id, Proposal.studio_id)
        .where(
            Proposal.state == ProposalState.INFORMATION_REQUESTED,
            Proposal.studio_id.is_not(None),
            Proposal.submitter_id.not_in(select(RoleGrant.person_id)),
        )
        .order_by(Proposal.id)
        .limit(1)
        .subquery()
    )
    author = select(Person).join(waiting, Person.id == waiting.c.submitter_id)
    judges = (
        select(StudioMembership.role, Person)
        .join(Person, StudioMembership.person_id == Person.id)
        .join(waiting, StudioMembership.studio_id == waiting.c.studio_id)
        .where(Person.active, StudioMembership.role != StudioRole.MEMBER)
        .order_by(StudioMembership.role.desc(), StudioMembership.id)
    )
    grants = (
        select(RoleGrant.role, Person)
        .join(Person, RoleGrant.person_id == Person.id)
        .where(Person.active)
        .order_by(RoleGrant.id)
    )
    worker = session.scalars(author).unique().first()
    first: dict[str, Person] = {"worker": worker} if worker else {}
    for part, person in (*session.execute(judges).unique(), *session.execute(grants).unique()):
        first.setdefault(part.value, person)
    return [DemoAccount(part, person) for part, person in first.items()]


def led_by(session: Session, leader: Person) -> Sequence[Person]:
    """Return the active people a team leader may file for, by number; nobody if the person leads no team."""
    units = [grant.unit for grant in leader.grants if grant.role is Role.TEAM_LEADER]
    if not units:
        return []
    statement = (
        select(Person)
        .join(Unit, Person.unit_id == Unit.id)
        .where(Person.active, or_(*(Unit.path.like(f"{unit.path}%") for unit in units)))
        .options(joinedload(Person.unit))
        .order_by(Person.employee_no)
    )
    return session.scalars(statement).unique().all()
