"""What goes over the wire says the same as the standard library's own slow way would."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.mail.outbox import Parcel
from studio.mail.rendering import one_line
from studio.mail.smtp import mime, wire
from studio.mail.wire import POLICY
from studio.settings import Settings

SENDER = "创新工作室 <studio@example.com>"
SITE = Settings(mail_from=SENDER)
LONGEST_LINE = 998
"""By RFC 5321, without its end."""
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80).map(one_line)


def parcel(subject: str, name: str, text: str, html: str) -> Parcel:
    return Parcel(
        id=1,
        address="worker@example.com",
        recipient_name=name,
        message_id="<digest.0123456789abcdef0123456789abcdef@example.com>",
        subject=subject,
        text=text,
        html=html,
        headers={
            "List-Unsubscribe": f"<https://studio.example.com/digest/leave/{'a' * 120}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        attempts=0,
    )


def parts_of(mail: EmailMessage) -> list[str]:
    return [part.get_content().rstrip("\r\n") for part in mail.iter_parts() if isinstance(part, EmailMessage)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=TEXT, name=TEXT, text=TEXT, html=TEXT)
def test_every_header_and_both_bodies_arrive_as_they_were_given(subject, name, text, html):
    sent = parcel(subject, name, text, html)
    arrived = message_from_bytes(wire(sent, SITE), policy=default)
    meant = mime(sent, SENDER)
    assert arrived["Subject"].strip() == meant["Subject"].strip()
    assert arrived["To"].addresses == meant["To"].addresses
    assert arrived["From"].addresses == meant["From"].addresses
    assert {key: arrived[key] for key in sent.headers} == dict(sent.headers)
    assert arrived["Message-ID"] == sent.message_id
    assert arrived["Date"].datetime == sent.created_at
    assert parts_of(arrived) == parts_of(meant)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=TEXT, name=TEXT, text=TEXT, html=TEXT)
def test_the_wire_is_given_seven_bits_and_short_lines_only(subject, name, text, html):
    sent = wire(parcel(subject, name, text * 20, html * 20), SITE)
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= LONGEST_LINE
    assert sent.count(b"\n") == sent.count(b"\r\n") == sent.count(b"\r")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXT)
def test_bodies_are_written_byte_for_byte_as_the_library_writes_them(text):
    ours, theirs = EmailMessage(policy=POLICY), EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    for mail in (ours, theirs):
        mail.set_content(text)
    assert ours.as_bytes() == theirs.as_bytes()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_line_end_in_a_header_is_refused(end):
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        EmailMessage(policy=POLICY)["Subject"] = f"a{end}Bcc: everybody@example.com"


def test_what_one_mail_says_does_not_reach_the_next():
    first, second = (wire(parcel(str(i), f"工友{i}", f"第{i}封", f"<p>{i}</p>"), SITE) for i in range(2))
    one, other = (message_from_bytes(mail, policy=default) for mail in (first, second))
    assert (one["Subject"], other["Subject"]) == ("0", "1")
    assert one["To"] != other["To"]
    assert parts_of(one) != parts_of(other)
