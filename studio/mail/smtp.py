"""The relay: one connection for many mails, every answer turned into what to do next."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from functools import partial
from typing import Self
from urllib.parse import unquote, urlsplit

from studio.domain.mail_status import blames_address
from studio.mail.headers import PLAIN_ADDRESS
from studio.mail.outbox import Parcel
from studio.mail.rendering import one_line
from studio.mail.trust import trusted
from studio.mail.wire import wire
from studio.settings import Settings

TIMEOUT_SECONDS = 30
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
OK = (250, 251)
PERMANENT = range(500, 600)
TOO_LARGE = 552
GO_ON = 354
END_OF_MAIL = b".\r\n"
"""Ours have whole lines only, and none of base64 begins with a dot."""
CLOSING = 421
"""The relay says goodbye: it ends, or has had enough mails over this connection."""


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
    """An answer and its words; ``receipt`` are those with which it took the mail."""

    answer: Answer
    error: str = ""
    receipt: str = ""
    blames_address: bool = False
    """Nothing sent to this address would arrive, whatever it says."""


class HungUp(smtplib.SMTPException):
    """The relay ended the connection before it had been given the mail: another connection may be tried at once."""


class Relay:
    """A mail relay, connected when the first mail is sent and again after it has hung up."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._settings = settings
        self._sender = settings.bounces_to or parseaddr(settings.mail_from)[1]
        """Whom relays tell that a mail came back (the envelope's sender, later the Return-Path)."""
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None
        self._written: tuple[Parcel, bytes] | None = None
        """The mail that comes next, written while the relay was busy with the one before."""

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

    def send(self, parcel: Parcel, following: Parcel | None = None) -> Result:
        """Hand over one mail and say what became of it. Never raises for what a relay or a network may do.

        While the relay thinks about it, the ``following`` one is written.
        """
        used_before = self._connection is not None
        message = self._message(parcel)
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return Result(Answer.UNREACHABLE, _words(error))
        try:
            _announce(connection, self._sender, parcel.address, len(message))
            connection.send(message + END_OF_MAIL)
            if following is not None:
                with suppress(Exception):  # whatever is wrong with it is told when it is its turn, not this one's
                    self._written = following, wire(following, self._settings)
            receipt = _taken(connection.getreply())
        except HungUp as error:
            self._hang_up()
            # Relays end connections that were silent for a while, or after so many mails: that is no trouble.
            return self.send(parcel, following) if used_before else Result(Answer.POSTPONED, _words(error))
        except smtplib.SMTPServerDisconnected as error:
            self._hang_up()
            return Result(Answer.POSTPONED, _words(error))
        except smtplib.SMTPException as error:
            return self._judged(error)
        except OSError as error:
            self._hang_up()
            return Result(Answer.POSTPONED, _words(error))
        return Result(Answer.SENT, receipt=receipt)

    def _message(self, parcel: Parcel) -> bytes:
        """Return the mail as it goes over the wire."""
        if self._written is not None and self._written[0] is parcel:
            return self._written[1]
        return wire(parcel, self._settings)

    def _judged(self, error: smtplib.SMTPException) -> Result:
        """Turn a refusal into what to do next, and make the connection fit for the next mail."""
        result = _meaning(error)
        try:
            if self._connection is not None:
                self._connection.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        return result

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
            self._connection = _connect(self._settings, self._timeout)
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _connect(settings: Settings, timeout: float) -> smtplib.SMTP:
    url = urlsplit(settings.smtp_url)
    host, port = url.hostname or "localhost", url.port or DEFAULT_PORTS[url.scheme]
    # Never a look-up: there may be no name server.
    greeting = settings.smtp_helo or socket.gethostname() or "localhost"
    make: Callable[..., smtplib.SMTP] = smtplib.SMTP
    if url.scheme == "smtps":
        context = trusted(settings.smtp_ca_file, name=settings.smtp_hostname)  # by itself it trusts any certificate
        make = partial(smtplib.SMTP_SSL, context=context)
    connection = make(host, port, local_hostname=greeting, timeout=timeout)
    try:
        if url.scheme == "smtp+starttls":
            connection.starttls(context=trusted(settings.smtp_ca_file, name=settings.smtp_hostname))
        if url.username:
            connection.login(unquote(url.username), unquote(url.password or ""))
    except UnicodeError as error:
        connection.close()
        raise smtplib.SMTPException("name and password for the relay may hold plain letters and signs only") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _announce(connection: smtplib.SMTP, sender: str, address: str, length: int) -> None:
    """Say from whom and to whom a mail of so many bytes goes, until the relay waits for it.

    Raises HungUp where the relay hangs up, for it cannot have the mail, and what smtplib raises for refusals.
    """
    try:
        connection.ehlo_or_helo_if_needed()
        size = f" size={length}" if connection.has_extn("size") else ""
        announce = _in_one_go if connection.has_extn("pipelining") else _one_by_one
        announce(connection, sender, size, address)
    except smtplib.SMTPServerDisconnected as error:
        raise HungUp(_words(error)) from error


