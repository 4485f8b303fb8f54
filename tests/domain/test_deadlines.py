from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import Deadline, DeadlineStep
from studio.domain.clock import chinese_calendar
from studio.domain.deadlines import (
    URGENT,
    USUAL,
    Limits,
    Rule,
    answer_due,
    decision_due,
    is_news,
    limits_for,
    step_due,
)
from studio.domain.shifts import Span, with_shifts

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = chinese_calendar(SHANGHAI)
ALWAYS = with_shifts(CHINA, [Span(weekday, 0, 1440) for weekday in range(7)], keeps_holidays=False)
SUGGESTION, RENOVATION, SAFETY, QUALITY, FIRM, PLANT, TEAM = range(7)


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


FILED = local(11, 23, 10)
MOMENTS = st.integers(0, 90 * 24 * 60).map(lambda minutes: local(8, 1) + timedelta(minutes=minutes))


def quick(hours: int) -> Limits:
    return Limits(hours, hours * 3, 5)


def asked_of(*rules: Rule, urgent: bool = False, theme_ids: tuple[int, ...] = (QUALITY,)) -> Limits:
    return limits_for(rules, kind_id=SUGGESTION, theme_ids=theme_ids, unit_ids=(FIRM, PLANT, TEAM), urgent=urgent)


class TestLimits:
    def test_without_a_rule_the_written_ones_hold(self):
        assert asked_of() == USUAL
        assert asked_of(urgent=True) == URGENT

    def test_a_rule_that_does_not_match_is_left_aside(self):
        others = [Rule(quick(1), kind_id=RENOVATION), Rule(quick(2), theme_id=SAFETY), Rule(quick(3), unit_id=99)]
        assert asked_of(*others) == USUAL

    @pytest.mark.parametrize(
        ("precise", "other"),
        [
            (Rule(quick(9), kind_id=SUGGESTION), Rule(quick(1))),
            (Rule(quick(9), theme_id=QUALITY), Rule(quick(1), kind_id=SUGGESTION)),
            (Rule(quick(9), kind_id=SUGGESTION), Rule(quick(1), unit_id=TEAM, depth=4)),
            (Rule(quick(9), kind_id=SUGGESTION, unit_id=FIRM, depth=2), Rule(quick(1), theme_id=QUALITY)),
            (Rule(quick(9), unit_id=TEAM, depth=4), Rule(quick(1), unit_id=FIRM, depth=2)),
        ],
    )
    def test_the_most_precise_rule_holds(self, precise, other):
        assert asked_of(precise, other) == asked_of(other, precise) == quick(9)

    def test_of_two_themes_the_quicker_holds(self):
        rules = [Rule(quick(20), theme_id=QUALITY), Rule(quick(6), theme_id=SAFETY)]
        assert asked_of(*rules, theme_ids=(QUALITY, SAFETY), urgent=True) == quick(6)

    def test_safety_waits_longer_only_where_a_rule_says_so(self):
        assert asked_of(Rule(Limits(48, 96, 5)), urgent=True) == Limits(8, 24, 5)
        assert asked_of(Rule(Limits(48, 96, 5), theme_id=SAFETY), theme_ids=(SAFETY,), urgent=True).answer_hours == 48


