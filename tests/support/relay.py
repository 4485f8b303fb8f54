"""A real mail relay on this machine that behaves or misbehaves as a test wants."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 taken"
CUT = "cut"
"""Hang up in the middle of DATA instead of answering."""


@dataclass
class Relay:
    """What arrived, and how to answer: ``recipient`` and ``data`` are asked with the recipient's address."""

    port: int
    recipient: Callable[[str], str] = lambda _: OK
    data: Callable[[str], str] = lambda _: OK
    delay: float = 0.0
    arrived: list[EmailMessage] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    connections: int = 0

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
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        answer = self.data(envelope.rcpt_tos[0])
        if answer == CUT:
            cast("Any", server.transport).abort()
            return "421 gone"
        if answer.startswith("250"):
            mail = message_from_bytes(cast("bytes", envelope.content), policy=default)
            self.arrived.append(mail)
            self.envelopes.extend(envelope.rcpt_tos)
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def relay() -> Iterator[Relay]:
    """Run a relay for a while."""
    made = Relay(free_port())
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
