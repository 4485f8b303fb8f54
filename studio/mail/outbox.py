"""The outbox: finished mails wait here, written in the transaction of the fact they tell, and leave after it.

A mail is claimed for a while before it is sent. If the claimer dies, the claim runs out and another one takes the
mail; it carries the same Message-ID, so a mail that was accepted just before the crash is recognised as the same.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from models import MailState, OutgoingMail, Person
from studio.mail import links
from studio.mail.messages import Circular, Message
from studio.mail.rendering import message_id, one_line, render
from studio.settings import Settings
from studio.transactions import writing

DIGEST = "digest"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=3)


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


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed mail, free of the database while it is on its way."""

    id: int
    address: str
    recipient_name: str
    message_id: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str]
    created_at: datetime
    attempts: int


def claim(session: Session, *, worker: str, at: datetime, most: int, until: datetime) -> list[Parcel]:
    """Take mails that are due, or whose claimer has died, until a moment; notices go before digests.

    Two workers never take the same one: PostgreSQL skips locked rows, SQLite has one writer.
    """
    session.rollback()  # look at what is there now, without asking for the write lock every time
    if session.scalar(select(OutgoingMail.id).where(_due(at)).limit(1)) is None:
        return []
    with writing(session):
        taken = session.scalars(
            select(OutgoingMail)
            .where(_due(at))
            .order_by(OutgoingMail.kind == DIGEST, OutgoingMail.next_attempt_at, OutgoingMail.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        for mail in taken:
            mail.state, mail.claimed_by, mail.claimed_until = MailState.SENDING, worker, until
        return [parcel(mail) for mail in taken]


def _due(at: datetime) -> ColumnElement[bool]:
    queued = and_(OutgoingMail.state == MailState.QUEUED, OutgoingMail.next_attempt_at <= at)
    abandoned = and_(OutgoingMail.state == MailState.SENDING, OutgoingMail.claimed_until <= at)
    return or_(queued, abandoned)


def parcel(mail: OutgoingMail) -> Parcel:
    """Return what a courier needs of a mail."""
    return Parcel(
        id=mail.id,
        address=mail.address,
        recipient_name=mail.recipient_name,
        message_id=mail.message_id,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=dict(mail.headers),
        created_at=mail.created_at,
        attempts=mail.attempts,
    )


def record_sent(session: Session, parcel: Parcel, *, worker: str, at: datetime) -> None:
    """Remember at once that the relay has taken a mail."""
    _record(session, parcel, worker, state=MailState.SENT, sent_at=at, attempts=parcel.attempts + 1, last_error="")


def record_refused(session: Session, parcel: Parcel, *, worker: str, error: str) -> None:
    """Give a mail up: the relay will never take it."""
    _record(session, parcel, worker, state=MailState.FAILED, attempts=parcel.attempts + 1, last_error=error)


def record_postponed(
    session: Session, parcel: Parcel, *, worker: str, at: datetime, error: str, chance: random.Random
) -> None:
    """Try again later, later each time; after three days give up."""
    attempts = parcel.attempts + 1
    if at - parcel.created_at >= GIVE_UP_AFTER:
        record_refused(session, parcel, worker=worker, error=error)
        return
    next_at = at + back_off(attempts, chance)
    _record(
        session, parcel, worker, state=MailState.QUEUED, attempts=attempts, next_attempt_at=next_at, last_error=error
    )


def release(session: Session, parcels: Iterable[Parcel], *, worker: str) -> None:
    """Put mails back that were claimed but not tried."""
    for parcel in parcels:
        _record(session, parcel, worker, state=MailState.QUEUED)


def back_off(attempts: int, chance: random.Random) -> timedelta:
    """Return how long to wait after so many tries: from a minute doubling to four hours, a quarter more or less."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)
    return wait * chance.uniform(0.75, 1.25)


def retry(session: Session, *, at: datetime) -> int:
    """Queue all failed mails again, as if new, and return how many."""
    with writing(session):
        failed = session.scalars(select(OutgoingMail).where(OutgoingMail.state == MailState.FAILED).with_for_update())
        again = 0
        for mail in failed:
            mail.state, mail.attempts, mail.next_attempt_at, mail.created_at = MailState.QUEUED, 0, at, at
            again += 1
    return again


def _record(session: Session, parcel: Parcel, worker: str, **values: Any) -> None:  # noqa: ANN401 - columns of the mail
    """Write a result in a transaction of its own; if the claim was lost meanwhile, the new claimer's word counts."""
    with writing(session):
        session.execute(
            update(OutgoingMail)
            .where(
                OutgoingMail.id == parcel.id,
                OutgoingMail.state == MailState.SENDING,
                OutgoingMail.claimed_by == worker,
            )
            .values(claimed_by=None, claimed_until=None, **values),
            execution_options={"synchronize_session": False},  # the session holds no mail that could know better
        )
