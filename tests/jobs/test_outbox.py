"""Delivery: each mail once, whatever the relay does."""

import threading
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import MailState, OutgoingMail
from studio.extensions import db
from studio.jobs.outbox import Courier, Tally
from studio.mail import outbox
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World
from tests.support.relay import CUT, OK, free_port

pytestmark = on_both_databases


def queue(session: Session, world: World, count: int = 1, **facts: object) -> list[int]:
    mails = [
        OutgoingMail(
            kind="decided",
            once=f"test:{i}",
            address=f"p{i}@example.com",
            recipient_name='叶思琪, "Si" <x@y>',
            message_id=f"<test.{i}@studio.local>",
            subject="采纳了：“3号地坑盖板翘边绊人，小推车过去咣当一下，推的人容易闪腰，雨天更滑”",
            text="叶思琪：\n\n采纳了。\n.\n..两个点开头\n",
            html="<p>采纳了。</p>",
            headers={"List-Unsubscribe": "<http://127.0.0.1:8000/digest/leave/abc>"},
            next_attempt_at=world.at,
            created_at=world.at,
        )
        for i in range(count)
    ]
    with writing(session):
        session.add_all(mails)
        for mail in mails:
            for name, value in facts.items():
                setattr(mail, name, value)
    return [mail.id for mail in mails]


def states(session: Session) -> list[MailState]:
    session.rollback()
    return list(session.scalars(select(OutgoingMail.state).order_by(OutgoingMail.id)))


def first(session: Session) -> OutgoingMail:
    session.rollback()
    return session.scalars(select(OutgoingMail).order_by(OutgoingMail.id).limit(1)).one()


def test_many_mails_go_over_one_connection_and_once_only(session, world, courier, smtp):
    queue(session, world, 5)
    assert courier.deliver_due(session) == Tally(sent=5)
    assert courier.deliver_due(session) == Tally()
    assert (smtp.connections, len(smtp.arrived)) == (1, 5)
    assert states(session) == [MailState.SENT] * 5
    assert first(session).sent_at == world.at


def test_names_words_and_headers_arrive_as_they_were_written(session, world, courier, smtp):
    queue(session, world)
    courier.deliver_due(session)
    (mail,) = smtp.arrived
    stored = first(session)
    assert mail["Subject"] == stored.subject
    (recipient,) = mail["To"].addresses
    assert (recipient.display_name, recipient.addr_spec) == (stored.recipient_name, "p0@example.com")
    assert mail["From"].addresses[0].display_name == "创新工作室"
    assert mail["Message-ID"] == stored.message_id
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/digest/leave/abc>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == stored.text
    assert "采纳了。" in html.get_content()


def test_line_ends_in_a_name_or_subject_add_no_header_and_no_recipient(session, world, courier, smtp):
    queue(session, world, subject="a\r\nBcc: all@example.com", recipient_name="b\nBcc: all@example.com")
    courier.deliver_due(session)
    assert smtp.arrived[0]["Bcc"] is None
    assert smtp.envelopes == ["p0@example.com"]


def test_without_a_relay_mails_wait_and_stay_readable(session, world, courier):
    queue(session, world)
    courier.settings = replace(courier.settings, smtp_url="")
    assert courier.deliver_due(session) == Tally()
    assert first(session).state is MailState.QUEUED


def test_a_refused_recipient_fails_at_once_and_the_others_get_theirs(session, world, courier, smtp):
    smtp.recipient = lambda address: "550 nobody here" if address == "p1@example.com" else OK
    queue(session, world, 3)
    assert courier.deliver_due(session) == Tally(sent=2, refused=1)
    assert states(session) == [MailState.SENT, MailState.FAILED, MailState.SENT]
    failed = session.scalars(select(OutgoingMail).where(OutgoingMail.state == MailState.FAILED)).one()
    assert failed.last_error == "550 nobody here"


def test_not_now_means_later_and_later(session, world, courier, smtp, clock):
    smtp.data = lambda _: "451 try again"
    queue(session, world)
    waits = []
    for _ in range(12):
        before = clock.at
        assert courier.deliver_due(session) == Tally(postponed=1)
        clock.at = first(session).next_attempt_at
        waits.append(clock.at - before)
    assert timedelta(seconds=45) <= waits[0] <= timedelta(seconds=75)
    assert timedelta(hours=3) <= waits[-1] <= timedelta(hours=5)
    assert courier.deliver_due(session).postponed == 1
    assert first(session).attempts == 13


