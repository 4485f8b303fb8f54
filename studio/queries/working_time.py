"""By which calendar a unit works and how long its answers may take: read once, then asked for any unit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, bindparam, func, null, select, type_coerce, union_all
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models import CalendarException, DeadlineRule, Proposal, ShiftCalendar, Studio, Unit, UnitCalendar, WorkingSpan
from studio.domain import clock, deadlines, shifts
from studio.domain.clock import Remaining, WorkCalendar
from studio.domain.deadlines import Limits, Rule
from studio.domain.shifts import Span
from studio.queries import records


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
    """The calendars of all units as they were when they were read. Where a unit has none, ``public`` holds."""

    public: WorkCalendar
    by_unit: Mapping[int, Shifts]
    exceptions: Mapping[int, Mapping[date, bool]]
    _made: dict[tuple[int, ...], WorkCalendar] = field(default_factory=dict, compare=False)

    def shifts_of(self, unit: Unit | None) -> Shifts | None:
        """Return the nearest pattern on the way up from a unit."""
        return self._shifts_along(unit.ancestor_ids if unit else ())

    def calendar_of(self, unit: Unit | None) -> WorkCalendar:
        """Return the calendar of a unit: its shifts, the public holidays, and the days that differ here."""
        return self._calendar_along(unit.ancestor_ids if unit else ())

    def calendar_at(self, path: str | None) -> WorkCalendar:
        """Return the calendar of the unit with this path, such as ``/1/4/9/``; without a path the public one."""
        return self._calendar_along(tuple(int(part) for part in (path or "").split("/") if part))

    def left(self, due: datetime, path: str | None, at: datetime) -> Remaining:
        """Say how much working time of the unit with this path is left until ``due``, or has passed since."""
        return clock.remaining(self.calendar_at(path), due, at)

    def _shifts_along(self, above: Sequence[int]) -> Shifts | None:
        return next((self.by_unit[unit_id] for unit_id in reversed(above) if unit_id in self.by_unit), None)

    def _calendar_along(self, above: Sequence[int]) -> WorkCalendar:
        """A list asks for the same few calendars again and again, so each is put together once."""
        telling = tuple(unit_id for unit_id in above if unit_id in self.by_unit or unit_id in self.exceptions)
        if telling not in self._made:
            self._made[telling] = self._put_together(telling)
        return self._made[telling]

    def _put_together(self, above: Sequence[int]) -> WorkCalendar:
        kept = self._shifts_along(above)
        calendar = shifts.with_shifts(self.public, kept.spans, keeps_holidays=kept.keeps_holidays) if kept else None
        works: dict[date, bool] = {}
        for unit_id in above:
            works.update(self.exceptions.get(unit_id, {}))
        return shifts.with_exceptions(calendar or self.public, works)


_PATTERN = (
    ShiftCalendar.id,
    ShiftCalendar.name_zh,
    ShiftCalendar.name_en,
    ShiftCalendar.keeps_holidays,
    WorkingSpan.weekday,
    WorkingSpan.opens,
    WorkingSpan.minutes,
)
_DIFFERS = (CalendarException.day, CalendarException.works)


def _missing(columns: Sequence[Any]) -> list[ColumnElement[Any]]:
    return [type_coerce(null(), column.type).label(column.key) for column in columns]


_SPANS = (
    select(UnitCalendar.unit_id, *_PATTERN, *_missing(_DIFFERS))
    .join(ShiftCalendar, ShiftCalendar.id == UnitCalendar.calendar_id)
    .join(WorkingSpan, WorkingSpan.calendar_id == ShiftCalendar.id)
)
_DAYS = select(CalendarException.unit_id, *_missing(_PATTERN), *_DIFFERS)
_CALENDARS = union_all(_SPANS, _DAYS)


def working_times(session: Session, public: WorkCalendar) -> WorkingTimes:
    """Read all calendars and exceptions; one statement, whatever there is."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    named: dict[int, tuple[int, str, str, bool]] = {}
    exceptions: defaultdict[int, dict[date, bool]] = defaultdict(dict)
    for unit_id, *name, weekday, opens, minutes, day, works in session.execute(_CALENDARS):
        if day is not None:
            exceptions[unit_id][day] = works
            continue
        named[unit_id] = (name[0], name[1], name[2], name[3])
        spans[unit_id].append(Span(weekday, opens, minutes))
    by_unit = {unit_id: Shifts(*one, tuple(sorted(spans[unit_id]))) for unit_id, one in named.items()}
    return WorkingTimes(public, by_unit, exceptions)


def works_by() -> ColumnElement[str | None]:
    """Return the path of the unit in whose working time answers to a proposal are counted, as a column.

    The same rule as ``unit_answering``. It costs a list no statement of its own.
    """
    answering = aliased(Unit)
    of_studio = select(Studio.unit_id).where(Studio.id == Proposal.studio_id).correlate(Proposal).scalar_subquery()
    its_unit = answering.id == func.coalesce(of_studio, Proposal.unit_id)
    return select(answering.path).where(its_unit).correlate(Proposal).scalar_subquery()


def unit_answering(proposal: Proposal) -> Unit | None:
    """Return the unit whose working time counts: that of the studio, or where it comes from while no studio has it."""
    return proposal.studio.unit if proposal.studio is not None else proposal.unit


def unit_of_studio(session: Session, studio_id: int | None, otherwise: int | None) -> Unit | None:
    """Return the unit of a studio, or the other one without a studio; for records that are only shown."""
    row = session.connection().execute(_UNIT_OF, {"studio": studio_id, "otherwise": otherwise}).one_or_none()
    return cast("Unit | None", records.parted(row, Unit)[0]) if row is not None else None


_OF_STUDIO = select(Studio.unit_id).where(Studio.id == bindparam("studio", type_=Integer)).scalar_subquery()
_UNIT_OF = select(*records.columns(Unit)).where(
    Unit.id == func.coalesce(_OF_STUDIO, bindparam("otherwise", type_=Integer))
)


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
