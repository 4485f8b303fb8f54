"""How many points a proposal is worth, and whose they are.

The source is the way in which China rewards suggestions since the national rules of 1986: a small fixed sum for every
admissible proposal (20 yuan), more for a valuable one that has to wait (50), and for one that is used a sum by the
band of its checked yearly benefit, at most 300, 500, 1,500, 2,500 or 4,000 yuan. A point is ten of those yuan. Only
the highest line counts, because nothing is rewarded twice.

Until finance has checked the benefit, something in use is worth more than any answer and less than any checked
benefit: the benefit that an author claims never makes points, and yet what was put to use is seen at once. Whose
proposal saves no money gets the lowest band as soon as finance has looked and written nought.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ADMISSIBLE = 2
WAITING = 5
UNCHECKED = 10
BANDS = ((0, 30), (10_000, 50), (100_000, 150), (500_000, 250), (1_000_000, 400))
"""From how many checked yuan a year on a proposal in use is worth so many points; each band holds until the next."""


@dataclass(frozen=True, slots=True)
class Course:
    """How far a proposal got, by days: answered as admissible, first told that it must wait, put to use."""

    answered_on: date | None = None
    waits_on: date | None = None
    used_on: date | None = None
    checked: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """So many points more, from one day on."""

    day: date
    points: int


def by_benefit(checked: Decimal | None) -> int:
    """Return what a proposal in use is worth."""
    if checked is None:
        return UNCHECKED
    benefit = max(checked, Decimal(0))
    return max(points for least, points in BANDS if least <= benefit)


def earned(course: Course) -> Sequence[Earned]:
    """Return what each step brought, the first first; together they are the highest line that was reached.

    What the benefit is worth counts from the day of use on, as the benefit itself does in a record.
    """
    lines = ((course.answered_on, ADMISSIBLE), (course.waits_on, WAITING), (course.used_on, by_benefit(course.checked)))
    found, reached = [], 0
    for day, points in sorted((day, points) for day, points in lines if day is not None):
        if points > reached:
            found.append(Earned(day, points - reached))
            reached = points
    return found


def part(steps: Sequence[Earned], shares: Sequence[int], row: int) -> tuple[Earned, ...]:
    """Return what of each step belongs to one of those who share in it, by the row of his share."""
    found, whole = [], 0
    for step in steps:
        before, whole = whole, whole + step.points
        if mine := split(whole, shares)[row] - split(before, shares)[row]:
            found.append(Earned(step.day, mine))
    return tuple(found)


def split(points: int, shares: Sequence[int]) -> list[int]:
    """Share points out, one after another: each goes to whoever is furthest behind his share, of equals the first.

    So the parts come to the whole, and more points never leave anybody with fewer, which rounding would not promise.
    """
    parts = [0] * len(shares)
    for _ in range(points):
        row = max(range(len(shares)), key=lambda at: shares[at] / (2 * parts[at] + 1))
        parts[row] += 1
    return parts
