"""A real SMTP server on a free loopback port that keeps what it is given."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port


class Mailboxes:
    """Everything that arrived, in order."""

    def __init__(self) -> None:
        self.arrived: list[tuple[list[str], EmailMessage]] = []
        self.address = ""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        message = email.message_from_bytes(content, policy=default)
        self.arrived.append((list(envelope.rcpt_tos), message))
        return "250 kept"

    def of(self, recipient: str) -> list[EmailMessage]:
        """Return what somebody received."""
        return [message for recipients, message in self.arrived if recipient in recipients]


def body_of(message: EmailMessage, kind: str = "plain") -> str:
    """Return the text of a mail as its reader sees it."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@contextmanager
def mailboxes() -> Iterator[Mailboxes]:
    """Run the server while the block runs."""
    boxes, port = Mailboxes(), free_port()
    boxes.address = f"smtp://127.0.0.1:{port}"
    controller = Controller(boxes, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield boxes
    finally:
        controller.stop()
