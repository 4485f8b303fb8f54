"""Telling group robots and programs: each fact once, in order, whatever the other end does."""

import base64
import hashlib
import hmac
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Hook, HookDelivery, HookFact, HookKind, HookTopic, MailState, Proposal, Verb
from studio.extensions import db
from studio.hooks import outbox
from studio.hooks.robots import Answer, Result
from studio.jobs.hooks import Herald
from studio.operations import digest, implementation
from studio.operations import hooks as operations
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, october
from tests.factories.hooks import hook
from tests.support.robot import CUT, DRIP, OK, Robot, closed_port, robot
from tests.support.statements import listening

pytestmark = on_both_databases
MINUTE = timedelta(minutes=1)


@pytest.fixture
def chat() -> Iterator[Robot]:
    with robot() as made:
        yield made


@pytest.fixture
def herald(settings, clock: Clock) -> Herald:
    return Herald(settings=settings, worker="test:1", clock=clock, chance=random.Random(1), patience=2)


def tell(session: Session, herald: Herald, clock: Clock, *, after: timedelta = MINUTE) -> int:
    clock.at += after
    return herald.tell_due(session)


def texts(chat: Robot) -> list[str]:
    return [one.said["markdown"]["content"] for one in chat.arrived]


def states(session: Session) -> list[MailState]:
    session.rollback()
    return list(session.scalars(select(HookDelivery.state).order_by(HookDelivery.id)))


def the_hook(session: Session) -> Hook:
    session.rollback()
    return session.scalars(select(Hook)).one()


def test_what_happens_is_told_once_with_a_link(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at)
    made = stories.filed(session, world)
    assert tell(session, herald, clock) == 1
    assert tell(session, herald, clock) == 0
    (text,) = texts(chat)
    assert "创新工作室：2 条新消息" in text
    assert f"新提案 [{made.number} 3号地坑盖板翘边绊人](http://127.0.0.1:8000/proposals/{made.number})" in text
    assert "> 叶思琪（ROLL-A车间）" in text
    assert "已分派" in text
    assert "> 何广茂创新工作室" in text


def test_a_whole_life_is_told_in_the_hook_s_language(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at, locale="en")
    made = stories.implemented(session, world, stories.decided(session, world, stories.filed(session, world)))
    with writing(session):
        implementation.verify_implementation(
            session, made, actor=world.reviewer, at=world.at + timedelta(days=7), words="seen"
        )
    tell(session, herald, clock, after=timedelta(days=2))
    (text,) = texts(chat)
    labels = ["New proposal", "With a studio", "Accepted", "Put to use", "Checked on site"]
    assert [label for label in labels if f"{label} [" in text] == labels
    assert [text.index(label) for label in labels] == sorted(text.index(label) for label in labels)
    assert "> Person 000101 (ROLL-A shop)" in text


def test_off_costs_one_statement_and_tells_nothing(session, world, herald, clock, chat):
    hook(session, world, chat.url)
    stories.filed(session, world)
    session.rollback()
    with listening() as heard:
        tell(session, herald, clock)
    assert heard.count <= 2
    assert chat.arrived == []


def test_what_was_before_it_was_switched_on_is_not_told(session, world, herald, clock, chat):
    stories.filed(session, world)
    hook(session, world, chat.url, on=world.at + MINUTE)
    assert tell(session, herald, clock, after=2 * MINUTE) == 0


def test_confidential_proposals_are_never_told_and_those_that_become_so_no_more(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at)
    stories.filed(session, world, confidential=True, title="保密的配方参数")
    later = stories.filed(session, world, title="后来保密")
    outbox.gather(session, at=clock.at)
    assert len(states(session)) == 1
    with writing(session):
        session.get_one(Proposal, later.id).confidential = True
    assert tell(session, herald, clock) == 0
    assert chat.arrived == []
    assert states(session) == []


@pytest.mark.parametrize("how", ["anonymous", "blind"])
def test_hidden_names_are_not_told(session, world, herald, clock, chat, how):
    hook(session, world, chat.url, on=world.at)
    made = stories.filed(session, world)
    with writing(session):
        setattr(session.get_one(Proposal, made.id), how, True)
    tell(session, herald, clock)
    (text,) = texts(chat)
    assert "3号地坑盖板" in text
    assert not [word for word in ("叶思琪", "ROLL-A", "000101") if word in text]


