"""People, what they may do, and how they like to be told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import Gender, Role, StudioRole
from models.studio import StudioMembership
from models.unit import Unit


class Person(Base):
    """Somebody of the firm. The staff number is text: leading zeros are part of it."""

    __tablename__ = "people"
    __table_args__ = (
        rule("employee_no_not_blank", "trim(employee_no) <> ''"),
        rule("name_not_blank", "trim(name) <> ''"),
    )

    id: Mapped[PrimaryKey]
    employee_no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int] = reference("units.id")
    job_zh: Mapped[str] = mapped_column(default="")
    job_en: Mapped[str] = mapped_column(default="")
    skill_level: Mapped[str] = mapped_column(default="")
    birth_year: Mapped[int | None]
    gender: Mapped[Gender | None] = mapped_column(enum_column(Gender))
    email: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    session_stamp: Mapped[str] = mapped_column(default="")
    """Part of every session cookie; a new stamp signs the person out everywhere."""
    feed_stamp: Mapped[str | None]
    """Part of the address at which feed readers read for the person; without one there is no such address."""

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )
    memberships: Mapped[list[StudioMembership]] = relationship(back_populates="person", lazy="selectin")
    groups: Mapped[list["PersonGroup"]] = relationship(cascade="all, delete-orphan")
    preferences: Mapped["Preferences | None"] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="joined"
    )

    is_authenticated = True
    """A stranger is no Person; the pages ask this of whoever is reading."""
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.active

    def get_id(self) -> str:
        """Return what the session cookie keeps; it is worth nothing once the stamp changes."""
        return f"{self.id}.{self.session_stamp}"

    def has_role(self, role: Role, unit: Unit | None = None) -> bool:
        """Tell whether the person holds ``role`` for ``unit`` or a unit above it; without a unit, anywhere."""
        return any(grant.role is role and (unit is None or unit.is_within(grant.unit_id)) for grant in self.grants)

    def studio_ids(self, *roles: StudioRole) -> frozenset[int]:
        """Return the studios where the person has one of ``roles``; any role if none is named."""
        return frozenset(m.studio_id for m in self.memberships if not roles or m.role in roles)


class RoleGrant(Base):
    """A role a person holds for a unit and everything below it."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "unit_id"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    unit_id: Mapped[int] = reference("units.id")

    person: Mapped[Person] = relationship(back_populates="grants")
    unit: Mapped[Unit] = relationship()


class PersonGroup(Base):
    """A group for aggregate statistics only, such as ``woman``, ``young`` or ``migrant_worker``."""

    __tablename__ = "person_groups"

    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False, primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class Preferences(Base):
    """How a person likes the pages and which mails may come."""

    __tablename__ = "preferences"
    __table_args__ = (
        rule("known_locale", "locale IS NULL OR locale IN ('zh_CN', 'en')"),
        rule("known_theme", "theme IN ('auto', 'light', 'dark')"),
    )

    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE", index=False, primary_key=True)
    locale: Mapped[str | None]
    theme: Mapped[str] = mapped_column(default="auto")
    digest_by_mail: Mapped[bool] = mapped_column(default=True)
    notices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How to be told of what, by kind of event, where it is not as usual; see ``studio.domain.notices``."""

    person: Mapped[Person] = relationship(back_populates="preferences")


class Absence(Base):
    """Days on which somebody cannot be asked to judge, and who stands in."""

    __tablename__ = "absences"
    __table_args__ = (
        rule("ends_after_it_begins", "last_on >= first_on"),
        rule("deputy_is_another", "deputy_id IS NULL OR deputy_id <> person_id"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE")
    first_on: Mapped[date]
    last_on: Mapped[date]
    deputy_id: Mapped[int | None] = reference("people.id", index=False)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    deputy: Mapped[Person | None] = relationship(foreign_keys=deputy_id)


class SignInAttempt(Base):
    """One try to sign in; what throttling counts, and what an administrator looks at afterwards."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_employee_no_at", "employee_no", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    id: Mapped[PrimaryKey]
    employee_no: Mapped[str]
    address: Mapped[str]
    succeeded: Mapped[bool]
    at: Mapped[datetime]
    kiosk_id: Mapped[int | None] = reference("kiosks.id")
    """The terminal at which a PIN was tried; such tries have limits of their own."""


class EndedSession(Base):
    """A session that was signed out: a copy of its cookie opens nothing. Forgotten once no such cookie can live."""

    __tablename__ = "ended_sessions"

    key: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(index=True)
