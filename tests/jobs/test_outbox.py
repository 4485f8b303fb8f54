"""Delivery: each mail once, whatever the relay does."""

import threading
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttemptOutcome, MailAttempt, MailState, MailWords, OutgoingMail, RefusedAddress
from studio.extensions import db
from studio.jobs.outbox import Courier, Tally
from studio.mail import addresses, outbox
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.mails import words_of
from tests.factories.world import World
from tests.support.relay import CUT, OK, TAKEN_AND_CUT, free_port

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
            words=MailWords(
                text="叶思琪：\n\n采纳了。\n.\n..两个点开头\n",
                html="<p>采纳了。</p>",
                headers={"List-Unsubscribe": "<http://127.0.0.1:8000/digest/leave/abc>"},
            ),
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


def test_each_goes_to_its_own_reader_whatever_became_of_the_one_before(session, world, courier, smtp):
    queue(session, world, 6)
    smtp.data = lambda address: {"p1@example.com": "554 no", "p3@example.com": "451 later"}.get(address, OK)
    assert courier.deliver_due(session) == Tally(sent=4, refused=1, postponed=1)
    read_by = [mail["To"].addresses[0].addr_spec for mail in smtp.arrived]
    assert read_by == smtp.envelopes == [f"p{i}@example.com" for i in (0, 2, 4, 5)]


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
    assert plain.get_content().replace("\r\n", "\n") == words_of(stored).text
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
    while first(session).state is MailState.QUEUED:
        clock.at = max(clock.at, first(session).next_attempt_at)
        courier.deliver_due(session)
    assert first(session).state is MailState.FAILED
    assert timedelta(days=2) < clock.at - world.at < timedelta(days=4)
    answers = session.execute(select(MailAttempt.outcome, MailAttempt.words).order_by(MailAttempt.id)).all()
    assert answers == [
        *[(AttemptOutcome.POSTPONED, "451 try again")] * (outbox.MOST_ATTEMPTS - 1),
        (AttemptOutcome.REFUSED, "451 try again"),
    ]
    with writing(session):
        assert outbox.retry(session, at=clock.at) == 1
    smtp.data = lambda _: OK
    assert courier.deliver_due(session) == Tally(sent=1)
    assert first(session).created_at == world.at


