"""The relay: one connection for many mails, every answer turned into what to do next."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from functools import partial
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from studio.mail.outbox import Parcel
from studio.mail.rendering import one_line
from studio.mail.wire import POLICY
from studio.settings import Settings

TIMEOUT_SECONDS = 30
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = range(500, 600)
TOO_LARGE = 552


class Answer(StrEnum):
    """What the relay said, as far as it matters."""

    SENT = "sent"
    REFUSED = "refused"
    """Never: the address or the mail is wrong."""
    POSTPONED = "postponed"
    """Not now."""
    UNREACHABLE = "unreachable"
    """The relay itself is away or misconfigured; no other mail would get through either."""


@dataclass(frozen=True, slots=True)
class Result:
    """An answer and its words."""

    answer: Answer
    error: str = ""


class Relay:
    """A mail relay, connected when the first mail is sent and again after it has hung up."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._settings = settings
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.quit()
        except (OSError, smtplib.SMTPException):
            connection.close()

    def send(self, parcel: Parcel) -> Result:
        """Hand over one mail and say what became of it. Never raises for what a relay or a network may do."""
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return Result(Answer.UNREACHABLE, _words(error))
        try:
            sender = parseaddr(self._settings.mail_from)[1]
            connection.sendmail(sender, [parcel.address], wire(parcel, self._settings.mail_from))
        except smtplib.SMTPServerDisconnected as error:
            self._hang_up()
            return Result(Answer.POSTPONED, _words(error))
        except smtplib.SMTPException as error:
            return _judged(error)
        except OSError as error:
            self._hang_up()
            return Result(Answer.POSTPONED, _words(error))
        return Result(Answer.SENT)

    def trouble(self) -> str:
        """Return why the relay cannot be reached or does not let us in; empty if it does. Sends nothing."""
        try:
            self._connected().noop()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return _words(error)
        return ""

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = _connect(urlsplit(self._settings.smtp_url), self._timeout)
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _connect(url: SplitResult, timeout: float) -> smtplib.SMTP:
    host, port = url.hostname or "localhost", url.port or DEFAULT_PORTS[url.scheme]
    greeting = socket.gethostname() or "localhost"  # never a look-up: there may be no name server
    make: Callable[..., smtplib.SMTP] = smtplib.SMTP
    if url.scheme == "smtps":
        make = partial(smtplib.SMTP_SSL, context=ssl.create_default_context())  # by itself it trusts any certificate
    connection = make(host, port, local_hostname=greeting, timeout=timeout)
    try:
        if url.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        if url.username:
            connection.login(unquote(url.username), unquote(url.password or ""))
    except UnicodeError as error:
        connection.close()
        raise smtplib.SMTPException("name and password for the relay may hold plain letters and signs only") from error
    except BaseException:
        connection.close()
        raise
    return connection


def wire(parcel: Parcel, sender: str) -> bytes:
    """Return the mail as it goes over the wire."""
    return mime(parcel, sender).as_bytes(policy=POLICY)


def mime(parcel: Parcel, sender: str) -> EmailMessage:
    """Return the mail as it goes over the wire: plain text that stands alone, and HTML beside it."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(parcel.recipient_name, parcel.address)
    message["Subject"] = one_line(parcel.subject)
    message["Date"] = format_datetime(parcel.created_at)
    message["Message-ID"] = parcel.message_id
    for name, value in parcel.headers.items():
        message[name] = one_line(value)
    message.set_content(parcel.text)
    message.add_alternative(parcel.html, subtype="html")
    return message


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=address)


def _judged(error: smtplib.SMTPException) -> Result:
    """Turn a refusal into what to do next."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return Result(Answer.REFUSED if code in PERMANENT else Answer.POSTPONED, f"{code} {_text(said)}")
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE:
        # Our own sender address is at fault, not this mail: every mail waits until somebody has put it right.
        return Result(Answer.UNREACHABLE, _words(error))
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in PERMANENT:
        return Result(Answer.REFUSED, _words(error))
    return Result(Answer.POSTPONED, _words(error))


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        why = one_line(error.verify_message)
        return f"its certificate is not trusted ({why}); SSL_CERT_FILE may name a file with those to trust"
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection comes about ({one_line(error.reason or str(error))}); is it the right port?"
    return one_line(str(error)) or type(error).__name__


def _text(said: bytes | str) -> str:
    return one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:500]
