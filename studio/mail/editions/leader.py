"""What whoever answers for a unit reads besides: how many take part, how soon they are answered and what comes of it.

The formulas are those of ``studio.queries.digest_figures``. A unit of fewer than five people is not shown by itself:
its figures would speak of single people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from models import Person, Role
from studio.domain.honours import FEWEST_PEOPLE
from studio.mail.edition import Edition
from studio.mail.editions import room
from studio.mail.editions.parts import Copy
from studio.queries.digest_figures import Figures, Place

LEADERS = (Role.TEAM_LEADER, Role.COORDINATOR)
EXPLAINED = 6.0
"""Lines below a table that say what its columns mean."""


@dataclass(frozen=True, slots=True)
class UnitMonth:
    """The figures of one unit with all below it. Times are minutes of working time, money is yuan a year."""

    name: Place
    headcount: int = 0
    people: int = 0
    filed: int = 0
    answered: int = 0
    median: int = 0
    ninetieth: int = 0
    decided: int = 0
    accepted: int = 0
    year_accepted: int = 0
    year_used: int = 0
    used: int = 0
    claimed: int = 0
    checked: int = 0

    @property
    def participation(self) -> float | None:
        """Authors by headcount; None where nobody said how many work there."""
        return self.people / self.headcount if self.headcount else None

    @property
    def active(self) -> bool:
        """Whether there is anything to tell; a team in which nothing happened is told so in its workshop's report."""
        return bool(self.people or self.answered or self.decided or self.year_accepted)


@dataclass(frozen=True, slots=True)
class UnitReport:
    """A unit somebody answers for, and those directly below it, the most active first."""

    whole: UnitMonth
    rows: tuple[UnitMonth, ...]
    more: int

    @property
    def longest_bar(self) -> float:
        """The highest participation in the table, against which bars are drawn."""
        return max((row.participation or 0 for row in (*self.rows, self.whole)), default=0)


def units(copy: Copy, person: Person) -> Sequence[UnitReport]:
    """Return a report of each unit the reader answers for, once, however many roles say so; one has always room."""
    edition = copy.edition
    figures: Mapping[str, Figures] | None = edition.facts.get("units")
    if figures is None:
        return ()
    led = {grant.unit_id for grant in person.grants if grant.role in LEADERS and grant.unit_id in edition.units}
    highest = [edition.units[i] for i in sorted(led) if not led & set(_above(edition, i))]
    reports = (_report(edition, unit, figures, copy.length.rows) for unit in highest if _large_enough(figures, unit))
    told = [report for report in reports if report.rows or report.whole.active]
    for report in told[:1]:
        copy.spend(_lines(report))
    return [*told[:1], *takewhile(lambda report: copy.afford(_lines(report)), told[1:])]


def _lines(report: UnitReport) -> float:
    return room.HEADING + room.TABLE_HEAD + room.TABLE_ROW * (1 + len(report.rows)) + EXPLAINED


def _report(edition: Edition, unit: Place, figures: Mapping[str, Figures], most: int) -> UnitReport:
    below = [_month_of(one, figures) for one in edition.units_below(unit.id) if _large_enough(figures, one)]
    rows = sorted(below, key=lambda row: (-(row.participation or 0), -row.filed))
    return UnitReport(_month_of(unit, figures), tuple(rows[:most]), len(rows[most:]))


def _month_of(unit: Place, figures: Mapping[str, Figures]) -> UnitMonth:
    return UnitMonth(unit, **figures.get(str(unit.id), {}))


def _large_enough(figures: Mapping[str, Figures], unit: Place) -> bool:
    """Tell whether figures of the unit speak of no single person; a unit of unknown size is taken for a large one."""
    headcount = figures.get(str(unit.id), {}).get("headcount", 0)
    return not 0 < headcount < FEWEST_PEOPLE


def _above(edition: Edition, unit_id: int) -> Iterable[int]:
    parent = edition.units[unit_id].parent_id
    while parent is not None and parent in edition.units:
        yield parent
        parent = edition.units[parent].parent_id