def test_after_three_days_it_is_given_up_and_can_be_queued_again(session, world, courier, smtp, clock):
    smtp.data = lambda _: "451 try again"
    queue(session, world)
    clock.at += timedelta(days=3)
    courier.deliver_due(session)
    assert first(session).state is MailState.FAILED
    assert outbox.retry(session, at=clock.at) == 1
    smtp.data = lambda _: OK
    assert courier.deliver_due(session) == Tally(sent=1)


def test_a_line_cut_in_the_middle_of_a_mail_costs_the_others_nothing(session, world, courier, smtp, clock):
    cut_once = iter([CUT])
    smtp.data = lambda address: next(cut_once, OK) if address == "p1@example.com" else OK
    queue(session, world, 4)
    assert courier.deliver_due(session) == Tally(sent=3, postponed=1)
    clock.at += timedelta(minutes=2)
    assert courier.deliver_due(session) == Tally(sent=1)
    assert sorted(smtp.message_ids.values()) == [1, 1, 1, 1]


def test_a_relay_that_is_away_is_asked_again_later(session, world, courier, smtp, clock):
    queue(session, world, 3)
    present, courier.settings = courier.settings, replace(courier.settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert courier.deliver_due(session) == Tally(postponed=3)
    courier.settings = present
    assert courier.deliver_due(session) == Tally()
    clock.at += timedelta(minutes=2)
    assert courier.deliver_due(session) == Tally(sent=3)


def test_a_relay_that_does_not_answer_in_time_is_tried_again(session, world, courier, smtp, clock):
    smtp.delay = 1.0
    courier.relay_timeout = 0.2
    queue(session, world)
    assert courier.deliver_due(session) == Tally(postponed=1)
    smtp.delay = 0.0
    clock.at += timedelta(minutes=2)
    assert courier.deliver_due(session) == Tally(sent=1)
    assert first(session).state is MailState.SENT


def test_notices_go_before_digests(session, world, courier, smtp):
    queue(session, world, 2)
    with writing(session):
        first(session).kind = "digest"
    courier.deliver_due(session)
    assert smtp.envelopes == ["p1@example.com", "p0@example.com"]


def test_what_a_dead_worker_had_claimed_is_sent_when_its_claim_has_run_out(session, world, courier, smtp, clock):
    queue(session, world)
    outbox.claim(session, worker="dead:1", at=clock.at, most=10, until=clock.at + timedelta(minutes=10))
    assert courier.deliver_due(session) == Tally()
    clock.at += timedelta(minutes=10)
    assert courier.deliver_due(session) == Tally(sent=1)


def test_a_worker_that_lost_its_claim_does_not_overwrite_the_new_one(session, world, clock):
    queue(session, world)
    (parcel,) = outbox.claim(session, worker="slow:1", at=clock.at, most=1, until=clock.at)
    outbox.claim(session, worker="quick:1", at=clock.at, most=1, until=clock.at + timedelta(minutes=10))
    outbox.record_refused(session, parcel, worker="slow:1", at=clock.at, error="too late")
    assert first(session).state is MailState.SENDING


def test_a_stopped_courier_puts_back_what_it_has_not_sent(session, world, courier, smtp):
    queue(session, world, 3)
    courier.stopping = lambda: len(smtp.arrived) == 1
    assert courier.deliver_due(session) == Tally(sent=1)
    assert states(session) == [MailState.SENT, MailState.QUEUED, MailState.QUEUED]


def test_two_workers_at_once_send_each_mail_once(app, session, world, courier, smtp):
    queue(session, world, 120)
    session.close()

    def work(name: str) -> None:
        with app.app_context():
            Courier(
                settings=courier.settings, worker=name, clock=courier.clock, chance=courier.chance, relay_timeout=10
            ).deliver_due(db.session)

    workers = [threading.Thread(target=work, args=[f"test:{i}"]) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert set(smtp.message_ids.values()) == {1}
    assert len(smtp.arrived) == 120
    assert set(states(session)) == {MailState.SENT}
