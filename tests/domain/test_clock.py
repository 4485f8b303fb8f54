from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.clock import (
    Pressure,
    WorkCalendar,
    chinese_calendar,
    extended_by_pause,
    remaining,
)
from studio.domain.shifts import with_exceptions

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = chinese_calendar(SHANGHAI)
NIGHT_SHIFT = WorkCalendar(SHANGHAI, hours=((time(22), time(6)),))
ROUND_THE_CLOCK = WorkCalendar(SHANGHAI, hours=((time(0), time(0)),), weekdays=frozenset(range(7)))
WATER_WORKS = WorkCalendar(
    SHANGHAI,
    hours=((time(7), time(15)),),
    weekdays=frozenset(range(6)),
    holidays=frozenset({date(2025, 5, 1), date(2026, 10, 1)}),
    makeup_days=frozenset({date(2026, 10, 11)}),
    by_weekday={4: ((time(7), time(11)),), 5: ((time(20), time(4)),)},
)
"""Short on Fridays, a night on Saturdays, and one Sunday made up for."""
BERLIN = WorkCalendar(ZoneInfo("Europe/Berlin"), hours=((time(1), time(9)),), weekdays=frozenset({5, 6}))
"""Works through both nights on which the clocks change."""

PLAIN = WorkCalendar(SHANGHAI, holidays=frozenset({date(2026, 10, 1)}), makeup_days=frozenset({date(2026, 10, 10)}))
CALENDARS = st.sampled_from([CHINA, PLAIN, ROUND_THE_CLOCK, BERLIN, WATER_WORKS])
MOMENTS = st.integers(0, 720 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
ZONES = st.sampled_from(
    [UTC, *map(ZoneInfo, ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"))]
)
WORK = st.integers(0, 20 * 60).map(lambda minutes: timedelta(minutes=minutes))


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def is_worked(calendar: WorkCalendar, minute: datetime) -> bool:
    there = minute.astimezone(calendar.zone)
    return any(
        calendar.is_working_day(day) and _opens(day, window) <= there.replace(tzinfo=None) < _closes(day, window)
        for day in (there.date() - timedelta(days=1), there.date())
        for window in calendar.hours_on(day)
    )


def _opens(day: date, window: tuple[time, time]) -> datetime:
    return datetime.combine(day, window[0])


def _closes(day: date, window: tuple[time, time]) -> datetime:
    opens, closes = window
    return datetime.combine(day + timedelta(days=closes <= opens), closes)


def test_work_goes_on_after_lunch_and_after_the_night():
    assert CHINA.add_working_hours(local(2026, 11, 23, 11), 2) == local(2026, 11, 23, 14)
    assert CHINA.add_working_hours(local(2026, 11, 23, 16), 2) == local(2026, 11, 24, 9)


def test_what_is_filed_on_a_friday_night_waits_for_monday():
    assert CHINA.add_working_hours(local(2026, 11, 20, 23), 8) == local(2026, 11, 23, 17)


def test_a_public_holiday_is_not_worked_and_its_makeup_day_is():
    assert not CHINA.is_working_day(date(2026, 10, 7))  # a Wednesday within Golden Week
    assert CHINA.is_working_day(date(2026, 10, 10))  # the Saturday that pays for it
    assert CHINA.add_working_hours(local(2026, 9, 30, 16), 2) == local(2026, 10, 8, 9)
    assert CHINA.working_time_between(local(2026, 10, 10), local(2026, 10, 11)) == timedelta(hours=8)


def test_a_year_without_announced_makeup_days_still_knows_the_statutory_holidays():
    assert not CHINA.is_working_day(date(2040, 10, 1))
    assert CHINA.is_working_day(date(2040, 10, 10))  # a Wednesday


def test_the_nth_working_day_ends_with_work_and_the_first_day_does_not_count():
    assert CHINA.add_working_days(local(2026, 11, 23, 9), 10) == local(2026, 12, 7, 17)
    assert CHINA.add_working_days(local(2026, 11, 21, 9), 1) == local(2026, 11, 23, 17)
    assert CHINA.add_working_days(local(2026, 10, 9, 9), 1) == local(2026, 10, 10, 17)


def test_a_night_shift_belongs_to_the_day_on_which_it_starts():
    friday = local(2026, 11, 20, 23)
    assert NIGHT_SHIFT.day_length == timedelta(hours=8)
    assert NIGHT_SHIFT.add_working_hours(friday, 4) == local(2026, 11, 21, 3)
    assert NIGHT_SHIFT.add_working_hours(friday, 7.5) == local(2026, 11, 23, 22, 30)
    assert NIGHT_SHIFT.working_time_between(local(2026, 11, 21, 5), local(2026, 11, 23)) == timedelta(hours=1)
    assert NIGHT_SHIFT.add_working_days(friday, 1) == local(2026, 11, 24, 6)


def test_weekdays_may_have_hours_of_their_own():
    friday = local(2026, 11, 20, 9)
    assert WATER_WORKS.add_working_hours(friday, 4) == local(2026, 11, 21, 22)
    assert WATER_WORKS.add_working_hours(friday, 11) == local(2026, 11, 23, 8)
    assert WATER_WORKS.add_working_days(friday, 1) == local(2026, 11, 22, 4)
    assert WATER_WORKS.add_working_days(local(2026, 10, 10, 9), 1) == local(2026, 10, 11, 15)


def test_no_weekday_may_run_into_the_morning_of_another():
    with pytest.raises(ValueError, match="overlap"):
        WorkCalendar(SHANGHAI, by_weekday={5: ((time(20), time(9)),)})
    with pytest.raises(ValueError, match="working hours"):
        WorkCalendar(SHANGHAI, by_weekday={5: ()})


@pytest.mark.parametrize(
    "hours",
    [(), ((time(13), time(17)), (time(8), time(12))), ((time(8), time(12)), (time(11), time(17)))],
)
def test_working_hours_out_of_order_are_refused(hours):
    with pytest.raises(ValueError, match="working hours"):
        WorkCalendar(SHANGHAI, hours=hours)


def test_a_night_shift_may_not_run_into_the_next_morning_shift():
    with pytest.raises(ValueError, match="overlap"):
        WorkCalendar(SHANGHAI, hours=((time(5), time(9)), (time(22), time(6))))


def test_a_calendar_without_working_days_is_refused_instead_of_searching_for_ever():
    with pytest.raises(ValueError, match="weekdays"):
        WorkCalendar(SHANGHAI, weekdays=frozenset())
    closed_for_good = WorkCalendar(SHANGHAI, weekdays=frozenset({0}), holidays=Everyday())
    with pytest.raises(ValueError, match="no working day"):
        closed_for_good.add_working_hours(local(2026, 11, 23), 1)
    with pytest.raises(ValueError, match="no working day"):
        closed_for_good.add_working_days(local(2026, 11, 23), 1)


class Everyday:
    def __contains__(self, day: object) -> bool:
        return True


def test_naive_moments_and_negative_spans_are_programming_errors():
    with pytest.raises(ValueError, match="time zone"):
        CHINA.add_working_hours(local(2026, 11, 23).replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="never taken away"):
        CHINA.add_working_hours(local(2026, 11, 23), -1)
    with pytest.raises(ValueError, match="at least one"):
        CHINA.add_working_days(local(2026, 11, 23), 0)


def test_results_are_utc():
    assert CHINA.add_working_hours(local(2026, 11, 23, 9), 1).tzinfo is UTC
    assert CHINA.add_working_days(local(2026, 11, 23, 9), 1).tzinfo is UTC


@settings(max_examples=60, deadline=None)
@given(CALENDARS, MOMENTS, WORK)
def test_adding_agrees_with_counting_every_minute(calendar, start, work):
    minute, left = start, work // timedelta(minutes=1)
    while left:
        left -= is_worked(calendar, minute)
        minute += timedelta(minutes=1)
    assert calendar.add_working_time(start, work) == minute


@settings(max_examples=60, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 6 * 24 * 60))
def test_the_time_between_agrees_with_counting_every_minute(calendar, start, minutes):
    end = start + timedelta(minutes=minutes)
    counted = sum(is_worked(calendar, start + timedelta(minutes=passed)) for passed in range(minutes))
    assert calendar.working_time_between(start, end) == timedelta(minutes=counted)


@settings(deadline=None)
@given(CALENDARS | st.just(NIGHT_SHIFT), MOMENTS, WORK)
def test_the_time_between_is_what_was_added(calendar, start, work):
    assert calendar.working_time_between(start, calendar.add_working_time(start, work)) == work


@settings(deadline=None)
@given(CALENDARS | st.just(NIGHT_SHIFT), MOMENTS, MOMENTS, WORK, WORK)
def test_filing_later_or_needing_more_never_ends_sooner(calendar, one, other, little, more):
    early, late = sorted((one, other))
    least, most = sorted((little, more))
    assert calendar.add_working_time(early, least) <= calendar.add_working_time(late, least)
    assert calendar.add_working_time(early, least) <= calendar.add_working_time(early, most)
    assert calendar.add_working_days(early, 3) <= calendar.add_working_days(late, 3)


@settings(deadline=None)
@given(CALENDARS | st.just(NIGHT_SHIFT), st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted))
def test_working_time_adds_up_and_turns_round(calendar, moments):
    first, second, third = moments
    between = calendar.working_time_between
    assert between(first, third) == between(first, second) + between(second, third)
    assert between(third, first) == -between(first, third)


@settings(deadline=None)
@given(CALENDARS | st.just(NIGHT_SHIFT), MOMENTS, MOMENTS)
def test_no_more_is_worked_than_time_has_passed_and_never_less_than_nothing(calendar, one, other):
    start, end = sorted((one, other))
    assert timedelta(0) <= calendar.working_time_between(start, end) <= end - start
    if calendar is ROUND_THE_CLOCK:
        assert calendar.working_time_between(start, end) == end - start


@settings(deadline=None)
@given(CALENDARS | st.just(NIGHT_SHIFT), MOMENTS, MOMENTS, WORK, ZONES)
def test_where_whoever_asks_has_his_clock_changes_nothing(calendar, one, other, work, zone):
    there = [moment.astimezone(zone) for moment in (one, other)]
    assert calendar.add_working_time(there[0], work) == calendar.add_working_time(one, work)
    assert calendar.add_working_days(there[0], 2) == calendar.add_working_days(one, 2)
    assert calendar.working_time_between(*there) == calendar.working_time_between(one, other)
    assert remaining(calendar, there[0], there[1]) == remaining(calendar, one, other)


@settings(deadline=None)
@given(CALENDARS | st.just(NIGHT_SHIFT), MOMENTS, WORK, st.integers(-3, 12))
def test_a_day_worked_more_never_ends_later_and_one_of_rest_never_sooner(calendar, start, work, ahead):
    day = start.date() + timedelta(days=ahead)
    worked, rested = (with_exceptions(calendar, {day: works}) for works in (True, False))
    ends = [one.add_working_time(start, work) for one in (worked, calendar, rested)]
    assert ends == sorted(ends)
    days = [one.add_working_days(start, 3).date() for one in (worked, calendar, rested)]
    assert days == sorted(days)


def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is():
    berlin = BERLIN.zone
    for change, hours in ((date(2026, 3, 29), 7), (date(2026, 10, 25), 9), (date(2026, 11, 1), 8)):
        opens = datetime.combine(change, time(1), berlin)
        assert BERLIN.add_working_hours(opens, hours) == datetime.combine(change, time(9), berlin)


def test_the_clock_stands_still_while_the_ball_is_with_the_author():
    due = local(2026, 11, 26, 10)
    asked, answered = local(2026, 11, 24, 10), local(2026, 11, 25, 14)
    assert extended_by_pause(CHINA, due, asked, answered) == local(2026, 11, 27, 14)


def test_a_weekend_in_between_gives_no_extra_time():
    due = local(2026, 11, 24, 10)
    assert extended_by_pause(CHINA, due, local(2026, 11, 20, 17), local(2026, 11, 23, 8)) == due


def test_asking_after_the_deadline_heals_no_delay():
    due = local(2026, 11, 24, 10)
    assert extended_by_pause(CHINA, due, local(2026, 11, 24, 11), local(2026, 11, 27, 11)) == due


def test_a_pause_ends_after_it_begins():
    with pytest.raises(ValueError, match="pause"):
        extended_by_pause(CHINA, local(2026, 11, 26), local(2026, 11, 25), local(2026, 11, 24))


@settings(deadline=None)
@given(CALENDARS, st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted))
def test_a_pause_leaves_as_much_working_time_as_there_was(calendar, moments):
    asked, answered, due = moments
    later = extended_by_pause(calendar, due, asked, answered)
    assert later >= due
    if asked < due:
        left_before = calendar.working_time_between(asked, due)
        assert calendar.working_time_between(answered, later) == left_before


@pytest.mark.parametrize(
    ("now", "pressure", "hours", "days", "in_days"),
    [
        (local(2026, 11, 23, 17), Pressure.CALM, 24, 3, True),
        (local(2026, 11, 25, 16, 30), Pressure.CALM, 8, 1, False),
        (local(2026, 11, 25, 17), Pressure.SOON, 8, 1, False),
        (local(2026, 11, 26, 16, 30), Pressure.SOON, 0, 0, False),
        (local(2026, 11, 26, 17), Pressure.SOON, 0, 0, False),
        (local(2026, 11, 26, 17, 1), Pressure.LATE, 1, 1, False),
        (local(2026, 11, 27, 9, 1), Pressure.LATE, 2, 1, False),
        (local(2026, 12, 1, 9), Pressure.LATE, 17, 3, True),
    ],
)
def test_what_is_left_is_said_in_working_hours_or_days(now, pressure, hours, days, in_days):
    said = remaining(CHINA, local(2026, 11, 26, 17), now)
    assert (said.pressure, said.hours, said.days, said.in_days) == (pressure, hours, days, in_days)
