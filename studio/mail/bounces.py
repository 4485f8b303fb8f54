"""Reports of mail systems that a mail was delayed or came back (RFC 3464), taken apart without believing a word."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default

from studio.domain.mail_status import enhanced_status
from studio.mail.rendering import one_line

LARGEST = 2 * 1024**2
"""A larger message is no report, in bytes: what comes back with one is a mail of ours at most."""
LONGEST_WORDS = 500
FAILED, DELAYED = "failed", "delayed"


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail system says became of a mail at one address. Anybody may have written it."""

    message_id: str
    addresses: frozenset[str]
    """As it was delivered and as we wrote it, in small letters."""
    permanent: bool
    words: str


def reports_in(raw: bytes) -> list[Report]:
    """Return what a message reports; nothing if it is no delivery report, or says not which mail it is about."""
    if len(raw) > LARGEST:
        return []
    try:
        message = message_from_bytes(raw, policy=default.clone(raise_on_defect=False))
        return list(_reports(message))
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):
        # The standard library's parser raises these on what was made to break it.
        return []


def _reports(message: Message) -> Iterator[Report]:
    if message.get_content_type() != "multipart/report":
        return
    parts = _parts(message)
    message_id = next((found for part in parts if (found := _returned_id(part))), "")
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None or not message_id:
        return
    for block in _parts(status):
        report = _report(message_id, block)
        if report is not None:
            yield report


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _returned_id(part: Message) -> str:
    """Return the Message-ID of the mail that came back, whole or only its headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return next((one_line(str(mail.get("Message-ID", ""))) for mail in _parts(part)), "")
    written = part.get_payload(decode=True)
    if kind in {"text/rfc822-headers", "message/rfc822-headers"} and isinstance(written, bytes):
        return one_line(str(message_from_bytes(written, policy=default).get("Message-ID", "")))
    return ""


def _report(message_id: str, block: Message) -> Report | None:
    action = one_line(str(block.get("Action", ""))).lower()
    addresses = frozenset(filter(None, (_address(block, name) for name in ("Final-Recipient", "Original-Recipient"))))
    status = enhanced_status(str(block.get("Status", "")))
    if action not in {FAILED, DELAYED} or not addresses or status is None:
        return None
    said = _typed(block, "Diagnostic-Code") or ".".join(map(str, status))
    if enhanced_status(said) is None:
        said = f"{'.'.join(map(str, status))} {said}"
    permanent = action == FAILED and status[0] == 5  # noqa: PLR2004 - RFC 3463: 5 is “for good”
    return Report(message_id, addresses, permanent, said[:LONGEST_WORDS])


def _address(block: Message, name: str) -> str:
    return _typed(block, name).strip("<>").casefold()


def _typed(block: Message, name: str) -> str:
    """Return the value of a field that says first of which kind it is, such as ``rfc822; p1@example.com``."""
    return one_line(str(block.get(name, "")).partition(";")[2])