class TestDueTimes:
    def test_a_first_answer_is_owed_within_24_working_hours_and_8_for_safety(self):
        assert answer_due(CHINA, FILED, USUAL) == local(11, 26, 10)
        assert answer_due(CHINA, FILED, URGENT) == local(11, 24, 10)
        assert answer_due(ALWAYS, FILED, USUAL) == local(11, 24, 10)

    def test_a_decision_is_owed_within_ten_working_days(self):
        assert decision_due(CHINA, FILED, USUAL) == local(12, 7, 17)
        assert decision_due(ALWAYS, FILED, USUAL) == local(12, 4)

    def test_pauses_are_added_one_after_the_other(self):
        pauses = [(local(11, 23, 11), local(11, 23, 15)), (local(11, 27, 10), local(11, 27, 11))]
        assert answer_due(CHINA, FILED, USUAL, pauses=pauses[:1]) == local(11, 26, 14)
        assert decision_due(CHINA, FILED, USUAL, pauses=pauses) == local(12, 8, 12)

    @settings(deadline=None)
    @given(st.sampled_from([CHINA, ALWAYS]), st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted))
    def test_a_pause_shifts_by_exactly_its_working_time(self, calendar, moments):
        start, asked, answered = moments
        plain = answer_due(calendar, start, USUAL)
        later = answer_due(calendar, start, USUAL, pauses=[(asked, answered)])
        paused = calendar.working_time_between(asked, answered) if asked < plain else timedelta(0)
        assert calendar.working_time_between(plain, later) == paused

    @settings(deadline=None)
    @given(st.sampled_from([CHINA, ALWAYS]), MOMENTS, MOMENTS, st.integers(1, 99), st.integers(1, 99))
    def test_a_later_start_or_a_longer_limit_is_never_due_sooner(self, calendar, one, other, little, more):
        early, late = sorted((one, other))
        low, high = sorted((little, more))
        assert answer_due(calendar, early, quick(low)) <= answer_due(calendar, late, quick(low))
        assert answer_due(calendar, early, quick(low)) <= answer_due(calendar, early, quick(high))


class TestSteps:
    @pytest.mark.parametrize(
        ("now", "step"),
        [
            (local(11, 25, 11), None),
            (local(11, 25, 13), DeadlineStep.REMINDER),
            (local(11, 26, 9, 59), DeadlineStep.REMINDER),
            (local(11, 26, 10), DeadlineStep.REVIEWER),
            (local(12, 1, 9, 59), DeadlineStep.REVIEWER),
            (local(12, 1, 10), DeadlineStep.LEAD),
            (local(12, 4, 9, 59), DeadlineStep.LEAD),
            (local(12, 4, 10), DeadlineStep.COORDINATOR),
            (local(12, 31, 10), DeadlineStep.COORDINATOR),
        ],
    )
    def test_a_first_answer_goes_up_from_the_reviewer_to_the_coordinator(self, now, step):
        due = answer_due(CHINA, FILED, USUAL)
        assert step_due(CHINA, Deadline.ANSWER, due, USUAL, now) is step

    @pytest.mark.parametrize(
        ("now", "step"),
        [
            (local(12, 4, 16), None),
            (local(12, 4, 17), DeadlineStep.REMINDER),
            (local(12, 7, 17), DeadlineStep.LEAD),
            (local(12, 10, 16), DeadlineStep.LEAD),
            (local(12, 10, 17), DeadlineStep.COORDINATOR),
        ],
    )
    def test_a_decision_is_the_leads_and_then_the_coordinators(self, now, step):
        due = decision_due(CHINA, FILED, USUAL)
        assert step_due(CHINA, Deadline.DECISION, due, USUAL, now) is step

    def test_without_a_studio_the_coordinator_is_told_at_once(self):
        due = answer_due(CHINA, FILED, USUAL)
        assert step_due(CHINA, Deadline.ANSWER, due, USUAL, due, routed=False) is DeadlineStep.COORDINATOR
        assert step_due(CHINA, Deadline.ANSWER, due, USUAL, local(11, 26, 9), routed=False) is DeadlineStep.REMINDER

    @settings(deadline=None)
    @given(st.sampled_from(list(Deadline)), st.lists(MOMENTS, min_size=2, max_size=8).map(sorted))
    def test_steps_only_go_up(self, deadline, moments):
        steps = [step_due(CHINA, deadline, local(9, 15, 10), USUAL, now) for now in moments]
        ranks = [list(DeadlineStep).index(step) if step else -1 for step in steps]
        assert ranks == sorted(ranks)

    def test_who_slept_over_some_steps_takes_the_highest_only(self):
        assert is_news(DeadlineStep.LEAD, [])
        assert is_news(DeadlineStep.LEAD, [DeadlineStep.REMINDER])
        assert not is_news(DeadlineStep.LEAD, [DeadlineStep.LEAD])
        assert not is_news(DeadlineStep.REVIEWER, [DeadlineStep.COORDINATOR])
