"""Points: the highest line counts, shares add up to the whole, and no step forward costs anybody any."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.points import Course, Earned, by_benefit, earned, part, split

MAY, JUNE, NEXT_YEAR = date(2025, 5, 1), date(2025, 6, 1), date(2026, 2, 1)
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
yuan = st.integers(0, 3_000_000).map(Decimal)
courses = st.builds(
    Course,
    answered_on=st.none() | days,
    waits_on=st.none() | days,
    used_on=st.none() | days,
    checked=st.none() | yuan,
)


@st.composite
def whole_shares(draw):
    """Shares of one to eight people that come to a hundred."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=7)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]


@pytest.mark.parametrize(
    ("course", "steps"),
    [
        (Course(), []),
        (Course(answered_on=MAY), [Earned(MAY, 2)]),
        (Course(answered_on=MAY, waits_on=MAY), [Earned(MAY, 2), Earned(MAY, 3)]),
        (Course(answered_on=MAY, waits_on=JUNE), [Earned(MAY, 2), Earned(JUNE, 3)]),
        (Course(answered_on=MAY, used_on=NEXT_YEAR), [Earned(MAY, 2), Earned(NEXT_YEAR, 8)]),
        (
            Course(MAY, JUNE, NEXT_YEAR, Decimal(120_000)),
            [Earned(MAY, 2), Earned(JUNE, 3), Earned(NEXT_YEAR, 145)],
        ),
        (Course(answered_on=JUNE, used_on=MAY, checked=Decimal(0)), [Earned(MAY, 30)]),
        (Course(answered_on=MAY, checked=Decimal(5_000_000)), [Earned(MAY, 2)]),
    ],
)
def test_each_step_brings_what_the_next_line_has_more(course, steps):
    assert earned(course) == steps


@pytest.mark.parametrize(
    ("checked", "points"),
    [
        (None, 10),
        ("0", 30),
        ("-1", 30),
        ("9999.99", 30),
        ("10000", 50),
        ("99999.99", 50),
        ("100000", 150),
        ("500000", 250),
        ("999999.99", 250),
        ("1000000", 400),
        ("99000000", 400),
    ],
)
def test_the_bands_of_the_benefit(checked, points):
    assert by_benefit(None if checked is None else Decimal(checked)) == points


@pytest.mark.parametrize(
    ("points", "shares", "parts"),
    [
        (10, [100], [10]),
        (10, [60, 40], [6, 4]),
        (2, [34, 33, 33], [1, 1, 0]),
        (5, [50, 50], [3, 2]),
        (30, [70, 30], [21, 9]),
        (2, [98, 1, 1], [2, 0, 0]),
        (0, [50, 50], [0, 0]),
    ],
)
def test_points_go_by_shares(points, shares, parts):
    assert split(points, shares) == parts


@given(courses, whole_shares())
def test_the_parts_come_to_the_whole_and_none_is_negative(course, shares):
    steps = earned(course)
    parts = [part(steps, shares, row) for row in range(len(shares))]
    assert all(step.points > 0 for mine in parts for step in mine)
    for day in {step.day for step in steps}:
        whole = sum(step.points for step in steps if step.day == day)
        assert whole == sum(step.points for mine in parts for step in mine if step.day == day)


@given(st.integers(0, 400), st.integers(0, 400), whole_shares())
def test_more_points_leave_nobody_with_fewer(some, others, shares):
    fewer, more = sorted((some, others))
    assert all(before <= after for before, after in zip(split(fewer, shares), split(more, shares), strict=True))


@given(yuan, yuan)
def test_a_larger_benefit_is_never_worth_less(one, other):
    less, more = sorted((one, other))
    assert by_benefit(None) < by_benefit(less) <= by_benefit(more)


@given(courses, days, yuan, whole_shares())
def test_a_step_forward_never_costs_points(course, day, benefit, shares):
    def mine(reached):
        steps = earned(reached)
        return [sum(step.points for step in part(steps, shares, row)) for row in range(len(shares))]

    further = [
        Course(course.answered_on or day, course.waits_on, course.used_on, course.checked),
        Course(course.answered_on, course.waits_on or day, course.used_on, course.checked),
        Course(course.answered_on, course.waits_on, course.used_on or day, course.checked),
        Course(course.answered_on, course.waits_on, course.used_on, course.checked or benefit),
    ]
    before = mine(course)
    for after in map(mine, further):
        assert all(old <= new for old, new in zip(before, after, strict=True))
