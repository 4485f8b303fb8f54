"""Figures of studios and judges, and their order."""

from datetime import date, timedelta

import pytest

from studio.domain.workload import Column, Load, median, quantile, sorting_key

HOURS = [timedelta(hours=hours) for hours in (1, 2, 3, 10)]


def test_median_and_quantile() -> None:
    assert median(HOURS) == timedelta(hours=2.5)
    assert median(HOURS[:3]) == timedelta(hours=2)
    assert median([]) is None
    assert quantile(HOURS, 0.9) == timedelta(hours=10)
    assert quantile([timedelta(hours=hours) for hours in range(1, 11)], 0.9) == timedelta(hours=9)
    assert quantile([], 0.9) is None


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (Column.NAME, "abc"),
        (Column.OPEN, "bac"),
        (Column.TIME, "cab"),
        (Column.AWAY, "bac"),
        (Column.CAPACITY, "abc"),
    ],
)
def test_the_most_comes_first_and_what_is_unknown_last(column: Column, order: str) -> None:
    loads = {
        "a": Load(open=1, time=timedelta(hours=1), capacity=5),
        "b": Load(open=2, away_until=date(2026, 11, 20)),
        "c": Load(open=0, time=timedelta(hours=2)),
    }
    assert "".join(sorted(loads, key=lambda name: sorting_key(loads[name], name, column))) == order
