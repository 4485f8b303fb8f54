"""One mail against a relay that answers what it should not, breaks off, or has had enough."""

import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from studio.mail.smtp import Answer
from studio.mail.smtp import Relay as Sender
from studio.settings import Settings
from tests.mail.test_smtp import PARCEL, sender, sent
from tests.support.relay import CUT, OK, TAKEN_AND_CUT, Relay
from tests.support.wire import answers, says_only, wire


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture(params=[False, True], ids=["word-by-word", "in-one-go"])
def smtp(smtp: Relay, request: pytest.FixtureRequest) -> Relay:
    """The relay as it is, and as one that takes several commands at once."""
    smtp.pipelining = request.param
    return smtp


@pytest.mark.parametrize(
    ("stage", "words", "answer"),
    [
        ("sender", "451 4.3.0 not now", Answer.UNREACHABLE),
        ("sender", "550 5.7.1 you are not known here", Answer.UNREACHABLE),
        ("sender", "552 5.3.4 too large", Answer.REFUSED),
        ("recipient", "450 4.2.0 greylisted, come again", Answer.POSTPONED),
        ("recipient", "421 4.7.0 too busy", Answer.POSTPONED),
        ("recipient", "550 5.1.1 nobody here", Answer.REFUSED),
        ("data", "451 4.3.0 not now", Answer.POSTPONED),
        ("data", "421 4.3.2 going down", Answer.POSTPONED),
        ("data", "554 5.6.0 do not like it", Answer.REFUSED),
        ("data", CUT, Answer.POSTPONED),
    ],
)
def test_every_answer_says_what_to_do_next_and_the_next_mail_goes(
    settings: Settings, smtp: Relay, stage: str, words: str, answer: Answer
) -> None:
    setattr(smtp, stage, (lambda: words) if stage == "sender" else lambda _: words)
    with sender(settings, smtp.url) as sending:
        result = sending.send(PARCEL)
        assert result.answer is answer
        assert words in {CUT, result.error}
        setattr(smtp, stage, (lambda: OK) if stage == "sender" else lambda _: OK)
        assert sending.send(PARCEL).answer is Answer.SENT
    assert len(smtp.arrived) == 1


@pytest.mark.parametrize("words", [b"421 too many of you\r\n", b"554 go away\r\n", b"", b"hello?\r\n" * 50])
def test_a_greeting_that_is_none_holds_all_mails_back(settings: Settings, words: bytes) -> None:
    with says_only(words) as port:
        assert sent(settings, f"smtp://127.0.0.1:{port}").answer is Answer.UNREACHABLE


def test_a_relay_that_waits_for_a_mail_to_nobody_gets_an_empty_one(settings: Settings) -> None:
    refusing = iter([b"250 a\r\n550 5.1.1 nobody here\r\n354 go on\r\n", b"554 to nobody\r\n"])
    heard: list[bytes] = []

    def answer(said: bytes) -> bytes:
        heard.append(said)
        if said.startswith(b"ehlo"):
            return b"250-relay\r\n250 PIPELINING\r\n"
        return next(refusing, b"250 ok\r\n")

    with answers(answer) as port:
        result = sent(settings, f"smtp://127.0.0.1:{port}")
    assert (result.answer, result.error, result.blames_address) == (Answer.REFUSED, "550 5.1.1 nobody here", True)
    assert heard[2] == b".\r\n"
    assert heard[3] == b"rset\r\n"


