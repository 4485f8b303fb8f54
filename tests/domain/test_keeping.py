from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.keeping import LATE_WORDS, LONGEST_WAIT, written_at, written_on

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waited", "written"),
    [
        (0, NOON),
        (90.5, NOON - timedelta(seconds=90.5)),
        (-5, NOON),
        (float("inf"), NOON - LONGEST_WAIT),
        (float("-inf"), NOON),
        (float("nan"), NOON),
    ],
)
def test_the_span_that_something_waited_says_when_it_was_written(waited: float, written: datetime) -> None:
    assert written_at(NOON, waited) == written


@given(st.floats())
def test_nothing_is_written_in_the_future(waited: float) -> None:
    assert NOON - LONGEST_WAIT <= written_at(NOON, waited) <= NOON


@given(st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_draft_changed_before_has_no_newer_words(earlier: timedelta) -> None:
    assert not written_on(NOON - earlier, NOON)
    assert not written_on(NOON, NOON - min(earlier, LATE_WORDS))
    assert written_on(NOON + LATE_WORDS + timedelta(seconds=1) + earlier, NOON)
