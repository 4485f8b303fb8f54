"""Encrypted connections and logging in, against a real relay with a certificate that nobody knows."""

import socket
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
from tests.support.relay import EXPIRED, VALID, Authority, Certificate, Relay

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
    assert "STUDIO_SMTP_CA_FILE" in finding.fact
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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize(
    ("host", "days", "name", "trouble"),
    [
        ("127.0.0.1", VALID, "", ""),
        ("mail.factory", VALID, "mail.factory", ""),
        ("mail.factory", VALID, "", "not valid for '127.0.0.1'"),
        ("mail.factory", VALID, "other.factory", "not valid for 'other.factory'"),
        ("127.0.0.1", EXPIRED, "", "expired"),
    ],
)
def test_a_relay_is_believed_for_whom_the_firms_own_authority_vouches(
    settings: Settings, authority: Authority, scheme: str, host: str, days: tuple[str, str], name: str, trouble: str
) -> None:
    ours = replace(settings, smtp_ca_file=str(authority.own.path), smtp_hostname=name)
    with relays.relay(tls=authority.vouch(host, days), implicit=scheme == "smtps") as made:
        result = sent(ours, f"{scheme}://127.0.0.1:{made.port}")
        unknown = sent(settings, f"{scheme}://127.0.0.1:{made.port}")
    assert result.answer is (Answer.UNREACHABLE if trouble else Answer.SENT)
    assert trouble in result.error
    assert len(made.arrived) == (0 if trouble else 1)
    assert unknown.answer is Answer.UNREACHABLE, "nobody else believes it"


def test_we_greet_by_the_name_that_was_set(settings: Settings, smtp: Relay) -> None:
    sent(replace(settings, smtp_helo="studio.factory.example"), smtp.url)
    sent(settings, smtp.url)
    assert smtp.greetings == ["studio.factory.example", socket.gethostname()]


def test_what_cannot_be_delivered_goes_back_to_the_address_that_was_set(settings: Settings, smtp: Relay) -> None:
    assert sent(replace(settings, bounces_to="back@factory.example"), smtp.url).answer is Answer.SENT
    assert sent(settings, smtp.url).answer is Answer.SENT
    assert smtp.senders == ["back@factory.example", "studio@localhost"]
    assert {str(mail["From"]) for mail in smtp.arrived} == {"创新工作室 <studio@localhost>"}


def test_a_password_that_anybody_may_overhear_is_noted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.cli.doctor.Relay.trouble", lambda _: "")
    for url, noted in (("smtp://a:b@mail.factory", 1), ("smtp://mail.factory", 0), ("smtps://a:b@mail.factory", 0)):
        findings = list(_mail(replace(settings, smtp_url=url)))
        assert sum("as it is" in finding.fact and not finding.serious for finding in findings) == noted


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