def test_a_relay_that_says_nothing_at_all_is_not_waited_for_for_ever(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        assert Sender(replace(settings, smtp_url=url), timeout=0.3).send(PARCEL).answer is Answer.UNREACHABLE
        assert time.monotonic() - began < 5


def test_a_relay_that_has_had_enough_of_one_connection_gets_the_rest_over_another(
    settings: Settings, smtp: Relay
) -> None:
    smtp.most_mails = 3
    with sender(settings, smtp.url) as sending:
        assert [sending.send(PARCEL).answer for _ in range(10)] == [Answer.SENT] * 10
    assert (len(smtp.arrived), smtp.connections) == (10, 4)


def test_a_relay_that_takes_none_at_all_is_not_asked_for_ever(settings: Settings, smtp: Relay) -> None:
    smtp.most_mails = 0
    with sender(settings, smtp.url) as sending:
        assert [sending.send(PARCEL).answer for _ in range(2)] == [Answer.POSTPONED] * 2
    assert smtp.connections == 2


def test_a_connection_that_was_closed_for_silence_is_opened_anew(settings: Settings, smtp: Relay) -> None:
    smtp.patience = 0.05
    with sender(settings, smtp.url) as sending:
        for _ in range(3):
            assert sending.send(PARCEL).answer is Answer.SENT
            time.sleep(0.2)
    assert (len(smtp.arrived), smtp.connections) == (3, 3)


def test_taken_but_not_said_so_it_goes_again_with_the_same_message_id(settings: Settings, smtp: Relay) -> None:
    answers = iter([TAKEN_AND_CUT])
    smtp.data = lambda _: next(answers, OK)
    with sender(settings, smtp.url) as sending:
        assert sending.send(PARCEL).answer is Answer.POSTPONED
        assert sending.send(PARCEL).answer is Answer.SENT
    assert smtp.message_ids == {PARCEL.message_id: 2}


@pytest.mark.parametrize("back", [False, True], ids=["there", "back"])
def test_a_line_that_breaks_at_any_byte_loses_nothing(settings: Settings, smtp: Relay, *, back: bool) -> None:
    with wire(smtp.port) as line:
        url = f"smtp://127.0.0.1:{line.port}"
        assert sent(settings, url).answer is Answer.SENT
        whole = line.passed_back if back else line.passed_there
    for at in [*range(0, whole, whole // 12), whole - 8, whole - 7, whole - 1]:
        smtp.arrived.clear()
        with wire(smtp.port) as line:
            line.cut_back, line.cut_there = (at, None) if back else (None, at)
            answers = [sent(settings, f"smtp://127.0.0.1:{line.port}").answer for _ in range(2)]
        taken = len(smtp.arrived)
        assert answers[0] is not Answer.REFUSED, at
        assert answers[1] is Answer.SENT, at
        assert taken == 1 or (taken == 2 and answers[0] is Answer.POSTPONED) or answers[0] is Answer.SENT, at
        assert set(smtp.message_ids) == {PARCEL.message_id}


def test_the_relays_words_are_kept_so_that_its_log_can_be_searched(settings: Settings, smtp: Relay) -> None:
    smtp.data = lambda _: "250 2.0.0 Ok: queued as 4F3A1"
    assert sent(settings, smtp.url).receipt == "250 2.0.0 Ok: queued as 4F3A1"


@pytest.mark.parametrize(
    ("words", "blamed"),
    [
        ("550 5.1.1 nobody here", True),
        ("550 no such user", True),
        ("553 5.1.3 no address", True),
        ("550 5.2.1 mailbox disabled", True),
        ("550 5.4.1 access denied", True),
        ("554 5.7.1 your address is on a black list", False),
        ("550 5.7.1 relaying denied", False),
        ("550 5.1.8 your own address is wrong", False),
        ("552 too much", False),
        ("451 4.1.1 not sure whether he is here", False),
    ],
)
def test_only_what_is_for_good_and_about_the_address_blames_it(
    settings: Settings, smtp: Relay, words: str, *, blamed: bool
) -> None:
    smtp.recipient = lambda _: words
    assert sent(settings, smtp.url).blames_address is blamed


def test_a_refusal_of_the_words_never_blames_the_address(settings: Settings, smtp: Relay) -> None:
    smtp.data = lambda _: "550 5.1.1 nonsense"
    result = sent(settings, smtp.url)
    assert (result.answer, result.blames_address) == (Answer.REFUSED, False)
