"""Answer times, counted in working time: by when is an answer owed, and how much of that time is left.

All moments that go in and come out are aware; results are UTC. Working hours are wall-clock times in the
calendar's zone. Holidays are looked up when first asked for, never at import.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from itertools import pairwise
from math import ceil
from types import MappingProxyType

Hours = tuple[tuple[time, time], ...]
"""The working windows that begin on one day, in order."""

DAY_SHIFT: Hours = ((time(8), time(12)), (time(13), time(17)))
MONDAY_TO_FRIDAY = frozenset(range(5))
LONGEST_BREAK_DAYS = 366
"""More idle days in a row than this and the calendar is a mistake, not a long holiday."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When work is done. `holidays` and `makeup_days` may be sets or anything else that knows `day in it`.

    A make-up day (调休上班) is worked even at a weekend; a holiday is not worked even on a Monday. A window
    whose end is not after its start runs past midnight and belongs to the day on which it starts, so a night
    shift is `(time(22), time(6))`. Weekdays in `by_weekday` are worked at hours of their own; all others, and
    make-up days among them, at `hours`. Raises ValueError for windows that overlap or a week without working days.
    """

    zone: tzinfo
    hours: Hours = DAY_SHIFT
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: Container[date] = frozenset()
    makeup_days: Container[date] = frozenset()
    by_weekday: Mapping[int, Hours] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        patterns = [self.hours, *self.by_weekday.values()]
        if not all(patterns) or not self.weekdays <= frozenset(range(7)) or not self.weekdays:
            raise ValueError("a calendar needs working hours and weekdays from 0 (Monday) to 6")
        days = [[_minutes(window) for window in hours] for hours in patterns]
        # Make-up days and holidays let any day follow any other.
        following_morning = (min(spans[0][0] for spans in days) + 24 * 60, 0)
        if any(end > start for spans in days for (_, end), (start, _) in pairwise([*spans, following_morning])):
            raise ValueError("working hours must be in order and must not overlap")

    @property
    def day_length(self) -> timedelta:
        """Working time of one full day."""
        return timedelta(minutes=sum(end - start for start, end in map(_minutes, self.hours)))

    def hours_on(self, day: date) -> Hours:
        """Return the working windows of this day, if it is worked at all."""
        return self.by_weekday.get(day.weekday(), self.hours)

    def is_working_day(self, day: date) -> bool:
        """Say whether work starts on this day; a make-up day beats a holiday, which beats the weekday."""
        if day in self.makeup_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """Return the first moment by which `hours` of working time have passed since `start`."""
        return self.add_working_time(start, timedelta(hours=hours))

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """Return the first moment by which `duration` of working time has passed since `start`."""
        if duration < timedelta(0):
            raise ValueError("working time is added, never taken away")
        moment = _utc(start)
        left = duration
        for opens, closes in self._windows(moment):
            if not left:
                break
            begin = max(moment, opens)
            moment = min(closes, begin + left)
            left -= moment - begin
        return moment

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the end of work on the `days`-th working day; the day of `start` itself is not counted."""
        if days < 1:
            raise ValueError("a limit in days is at least one day")
        day = _utc(start).astimezone(self.zone).date()
        for _ in range(days):
            day = self._working_day_from(day + timedelta(days=1))
        return self._window(day, *self.hours_on(day)[-1])[1]

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`; negative when `end` comes first."""
        begin, finish = _utc(start), _utc(end)
        if finish < begin:
            return -self.working_time_between(end, start)
        total = timedelta(0)
        day = self._first_day(begin)
        last = finish.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._windows_of(day):
                total += max(timedelta(0), min(closes, finish) - max(opens, begin))
            day += timedelta(days=1)
        return total

    def _first_day(self, moment: datetime) -> date:
        """Return the local day before: its night shift may still be running at `moment`."""
        return moment.astimezone(self.zone).date() - timedelta(days=1)

    def _windows(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working windows that are not over at `moment`, without end."""
        day = self._first_day(moment)
        while True:
            day = self._working_day_from(day)
            yield from (window for window in self._windows_of(day) if window[1] > moment)
            day += timedelta(days=1)

    def _working_day_from(self, day: date) -> date:
        candidates = (day + timedelta(days=ahead) for ahead in range(LONGEST_BREAK_DAYS))
        found = next(filter(self.is_working_day, candidates), None)
        if found is None:
            raise ValueError(f"no working day within a year of {day}")
        return found

    def _windows_of(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return []
        return [self._window(day, opens, closes) for opens, closes in self.hours_on(day)]

    def _window(self, day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
        closing_day = day if closes > opens else day + timedelta(days=1)
        return (
            datetime.combine(day, opens, self.zone).astimezone(UTC),
            datetime.combine(closing_day, closes, self.zone).astimezone(UTC),
        )


def _minutes(window: tuple[time, time]) -> tuple[int, int]:
    """Return a window as minutes after midnight; the end is always the larger one."""
    opens, closes = (moment.hour * 60 + moment.minute for moment in window)
    return opens, closes if closes > opens else closes + 24 * 60


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def chinese_calendar(zone: tzinfo, hours: Hours = DAY_SHIFT) -> WorkCalendar:
    """Return the calendar of mainland China with its public holidays and the make-up days of each year.

    The State Council announces make-up days (调休) each November for the next year; for a year that the
    installed `holidays` release does not know yet, only the statutory holidays are left out.
    """
    return WorkCalendar(zone, hours, MONDAY_TO_FRIDAY, _ChineseHolidays(), _ChineseMakeupDays())


class _ChineseHolidays:
    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _chinese_year(day.year)[0]


class _ChineseMakeupDays:
    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _chinese_year(day.year)[1]


@cache
def _chinese_year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the holidays and the make-up days of one year."""
    from holidays import country_holidays  # noqa: PLC0415 - costs 60 ms, which only a deadline should pay

    # A holiday's neighbours are asked as well: make-up days in December may belong to the New Year after.
    known = country_holidays("CN", years=(year, year + 1))
    return (
        frozenset(day for day in known if day.year == year),
        frozenset(day for day in known.weekend_workdays if day.year == year),
    )


def extended_by_pause(calendar: WorkCalendar, due: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
    """Return the deadline after the ball was with the author: later by the working time of the pause.

    A deadline that had passed before the question was asked stays where it was: asking heals no delay.
    """
    if resumed_at < paused_at:
        raise ValueError("a pause ends after it begins")
    if paused_at >= due:
        return _utc(due)
    return calendar.add_working_time(due, calendar.working_time_between(paused_at, resumed_at))


class Pressure(StrEnum):
    """How a deadline feels: passed, within one working day, or further off."""

    LATE = "late"
    SOON = "soon"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Remaining:
    """Working time to a deadline, or past it when `pressure` is late, ready to be said in hours or days.

    `in_days` says which of the two reads better. Time left is rounded down and a delay is rounded up, so that
    nobody is promised more than there is.
    """

    pressure: Pressure
    working_time: timedelta
    hours: int
    days: int
    in_days: bool


def remaining(calendar: WorkCalendar, due: datetime, now: datetime) -> Remaining:
    """Say how a deadline stands at `now`; from two working days on it is counted in days."""
    late = now > due
    distance = abs(calendar.working_time_between(now, due))
    day = calendar.day_length
    pressure = Pressure.LATE if late else Pressure.SOON if distance <= day else Pressure.CALM
    return Remaining(
        pressure,
        distance,
        hours=_whole(distance, timedelta(hours=1), up=late),
        days=_whole(distance, day, up=late),
        in_days=distance >= 2 * day,
    )


def _whole(duration: timedelta, unit: timedelta, *, up: bool) -> int:
    """Return how many units fit; a delay that has just begun counts as one."""
    return max(1, ceil(duration / unit)) if up else duration // unit
