"""Notes of slow work: few, true, and never in the way of the work itself."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import SlowWork, SlowWorkKind
from studio.domain.slow_work import STOPPED_AFTER, SlowWorkState
from studio.operations import slow_work
from studio.operations.slow_work import Notes, noted
from studio.queries import slow_work as queries
from studio.queries.slow_work import Run
from tests.conftest import MONDAY_MORNING, Clock, on_both_databases
from tests.support.statements import listening

pytestmark = on_both_databases


@pytest.fixture(autouse=True)
def every_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_work, "NOTED_EVERY_SECONDS", 0)


def begin(session: Session, clock: Clock, holder: str = "w1") -> Notes:
    return Notes(session, SlowWorkKind.INDEX, holder=holder, clock=clock)


def newest(session: Session, at: datetime) -> Run:
    """Return the one run as a page asked for now shows it."""
    session.rollback()
    session.expire_all()
    (run,) = queries.runs(session, at=at)
    return run


def _work_until_stopped(tell: Notes) -> None:
    tell(42, 100)
    raise KeyboardInterrupt


def row(session: Session) -> SlowWork | None:
    session.rollback()
    session.expire_all()
    return session.scalars(select(SlowWork)).one_or_none()


def test_it_is_told_how_far_and_how_long_and_that_it_is_over(session: Session, clock: Clock) -> None:
    with noted(session, SlowWorkKind.INDEX, holder="w1", clock=clock) as tell:
        clock.at += timedelta(seconds=30)
        tell(300)  # looked at; nobody knows of how many
        run = newest(session, clock.at)
        assert (run.state, run.percent, run.seconds_left) == (SlowWorkState.RUNNING, None, None)
        clock.at += timedelta(seconds=10)
        tell(100, 400)  # of which nothing is counted before the last word
        run = newest(session, clock.at)
        assert (run.percent, run.seconds_left, run.took) == (25, 30, timedelta(seconds=40))

    run = newest(session, clock.at + timedelta(days=1))
    assert (run.state, run.work.begun_at, run.work.ended_at) == (SlowWorkState.FINISHED, MONDAY_MORNING, clock.at)


def test_who_finds_nothing_to_do_leaves_no_trace(session: Session, clock: Clock) -> None:
    with noted(session, SlowWorkKind.INDEX, holder="w1", clock=clock), listening() as heard:
        pass
    assert heard.count == 0
    assert row(session) is None


def test_what_breaks_off_is_told_as_broken_off(session: Session, clock: Clock) -> None:
    with pytest.raises(KeyboardInterrupt), noted(session, SlowWorkKind.INDEX, holder="w1", clock=clock) as tell:
        _work_until_stopped(tell)

    run = newest(session, clock.at)
    assert (run.state, run.percent) == (SlowWorkState.FAILED, 42)


def test_what_was_killed_has_stopped_where_it_was(session: Session, clock: Clock) -> None:
    begin(session, clock)(42, 100)

    run = newest(session, clock.at + STOPPED_AFTER * 2)
    assert (run.state, run.percent) == (SlowWorkState.STOPPED, 42)


def test_a_new_run_takes_the_place_of_the_old_one_which_is_silent_from_then_on(session: Session, clock: Clock) -> None:
    old = begin(session, clock, "w1")
    old(90, 100)
    old.end(failed=True)
    clock.at += timedelta(hours=1)
    begin(session, clock, "w2")(1, 100)
    old(91, 100)
    old.end(failed=False)

    found = row(session)
    assert found is not None
    assert (found.holder, found.done, found.ended_at, found.failed) == ("w2", 1, None, False)


def test_it_is_noted_once_a_second_at_most(session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_work, "NOTED_EVERY_SECONDS", 1)
    ticks = iter([0.0, 0.5, 1.5, 1.5, 2.0])
    monkeypatch.setattr(slow_work, "monotonic", lambda: next(ticks))
    tell = begin(session, clock)
    for done in (1, 2, 3):
        tell(done, 10)
    found = row(session)
    assert found is not None
    assert found.done == 3
    tell(4, 10)
    found = row(session)
    assert found is not None
    assert found.done == 3


def test_work_goes_on_where_nothing_can_be_noted(session: Session, clock: Clock) -> None:
    session.execute(sa.text("DROP TABLE slow_works"))
    session.commit()
    with noted(session, SlowWorkKind.IMPORT, holder="w1", clock=clock) as tell:
        tell(1, 2)
        tell(2, 2)
