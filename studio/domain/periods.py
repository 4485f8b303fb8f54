"""Months and years as spans of moments, for digests, statistics and the monthly load of a studio."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Self

_WRITTEN = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
FIRST_YEAR, LAST_YEAR = 1900, 9998
"""A year beyond these has no moments on either side and is a slip of the pen."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of the calendar, such as 2026-11. Raises ValueError for one that does not exist."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.number <= 12):  # noqa: PLR2004 - months of a year
            raise ValueError(f"no such month: {self.year}-{self.number}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read '2026-11'; raises ValueError for anything else."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"a month is written YYYY-MM, not {text!r}")
        return cls(int(written["year"]), int(written["month"]))

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Self:
        """Return the month that the calendar on the wall in `zone` shows at `moment`."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        there = moment.astimezone(zone)
        return cls(there.year, there.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def plus(self, months: int) -> "Month":
        """Return the month so many months later, or earlier when negative."""
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)

    @property
    def first_day(self) -> date:
        """The day it begins on, which is how formats take a month."""
        return date(self.year, self.number, 1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return self.plus(-1)

    @property
    def following(self) -> "Month":
        """The month after."""
        return self.plus(1)

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the first moment of this month and of the next one in `zone`, as UTC: [start, end)."""
        following = self.following
        return _midnight(self.year, self.number, zone), _midnight(following.year, following.number, zone)


def _midnight(year: int, month: int, zone: tzinfo) -> datetime:
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)


def last_complete_month(now: datetime, zone: tzinfo) -> Month:
    """Return the month that ended last: the one a digest sent at `now` tells about."""
    return Month.of(now, zone).previous


def months_from(first: Month, last: Month) -> Iterator[Month]:
    """Yield the months from `first` to `last`, both included; nothing when `last` comes first."""
    month = first
    while month <= last:
        yield month
        month = month.following


def year_span(year: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first moment of the year and of the next one in `zone`, as UTC: [start, end)."""
    return Month(year, 1).span(zone)[0], Month(year, 12).span(zone)[1]
