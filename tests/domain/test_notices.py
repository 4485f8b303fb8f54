"""When a mail may tell something: pure rules of choice, gap and the mail of the day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import NoticeChoice, NoticeGroup, Person, Preferences
from studio.domain.notices import GROUPS, Rhythm, choice_of, usual
from studio.wording.notices import GROUPS as WORDS
from studio.wording.notices import KINDS, saying

GAP = timedelta(minutes=15)
SHANGHAI = Rhythm(GAP, time(7, 30), ZoneInfo("Asia/Shanghai"))
BERLIN = Rhythm(GAP, time(2, 30), ZoneInfo("Europe/Berlin"))
"""Where on one night of the year 02:30 comes twice, and on another not at all."""
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(
    at=MOMENTS,
    ago=st.none() | st.timedeltas(timedelta(0), timedelta(days=2)),
    rhythm=st.sampled_from([SHANGHAI, BERLIN]),
)
def test_no_mail_comes_before_the_fact_or_too_soon_after_the_last(at, ago, rhythm):
    last = None if ago is None else at - ago
    for choice in (NoticeChoice.AT_ONCE, NoticeChoice.DAILY):
        mail_at = rhythm.mail_at(choice, at, last=last)
        assert mail_at >= at
        assert last is None or mail_at >= last + GAP
        assert mail_at - at <= timedelta(days=1, hours=1, minutes=15)


@given(at=MOMENTS, ahead=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_clock_that_was_set_back_holds_nothing_for_longer_than_the_gap(at, ahead):
    assert SHANGHAI.mail_at(NoticeChoice.AT_ONCE, at, last=at + ahead) == at + GAP


@given(at=MOMENTS)
def test_what_is_held_goes_with_what_is_held(at):
    held = at + timedelta(minutes=3)
    assert SHANGHAI.mail_at(NoticeChoice.AT_ONCE, at, last=at - timedelta(minutes=12), held=held) == held


@given(at=MOMENTS)
def test_the_mail_of_the_day_leaves_at_its_time_of_the_site(at):
    leaves = SHANGHAI.next_daily(at).astimezone(SHANGHAI.zone)
    assert leaves.time() == time(7, 30)
    assert SHANGHAI.day_of(leaves) == leaves.date()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 29),  # 02:30 does not exist on this day; it counts as 03:30
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), 25),  # 02:30 comes twice on this day; the first counts
    ],
)
def test_on_the_nights_when_clocks_change_it_leaves_once(at, day):
    first = BERLIN.next_daily(at)
    assert BERLIN.day_of(first).day == day
    assert BERLIN.day_of(BERLIN.next_daily(first + timedelta(seconds=1))).day == day + 1


def test_the_app_alone_needs_no_mail():
    assert SHANGHAI.mail_at(NoticeChoice.APP, datetime(2026, 11, 16, tzinfo=UTC), last=None) is None


def test_who_has_not_chosen_gets_what_is_usual():
    person = Person(preferences=None)
    assert all(choice_of(person, group) is usual(group) for group in NoticeGroup)
    person.preferences = Preferences(notices={"decision": "daily"})
    assert choice_of(person, NoticeGroup.DECISION) is NoticeChoice.DAILY
    assert choice_of(person, NoticeGroup.REQUEST) is NoticeChoice.AT_ONCE


def test_every_kind_of_mail_belongs_to_a_kind_of_event_and_has_words():
    assert set(GROUPS) == set(KINDS) | {"decided", "followed"}
    assert set(GROUPS.values()) == set(NoticeGroup) == set(WORDS)
    assert all(saying(kind, "accepted") for kind in GROUPS)
