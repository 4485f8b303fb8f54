"""Innovation studios and who does what in them."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import StudioKind, StudioLevel, StudioRole
from models.unit import Unit

if TYPE_CHECKING:
    from models.person import Person


class Studio(Base):
    """A studio that receives proposals; ``specialities`` are words that draw proposals to it."""

    __tablename__ = "studios"
    __table_args__ = (
        rule("capacity_positive", "capacity_per_month IS NULL OR capacity_per_month > 0"),
        rule("stand_in_is_another", "stand_in_id IS NULL OR stand_in_id <> id"),
        rule(
            "stand_in_from_is_percent",
            "stand_in_from IS NULL OR (stand_in_id IS NOT NULL AND stand_in_from BETWEEN 50 AND 1000)",
        ),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[StudioKind] = mapped_column(enum_column(StudioKind))
    level: Mapped[StudioLevel] = mapped_column(enum_column(StudioLevel))
    unit_id: Mapped[int] = reference("units.id")
    founded_on: Mapped[date | None]
    specialities: Mapped[list[str]] = mapped_column(default=list)
    intro_zh: Mapped[str] = mapped_column(default="")
    intro_en: Mapped[str] = mapped_column(default="")
    capacity_per_month: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    stand_in_id: Mapped[int | None] = reference("studios.id")
    """Who gets its work while it takes none. Circles are refused by ``studio.domain.stand_ins``."""
    stand_in_from: Mapped[int | None]
    """From how full on the stand-in gets its work too: open work in per cent of ``capacity_per_month``; None: never."""

    unit: Mapped[Unit] = relationship()
    stand_in: Mapped["Studio | None"] = relationship(remote_side="Studio.id")
    memberships: Mapped[list["StudioMembership"]] = relationship(
        back_populates="studio", cascade="all, delete-orphan", order_by="StudioMembership.id"
    )


class StudioMembership(Base):
    """One person's place in one studio. A studio has one lead."""

    __tablename__ = "studio_memberships"
    __table_args__ = (
        UniqueConstraint("studio_id", "person_id"),
        Index(
            "uq_studio_memberships_lead",
            "studio_id",
            unique=True,
            sqlite_where=text("role = 'lead'"),
            postgresql_where=text("role = 'lead'"),
        ),
    )

    id: Mapped[PrimaryKey]
    studio_id: Mapped[int] = reference("studios.id", ondelete="CASCADE", index=False)
    person_id: Mapped[int] = reference("people.id", ondelete="CASCADE")
    role: Mapped[StudioRole] = mapped_column(enum_column(StudioRole))

    studio: Mapped[Studio] = relationship(back_populates="memberships")
    person: Mapped["Person"] = relationship(back_populates="memberships")
