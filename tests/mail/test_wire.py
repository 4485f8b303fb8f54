"""What goes over the wire is read by the standard library, and says what it was given."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import parseaddr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.mail.outbox import Parcel
from studio.mail.rendering import one_line
from studio.mail.wire import wire
from studio.settings import Settings

SENDER = "创新工作室 <studio@example.com>"
SITE = Settings(mail_from=SENDER)
LONGEST_LINE = 998
"""By RFC 5321, without its end."""
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80).map(one_line)
NAME = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=9).map(one_line)
"""Short enough for one encoded word: the standard library puts a space between two. ``test_headers`` has long ones."""


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


def bodies_of(mail: EmailMessage) -> list[str]:
    return [part.get_content() for part in mail.iter_parts() if isinstance(part, EmailMessage)]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=TEXT, name=NAME, text=TEXT, html=TEXT)
def test_every_header_and_both_bodies_arrive_as_they_were_given(subject, name, text, html):
    sent = parcel(subject, name, f"{text}\n\n-- \n{name}\n", f"<p>{html}</p>\n")
    arrived = message_from_bytes(wire(sent, SITE), policy=default)
    assert not arrived.defects
    assert arrived.get_content_type() == "multipart/alternative"
    assert (arrived["Subject"] or "").strip() == subject
    assert [(one.display_name, one.addr_spec) for one in arrived["To"].addresses] == [(name, sent.address)]
    assert [(one.display_name, one.addr_spec) for one in arrived["From"].addresses] == [parseaddr(SENDER)]
    assert {key: arrived[key] for key in sent.headers} == dict(sent.headers)
    assert arrived["Message-ID"] == sent.message_id
    assert arrived["Date"].datetime == sent.created_at
    assert [body.replace("\r\n", "\n") for body in bodies_of(arrived)] == [sent.text, sent.html]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=TEXT, name=TEXT, text=TEXT, html=TEXT)
def test_the_wire_is_given_seven_bits_and_short_lines_only(subject, name, text, html):
    sent = wire(parcel(subject, name, text * 20, html * 20), SITE)
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= LONGEST_LINE
    assert sent.count(b"\n") == sent.count(b"\r\n") == sent.count(b"\r")
    assert sent.endswith(b"\r\n")
    assert b"\n." not in sent, "no dot begins a line, so none has to be doubled"


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_bodies_are_written_byte_for_byte_as_the_library_writes_them(text):
    text = text.encode("utf-8", "replace").decode()
    theirs = EmailMessage(policy=SMTP)
    theirs.set_content(text, cte="base64")
    [ours, _] = bytes_of(wire(parcel("s", "n", text, "h"), SITE))
    assert ours == theirs.get_payload(decode=True)


def bytes_of(raw: bytes) -> list[bytes]:
    return [bytes(part.get_payload(decode=True)) for part in message_from_bytes(raw).get_payload()]  # type: ignore[union-attr] # all of it is text


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\u2028", "\x85"])
def test_a_line_end_in_a_header_begins_no_other_header(end):
    raw = wire(parcel(f"a{end}Bcc: everybody@example.com", f"b{end}Cc: c@example.com", "t", "h"), SITE)
    arrived = message_from_bytes(raw, policy=default)
    assert arrived["Bcc"] is None
    assert arrived["Cc"] is None
    assert arrived["Subject"] == "a Bcc: everybody@example.com"


def test_what_one_mail_says_does_not_reach_the_next():
    first, second = (wire(parcel(str(i), f"工友{i}", f"第{i}封", f"<p>{i}</p>"), SITE) for i in range(2))
    one, other = (message_from_bytes(mail, policy=default) for mail in (first, second))
    assert (one["Subject"], other["Subject"]) == ("0", "1")
    assert one["To"] != other["To"]
    assert bodies_of(one) != bodies_of(other)
