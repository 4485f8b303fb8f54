"""Returned mails: a report is believed only about a mail that we sent to that address."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models import AttemptOutcome, MailAttempt, MailState, OutgoingMail, RefusedAddress
from studio.cli.outbox import outbox as commands
from studio.jobs import bounces
from studio.mail.bounces import LARGEST, reports_in
from studio.mail.mailbox import MailboxTrouble, trouble
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.mails import words_of
from tests.jobs.test_outbox import first, queue
from tests.support import imap, relay

REPORT = """Return-Path: <>
From: Mail Delivery System <mailer-daemon@relay.example>
To: studio@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

This is the mail system. I'm sorry.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--cut
Content-Type: {kind}

From: studio@localhost
Message-ID: {message_id}
Subject: x

--cut--
"""


def report(**facts: str) -> bytes:
    usual = {
        "address": "P0@Example.com",
        "action": "failed",
        "status": "5.1.1",
        "said": "550 5.1.1 nobody here",
        "message_id": "<test.0@studio.local>",
        "kind": "text/rfc822-headers",
    }
    return REPORT.format(**usual | facts).encode()


@pytest.fixture
def sent(session, world, courier, smtp):
    """A mail that the relay has taken."""
    queue(session, world)
    courier.deliver_due(session)
    smtp.arrived.clear()
    return session


@on_both_databases
@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_that_came_back_marks_the_address_once(sent, clock, kind):
    assert [bounces.take_in(sent, report(kind=kind), at=clock.at) for _ in range(2)] == [1, 0]
    mail, known = first(sent), sent.get_one(RefusedAddress, "p0@example.com")
    assert (mail.state, mail.last_error) == (MailState.FAILED, "550 5.1.1 nobody here")
    assert (known.refused_since, known.refusals, known.reason) == (clock.at, 1, "550 5.1.1 nobody here")
    assert sent.scalars(select(MailAttempt.outcome)).all() == [AttemptOutcome.RETURNED]


def test_a_delay_only_counts(sent, clock):
    late = report(action="delayed", status="4.4.1", said="451 4.4.1 no answer")
    assert [bounces.take_in(sent, late, at=clock.at) for _ in range(2)] == [1, 1]
    known = sent.get_one(RefusedAddress, "p0@example.com")
    assert (known.refused_since, known.delays, known.refusals) == (None, 2, 0)
    assert first(sent).state is MailState.SENT


def test_what_came_back_for_what_it_says_blames_no_address(sent, clock):
    assert bounces.take_in(sent, report(status="5.7.1", said="554 5.7.1 looks like spam"), at=clock.at) == 1
    assert first(sent).state is MailState.FAILED
    assert sent.get(RefusedAddress, "p0@example.com") is None


@pytest.mark.parametrize(
    "forged",
    [
        report(message_id="<test.1@studio.local>"),
        report(message_id=""),
        report(address="p7@example.com"),
        report(action="delivered", status="2.0.0"),
        report(status="nonsense"),
        report(kind="text/plain"),
        report().replace(b"multipart/report", b"multipart/mixed"),
        report()[:400],
        report() + b"x" * LARGEST,
        b"",
        b"\xff\x00 garbage",
    ],
)
def test_forged_and_foreign_reports_change_nothing(sent, clock, forged):
    assert bounces.take_in(sent, forged, at=clock.at) == 0
    assert first(sent).state is MailState.SENT
    assert sent.scalars(select(RefusedAddress)).all() == []


@given(st.binary(max_size=2000), st.integers(0, 1200), st.integers(0, 40))
def test_no_message_is_too_broken(noise, at, cut):
    whole = report()
    assert isinstance(reports_in(whole[:at] + noise + whole[at + cut :]), list)


def test_a_pipe_takes_it_in(sent, settings, monkeypatch):
    monkeypatch.setenv("STUDIO_DATA", str(settings.data))
    monkeypatch.setenv("STUDIO_DATABASE_URL", settings.database_url)
    run = CliRunner().invoke(commands, ["bounce"], input=io.BytesIO(report()))
    assert (run.exit_code, run.output) == (0, "1 of our mails\n")
    run = CliRunner().invoke(commands, ["bounce"], input=io.BytesIO(b"Subject: hello\n\nwhen is lunch?"))
    assert (run.exit_code, run.output) == (0, "about no mail of ours\n")
    assert first(sent).state is MailState.FAILED


@pytest.mark.skipif(imap.program() is None, reason="no Dovecot on this machine")
def test_the_mailbox_is_read_and_letters_of_people_are_left_alone(sent, settings, clock, tmp_path: Path):
    certificate = relay.certificate(tmp_path)
    with imap.mailbox(certificate) as box:
        ours = replace(settings, bounces_url=box.url, smtp_ca_file=str(certificate.path))
        for message in (b"Subject: hello\r\n\r\nwhen is lunch?\r\n", report(), report(address="p7@example.com")):
            box.put(message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        assert bounces.read_mailbox(sent, ours, at=clock.at) == 1
        assert box.unread() == 1, "the letter about lunch"
        assert bounces.read_mailbox(sent, ours, at=clock.at) == 0
        assert trouble(ours) == ""
        wrong = replace(ours, bounces_url=box.url.replace("half", "whole"))
        assert "AUTHENTICATIONFAILED" in trouble(wrong)
        with pytest.raises(MailboxTrouble, match="certificate"):
            bounces.read_mailbox(sent, replace(ours, smtp_ca_file=""), at=clock.at)
    assert first(sent).state is MailState.FAILED


@on_both_databases
def test_coordinators_are_told_once_a_day_in_the_morning(session, world, settings, clock):
    def told() -> list[str]:
        bounces.tell_of_refused(session, settings, at=clock.at)
        session.rollback()
        return list(session.scalars(select(OutgoingMail.address).order_by(OutgoingMail.id)))

    def refuse(person) -> None:
        with writing(session):
            session.add(
                RefusedAddress(
                    address=person.email,
                    refused_since=clock.at,
                    last_at=clock.at,
                    reason="550 5.1.1",
                    refusals=1,
                    delays=0,
                )
            )

    coordinator = world.coordinator.email
    assert told() == []
    refuse(world.worker)
    clock.at -= timedelta(hours=2)
    assert told() == [], "at seven in the morning"
    clock.at += timedelta(hours=2)
    assert told() == [coordinator]
    (mail,) = session.scalars(select(OutgoingMail))
    assert world.worker.email in words_of(mail).text
    assert "550 5.1.1" in words_of(mail).html
    refuse(world.mate)
    assert told() == [coordinator], "the rest tomorrow"
    clock.at += timedelta(days=1)
    assert told() == [coordinator] * 2
    clock.at += timedelta(days=1)
    assert told() == [coordinator] * 2, "there is nothing new"
    refuse(world.coordinator)
    assert told() == [*[coordinator] * 2, world.admin.email], "who cannot be reached himself is the administrator's"
