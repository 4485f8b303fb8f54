from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.clock import WorkCalendar, chinese_calendar
from studio.domain.shifts import Span, overlap, read_hours, with_exceptions, with_shifts, written_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = chinese_calendar(SHANGHAI)
NIGHTS = [Span(weekday, 22 * 60, 8 * 60) for weekday in range(5)]
ROUND_THE_CLOCK = [Span(weekday, 0, 24 * 60) for weekday in range(7)]
NATIONAL_DAY = date(2026, 10, 1)
MADE_UP_SATURDAY = date(2026, 10, 10)


def local(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("  ", []),
        ("08:00-12:00 13:00-17:00", [(480, 240), (780, 240)]),
        ("13:00-17:00, 8:00-12:00", [(480, 240), (780, 240)]),
        ("8：00至12：00，13：00～17：00".replace("～", "~"), [(480, 240), (780, 240)]),
        ("08:00 - 12:00", [(480, 240)]),
        ("22:00-06:00", [(1320, 480)]),
        ("00:00-24:00", [(0, 1440)]),
        ("07:30-07:30", [(450, 1440)]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert read_hours(text) == spans


@pytest.mark.parametrize(
    "text", ["morning", "8-12", "25:00-26:00", "08:00-12:60", "08:00-24:01", "08:00-", "24:00-08:00"]
)
def test_what_is_no_time_is_refused(text):
    assert read_hours(text) is None


@given(st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=4, unique=True).map(sorted))
def test_what_is_written_is_read_back(spans):
    assert read_hours(written_hours(spans)) == spans


@pytest.mark.parametrize(
    ("spans", "answer"),
    [
        ([], False),
        (NIGHTS, False),
        (ROUND_THE_CLOCK, False),
        ([Span(0, 480, 240), Span(0, 600, 60)], True),
        ([*NIGHTS, Span(5, 300, 60)], True),
        ([Span(0, 480, 240), Span(1, 480, 240)], False),
    ],
)
def test_hours_worked_twice_are_noticed(spans, answer):
    assert overlap(spans) is answer


@settings(deadline=None)
@given(st.lists(st.builds(Span, st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)), min_size=1, max_size=8))
def test_whatever_does_not_overlap_makes_a_calendar(spans):
    if overlap(spans):
        return
    made = with_shifts(CHINA, spans, keeps_holidays=True)
    assert made.weekdays == {span.weekday for span in spans}
    assert made.day_length > timedelta(0)


def test_without_hours_the_calendar_stays_as_it_is():
    assert with_shifts(CHINA, [], keeps_holidays=False) is CHINA


def test_a_night_shift_keeps_public_holidays_and_makes_up_for_them():
    nights = with_shifts(CHINA, NIGHTS, keeps_holidays=True)
    assert not nights.is_working_day(NATIONAL_DAY)
    assert nights.is_working_day(MADE_UP_SATURDAY)
    assert nights.add_working_hours(local(10, 9, 22), 10) == local(10, 11, 0)


def test_shifts_round_the_clock_know_no_holiday():
    always = with_shifts(CHINA, ROUND_THE_CLOCK, keeps_holidays=False)
    assert always.is_working_day(NATIONAL_DAY)
    assert always.add_working_hours(local(10, 1, 3), 24) == local(10, 2, 3)


def test_days_that_differ_beat_the_public_calendar():
    here = with_exceptions(CHINA, {NATIONAL_DAY: True, MADE_UP_SATURDAY: False, date(2026, 11, 23): False})
    worked = {day: here.is_working_day(day) for day in (NATIONAL_DAY, MADE_UP_SATURDAY, date(2026, 11, 23))}
    assert worked == {NATIONAL_DAY: True, MADE_UP_SATURDAY: False, date(2026, 11, 23): False}
    assert here.is_working_day(date(2026, 11, 24))
    assert with_exceptions(CHINA, {}) is CHINA


def test_a_make_up_saturday_counts():
    saturday = date(2026, 11, 21)
    friday_evening = local(11, 20, 17)
    assert CHINA.add_working_hours(friday_evening, 8) == local(11, 23, 17)
    assert with_exceptions(CHINA, {saturday: True}).add_working_hours(friday_evening, 8) == local(11, 21, 17)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.booleans(), max_size=20),
    st.integers(0, 60 * 24 * 60),
    st.integers(0, 20 * 60),
    st.sampled_from([CHINA, with_shifts(CHINA, NIGHTS, keeps_holidays=True)]),
)
def test_adding_then_measuring_gives_back_whatever_the_exceptions(works, start, work, calendar: WorkCalendar):
    here = with_exceptions(calendar, works)
    moment = local(1, 1) + timedelta(minutes=start)
    span = timedelta(minutes=work)
    assert here.working_time_between(moment, here.add_working_time(moment, span)) == span
    for day, worked in works.items():
        assert here.is_working_day(day) is worked


def test_a_day_of_rest_more_never_ends_sooner():
    start = local(11, 19, 9)
    rested = with_exceptions(CHINA, {date(2026, 11, 20): False})
    assert rested.add_working_hours(start, 24) > CHINA.add_working_hours(start, 24)
    shorter = replace(CHINA, hours=((time(8), time(12)),))
    assert shorter.add_working_hours(start, 24) > CHINA.add_working_hours(start, 24)
