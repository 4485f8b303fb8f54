"""The outbox: finished mails wait here, written in the transaction of the fact they tell, and leave after it.

A mail is claimed for a while before it is sent. If the claimer dies, the claim runs out and another one takes the
mail; it carries the same Message-ID, so a mail that was accepted just before the crash is recognised as the same.
"""

from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import MailState, OutgoingMail, Person
from studio.mail import links
from studio.mail.messages import Circular, Message
from studio.mail.rendering import message_id, one_line, render
from studio.settings import Settings


def put(session: Session, messages: Iterable[Message], *, at: datetime, settings: Settings) -> list[OutgoingMail]:
    """Store the mails of these messages in the running transaction; what was told before is not told again."""
    wanted = {message.once: message for message in messages if wants(message.person, message.circular)}
    if not wanted:
        return []
    told = set(session.scalars(select(OutgoingMail.once).where(OutgoingMail.once.in_(wanted))))
    mails = [
        OutgoingMail(**row(message, at=at, settings=settings)) for once, message in wanted.items() if once not in told
    ]
    session.add_all(mails)
    return mails


def row(message: Message, *, at: datetime, settings: Settings) -> dict[str, Any]:
    """Return the columns of a mail that is to leave as soon as it is committed."""
    words = render(message, settings)
    return {
        "kind": message.kind,
        "once": message.once,
        "person_id": message.person.id,
        "proposal_id": message.proposal_id,
        "address": message.person.email,
        "recipient_name": one_line(message.person.name),
        "message_id": message_id(message.once, settings),
        "subject": words.subject,
        "text": words.text,
        "html": words.html,
        "headers": _leaving_headers(message, settings),
        "state": MailState.QUEUED,
        "attempts": 0,
        "next_attempt_at": at,
        "created_at": at,
        "last_error": "",
    }


def wants(person: Person, circular: Circular) -> bool:
    """Tell whether a person can be reached by mail and has not left this circular."""
    if not person.active or not _deliverable(person.email):
        return False
    if person.preferences is None:
        return True
    by_mail = {Circular.NOTICES: person.preferences.notices_by_mail, Circular.DIGEST: person.preferences.digest_by_mail}
    return by_mail[circular]


def _deliverable(address: str | None) -> bool:
    """Tell whether a relay can be given this address: plain ASCII, one address and nothing else."""
    if not address or not address.isascii():
        return False
    try:
        return bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError):  # the standard library's parser raises both on broken addresses
        return False


def _leaving_headers(message: Message, settings: Settings) -> dict[str, str]:
    """Let mail programs show their own button for leaving (RFC 2369 and RFC 8058)."""
    token = links.leave_token(settings, message.person.id, message.circular)
    return {
        "List-Unsubscribe": f"<{links.linker(settings)(links.LEAVE, token=token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<{message.circular}.studio>",
        "Auto-Submitted": "auto-generated",
    }
