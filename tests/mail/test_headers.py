"""Header lines: every mail program shows the same names and subjects, however long and in whatever writing."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.mail.rendering import another_message_id, message_id, one_line
from studio.mail.wire import wire
from studio.settings import Settings
from tests.mail.test_smtp import PARCEL

SENDER = "创新工作室 <studio@factory.example>"
SITE = Settings(mail_from=SENDER)
TEXT = st.text("采纳了地坑盖板翘边绊人，“”：é😀👩\u200d🔧Ab1 ,\"'<>@();=?_\\.", min_size=1, max_size=300).map(one_line)
LONG = (
    "3号加热炉出口辊道盖板翘边绊人，小推车过去咣当一下，推的人容易闪腰，雨天更滑，夜班看不见，先垫平再换新盖板👩\u200d🔧"
    * 4
)


def written(subject: str = "x", recipient_name: str = "x") -> bytes:
    return wire(replace(PARCEL, subject=subject, recipient_name=recipient_name), SITE)


def unfolded(raw: bytes, name: str) -> str:
    """Return a header as simple programs read it: by RFC 2047 and nothing more."""
    value = message_from_bytes(raw)[name]
    return str(make_header(decode_header(re.sub(r"\r?\n", "", value))))


def check_lines(raw: bytes) -> None:
    head, body = raw.split(b"\r\n\r\n", 1)
    assert head.isascii()
    for line in head.split(b"\r\n"):
        assert len(line) <= 78
        words = re.findall(rb"=\?utf-8\?b\?[^ ?]*\?=", line)
        assert not words or len(line) <= 76
        for word in words:
            assert len(word) <= 75
            decoded, charset = decode_header(word.decode())[0]
            assert decoded.decode(charset), "whole characters only"
    assert max(map(len, body.split(b"\r\n"))) <= 998


@given(TEXT.filter(bool))
def test_any_subject_arrives_as_it_was_written(text):
    raw = written(subject=text)
    check_lines(raw)
    assert unfolded(raw, "Subject") == text


@given(TEXT.filter(bool))
def test_any_name_arrives_as_it_was_written_and_adds_no_recipient(text):
    raw = written(recipient_name=text)
    check_lines(raw)
    name, address = parseaddr(re.sub(r"\r?\n", "", message_from_bytes(raw)["To"]))
    assert address == "p1@example.com"
    assert str(make_header(decode_header(name))) == text
    assert [one.addr_spec for one in message_from_bytes(raw, policy=default)["To"].addresses] == ["p1@example.com"]


@pytest.mark.parametrize("text", [LONG, "a" * 200, "采" * 200, "😀" * 100, "A word and 一个词 " * 20])
def test_long_ones_too(text):
    text = one_line(text)
    raw = written(subject=text)
    assert unfolded(raw, "Subject") == text


def test_a_name_with_quotes_and_a_comma_stays_one_name():
    raw = written(recipient_name='Miller, "Si" \\ J.')
    assert b'To: "Miller, \\"Si\\" \\\\ J."\r\n <p1@example.com>\r\n' in raw


def test_a_long_address_of_a_page_in_a_header_is_never_broken():
    address = "<https://studio.factory.example/digest/leave/" + "Wz" * 60 + ">"
    raw = wire(replace(PARCEL, headers={"List-Unsubscribe": address}), SITE)
    assert address.encode() in raw


def test_the_date_is_that_of_the_site():
    mail = message_from_bytes(wire(PARCEL, replace(SITE, timezone="Asia/Shanghai")), policy=default)
    assert str(mail["Date"]) == "Mon, 16 Nov 2026 09:00:00 +0800"
    assert mail["Date"].datetime == datetime(2026, 11, 16, 1, tzinfo=UTC)


def test_a_message_id_is_stable_and_cannot_be_guessed(tmp_path):
    settings = Settings(data=tmp_path, secret_key="one", mail_from=SENDER)
    made = message_id("digest:2026-10:17", settings)
    assert made == message_id("digest:2026-10:17", settings)
    assert re.fullmatch(r"<digest\.[0-9a-f]{32}@factory\.example>", made)
    others = {
        message_id("digest:2026-11:17", settings),
        message_id("digest:2026-10:17", replace(settings, secret_key="another")),
        message_id("digest:2026-10:17", replace(settings, base_url="https://another.example")),
    }
    assert len(others | {made}) == 4
    assert another_message_id(another_message_id(made)) == made.replace("@", ".3@")