def test_a_relay_that_is_down_for_a_day_is_left_alone_and_then_gets_all_in_order(session, world, courier, smtp, clock):
    queue(session, world, 120)
    present, courier.settings = courier.settings, replace(courier.settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    knocks = 0
    while clock.at < world.at + timedelta(days=1):
        knocks += courier.deliver_due(session) != Tally()
        clock.at += timedelta(minutes=2)
    assert knocks < 200, "every ten minutes or so"
    assert {mail.attempts for mail in session.scalars(select(OutgoingMail))} == {0}, "it was not the mails' fault"
    assert "refused" in first(session).last_error, "the administrator sees what they wait for"
    courier.settings = present
    sent = 0
    for _ in range(6):
        sent += courier.deliver_due(session).sent
        clock.at += timedelta(minutes=2)
    assert sent == 120
    assert smtp.envelopes == [f"p{i}@example.com" for i in range(120)]


def test_a_clock_that_is_put_back_makes_no_long_rest(session, world, courier, smtp, clock):
    queue(session, world, next_attempt_at=world.at - timedelta(days=2))
    present, courier.settings = courier.settings, replace(courier.settings, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert courier.deliver_due(session).postponed == 1
    courier.settings, clock.at = present, clock.at - timedelta(days=1)
    assert courier.deliver_due(session) == Tally(sent=1)


def test_greylisted_mails_come_again_and_arrive_once(session, world, courier, smtp, clock):
    seen: set[str] = set()

    def greylist(address):
        known = address in seen
        seen.add(address)
        return OK if known else "450 4.2.0 greylisted"

    smtp.recipient = greylist
    queue(session, world, 5)
    assert courier.deliver_due(session) == Tally(postponed=5)
    clock.at += timedelta(minutes=2)
    assert courier.deliver_due(session) == Tally(sent=5)
    assert set(smtp.message_ids.values()) == {1}


def test_what_the_relay_took_without_saying_so_comes_twice_with_one_message_id(session, world, courier, smtp, clock):
    answers = iter([TAKEN_AND_CUT])
    smtp.data = lambda _: next(answers, OK)
    queue(session, world, 3)
    assert courier.deliver_due(session) == Tally(sent=2, postponed=1)
    clock.at += timedelta(minutes=2)
    assert courier.deliver_due(session) == Tally(sent=1)
    assert sorted(smtp.message_ids.values()) == [1, 1, 2]


def test_nothing_more_is_sent_to_an_address_that_was_refused_for_good(session, world, courier, smtp, clock):
    smtp.recipient = lambda _: "550 5.1.1 nobody here"
    queue(session, world, 3, address="gone@example.com")
    assert courier.deliver_due(session) == Tally(refused=3), "they were on their way already"
    known = session.get_one(RefusedAddress, "gone@example.com")
    assert (known.refused_since, known.refusals, known.reason) == (world.at, 3, "550 5.1.1 nobody here")
    with writing(session):
        outbox.retry(session, at=clock.at)
    connections = smtp.connections
    assert courier.deliver_due(session) == Tally()
    assert (states(session), smtp.connections) == ([MailState.HELD] * 3, connections)
    smtp.recipient = lambda _: OK
    with writing(session):
        assert addresses.forgive(session, "gone@example.com", at=clock.at) == 3
    assert courier.deliver_due(session) == Tally(sent=3)


def test_held_mails_that_are_no_news_any_more_stay_when_the_address_is_tried_again(session, world, clock):
    with writing(session):
        addresses.refuse(session, "p0@example.com", "550 5.1.1", at=world.at)
    queue(session, world, 1, state=MailState.HELD)
    with writing(session):
        assert addresses.forgive(session, "p0@example.com", at=clock.at + timedelta(days=4)) == 0
    assert states(session) == [MailState.HELD]
    assert session.get(RefusedAddress, "p0@example.com") is None


def test_a_mail_that_was_delivered_goes_again_as_another_one(session, world, courier, smtp, clock):
    queue(session, world)
    smtp.data = lambda _: "250 2.0.0 queued as 4F3A1"
    for turn in range(3):
        assert courier.deliver_due(session) == Tally(sent=1)
        assert first(session).receipt == "250 2.0.0 queued as 4F3A1"
        clock.at += timedelta(hours=1)
        with writing(session):
            session.add(outbox.send_again(session.scalars(select(OutgoingMail)).one(), at=clock.at))
        assert len(smtp.message_ids) == turn + 1
    assert list(smtp.message_ids) == ["<test.0@studio.local>", "<test.0.2@studio.local>", "<test.0.3@studio.local>"]
    taken = session.scalars(select(MailAttempt)).all()
    assert [(one.outcome, one.words) for one in taken] == [(AttemptOutcome.SENT, "250 2.0.0 queued as 4F3A1")] * 3


def test_one_that_may_not_have_arrived_keeps_its_message_id(session, world, courier, smtp, clock):
    smtp.data = lambda _: "554 5.6.0 no"
    queue(session, world)
    courier.deliver_due(session)
    smtp.data = lambda _: OK
    with writing(session):
        assert outbox.send_again(session.scalars(select(OutgoingMail)).one(), at=clock.at) is None
    assert courier.deliver_due(session) == Tally(sent=1)
    assert smtp.message_ids == {"<test.0@studio.local>": 1}


def test_words_of_old_mails_are_forgotten_and_that_they_were_sent_is_not(session, world, courier, smtp, clock):
    queue(session, world, 2)
    courier.deliver_due(session)
    with writing(session):
        mail = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).first()
        mail.state, mail.sent_at = MailState.QUEUED, None
        outbox.forget_words(session, older_than=world.at)
        outbox.forget_words(session, older_than=world.at + timedelta(seconds=1))
    waiting, old = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    assert waiting.words is not None, "what still waits is kept"
    assert (old.words, old.state) == (None, MailState.SENT)
    assert session.scalars(select(MailWords.mail_id)).all() == [waiting.id]
    assert old.subject
    assert old.receipt


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
    assert states(session) == [MailState.QUEUED] * 3
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
