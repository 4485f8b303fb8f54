"""When a unit works, which days differ from the public calendar, and how long an answer may take."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.catalogue import Kind, Theme
from models.enums import Deadline, DeadlineStep
from models.person import Person
from models.unit import Unit


class ShiftCalendar(Base):
    """A weekly pattern of working hours. Round-the-clock shifts do not keep public holidays."""

    __tablename__ = "shift_calendars"
    __table_args__ = (rule("name_not_blank", "trim(name_zh) <> ''"),)

    id: Mapped[PrimaryKey]
    name_zh: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    keeps_holidays: Mapped[bool] = mapped_column(default=True)

    spans: Mapped[list["WorkingSpan"]] = relationship(
        back_populates="calendar", cascade="all, delete-orphan", order_by="(WorkingSpan.weekday, WorkingSpan.opens)"
    )


class WorkingSpan(Base):
    """Working hours that begin on one weekday, 0 being Monday; they may run past midnight. Both are in minutes."""

    __tablename__ = "working_spans"
    __table_args__ = (
        UniqueConstraint("calendar_id", "weekday", "opens"),
        rule("weekday_of_a_week", "weekday BETWEEN 0 AND 6"),
        rule("opens_within_the_day", "opens BETWEEN 0 AND 1439"),
        rule("no_longer_than_a_day", "minutes BETWEEN 1 AND 1440"),
    )

    id: Mapped[PrimaryKey]
    calendar_id: Mapped[int] = reference("shift_calendars.id", ondelete="CASCADE", index=False)
    weekday: Mapped[int]
    opens: Mapped[int]
    minutes: Mapped[int]

    calendar: Mapped[ShiftCalendar] = relationship(back_populates="spans")


class UnitCalendar(Base):
    """By which calendar a unit works, and everything below it that has none of its own."""

    __tablename__ = "unit_calendars"

    unit_id: Mapped[int] = reference("units.id", ondelete="CASCADE", index=False, primary_key=True)
    calendar_id: Mapped[int] = reference("shift_calendars.id")

    unit: Mapped[Unit] = relationship()
    calendar: Mapped[ShiftCalendar] = relationship()


class CalendarException(Base):
    """One day on which a unit and all below it rest or work, whatever the public calendar says."""

    __tablename__ = "calendar_exceptions"
    __table_args__ = (UniqueConstraint("unit_id", "day"),)

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = reference("units.id", ondelete="CASCADE", index=False)
    day: Mapped[date] = mapped_column(index=True)
    works: Mapped[bool]
    """A make-up working day; otherwise a holiday."""
    note: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None] = reference("people.id", ondelete="SET NULL", index=False)

    unit: Mapped[Unit] = relationship()
    entered_by: Mapped[Person | None] = relationship()


class DeadlineRule(Base):
    """How long an answer may take where every filled column matches; the rule that names most goes first.

    ``matches`` spells the three columns, so that the database refuses a second rule for the same.
    """

    __tablename__ = "deadline_rules"
    __table_args__ = (
        rule("answer_takes_time", "answer_hours BETWEEN 1 AND 999"),
        rule("latest_not_before_answer", "latest_hours BETWEEN answer_hours AND 999"),
        rule("decision_takes_days", "decision_days BETWEEN 1 AND 365"),
    )

    id: Mapped[PrimaryKey]
    matches: Mapped[str] = mapped_column(unique=True)
    kind_id: Mapped[int | None] = reference("kinds.id", ondelete="CASCADE")
    theme_id: Mapped[int | None] = reference("themes.id", ondelete="CASCADE")
    unit_id: Mapped[int | None] = reference("units.id", ondelete="CASCADE")
    answer_hours: Mapped[int]
    latest_hours: Mapped[int]
    decision_days: Mapped[int]

    kind: Mapped[Kind | None] = relationship()
    theme: Mapped[Theme | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class DeadlineNotice(Base):
    """Somebody was reminded, or somebody above was told: each step once a round.

    A round begins whenever the proposal is handed over or taken up again, because then the clock starts anew.
    """

    __tablename__ = "deadline_notices"
    __table_args__ = (
        UniqueConstraint("proposal_id", "round", "deadline", "step"),
        rule("round_not_negative", "round >= 0"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    round: Mapped[int]
    deadline: Mapped[Deadline] = mapped_column(enum_column(Deadline))
    step: Mapped[DeadlineStep] = mapped_column(enum_column(DeadlineStep))
    due_at: Mapped[datetime]
    at: Mapped[datetime]
