"""How much lies with studios and their judges, how soon they answer, and how such figures are put in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

ANSWERED_DAYS = 30
"""So many days back answers are counted."""


class Column(StrEnum):
    """By what the table can be sorted."""

    NAME = "name"
    OPEN = "open"
    WAITING = "waiting"
    LATE = "late"
    ANSWERED = "answered"
    TIME = "time"
    AWAY = "away"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with a studio or with one judge of it.

    ``open`` is undecided, ``waiting`` what of it is the studio's or the judge's own turn, ``late`` what of that is
    late; ``answered`` are first answers of the last 30 days and ``time`` their median in working time.
    ``capacity`` is proposals a month and known of studios only.
    """

    open: int = 0
    waiting: int = 0
    late: int = 0
    answered: int = 0
    time: timedelta | None = None
    away_until: date | None = None
    capacity: int | None = None


def sorting_key(load: Load, name: str, column: Column) -> tuple[object, ...]:
    """Return by what rows are sorted: the most first, names as they are written, what is unknown last."""
    if column is Column.NAME:
        return (name,)
    if column is Column.AWAY:
        return (load.away_until is None, load.away_until or date.max, name)
    if column is Column.TIME:
        return (load.time is None, -(load.time or timedelta(0)), name)
    figure = getattr(load, column.value)
    return (figure is None, -(figure or 0), name)


def quantile(times: Iterable[timedelta], share: float) -> timedelta | None:
    """Return the time by which this share (0 to 1) of answers was there; None without any. By nearest rank."""
    ordered = sorted(times)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def median(times: Sequence[timedelta]) -> timedelta | None:
    """Return the median of times; of an even number the mean of the two in the middle."""
    if not times:
        return None
    ordered = sorted(times)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
