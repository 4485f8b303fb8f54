"""By which calendar a unit works and how long its answers may take: read once, then asked for any unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import CalendarException, DeadlineRule, Proposal, ShiftCalendar, Studio, Unit, UnitCalendar, WorkingSpan
from studio.domain import deadlines, shifts
from studio.domain.clock import WorkCalendar
from studio.domain.deadlines import Limits, Rule
from studio.domain.shifts import Span


@dataclass(frozen=True, slots=True)
class Shifts:
    """One weekly pattern with its name."""

    id: int
    name_zh: str
    name_en: str
    keeps_holidays: bool
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WorkingTimes:
    """The calendars of all units. ``public`` holds where a unit and those above it have none."""

    public: WorkCalendar
    by_unit: Mapping[int, Shifts]
    exceptions: Mapping[int, Mapping[date, bool]]

    def shifts_of(self, unit: Unit | None) -> Shifts | None:
        """Return the nearest pattern on the way up from a unit."""
        above = reversed(unit.ancestor_ids) if unit else ()
        return next((self.by_unit[unit_id] for unit_id in above if unit_id in self.by_unit), None)

    def calendar_of(self, unit: Unit | None) -> WorkCalendar:
        """Return the calendar of a unit: its shifts, the public holidays, and the days that differ here."""
        kept = self.shifts_of(unit)
        calendar = shifts.with_shifts(self.public, kept.spans, keeps_holidays=kept.keeps_holidays) if kept else None
        works: dict[date, bool] = {}
        for unit_id in unit.ancestor_ids if unit else ():
            works.update(self.exceptions.get(unit_id, {}))
        return shifts.with_exceptions(calendar or self.public, works)


def working_times(session: Session, public: WorkCalendar) -> WorkingTimes:
    """Read all calendars and exceptions; two statements, whatever there is."""
    patterns = session.execute(
        select(UnitCalendar.unit_id, ShiftCalendar, WorkingSpan.weekday, WorkingSpan.opens, WorkingSpan.minutes)
        .join(ShiftCalendar, ShiftCalendar.id == UnitCalendar.calendar_id)
        .join(WorkingSpan, WorkingSpan.calendar_id == ShiftCalendar.id)
        .order_by(UnitCalendar.unit_id, WorkingSpan.weekday, WorkingSpan.opens)
    )
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    named: dict[int, ShiftCalendar] = {}
    for unit_id, calendar, weekday, opens, minutes in patterns:
        named[unit_id] = calendar
        spans[unit_id].append(Span(weekday, opens, minutes))
    by_unit = {
        unit_id: Shifts(one.id, one.name_zh, one.name_en, one.keeps_holidays, tuple(spans[unit_id]))
        for unit_id, one in named.items()
    }
    exceptions: defaultdict[int, dict[date, bool]] = defaultdict(dict)
    columns = (CalendarException.unit_id, CalendarException.day, CalendarException.works)
    for unit_id, day, works in session.execute(select(*columns)):
        exceptions[unit_id][day] = works
    return WorkingTimes(public, by_unit, exceptions)


def unit_answering(proposal: Proposal) -> Unit | None:
    """Return the unit whose working time counts: that of the studio, or where it comes from while no studio has it."""
    return proposal.studio.unit if proposal.studio is not None else proposal.unit


def unit_of_studio(session: Session, studio_id: int | None, otherwise: int | None) -> Unit | None:
    """Return the unit of a studio, or the other one without a studio; for records that are only shown."""
    of_studio = select(Studio.unit_id).where(Studio.id == studio_id).scalar_subquery()
    return session.scalars(select(Unit).where(Unit.id == (otherwise if studio_id is None else of_studio))).one_or_none()


def limits(session: Session) -> Sequence[Rule]:
    """Return all rules for how long an answer may take; one statement."""
    rows = session.execute(select(DeadlineRule, Unit.path).outerjoin(Unit, Unit.id == DeadlineRule.unit_id))
    return [
        Rule(
            Limits(rule.answer_hours, rule.latest_hours, rule.decision_days),
            rule.kind_id,
            rule.theme_id,
            rule.unit_id,
            depth=(path or "").count("/"),
        )
        for rule, path in rows
    ]


def limits_of(proposal: Proposal, rules: Sequence[Rule], unit: Unit | None) -> Limits:
    """Return how long answers to a proposal may take when a unit gives them."""
    return deadlines.limits_for(
        rules,
        kind_id=proposal.kind.id if proposal.kind else None,
        theme_ids={theme.id for theme in proposal.themes},
        unit_ids=unit.ancestor_ids if unit else (),
        urgent=proposal.urgent,
    )


def calendars(session: Session) -> Sequence[ShiftCalendar]:
    """Return all shift calendars with their hours, by name."""
    statement = select(ShiftCalendar).options(selectinload(ShiftCalendar.spans))
    return session.scalars(statement.order_by(ShiftCalendar.name_zh, ShiftCalendar.id)).all()


def attachments(session: Session) -> Sequence[UnitCalendar]:
    """Return which units have a calendar of their own, from the top of the tree down."""
    both = (joinedload(UnitCalendar.unit), joinedload(UnitCalendar.calendar))
    return session.scalars(select(UnitCalendar).join(UnitCalendar.unit).options(*both).order_by(Unit.path)).all()


def exceptions(session: Session, year: int) -> Sequence[CalendarException]:
    """Return the days of a year that differ from the public calendar, in order."""
    statement = (
        select(CalendarException)
        .join(CalendarException.unit)
        .where(CalendarException.day.between(date(year, 1, 1), date(year, 12, 31)))
        .options(joinedload(CalendarException.unit))
        .order_by(CalendarException.day, Unit.path)
    )
    return session.scalars(statement).all()


def rules(session: Session) -> Sequence[DeadlineRule]:
    """Return all deadline rules, those that name most first."""
    parts = (joinedload(DeadlineRule.kind), joinedload(DeadlineRule.theme), joinedload(DeadlineRule.unit))
    found = session.scalars(select(DeadlineRule).options(*parts)).all()
    return sorted(found, key=lambda rule: (-sum(map(bool, (rule.theme_id, rule.kind_id, rule.unit_id))), rule.id))
