"""Encrypted connections and logging in, against a real relay with a certificate that nobody knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from studio.cli.doctor import _mail
from studio.mail.outbox import Parcel
from studio.mail.smtp import Answer, Result
from studio.mail.smtp import Relay as Sender
from studio.settings import Settings
from tests.support import relay as relays
from tests.support.relay import Certificate, Relay

LOGIN = ("studio@factory", "half & half: 100%/day")
PARCEL = Parcel(
    id=1,
    address="p1@example.com",
    recipient_name="叶思琪",
    subject="采纳了",
    text="采纳了。",
    html="<p>采纳了。</p>",
    headers={},
    message_id="<test.1@studio.local>",
    created_at=datetime(2026, 11, 16, 1, tzinfo=UTC),
    attempts=0,
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return relays.certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=["smtp+starttls", "smtps"])
def encrypted(request: pytest.FixtureRequest, certificate: Certificate) -> Iterator[tuple[str, Relay]]:
    """The address of a relay that lets in one name only, and the relay."""
    with relays.relay(tls=certificate, implicit=request.param == "smtps", login=LOGIN) as made:
        yield f"{request.param}://{quote(LOGIN[0])}:{quote(LOGIN[1], safe='')}@127.0.0.1:{made.port}", made


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def sender(settings: Settings, url: str) -> Sender:
    return Sender(replace(settings, smtp_url=url), timeout=5)


def sent(settings: Settings, url: str) -> Result:
    with sender(settings, url) as sending:
        return sending.send(PARCEL)


@pytest.mark.usefixtures("trusted")
def test_a_mail_goes_over_an_encrypted_line_under_our_name(settings: Settings, encrypted: tuple[str, Relay]) -> None:
    url, relay = encrypted
    with sender(settings, url) as sending:
        assert [sending.send(PARCEL).answer for _ in range(2)] == [Answer.SENT] * 2
    assert relay.logins == [LOGIN], "one connection, one login"
    assert [mail["Subject"] for mail in relay.arrived] == ["采纳了"] * 2


@pytest.mark.usefixtures("trusted")
def test_doctor_sees_that_it_answers_and_lets_us_in(settings: Settings, encrypted: tuple[str, Relay]) -> None:
    (finding,) = _mail(replace(settings, smtp_url=encrypted[0]))
    assert (finding.fact, finding.advice) == ("127.0.0.1 answers", "")


def test_a_certificate_that_nobody_knows_is_refused_before_a_word_is_said(
    settings: Settings, encrypted: tuple[str, Relay]
) -> None:
    url, relay = encrypted
    result = sent(settings, url)
    assert result.answer is Answer.UNREACHABLE, "every mail waits until somebody has put it right"
    assert result.error.startswith("its certificate is not trusted (self")
    assert (relay.logins, relay.arrived) == ([], [])
    (finding,) = _mail(replace(settings, smtp_url=url))
    assert "SSL_CERT_FILE" in finding.fact
    assert finding.advice


def test_so_is_one_for_another_machine(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = relays.certificate(tmp_path, "mail.elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(elsewhere.path))
    for implicit in (True, False):
        with relays.relay(tls=elsewhere, implicit=implicit) as made:
            scheme = "smtps" if implicit else "smtp+starttls"
            result = sent(settings, f"{scheme}://127.0.0.1:{made.port}")
        assert result.answer is Answer.UNREACHABLE
        assert "not valid for '127.0.0.1'" in result.error
        assert made.arrived == []


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_holds_all_mails_back_and_is_told(settings: Settings, encrypted: tuple[str, Relay]) -> None:
    url, relay = encrypted
    result = sent(settings, url.replace("half", "whole"))
    assert result.answer is Answer.UNREACHABLE
    assert result.error.startswith("535 ")
    assert relay.arrived == []


def test_a_relay_that_cannot_encrypt_gets_neither_password_nor_mail(settings: Settings) -> None:
    with relays.relay(login=LOGIN) as plain:
        for scheme in ("smtp+starttls", "smtps"):
            result = sent(settings, f"{scheme}://a:b@127.0.0.1:{plain.port}")
            assert result.answer is Answer.UNREACHABLE
            assert "STARTTLS" in result.error or "is it the right port?" in result.error
    assert (plain.logins, plain.arrived) == ([], [])


def test_one_logs_in_without_encryption_only_where_the_address_says_so(settings: Settings) -> None:
    with relays.relay(login=("studio", "word")) as plain:
        assert sent(settings, f"smtp://studio:word@127.0.0.1:{plain.port}").answer is Answer.SENT
    assert plain.logins == [("studio", "word")]


def test_a_password_that_no_relay_could_understand_is_told_and_breaks_nothing(settings: Settings) -> None:
    with relays.relay(login=("studio", "word")) as plain:
        result = sent(settings, f"smtp://studio:{quote('盖板')}@127.0.0.1:{plain.port}")
    assert result.answer is Answer.UNREACHABLE
    assert "plain letters" in result.error
