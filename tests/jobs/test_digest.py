"""Issues are made when their month closes and go out on their day, whatever workers and clocks do meanwhile."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Delivery, DigestIssue, OutgoingMail, Person
from studio.domain.errors import InvalidInput
from studio.domain.issues import IssueState, Schedule
from studio.domain.periods import Month
from studio.extensions import db
from studio.jobs import digest as job
from studio.jobs import leases
from studio.operations import digest, issues
from studio.queries import issues as queries
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import IN_OCTOBER, OCTOBER, by_itself, filed, october
from tests.factories.world import World

pytestmark = on_both_databases

CLOSE = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
"""Midnight in Shanghai, at the end of October."""
DUE = datetime(2026, 11, 3, 0, 0, tzinfo=UTC)
"""08:00 on the third."""
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def at_work(session: Session, world: World) -> None:
    """Everybody has been here since the middle of October, in which something happened."""
    october(session, world)
    with writing(session):
        session.execute(sa.update(Person).values(created_at=IN_OCTOBER))


def run(session: Session, settings: Settings, at: datetime, worker: str = "a") -> list[Month]:
    return job.make_and_send(session, settings, worker=worker, at=at, send=by_itself(session, settings, at))


def made(session: Session) -> list[tuple[int, str]]:
    session.rollback()
    rows = session.execute(select(DigestIssue.number, DigestIssue.month).order_by(DigestIssue.number))
    return [(number, month) for number, month in rows]


def mails(session: Session) -> dict[str, int]:
    """How many mails of the digest there are, by month."""
    session.rollback()
    found: dict[str, int] = {}
    for once in session.scalars(select(OutgoingMail.once).where(OutgoingMail.kind == "digest")):
        month = str(once).split(":")[1]
        found[month] = found.get(month, 0) + 1
    return found


def people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def issue_of(session: Session, month: str = "2026-10") -> DigestIssue:
    session.rollback()
    session.expire_all()
    return session.scalars(select(DigestIssue).where(DigestIssue.month == month)).one()


def test_an_issue_is_made_when_its_month_closes_and_sent_on_its_day(session, world, settings):
    assert run(session, settings, CLOSE - SECOND) == []
    assert made(session) == []
    assert run(session, settings, CLOSE) == []
    assert made(session) == [(1, "2026-10")]
    assert run(session, settings, DUE - SECOND) == []
    assert mails(session) == {}
    assert run(session, settings, DUE) == [OCTOBER]
    assert mails(session) == {"2026-10": people(session)}
    assert issue_of(session).sent_at is not None
    assert run(session, settings, DUE + 5 * DAY, "b") == []


def test_what_was_frozen_at_the_close_is_what_goes_out(session, world, settings):
    run(session, settings, CLOSE)
    frozen = dict(issue_of(session).facts)
    filed(session, world, "补录的十月提案")
    run(session, settings, DUE)
    assert issue_of(session).facts == frozen
    assert issue_of(session).frozen_at == CLOSE


def test_a_worker_that_slept_over_the_day_sends_it_when_it_wakes(session, world, settings):
    assert run(session, settings, DUE + 20 * DAY) == [OCTOBER]
    assert mails(session) == {"2026-10": people(session)}


def test_a_worker_that_slept_over_a_whole_month_makes_both_and_mails_the_newer(session, world, settings):
    woken = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
    assert run(session, settings, woken) == [Month(2026, 11)]
    assert made(session) == [(1, "2026-10"), (2, "2026-11")]
    assert mails(session) == {"2026-11": people(session)}
    missed = queries.one(session, settings, OCTOBER, at=woken)
    assert missed is not None
    assert (missed.state, missed.published) == (IssueState.OVERTAKEN, True)
    assert queries.overdue(session, settings, at=woken + timedelta(hours=2)) == []


def test_what_was_overtaken_goes_out_if_somebody_says_so(session, world, settings):
    woken = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
    run(session, settings, woken)
    with writing(session):
        issues.send_now(issue_of(session), actor=world.coordinator, at=woken)
    assert run(session, settings, woken + timedelta(minutes=1)) == [OCTOBER]
    assert mails(session) == {"2026-10": people(session), "2026-11": people(session)}


def test_a_clock_that_is_wrong_by_years_does_not_make_hundreds_of_issues(session, world, settings):
    run(session, settings, datetime(2099, 1, 5, tzinfo=UTC))
    assert len(made(session)) == queries.CATCH_UP


@pytest.mark.parametrize("back_by", [timedelta(hours=3), 10 * DAY, 70 * DAY])
@pytest.mark.parametrize("after", [CLOSE, DUE])
def test_a_clock_that_is_set_back_makes_nothing_twice(session, world, settings, after, back_by):
    run(session, settings, after)
    for at in (after - back_by, after, DUE, DUE + DAY):
        run(session, settings, at, "b")
    assert made(session) == [(1, "2026-10")]
    assert mails(session) == {"2026-10": people(session)}


def test_killed_between_making_and_sending_another_worker_goes_on(session, world, settings, monkeypatch):
    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(digest, "_without_copy", killed)
    with pytest.raises(KeyboardInterrupt):
        run(session, settings, DUE)
    monkeypatch.undo()
    assert made(session) == [(1, "2026-10")]
    assert mails(session) == {}
    assert issue_of(session).begun_at == DUE
    assert run(session, settings, DUE + SECOND, "b") == []  # the claim of the dead one still holds
    assert run(session, settings, DUE + job.HOLD, "b") == [OCTOBER]
    assert mails(session) == {"2026-10": people(session)}


def test_what_was_half_sent_is_finished_even_after_the_next_one_was_due(session, world, settings, monkeypatch):
    batches = iter(range(1))
    store = digest._store

    def dying(*args, **kwargs):
        next(batches)
        store(*args, **kwargs)

    monkeypatch.setattr(digest, "_store", dying)
    with pytest.raises(StopIteration):
        digest.send(session, OCTOBER, at=DUE, settings=settings, batch=4)
    monkeypatch.undo()
    run(session, settings, datetime(2026, 12, 5, tzinfo=UTC))
    assert mails(session) == {"2026-10": people(session), "2026-11": people(session)}


@pytest.mark.parametrize("at", [CLOSE, DUE])
def test_two_workers_at_once_make_and_send_it_once(app: Flask, session: Session, settings: Settings, at: datetime):
    session.close()
    barrier, failures = threading.Barrier(2), []

    def work(name: str) -> None:
        try:
            with app.app_context():
                barrier.wait()
                run(db.session, settings, at, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    workers = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert made(session) == [(1, "2026-10")]
    assert mails(session) == ({"2026-10": people(session)} if at == DUE else {})


def test_while_one_worker_sends_another_leaves_it_alone(session, world, settings):
    assert leases.take(session, job.JOB, holder="a", at=DUE, hold=job.HOLD)
    assert run(session, settings, DUE, "b") == []
    assert run(session, settings, DUE + job.HOLD, "b") == [OCTOBER]


def test_there_is_no_issue_of_the_time_before_anybody_was_here(session, world, settings):
    with writing(session):
        session.execute(sa.update(Person).values(created_at=CLOSE + DAY))
    assert run(session, settings, DUE + DAY) == []
    assert made(session) == []
    assert queries.overdue(session, settings, at=DUE + DAY) == []


def test_held_back_it_stays_until_it_is_let_go(session, world, settings):
    run(session, settings, CLOSE)
    with writing(session):
        issues.hold_back(issue_of(session), actor=world.coordinator, at=CLOSE)
    assert run(session, settings, DUE + 9 * DAY) == []
    with pytest.raises(InvalidInput, match="issue_held"):
        digest.send(session, OCTOBER, at=DUE, settings=settings)
    assert queries.overdue(session, settings, at=DUE + 9 * DAY) == []
    with writing(session):
        issues.let_go(issue_of(session), actor=world.coordinator)
    assert run(session, settings, DUE + 9 * DAY) == [OCTOBER]
    assert mails(session) == {"2026-10": people(session)}


def test_sent_by_hand_it_goes_before_its_day_and_not_again_on_it(session, world, settings):
    run(session, settings, CLOSE)
    with writing(session):
        issues.send_now(issue_of(session), actor=world.coordinator, at=CLOSE + SECOND)
    assert run(session, settings, CLOSE + timedelta(minutes=1)) == [OCTOBER]
    assert run(session, settings, DUE) == []
    assert mails(session) == {"2026-10": people(session)}


def test_a_day_set_in_the_app_holds_instead_of_the_settings_also_for_what_waits(session, world, settings):
    run(session, settings, CLOSE)
    with writing(session):
        issues.set_schedule(session, 6, 15, actor=world.coordinator, at=CLOSE)
    assert run(session, settings, DUE) == []
    assert run(session, settings, datetime(2026, 11, 6, 7, 0, tzinfo=UTC) - SECOND) == []
    assert run(session, settings, datetime(2026, 11, 6, 7, 0, tzinfo=UTC)) == [OCTOBER]
    with writing(session):
        issues.drop_schedule(session, actor=world.coordinator)
    assert queries.schedule(session, settings) == Schedule(settings.digest_day, settings.digest_hour)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"])
def test_a_month_closes_at_midnight_of_the_site_s_own_wall_clock(session, world, settings, zone):
    there = replace(settings, timezone=zone)
    close = datetime(2026, 11, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    last_minute = filed(session, world, "关账前一分钟", submitted_at=close - timedelta(minutes=1))
    first_minute = filed(session, world, "关账后一分钟", submitted_at=close + timedelta(minutes=1))
    run(session, there, close - SECOND)
    assert made(session) == []
    run(session, there, close)
    told = issue_of(session).facts["filed"]
    assert last_minute.id in told
    assert first_minute.id not in told


def test_the_hour_of_sending_follows_the_clock_change(session, world, settings):
    there = replace(settings, timezone="Europe/Berlin", digest_day=26, digest_hour=8)
    plan = queries.schedule(session, there)
    assert plan.due(Month(2026, 9), there.zone) == datetime(
        2026, 10, 26, 7, 0, tzinfo=UTC
    )  # winter time since the 25th
    assert plan.due(Month(2026, 8), there.zone) == datetime(2026, 9, 26, 6, 0, tzinfo=UTC)


class TestOverdue:
    """Someone must be told when an issue has not gone out an hour after its time."""

    def months(self, session: Session, settings: Settings, at: datetime) -> list[Month]:
        session.rollback()
        return [late.month for late in queries.overdue(session, settings, at=at)]

    @pytest.mark.parametrize("prepare", [lambda *_: None, run])
    def test_an_hour_after_its_time_whether_it_is_made_or_not(
        self, session: Session, settings: Settings, prepare: Callable[[Session, Settings, datetime], object]
    ):
        prepare(session, settings, CLOSE)
        hour = timedelta(hours=1)
        assert self.months(session, settings, DUE + hour - SECOND) == []
        assert self.months(session, settings, DUE + hour) == [OCTOBER]

    def test_not_any_more_once_it_is_out(self, session: Session, settings: Settings):
        run(session, settings, DUE)
        assert self.months(session, settings, DUE + 2 * DAY) == []
        assert session.scalar(select(func.count()).select_from(Delivery))

    def test_let_go_by_hand_it_is_late_an_hour_after_that(self, session: Session, world: World, settings: Settings):
        run(session, settings, CLOSE)
        with writing(session):
            issues.send_now(issue_of(session), actor=world.coordinator, at=CLOSE + SECOND)
        assert self.months(session, settings, CLOSE + timedelta(hours=1)) == []
        assert self.months(session, settings, CLOSE + timedelta(hours=1, seconds=1)) == [OCTOBER]

    def test_half_sent_it_is_late_too(self, session: Session, settings: Settings):
        run(session, settings, CLOSE)
        with writing(session):
            issue_of(session).begun_at = DUE
        assert self.months(session, settings, DUE + 3 * DAY) == [OCTOBER]
