"""How far and how much longer: what is said is never more than is known."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import SlowWork, SlowWorkKind
from studio.domain.slow_work import STOPPED_AFTER, SlowWorkState, percent, seconds_left, state_of

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
counts = st.integers(0, 10**9)


def work(**facts: object) -> SlowWork:
    return SlowWork(kind=SlowWorkKind.INDEX, holder="w", begun_at=NOON, seen_at=NOON, **facts)


@pytest.mark.parametrize(
    ("facts", "later", "state"),
    [
        ({}, timedelta(0), SlowWorkState.RUNNING),
        ({}, STOPPED_AFTER, SlowWorkState.RUNNING),
        ({}, STOPPED_AFTER + timedelta(seconds=1), SlowWorkState.STOPPED),
        ({}, -STOPPED_AFTER - timedelta(seconds=1), SlowWorkState.STOPPED),
        ({"ended_at": NOON, "failed": False}, timedelta(days=9), SlowWorkState.FINISHED),
        ({"ended_at": NOON, "failed": True}, timedelta(0), SlowWorkState.FAILED),
    ],
)
def test_work_that_gives_no_sign_of_life_has_stopped(
    facts: dict[str, object], later: timedelta, state: SlowWorkState
) -> None:
    assert state_of(work(**facts), NOON + later) is state


@given(counts, counts)
def test_a_hundred_per_cent_is_all_of_it(done: int, total: int) -> None:
    found = percent(done, total)
    if total == 0:
        assert found is None
    else:
        assert found is not None
        assert 0 <= found <= 100
        assert (found == 100) is (done >= total)


@given(counts, counts, st.floats(0, 10**6))
def test_time_left_goes_on_at_the_pace_so_far(done: int, total: int, seconds: float) -> None:
    left = seconds_left(done, total, seconds)
    if left is None:
        assert done == 0 or total == 0 or seconds < 2
    elif done >= total:
        assert left == 0
    else:
        assert left * done == pytest.approx(seconds * (total - done))
