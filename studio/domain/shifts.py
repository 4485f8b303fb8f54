"""Shift calendars as people write them down, and days that differ from the public calendar."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise

from studio.domain.clock import Hours, WorkCalendar

DAY = 24 * 60
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_SPELLINGS = str.maketrans(
    {"：": ":", "，": " ", "、": " ", ",": " ", ";": " ", "；": " ", "–": "-", "—": "-", "~": "-"}
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Working hours that begin on a weekday (0 is Monday) so many minutes after midnight."""

    weekday: int
    opens: int
    minutes: int


def read_hours(text: str) -> list[tuple[int, int]] | None:
    """Return what is written as ``08:00-12:00 13:00-17:00``, as opening and length in minutes; None if it is no such.

    An end that is not after its beginning lies on the next morning: ``22:00-06:00`` is a night shift, ``00:00-24:00``
    the whole day. Nothing written is a day of rest.
    """
    plain = re.sub(r"\s*(-|至|到)\s*", "-", text.translate(_SPELLINGS)).split()
    windows = [_WINDOW.fullmatch(part) for part in plain]
    if any(window is None for window in windows):
        return None
    read = [_minutes(*map(int, window.groups())) for window in windows if window is not None]
    found = [one for one in read if one is not None]
    return sorted(found) if len(found) == len(plain) else None


def _minutes(hour: int, minute: int, end_hour: int, end_minute: int) -> tuple[int, int] | None:
    opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or opens >= DAY or closes > DAY:  # noqa: PLR2004 - minutes of an hour
        return None
    return opens, closes - opens if closes > opens else closes - opens + DAY


def written_hours(spans: Iterable[tuple[int, int]]) -> str:
    """Return opening and length in minutes as they are written: ``08:00-12:00 13:00-17:00``."""
    return " ".join(f"{_clock(opens)}-{_clock_end(opens, minutes)}" for opens, minutes in spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _clock_end(opens: int, minutes: int) -> str:
    closes = opens + minutes
    return _clock(closes if closes <= DAY else closes - DAY)


def overlap(spans: Iterable[Span]) -> bool:
    """Tell whether some of the hours would be worked twice, also where a night runs into the next morning.

    Holidays and make-up days let any day follow any other, so every night must end before every morning begins.
    """
    ordered = sorted(spans)
    within = any(
        one.weekday == other.weekday and one.opens + one.minutes > other.opens for one, other in pairwise(ordered)
    )
    latest = max((span.opens + span.minutes for span in ordered), default=0)
    return within or latest > min((span.opens for span in ordered), default=0) + DAY


def with_shifts(calendar: WorkCalendar, spans: Iterable[Span], *, keeps_holidays: bool) -> WorkCalendar:
    """Return the calendar with a weekly pattern of its own; without any hours it stays as it is."""
    week: dict[int, Hours] = {}
    for span in sorted(spans):
        week[span.weekday] = (*week.get(span.weekday, ()), _window(span))
    if not week:
        return calendar
    usual = week[min(week)]
    shifted = replace(
        calendar,
        hours=usual,
        weekdays=frozenset(week),
        by_weekday={weekday: hours for weekday, hours in week.items() if hours != usual},
    )
    return shifted if keeps_holidays else replace(shifted, holidays=frozenset(), makeup_days=frozenset())


def _window(span: Span) -> tuple[time, time]:
    opens, closes = span.opens, (span.opens + span.minutes) % DAY
    return time(opens // 60, opens % 60), time(closes // 60, closes % 60)


@dataclass(frozen=True, slots=True)
class _Amended:
    """Days that somebody knows, with some more and without some others."""

    known: Container[date]
    more: frozenset[date]
    without: frozenset[date]

    def __contains__(self, day: object) -> bool:
        return day in self.more or (day not in self.without and day in self.known)


def with_exceptions(calendar: WorkCalendar, works: Mapping[date, bool]) -> WorkCalendar:
    """Return the calendar with days on which work is done, or not done, whatever it said before."""
    if not works:
        return calendar
    worked = frozenset(day for day, works_then in works.items() if works_then)
    rested = frozenset(works) - worked
    return replace(
        calendar,
        holidays=_Amended(calendar.holidays, rested, worked),
        makeup_days=_Amended(calendar.makeup_days, worked, rested),
    )
