"""When an issue is due: a rule that must hold in every zone, on every day and whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import DigestIssue
from studio.domain.errors import InvalidInput
from studio.domain.issues import NOTE_LIMIT, IssueState, Schedule, checked_note, checked_schedule, due_of, state_of
from studio.domain.periods import Month

ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Beirut",
    "UTC",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
schedules = st.builds(Schedule, st.integers(1, 28), st.integers(0, 23))
months = st.builds(Month, st.integers(2000, 2060), st.integers(1, 12))
moments = st.datetimes(datetime(2000, 2, 1), datetime(2060, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
issues = st.builds(
    DigestIssue,
    month=months.map(str),
    held_at=st.none() | moments,
    released_at=st.none() | moments,
    begun_at=st.none() | moments,
    sent_at=st.none() | moments,
)


@given(schedules, months, zones)
def test_it_is_due_in_the_month_after_and_before_the_next_one_closes(plan: Schedule, month: Month, zone: ZoneInfo):
    start, end = month.following.span(zone)
    assert start <= plan.due(month, zone) < end


@given(schedules, months, zones)
def test_it_is_due_on_the_day_and_hour_that_the_wall_shows(plan: Schedule, month: Month, zone: ZoneInfo):
    there = plan.due(month, zone).astimezone(zone)
    assert there.day == plan.day
    left_out = datetime(there.year, there.month, plan.day, plan.hour, tzinfo=zone).astimezone(UTC).astimezone(zone)
    assert there.hour == plan.hour or (left_out.hour != plan.hour and there - left_out < timedelta(hours=1))


@given(schedules, months, zones)
def test_issues_are_due_one_after_the_other(plan: Schedule, month: Month, zone: ZoneInfo):
    between = plan.due(month.following, zone) - plan.due(month, zone)
    assert timedelta(days=27, hours=22) <= between <= timedelta(days=31, hours=2)


@given(schedules, moments, zones)
def test_the_last_that_was_due_is_due_and_the_next_is_not(plan: Schedule, at: datetime, zone: ZoneInfo):
    last = plan.last_due(at, zone)
    assert plan.due(last, zone) <= at < plan.due(last.following, zone)


@given(issues, schedules, zones, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_what_is_sent_stays_sent_and_what_is_held_stays_held(
    issue: DigestIssue, plan: Schedule, zone: ZoneInfo, at: datetime, later: timedelta
):
    now, then = state_of(issue, plan, zone, at), state_of(issue, plan, zone, at + later)
    if now in {IssueState.SENT, IssueState.HELD, IssueState.OVERTAKEN}:
        assert then is now
    assert (now is IssueState.SENT) == (issue.sent_at is not None)


@given(issues, schedules, zones)
def test_untouched_it_waits_then_goes_out_then_is_overtaken(issue: DigestIssue, plan: Schedule, zone: ZoneInfo):
    issue.held_at = issue.released_at = issue.begun_at = issue.sent_at = None
    due, following = due_of(issue, plan, zone), plan.due(Month.parse(issue.month).following, zone)
    second = timedelta(seconds=1)
    states = [state_of(issue, plan, zone, at) for at in (due - second, due, following - second, following)]
    assert states == [IssueState.WAITING, IssueState.SENDING, IssueState.SENDING, IssueState.OVERTAKEN]


def test_an_hour_that_the_clock_change_leaves_out_is_the_next_one():
    berlin = ZoneInfo("Europe/Berlin")
    due = Schedule(28, 2).due(Month(2027, 2), berlin)
    assert due == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert due.astimezone(berlin).hour == 3


def test_of_an_hour_that_comes_twice_it_is_the_first():
    assert Schedule(25, 2).due(Month(2026, 9), ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "wrong"),
    [(0, 8, ["day"]), (29, 8, ["day"]), (31, 8, ["day"]), (-1, -1, ["day", "hour"]), (1, 24, ["hour"])],
)
def test_a_day_that_not_every_month_has_is_refused(day: int, hour: int, wrong: list[str]):
    with pytest.raises(InvalidInput) as refusal:
        checked_schedule(day, hour)
    assert [problem.field for problem in refusal.value.problems] == wrong


def test_a_note_is_cleaned_and_has_an_end():
    assert checked_note(" 大家好\r\n\x00 ", "note_zh") == "大家好"
    assert len(checked_note("字" * NOTE_LIMIT, "note_zh")) == NOTE_LIMIT
    with pytest.raises(InvalidInput):
        checked_note("字" * (NOTE_LIMIT + 1), "note_zh")
