"""Undeliverable addresses, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from models import Person, RefusedAddress, Role, RoleGrant, Unit

KEEPERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A person and what is known against the address."""

    person: Person
    refused: RefusedAddress


def of_person(session: Session, person: Person) -> RefusedAddress | None:
    """Return what is known against a person's address if it takes no mail."""
    if not person.email:
        return None
    known = session.get(RefusedAddress, person.email)
    return known if known is not None and known.refused_since is not None else None


def unreached(session: Session, keeper: Person) -> Sequence[Unreached]:
    """Return those whom no mail reaches in the parts of the firm that a person looks after, the newest first."""
    paths = [grant.unit.path for grant in keeper.grants if grant.role in KEEPERS]
    if not paths:
        return []
    theirs = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    statement = _unreached().join(Unit, Unit.id == Person.unit_id).where(theirs)
    return _rows(session, statement.order_by(RefusedAddress.refused_since.desc(), Person.employee_no))


def untold(session: Session) -> Sequence[Unreached]:
    """Return those of whom nobody was told yet, by staff number."""
    return _rows(session, _unreached().where(RefusedAddress.told_at.is_(None)).order_by(Person.employee_no))


def _unreached() -> Select[Person, RefusedAddress]:
    return (
        select(Person, RefusedAddress)
        .join(RefusedAddress, RefusedAddress.address == Person.email)
        .where(RefusedAddress.refused_since.is_not(None), Person.active)
        .options(lazyload(Person.preferences), lazyload(Person.grants), lazyload(Person.memberships))
    )


def _rows(session: Session, statement: Select[Person, RefusedAddress]) -> Sequence[Unreached]:
    return [Unreached(person, known) for person, known in session.execute(statement)]


def keepers(session: Session) -> Sequence[Person]:
    """Return everybody who looks after the addresses of some part of the firm, with the roles he holds."""
    statement = (
        select(Person)
        .where(Person.active, Person.grants.any(RoleGrant.role.in_(KEEPERS)))
        .options(selectinload(Person.grants).joinedload(RoleGrant.unit), joinedload(Person.preferences))
        .order_by(Person.id)
    )
    return session.scalars(statement).unique().all()