def test_a_hook_of_one_part_of_the_firm_tells_nothing_whose_names_are_hidden(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at, unit_code="ROLL")
    stories.filed(session, world, title="本车间的")
    stories.filed(session, world, author=world.stranger, unit=world.other_team, title="外车间的")
    stories.filed(session, world, anonymous=True, title="匿名的")
    tell(session, herald, clock)
    (text,) = texts(chat)
    assert ("本车间的" in text, "外车间的" in text, "匿名的" in text) == (True, False, False)


def test_a_hook_of_a_studio_tells_what_the_studio_has_and_only_its_topics(session, world, herald, clock, chat):
    topics = frozenset({HookTopic.DECIDED})
    hook(session, world, chat.url, on=world.at, studio_code="S-ROLL", topics=topics)
    stories.decided(session, world, stories.filed(session, world), Verb.DECLINE)
    stories.filed(session, world, title="还没决定")
    tell(session, herald, clock, after=timedelta(days=1))
    (text,) = texts(chat)
    assert "1 条新消息" in text
    assert "不采纳 [" in text or "未采纳 [" in text


def test_an_issue_of_the_digest_is_told_when_its_first_copy_went_out(session, world, settings, herald, clock, chat):
    october(session, world)
    clock.at = FIRST_OF_NOVEMBER - timedelta(hours=1)
    hook(session, world, chat.url, on=clock.at, topics=frozenset({HookTopic.ISSUE}))
    tell(session, herald, clock)
    with writing(session):
        digest.make_issue(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    assert tell(session, herald, clock, after=timedelta(hours=2)) == 0
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    assert tell(session, herald, clock) == 1
    assert tell(session, herald, clock) == 0
    assert "月报出来了 [2026年10月](http://127.0.0.1:8000/digest/2026-10)" in texts(chat)[0]


def test_an_act_that_was_committed_late_is_told_too(session, world, herald, clock, chat):
    """Ids and moments are given before the commit, so what is committed last may look old."""
    hook(session, world, chat.url, on=world.at)
    clock.at += timedelta(minutes=40)
    stories.filed(session, world, at=clock.at, title="先提交的")
    tell(session, herald, clock)
    stories.filed(session, world, at=clock.at - timedelta(minutes=30), title="后提交的")
    tell(session, herald, clock)
    assert ["先提交的" in texts(chat)[0], "后提交的" in texts(chat)[1]] == [True, True]


def test_a_worker_that_slept_tells_what_it_missed_but_no_old_stories(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at)
    stories.filed(session, world, title="四天前的")
    stories.filed(session, world, at=world.at + timedelta(days=2), title="两天前的")
    tell(session, herald, clock, after=timedelta(days=4))
    (text,) = texts(chat)
    assert ("两天前的" in text, "四天前的" in text) == (True, False)


def test_what_waits_is_joined_and_at_most_twenty_go_in_a_minute(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at, topics=frozenset({HookTopic.FILED}))
    for second in range(120):
        clock.at = world.at + timedelta(seconds=second)
        if second < 60:
            stories.filed(session, world, at=clock.at, title=f"第{second}件")
        if second % 2:
            herald.tell_due(session)
    assert 10 <= len(chat.arrived) <= 20
    whole = "".join(texts(chat))
    assert all(whole.count(f"第{second}件]") == 1 for second in range(60))


def test_more_than_a_message_may_hold_goes_in_several(session, world, herald, clock, chat, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_FACTS", 3)
    hook(session, world, chat.url, on=world.at, topics=frozenset({HookTopic.FILED}))
    for number in range(7):
        stories.filed(session, world, title=f"第{number}件")
    for _ in range(6):
        tell(session, herald, clock)
    whole = "".join(texts(chat))
    assert all(whole.count(f"第{number}件]") == 1 for number in range(7))
    assert len(chat.arrived) == 3


MISBEHAVING = {
    "500": (500, {}, b"oops"),
    "429": (429, {}, b""),
    "busy": (200, {}, b'{"errcode":45009,"errmsg":"api freq out of limit"}'),
    "no robot": (200, {}, b"<html>sign in</html>"),
    "cut": CUT,
    "drip": DRIP,
}


@pytest.mark.parametrize("how", MISBEHAVING)
def test_what_did_not_work_is_tried_again_with_the_same_id(session, world, herald, clock, chat, how):
    hook(session, world, chat.url, kind=HookKind.SIGNED if how in {"500", "429"} else HookKind.WECOM, on=world.at)
    stories.filed(session, world)
    chat.answer = lambda _: MISBEHAVING[how]
    assert tell(session, herald, clock) == 0
    assert states(session) == [MailState.QUEUED]
    failing = the_hook(session)
    assert failing.failing_since == clock.at
    assert failing.last_error
    assert "73febdcb" not in failing.last_error
    assert tell(session, herald, clock, after=timedelta(seconds=30)) == 0, "too early"
    chat.answer = lambda _: OK
    assert tell(session, herald, clock) == 1
    assert states(session) == [MailState.SENT]
    assert the_hook(session).failing_since is None
    assert len(chat.arrived) == 2
    assert len({one.headers.get("Webhook-Id") for one in chat.arrived}) == 1


@pytest.mark.parametrize("answer", [(404, {}, b"gone"), (200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}')])
def test_what_is_refused_is_given_up_and_said_and_the_next_goes(session, world, herald, clock, chat, answer):
    hook(session, world, chat.url, on=world.at)
    stories.filed(session, world)
    chat.answer = lambda _: answer
    tell(session, herald, clock)
    assert states(session) == [MailState.FAILED]
    assert the_hook(session).failing_since is not None
    chat.answer = lambda _: OK
    stories.filed(session, world, at=clock.at, title="下一件")
    assert tell(session, herald, clock) == 1
    message = session.scalars(select(HookDelivery).order_by(HookDelivery.id)).first()
    assert message is not None
    with writing(session):
        operations.send_again(session, the_hook(session), message.id, actor=world.admin, at=clock.at)
    assert tell(session, herald, clock) == 1
    assert states(session) == [MailState.SENT, MailState.SENT]


def test_nobody_is_followed_elsewhere(session, world, herald, clock, chat):
    with robot() as other:
        hook(session, world, chat.url, kind=HookKind.SIGNED, on=world.at)
        stories.filed(session, world)
        chat.answer = lambda _: (307, {"Location": other.url}, b"")
        assert tell(session, herald, clock) == 0
        assert other.arrived == []
    assert states(session) == [MailState.QUEUED]


def test_a_robot_that_hangs_or_is_away_costs_the_others_nothing(session, world, herald, clock, chat):
    herald.patience = 0.3
    with robot() as slow:
        slow.delay = 1.5
        hook(session, world, slow.url, on=world.at, name="慢的")
        hook(session, world, f"http://127.0.0.1:{closed_port()}/", on=world.at, name="不在的")
        hook(session, world, chat.url, on=world.at, name="好的")
        stories.filed(session, world)
        assert tell(session, herald, clock) == 1
    assert len(chat.arrived) == 1
    assert Counter(states(session)) == {MailState.QUEUED: 2, MailState.SENT: 1}


def test_later_and_later_and_after_three_days_given_up(session, world, herald, clock, chat):
    hook(session, world, chat.url, kind=HookKind.SIGNED, on=world.at)
    stories.filed(session, world)
    chat.answer = lambda _: (503, {}, b"")
    waits = []
    while MailState.FAILED not in states(session):
        before = clock.at
        tell(session, herald, clock, after=timedelta())
        clock.at = the_hook(session).rests_until or clock.at
        waits.append(clock.at - before)
        assert len(waits) < 60
    assert timedelta(seconds=45) <= waits[0] <= timedelta(seconds=75)
    assert timedelta(hours=3) <= waits[-2] <= timedelta(hours=5)
    assert timedelta(days=3) <= clock.at - world.at <= timedelta(days=3, hours=10)


def test_what_happens_while_it_is_away_is_one_message(session, world, herald, clock, chat):
    hook(session, world, chat.url, kind=HookKind.SIGNED, on=world.at)
    chat.answer = lambda _: (503, {}, b"")
    for _ in range(10):
        stories.filed(session, world, at=clock.at)
        tell(session, herald, clock)
    assert len(states(session)) == 2
    chat.answer = lambda _: OK
    chat.arrived.clear()
    tell(session, herald, clock, after=timedelta(hours=5))
    tell(session, herald, clock)
    assert sum(len(one.said["data"]["items"]) for one in chat.arrived) == 20
    assert len(chat.arrived) == 2


def test_a_program_can_check_what_it_gets(session, world, herald, clock, chat):
    hook(session, world, chat.url, kind=HookKind.SIGNED, on=world.at)
    stories.filed(session, world)
    tell(session, herald, clock)
    (arrived,) = chat.arrived
    key = base64.b64decode(the_hook(session).secret.removeprefix("whsec_"))
    signed = f"{arrived.headers['Webhook-Id']}.{arrived.headers['Webhook-Timestamp']}.".encode() + arrived.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert arrived.headers["Webhook-Signature"] == f"v1,{expected}"
    assert datetime.fromtimestamp(int(arrived.headers["Webhook-Timestamp"]), UTC) == clock.at


def test_killed_between_arrival_and_commit_only_that_one_comes_again_with_the_same_id(
    session, world, herald, clock, chat, monkeypatch
):
    hook(session, world, chat.url, kind=HookKind.SIGNED, on=world.at)
    stories.filed(session, world)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "record", die)
        with pytest.raises(KeyboardInterrupt):
            tell(session, herald, clock)
    assert states(session) == [MailState.SENDING]
    stories.filed(session, world, at=clock.at, title="之后的")
    another = replace(herald, worker="test:2")
    assert tell(session, another, clock) == 0, "its claim still holds, and order is kept"
    for _ in range(3):
        tell(session, another, clock)
    ids = [one.headers["Webhook-Id"] for one in chat.arrived]
    assert ids[0] == ids[1]
    assert sorted(Counter(ids).values()) == [1, 2]
    assert chat.arrived[0].said["data"] == chat.arrived[1].said["data"]
    assert set(states(session)) == {MailState.SENT}


def test_a_worker_that_lost_its_claim_does_not_overwrite_the_new_one(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at)
    stories.filed(session, world)
    outbox.gather(session, at=clock.at)
    parcel = outbox.claim(session, worker="slow:1", at=clock.at, until=clock.at)
    assert parcel is not None
    outbox.claim(session, worker="quick:1", at=clock.at, until=clock.at + MINUTE)
    outbox.record(
        session,
        parcel,
        Result(Answer.REFUSED, "late"),
        worker="slow:1",
        at=clock.at,
        chance=herald.chance,
    )
    assert states(session) == [MailState.SENDING]
    assert the_hook(session).failing_since is None


def test_two_workers_at_once_tell_each_thing_once(app, session, world, herald, clock, chat):
    for number in range(3):
        hook(session, world, chat.url, kind=HookKind.SIGNED, on=world.at, name=f"{number}")
    for _ in range(10):
        stories.filed(session, world)
    session.close()

    def work(name: str) -> None:
        with app.app_context():
            replace(herald, worker=name, patience=10).tell_due(db.session)

    workers = [threading.Thread(target=work, args=[f"test:{i}"]) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    told = Counter(item["id"] for one in chat.arrived for item in one.said["data"]["items"])
    clock.at += MINUTE
    herald.tell_due(session)
    told = Counter(item["id"] for one in chat.arrived for item in one.said["data"]["items"])
    assert set(told.values()) == {3}
    assert len(told) == 20
    assert session.scalar(select(func.count()).select_from(HookFact)) == 60


def test_switching_off_drops_what_waits_and_long_ago_is_forgotten(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at)
    stories.filed(session, world)
    tell(session, herald, clock)
    stories.filed(session, world, at=clock.at)
    outbox.gather(session, at=clock.at)
    assert states(session) == [MailState.SENT, MailState.QUEUED]
    with writing(session):
        operations.switch(session, the_hook(session), active=False, actor=world.admin, at=clock.at)
    assert states(session) == [MailState.SENT]
    with writing(session):
        outbox.forget(session, at=clock.at + timedelta(days=91))
    assert states(session) == []
    assert session.scalar(select(func.count()).select_from(HookFact)) == 0


def test_a_look_costs_the_same_for_many_facts(session, world, herald, clock, chat):
    hook(session, world, chat.url, on=world.at)
    costs = []
    for count in (1, 5):
        for _ in range(count):
            stories.filed(session, world, at=clock.at)
        session.rollback()
        with listening() as heard:
            tell(session, herald, clock)
        costs.append(heard.count)
    assert costs[0] == costs[1]
    assert len(chat.arrived) == 2
