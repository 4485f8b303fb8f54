"""What somebody has achieved, added up: by year, in all, and month by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from studio.domain.periods import Month, months_from
from studio.domain.points import Earned


@dataclass(frozen=True, slots=True)
class Deed:
    """One proposal of somebody, with the days on which it got further, as the calendar at the site shows them.

    ``share`` is his part of it in per cent; ``checked`` the benefit of a year that finance confirmed, in yuan;
    ``earned`` his part of the points.
    """

    filed_on: date
    adopted_on: date | None = None
    used_on: date | None = None
    verified_on: date | None = None
    checked: Decimal | None = None
    share: int | None = None
    earned: tuple[Earned, ...] = ()

    @property
    def points(self) -> int:
        """His points for it."""
        return sum(step.points for step in self.earned)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many were filed, adopted (or taken on trial), put to use and seen to work, and what finance confirmed.

    The benefit is that of whole proposals: who had a share in one reads what it brings, not a part that nobody paid.
    The points are his part, because together they must not come to more than a proposal is worth.
    """

    filed: int = 0
    adopted: int = 0
    used: int = 0
    verified: int = 0
    checked: Decimal = Decimal(0)
    points: int = 0


@dataclass(frozen=True, slots=True)
class MonthSums:
    """How many were filed and how many put to use in a month."""

    month: Month
    filed: int
    used: int


def in_all(deeds: Iterable[Deed]) -> Sums:
    """Return the sums of everything."""
    return _added(_steps(deeds))


def by_year(deeds: Iterable[Deed]) -> Sequence[tuple[int, Sums]]:
    """Return the sums of each year in which anything happened, the newest first.

    Each step counts in the year in which it was taken, so what was filed in one may be put to use in another.
    """
    steps = list(_steps(deeds))
    years = sorted({day.year for day, _ in steps}, reverse=True)
    return [(year, _added(step for step in steps if step[0].year == year)) for year in years]


def by_month(deeds: Iterable[Deed], first: Month, last: Month) -> Sequence[MonthSums]:
    """Return the months from ``first`` to ``last`` with what was filed and put to use in each, the empty ones too."""
    steps = list(_steps(deeds))
    found = []
    for month in months_from(first, last):
        sums = _added(step for step in steps if (step[0].year, step[0].month) == (month.year, month.number))
        found.append(MonthSums(month, sums.filed, sums.used))
    return found


def touches(deed: Deed, year: int) -> bool:
    """Tell whether a proposal took a step in a year."""
    return any(day.year == year for day, _ in _steps([deed]))


Step = tuple[date, Sums]


def _steps(deeds: Iterable[Deed]) -> Iterable[Step]:
    """Yield each step with what it adds to the sums."""
    for deed in deeds:
        yield deed.filed_on, Sums(filed=1)
        if deed.adopted_on:
            yield deed.adopted_on, Sums(adopted=1)
        if deed.used_on:
            yield deed.used_on, Sums(used=1, checked=deed.checked or Decimal(0))
        if deed.verified_on:
            yield deed.verified_on, Sums(verified=1)
        for step in deed.earned:
            yield step.day, Sums(points=step.points)


def _added(steps: Iterable[Step]) -> Sums:
    total = Sums()
    for _, one in steps:
        total = replace(
            total,
            filed=total.filed + one.filed,
            adopted=total.adopted + one.adopted,
            used=total.used + one.used,
            verified=total.verified + one.verified,
            checked=total.checked + one.checked,
            points=total.points + one.points,
        )
    return total
