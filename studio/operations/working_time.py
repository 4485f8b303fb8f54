"""What the coordinator sets about working time: shift calendars, days that differ, how long answers may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import (
    CalendarException,
    DeadlineRule,
    Kind,
    Person,
    Role,
    ShiftCalendar,
    Theme,
    Unit,
    UnitCalendar,
    WorkingSpan,
)
from studio.domain import shifts
from studio.domain.completeness import clean_line, too_long
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.domain.shifts import Span

NAME_LIMIT = 60
NOTE_LIMIT = 200
MOST_HOURS = 999
MOST_DAYS = 365
FURTHEST_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A calendar as it is written: ``hours`` are those of Monday to Sunday, such as ``08:00-12:00 13:00-17:00``."""

    name_zh: str
    name_en: str
    hours: Sequence[str]
    keeps_holidays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long answers may take, and for what; without a kind, theme or unit for any."""

    kind: Kind | None
    theme: Theme | None
    unit: Unit | None
    answer_hours: int
    latest_hours: int
    decision_days: int


def require_coordinator(actor: Person, unit: Unit | None) -> None:
    """Raise NotAllowed unless the actor coordinates the unit; without one, the whole firm."""
    if not actor.active or not any(
        grant.role is Role.COORDINATOR and (unit.is_within(grant.unit_id) if unit else grant.unit.parent_id is None)
        for grant in actor.grants
    ):
        raise NotAllowed


def save_calendar(
    session: Session, pattern: Pattern, *, actor: Person, calendar: ShiftCalendar | None = None
) -> ShiftCalendar:
    """Keep a calendar, a new one without ``calendar``. It counts from now on; ``recount`` applies it to what is open.

    Raises NotAllowed unless the actor coordinates every unit that works by it, and InvalidInput:
    ``calendar_name_missing`` at ``name_zh``, ``too_long`` at ``name_zh`` and ``name_en``, ``hours_unreadable`` at
    ``hours_0`` to ``hours_6``, and ``hours_missing`` and ``hours_overlap``.
    """
    for unit in _units_of(session, calendar):
        require_coordinator(actor, unit)
    if calendar is None and not actor.has_role(Role.COORDINATOR):
        raise NotAllowed
    name_zh, name_en = clean_line(pattern.name_zh), clean_line(pattern.name_en)
    spans, problems = _read(pattern.hours)
    problems = [*_name_problems(name_zh, name_en), *problems]
    if problems:
        raise InvalidInput(problems)
    if calendar is None:
        calendar = ShiftCalendar(name_zh=name_zh)
        session.add(calendar)
    calendar.name_zh, calendar.name_en, calendar.keeps_holidays = name_zh, name_en, pattern.keeps_holidays
    calendar.spans.clear()
    session.flush()  # the old hours go before the new ones come: the database allows each beginning once
    calendar.spans = [WorkingSpan(weekday=one.weekday, opens=one.opens, minutes=one.minutes) for one in spans]
    session.flush()
    return calendar


def remove_calendar(session: Session, calendar: ShiftCalendar, *, actor: Person) -> None:
    """Throw a calendar away. Raises NotAllowed, and InvalidInput (``calendar_in_use``) while a unit works by it."""
    if not actor.has_role(Role.COORDINATOR):
        raise NotAllowed
    if _units_of(session, calendar):
        raise InvalidInput([Problem("calendar_in_use")])
    session.delete(calendar)


def attach_calendar(session: Session, unit: Unit, calendar: ShiftCalendar | None, *, actor: Person) -> None:
    """Let a unit and all below it work by a calendar; None takes its own away, so that the one above it holds.

    Raises NotAllowed unless the actor coordinates the unit.
    """
    require_coordinator(actor, unit)
    present = session.get(UnitCalendar, unit.id)
    if calendar is None:
        session.execute(delete(UnitCalendar).where(UnitCalendar.unit_id == unit.id))
    elif present is None:
        session.add(UnitCalendar(unit=unit, calendar=calendar))
    else:
        present.calendar = calendar


def add_exception(
    session: Session, unit: Unit, day: date, *, works: bool, note: str, actor: Person, today: date
) -> CalendarException:
    """Say that a day is worked, or not, in a unit and all below it, whatever the public calendar says.

    Raises NotAllowed, and InvalidInput: ``day_is_over`` and ``day_too_far`` and ``day_entered`` at ``day``,
    ``too_long`` at ``note``.
    """
    require_coordinator(actor, unit)
    note = clean_line(note)
    if problems := _day_problems(session, unit, day, note, today=today):
        raise InvalidInput(problems)
    made = CalendarException(unit=unit, day=day, works=works, note=note, entered_by_id=actor.id)
    session.add(made)
    session.flush()
    return made


def change_exception(
    session: Session,
    exception: CalendarException,
    unit: Unit,
    day: date,
    *,
    works: bool,
    note: str,
    actor: Person,
    today: date,
) -> None:
    """Write a day anew that was entered wrongly, also for another day or unit.

    Raises as ``add_exception`` does, NotAllowed also unless the actor coordinates the unit it was entered for, and
    ``day_is_over`` also when the day it was is over.
    """
    require_coordinator(actor, exception.unit)
    require_coordinator(actor, unit)
    note = clean_line(note)
    earliest = min(day, exception.day)
    if problems := _day_problems(session, unit, day, note, today=today, earliest=earliest, but=exception.id):
        raise InvalidInput(problems)
    exception.unit, exception.day, exception.works, exception.note = unit, day, works, note
    exception.entered_by_id = actor.id
    session.flush()


def _day_problems(
    session: Session, unit: Unit, day: date, note: str, *, today: date, earliest: date | None = None, but: int = 0
) -> list[Problem]:
    """Return what is wrong with a day; ``earliest`` is the first that is touched, ``but`` what stands there itself."""
    problems = too_long(note, "note", NOTE_LIMIT)
    same = (CalendarException.unit_id == unit.id, CalendarException.day == day, CalendarException.id != but)
    if (earliest or day) < today:
        problems.append(Problem("day_is_over", "day"))
    elif day.year > today.year + FURTHEST_YEARS:
        problems.append(Problem("day_too_far", "day", {"years": FURTHEST_YEARS}))
    elif session.scalar(select(CalendarException.id).where(*same)):
        problems.append(Problem("day_entered", "day", {"day": day.isoformat()}))
    return problems


def remove_exception(session: Session, exception: CalendarException, *, actor: Person, today: date) -> None:
    """Take a day back. Raises NotAllowed, and InvalidInput (``day_is_over``): what was counted stays as it was."""
    require_coordinator(actor, exception.unit)
    if exception.day < today:
        raise InvalidInput([Problem("day_is_over")])
    session.delete(exception)


def add_rule(session: Session, term: Term, *, actor: Person) -> DeadlineRule:
    """Add a rule for how long answers may take. It counts for what comes; ``recount`` applies it to what is open.

    Raises NotAllowed unless the actor coordinates its unit (without one, the whole firm), and InvalidInput:
    ``hours_out_of_range`` at ``answer_hours`` and ``latest_hours``, ``latest_too_early`` at ``latest_hours``,
    ``days_out_of_range`` at ``decision_days``, ``rule_exists``.
    """
    require_coordinator(actor, term.unit)
    made = DeadlineRule()
    _write_rule(session, made, term)
    session.add(made)
    session.flush()
    return made


def change_rule(session: Session, rule: DeadlineRule, term: Term, *, actor: Person) -> None:
    """Write a rule anew: other times, or for something else. It counts for what comes, as a new one does.

    Raises as ``add_rule`` does, NotAllowed also unless the actor coordinates the unit that the rule was for.
    """
    require_coordinator(actor, rule.unit)
    require_coordinator(actor, term.unit)
    _write_rule(session, rule, term)
    session.flush()


def _write_rule(session: Session, rule: DeadlineRule, term: Term) -> None:
    matches = _spelled(term)
    problems = _term_problems(term)
    same = (DeadlineRule.matches == matches, DeadlineRule.id != (rule.id or 0))
    if session.scalar(select(DeadlineRule.id).where(*same)):
        problems.append(Problem("rule_exists"))
    if problems:
        raise InvalidInput(problems)
    rule.matches, rule.kind, rule.theme, rule.unit = matches, term.kind, term.theme, term.unit
    rule.answer_hours, rule.latest_hours = term.answer_hours, term.latest_hours
    rule.decision_days = term.decision_days


def remove_rule(session: Session, rule: DeadlineRule, *, actor: Person) -> None:
    """Take a rule away; what it named is counted by the next best one. Raises NotAllowed."""
    require_coordinator(actor, rule.unit)
    session.delete(rule)


def _spelled(term: Term) -> str:
    parts = {"kind": term.kind, "theme": term.theme, "unit": term.unit}
    return "/".join(f"{name}-{part.id if part else ''}" for name, part in parts.items())


def _term_problems(term: Term) -> list[Problem]:
    problems = [
        Problem("hours_out_of_range", name, {"most": MOST_HOURS})
        for name, hours in (("answer_hours", term.answer_hours), ("latest_hours", term.latest_hours))
        if not 1 <= hours <= MOST_HOURS
    ]
    if not problems and term.latest_hours < term.answer_hours:
        problems.append(Problem("latest_too_early", "latest_hours"))
    if not 1 <= term.decision_days <= MOST_DAYS:
        problems.append(Problem("days_out_of_range", "decision_days", {"most": MOST_DAYS}))
    return problems


def _units_of(session: Session, calendar: ShiftCalendar | None) -> Sequence[Unit]:
    if calendar is None:
        return ()
    statement = select(Unit).join(UnitCalendar, UnitCalendar.unit_id == Unit.id)
    return session.scalars(statement.where(UnitCalendar.calendar_id == calendar.id)).all()


def _read(hours: Sequence[str]) -> tuple[list[Span], list[Problem]]:
    """Return the hours of a week, and what cannot be read or does not go together."""
    days = [shifts.read_hours(text) for text in hours]
    problems = [Problem("hours_unreadable", f"hours_{weekday}") for weekday, day in enumerate(days) if day is None]
    spans = [Span(weekday, *one) for weekday, day in enumerate(days) for one in day or ()]
    if not spans and not problems:
        problems.append(Problem("hours_missing"))
    if shifts.overlap(spans):
        problems.append(Problem("hours_overlap"))
    return spans, problems


def _name_problems(name_zh: str, name_en: str) -> list[Problem]:
    missing = [] if name_zh else [Problem("calendar_name_missing", "name_zh")]
    return [*missing, *too_long(name_zh, "name_zh", NAME_LIMIT), *too_long(name_en, "name_en", NAME_LIMIT)]