def _taken(reply: tuple[int, bytes]) -> str:
    """Return the words with which the relay took a mail, which ``smtplib.sendmail`` forgets."""
    if reply[0] not in OK:
        raise smtplib.SMTPDataError(*reply)
    return _answer(*reply)


def _one_by_one(connection: smtplib.SMTP, sender: str, size: str, address: str) -> None:
    """Say from whom and to whom, and that the mail comes; each word waits for the answer to the one before."""
    _sender_taken(connection.mail(sender, size.split()), sender)
    _recipient_taken(connection.rcpt(address), address)
    _goes_on(connection.docmd("data"))


def _in_one_go(connection: smtplib.SMTP, sender: str, size: str, address: str) -> None:
    """Say all of it at once to a relay that knows how (RFC 2920), which saves two of four journeys to it and back."""
    lines = (
        f"mail FROM:{_path(sender)}{size}",
        f"rcpt TO:{_path(address)}",
        "data",
        "",
    )
    connection.send("\r\n".join(lines))
    from_whom, to_whom, go_on = connection.getreply(), connection.getreply(), connection.getreply()
    try:
        _sender_taken(from_whom, sender)
        _recipient_taken(to_whom, address)
    except smtplib.SMTPException:
        if go_on[0] == GO_ON:  # it waits for a mail to nobody: section 3.1 says to give it an empty one
            connection.send(END_OF_MAIL)
            connection.getreply()
        raise
    _goes_on(go_on)


def _path(address: str) -> str:
    """Return an address as the envelope has it."""
    return f"<{address}>" if PLAIN_ADDRESS.fullmatch(address) else smtplib.quoteaddr(one_line(address))


def _sender_taken(reply: tuple[int, bytes], sender: str) -> None:
    code, words = _unless_closing(reply)
    if code not in OK:
        raise smtplib.SMTPSenderRefused(code, words, sender)


def _recipient_taken(reply: tuple[int, bytes], address: str) -> None:
    code, words = _unless_closing(reply)
    if code not in OK:
        raise smtplib.SMTPRecipientsRefused({address: (code, words)})


def _goes_on(reply: tuple[int, bytes]) -> None:
    code, words = _unless_closing(reply)
    if code != GO_ON:
        raise smtplib.SMTPDataError(code, words)


def _unless_closing(reply: tuple[int, bytes]) -> tuple[int, bytes]:
    if reply[0] == CLOSING:
        raise HungUp(_answer(*reply))
    return reply


def _meaning(error: smtplib.SMTPException) -> Result:
    """Turn a refusal into what to do next."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        words = _answer(code, said)
        if code not in PERMANENT:
            return Result(Answer.POSTPONED, words)
        return Result(Answer.REFUSED, words, blames_address=blames_address(words, code))
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE:
        # Our own sender address is at fault, not this mail: every mail waits until somebody has put it right.
        return Result(Answer.UNREACHABLE, _words(error))
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in PERMANENT:
        return Result(Answer.REFUSED, _words(error))
    return Result(Answer.POSTPONED, _words(error))


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        why = one_line(error.verify_message)
        return f"its certificate is not trusted ({why}); see STUDIO_SMTP_CA_FILE and STUDIO_SMTP_HOSTNAME"
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection comes about ({one_line(error.reason or str(error))}); is it the right port?"
    return one_line(str(error)) or type(error).__name__


def _answer(code: int, said: bytes | str) -> str:
    return f"{code} {_text(said)}"


def _text(said: bytes | str) -> str:
    return one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)[:500]
