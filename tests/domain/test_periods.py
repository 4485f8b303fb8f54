from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.periods import Month, last_complete_month, months_from, year_span

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTHS = st.builds(Month, st.integers(1901, 9997), st.integers(1, 12))
ZONES = st.sampled_from([SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), UTC])


def test_a_month_starts_and_ends_at_midnight_of_its_zone():
    assert Month.parse("2026-11").span(SHANGHAI) == (
        datetime(2026, 10, 31, 16, tzinfo=UTC),
        datetime(2026, 11, 30, 16, tzinfo=UTC),
    )


def test_the_month_is_the_one_on_the_wall_not_the_one_of_utc():
    new_year_in_shanghai = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert Month.of(new_year_in_shanghai, SHANGHAI) == Month(2027, 1)
    assert Month.of(new_year_in_shanghai, UTC) == Month(2026, 12)


def test_the_digest_tells_about_the_month_that_ended_last():
    assert last_complete_month(datetime(2027, 1, 1, tzinfo=UTC), SHANGHAI) == Month(2026, 12)


def test_a_year_runs_from_january_to_january():
    assert year_span(2026, SHANGHAI) == (
        datetime(2025, 12, 31, 16, tzinfo=UTC),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-11",
        "2026-11-01",
        " 2026-11",
        "2026-11\n",
        "２０２６-11",
        "0000-01",
        "9999-12",
    ],
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)


def test_a_moment_without_a_zone_has_no_month():
    with pytest.raises(ValueError, match="time zone"):
        Month.of(datetime(2026, 11, 1, tzinfo=UTC).replace(tzinfo=None), SHANGHAI)


def test_months_from_first_to_last_are_all_there():
    assert [str(month) for month in months_from(Month(2025, 11), Month(2026, 2))] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
    assert list(months_from(Month(2026, 2), Month(2026, 1))) == []


@given(MONTHS)
def test_a_written_month_reads_back(month):
    assert Month.parse(str(month)) == month


@given(MONTHS, MONTHS)
def test_months_sort_as_they_are_written(one, other):
    assert (one < other) == (str(one) < str(other))


@given(MONTHS, ZONES)
def test_months_follow_each_other_without_a_gap(month, zone):
    start, end = month.span(zone)
    assert start < end == month.following.span(zone)[0]
    assert month.following.previous == month


@given(MONTHS, ZONES)
def test_a_month_holds_its_moments_and_not_its_end(month, zone):
    start, end = month.span(zone)
    assert Month.of(start, zone) == month
    assert Month.of(end - timedelta(seconds=1), zone) == month
    assert Month.of(end, zone) == month.following


@given(MONTHS, st.integers(-100, 100))
def test_so_many_months_later_is_as_many_single_steps(month, months):
    if 1901 <= month.year + months // 12 <= 9990:
        assert month.plus(months).plus(-months) == month
        assert len(list(months_from(month, month.plus(months)))) == max(0, months + 1)
