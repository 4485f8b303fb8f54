"""Months as drawings: round lines, a bar for what there is, and no bar for nothing."""

import pytest

from studio.domain.periods import Month
from studio.domain.record import MonthSums
from views import charts


@pytest.mark.parametrize(
    ("largest", "lines"),
    [(0, (0, 1)), (1, (0, 1)), (4, (0, 1, 2, 3, 4)), (7, (0, 2, 4, 6, 8)), (31, (0, 10, 20, 30, 40))],
)
def test_the_lines_of_a_drawing_are_round_and_reach_the_largest(largest, lines):
    assert charts.scale(max(1, largest)).lines == lines


def test_a_month_without_anything_has_no_bar():
    rows = [MonthSums(Month(2026, 1), 2, 1), MonthSums(Month(2026, 2), 0, 0)]
    assert [str(drawing).count("<rect") for drawing in charts.months(rows)] == [2, 2]
