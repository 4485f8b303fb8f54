"""A real mail relay on this machine that behaves or misbehaves as a test wants."""

import asyncio
import socket
import ssl
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 taken"
CUT = "cut"
"""Hang up instead of answering to a whole mail, which is lost."""
TAKEN_AND_CUT = "taken and cut"
"""Take a mail and hang up before saying so: the sender cannot know."""


@dataclass
class Relay:
    """What arrived, and how to answer: ``recipient`` and ``data`` are asked with the recipient's address."""

    port: int
    recipient: Callable[[str], str] = lambda _: OK
    data: Callable[[str], str] = lambda _: OK
    sender: Callable[[], str] = lambda: OK
    delay: float = 0.0
    most_mails: int = 1_000_000
    """Mails it takes over one connection before it says goodbye (421)."""
    pipelining: bool = False
    """Whether it tells that it takes several commands at once (RFC 2920)."""
    patience: float = 300
    """Seconds a connection may be silent before it is closed."""
    greetings: list[str] = field(default_factory=list)
    """By which names senders have greeted."""
    taken: Counter[Any] = field(default_factory=Counter)
    raw: list[bytes] = field(default_factory=list)
    arrived: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    connections: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> Counter[str]:
        return Counter(str(mail["Message-ID"]) for mail in self.arrived)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greetings.append(hostname)
        self.connections += 1
        return ["250-PIPELINING", *responses] if self.pipelining else responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = "421 enough for one connection" if self.taken[session.peer] >= self.most_mails else self.sender()
        if answer.startswith("250"):
            envelope.mail_from = address
            self.senders.append(address)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        answer = self.data(envelope.rcpt_tos[0])
        if answer == CUT:
            cast("Any", server.transport).abort()
            return "421 gone"
        if answer.startswith("250") or answer == TAKEN_AND_CUT:
            self.raw.append(cast("bytes", envelope.content))
            self.arrived.append(message_from_bytes(self.raw[-1], policy=default))
            self.envelopes.extend(envelope.rcpt_tos)
            self.taken[session.peer] += 1
        if answer == TAKEN_AND_CUT:
            cast("Any", server.transport).abort()
        elif self.patience < 1:
            asyncio.get_running_loop().call_later(self.patience, cast("Any", server.transport).close)
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that signed itself, and its key, as files."""

    path: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Return what a server needs to show it."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.path, self.key)
        return made


def certificate(folder: Path, host: str = "127.0.0.1") -> Certificate:
    """Make a certificate for one address with the openssl command."""
    made = Certificate(folder / f"{host}.pem", folder / f"{host}.key")
    _openssl("req", "-x509", *_NEW_KEY, made.key, "-days", "3650", *_named(host), "-out", made.path)
    return made


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout")
VALID, EXPIRED = ("20200101000000Z", "20991231000000Z"), ("20200101000000Z", "20200201000000Z")
AUTHORITY = """
[ca]
default_ca = factory
[factory]
new_certs_dir = {folder}
database = {folder}/index
rand_serial = yes
unique_subject = no
default_md = sha256
policy = anything
copy_extensions = copy
[anything]
commonName = supplied
"""


def _named(host: str) -> tuple[str, ...]:
    kind = "IP" if host[0].isdigit() else "DNS"
    return ("-subj", f"/CN={host}", "-addext", f"subjectAltName={kind}:{host}")


def _openssl(*command: object) -> None:
    subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True, stdin=subprocess.DEVNULL)


@dataclass(frozen=True, slots=True)
class Authority:
    """A firm's own authority, as a certificate and its key, in a folder of its own."""

    own: Certificate

    @classmethod
    def found(cls, folder: Path) -> "Authority":
        (folder / "index").touch()
        (folder / "conf").write_text(AUTHORITY.format(folder=folder))
        return cls(certificate(folder, "authority.factory"))

    def vouch(self, host: str, days: tuple[str, str] = VALID) -> Certificate:
        """Make a certificate for a host, good from one day to another."""
        folder = self.own.path.parent
        made = Certificate(folder / f"{host}-{days[1]}.pem", folder / f"{host}-{days[1]}.key")
        _openssl("req", "-new", *_NEW_KEY, made.key, *_named(host), "-out", folder / "asked")
        signing = ("-config", folder / "conf", "-cert", self.own.path, "-keyfile", self.own.key)
        span = ("-startdate", days[0], "-enddate", days[1])
        _openssl("ca", "-batch", "-notext", *signing, *span, "-in", folder / "asked", "-out", made.path)
        return made


@contextmanager
def relay(
    *, tls: Certificate | None = None, implicit: bool = False, login: tuple[str, str] = ("", "")
) -> Iterator[Relay]:
    """Run a relay for a while: without TLS, with STARTTLS, or ``implicit`` TLS from the first byte on.

    With a ``login`` it lets nobody else in; with STARTTLS it hears of no password before the line is encrypted.
    """
    made = Relay(free_port())
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": made.port}
    if tls is not None:
        options |= {"ssl_context": tls.context()} if implicit else {"tls_context": tls.context()}
    if any(login):
        # aiosmtpd does not know that a connection was encrypted before it began.
        options["auth_require_tls"] = tls is not None and not implicit
        options["authenticator"] = partial(_let_in, made, login)
    controller = Controller(made, **options)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()


def _let_in(made: Relay, login: tuple[str, str], *asked: Any) -> AuthResult:
    given: LoginPassword = asked[-1]
    made.logins.append((given.login.decode(), given.password.decode()))
    return AuthResult(success=made.logins[-1] == login, handled=False)
