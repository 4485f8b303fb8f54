"""Calls: what the firm asks its people for, within dates. A themed campaign, or a challenge that somebody takes on."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Column, ForeignKey, Numeric, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import CallKind
from models.studio import Studio
from models.unit import Unit

call_units = Table(
    "call_units",
    Base.metadata,
    Column("call_id", ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("unit_id", ForeignKey("units.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Call(Base):
    """A campaign or a challenge. It is open from its first day to its last, or until it was ended before."""

    __tablename__ = "calls"
    __table_args__ = (
        rule("has_a_title", "trim(title) <> ''"),
        rule("ends_after_it_begins", "closes_on >= opens_on"),
        rule("prize_not_negative", "prize >= 0"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CallKind] = mapped_column(enum_column(CallKind))
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    """How things are, or what is collected."""
    wanted: Mapped[str] = mapped_column(default="")
    """What a challenge is to reach, in a measurable way."""
    prize: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """Yuan for whoever does it; of several prizes the highest."""
    prizes: Mapped[str] = mapped_column(default="")
    """All prizes in words."""
    opens_on: Mapped[date]
    closes_on: Mapped[date] = mapped_column(index=True)
    """The last day on which it is open."""
    ended_on: Mapped[date | None]
    """The day on which it was ended early: from that day on it is not open."""
    studio_id: Mapped[int | None] = reference("studios.id")
    """The studio that helps whoever takes it on."""

    studio: Mapped[Studio | None] = relationship()
    units: Mapped[list[Unit]] = relationship(secondary=call_units, order_by=Unit.path)
    """For whom it is, each with all below it; nobody named means everybody."""

    def open_on(self, day: date) -> bool:
        """Tell whether it can be answered on a day."""
        return self.opens_on <= day <= self.closes_on and (self.ended_on is None or day < self.ended_on)
