"""The outbox: finished mails wait here, written in the transaction of the fact they tell, and leave after it.

A mail is claimed for a while before it is sent. If the claimer dies, the claim runs out and another one takes the
mail; it carries the same Message-ID, so a mail that was accepted just before the crash is recognised as the same.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from models import AttemptOutcome, MailAttempt, MailState, MailWords, OutgoingMail, Person
from studio.mail import addresses, links
from studio.mail.headers import PLAIN_ADDRESS
from studio.mail.messages import Circular, Message
from studio.mail.rendering import Words, another_message_id, message_id, one_line, render
from studio.settings import Settings
from studio.transactions import writing

DIGEST = "digest"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
MOST_ATTEMPTS = 25
"""With the waits between them that is three days in which the relay is there and does not take the mail."""


def put(session: Session, messages: Iterable[Message], *, at: datetime, settings: Settings) -> list[OutgoingMail]:
    """Store the mails of these messages in the running transaction; what was told before is not told again."""
    wanted = {message.once: message for message in messages if wants(message.person, message.circular)}
    if not wanted:
        return []
    told = set(session.scalars(select(OutgoingMail.once).where(OutgoingMail.once.in_(wanted))))
    mails = []
    for once, message in wanted.items():
        if once not in told:
            envelope, words = rows(message, render(message, settings), at=at, settings=settings)
            mails.append(OutgoingMail(**envelope, words=MailWords(**words)))
    session.add_all(mails)
    return mails


def rows(message: Message, words: Words, *, at: datetime, settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of a mail that is to leave as soon as it is committed, and those of what it says."""
    envelope = {
        "kind": message.kind,
        "once": message.once,
        "person_id": message.person.id,
        "proposal_id": message.proposal_id,
        "address": message.person.email,
        "recipient_name": one_line(message.person.name),
        "message_id": message_id(message.once, settings),
        "subject": words.subject,
        "state": MailState.QUEUED,
        "attempts": 0,
        "next_attempt_at": at,
        "created_at": at,
        "last_error": "",
    }
    return envelope, {"text": words.text, "html": words.html, "headers": _leaving_headers(message, settings)}


def wants(person: Person, circular: Circular) -> bool:
    """Tell whether a person can be reached by mail and has not left this circular.

    Of single proposals everybody chooses by kind of event, which ``studio.domain.notices`` knows.
    """
    if not person.active or not _deliverable(person.email):
        return False
    return circular is not Circular.DIGEST or person.preferences is None or person.preferences.digest_by_mail


def _deliverable(address: str | None) -> bool:
    """Tell whether a relay can be given this address: plain ASCII, one address and nothing else."""
    if not address or not address.isascii():
        return False
    if PLAIN_ADDRESS.fullmatch(address):
        return True
    try:
        return bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError):  # the standard library's parser raises both on broken addresses
        return False


def _leaving_headers(message: Message, settings: Settings) -> dict[str, str]:
    """Let mail programs show their own button for leaving (RFC 2369 and RFC 8058), and say where answers go."""
    answers = {"Reply-To": settings.mail_reply_to} if settings.mail_reply_to else {}
    return {
        **answers,
        "List-Unsubscribe": f"<{links.leave_url(settings, message.person.id, message.leaving)}>",
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


_SAID = ("text", "html", "headers")
_PACKED = [getattr(MailWords if one.name in _SAID else OutgoingMail, one.name) for one in fields(Parcel)]


def claim(session: Session, *, worker: str, at: datetime, most: int, until: datetime) -> list[Parcel]:
    """Take mails that are due, or whose claimer has died, until a moment; notices go before digests.

    Two workers never take the same one: PostgreSQL skips locked rows, SQLite has one writer. What would go to an
    address that takes no mail is held instead.
    """
    session.rollback()  # look at what is there now, without asking for the write lock every time
    if session.scalar(select(OutgoingMail.id).where(_due(at)).limit(1)) is None:
        return []
    with writing(session):
        in_turn = (OutgoingMail.kind == DIGEST, OutgoingMail.next_attempt_at, OutgoingMail.id)
        due = select(OutgoingMail.id).where(_due(at)).order_by(*in_turn).limit(most).with_for_update(skip_locked=True)
        # All that is due is put in order for the first few, so without the words.
        mails = select(*_PACKED).join(OutgoingMail.words).where(OutgoingMail.id.in_(session.scalars(due).all()))
        found = [Parcel(*row) for row in session.execute(mails.order_by(*in_turn))]
        refused = addresses.refused(session, {parcel.address for parcel in found})
        held = [parcel.id for parcel in found if parcel.address in refused]
        taken = [parcel for parcel in found if parcel.address not in refused]
        _move(session, held, state=MailState.HELD, claimed_by=None, claimed_until=None)
        claimed = [parcel.id for parcel in taken]
        _move(session, claimed, state=MailState.SENDING, claimed_by=worker, claimed_until=until)
        return taken


def _move(session: Session, ids: Sequence[int], **values: Any) -> None:  # noqa: ANN401 - columns of the mail
    if ids:
        unwatched = {"synchronize_session": False}  # the session holds no mail that could know better
        session.execute(
            update(OutgoingMail).where(OutgoingMail.id.in_(ids)).values(**values), execution_options=unwatched
        )


def _due(at: datetime) -> ColumnElement[bool]:
    queued = and_(OutgoingMail.state == MailState.QUEUED, OutgoingMail.next_attempt_at <= at)
    abandoned = and_(OutgoingMail.state == MailState.SENDING, OutgoingMail.claimed_until <= at)
    return or_(queued, abandoned)


def parcel(mail: OutgoingMail) -> Parcel:
    """Return what a courier needs of a mail whose words are kept."""
    return Parcel(*(getattr(mail.words if one.name in _SAID else mail, one.name) for one in fields(Parcel)))


def record_sent(connection: Connection, parcel: Parcel, *, worker: str, at: datetime, receipt: str = "") -> None:
    """Remember at once that the relay has taken a mail, and its words, by which it is found in the relay's log.

    ``connection`` is one ``transactions.beside`` the session.
    """
    done = {"mail": parcel.id, "worker": worker, "at": at, "tries": parcel.attempts + 1, "words": receipt}
    with connection.begin():
        connection.execute(_SENT, done)


def record_refused(
    session: Session, parcel: Parcel, *, worker: str, at: datetime, error: str, blames_address: bool = False
) -> None:
    """Give a mail up: the relay will never take it. If it is because of the address, nothing more is sent there."""
    given_up = {"state": MailState.FAILED, "attempts": parcel.attempts + 1, "last_error": error}
    with writing(session):
        if _record(session, parcel, worker, **given_up):
            session.add(_attempt(parcel, AttemptOutcome.REFUSED, error, at))
            if blames_address:
                addresses.refuse(session, parcel.address, error, at=at)


def record_postponed(
    session: Session, parcel: Parcel, *, worker: str, at: datetime, error: str, chance: random.Random
) -> None:
    """Try again later, later each time; after three days give up."""
    attempts = parcel.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        record_refused(session, parcel, worker=worker, at=at, error=error)
        return
    later = {"attempts": attempts, "next_attempt_at": at + back_off(attempts, chance), "last_error": error}
    with writing(session):
        if _record(session, parcel, worker, state=MailState.QUEUED, **later):
            session.add(_attempt(parcel, AttemptOutcome.POSTPONED, error, at))


def _attempt(parcel: Parcel, outcome: AttemptOutcome, words: str, at: datetime) -> MailAttempt:
    return MailAttempt(mail_id=parcel.id, outcome=outcome, words=words, at=at)


def release(session: Session, parcels: Iterable[Parcel], *, worker: str, error: str = "") -> None:
    """Put mails back that were claimed but not tried: they keep their place. ``error`` says what they wait for."""
    waiting = {"state": MailState.QUEUED} | ({"last_error": error} if error else {})
    with writing(session):
        for parcel in parcels:
            _record(session, parcel, worker, **waiting)


def back_off(attempts: int, chance: random.Random) -> timedelta:
    """Return how long to wait after so many tries: from a minute doubling to four hours, a quarter more or less."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)
    return wait * chance.uniform(0.75, 1.25)


def retry(session: Session, *, at: datetime) -> int:
    """Queue all failed mails again, as if new, except those that are forgotten; return how many.

    Part of the running transaction.
    """
    again = (
        update(OutgoingMail)
        .where(OutgoingMail.state == MailState.FAILED, OutgoingMail.words.has())
        .values(state=MailState.QUEUED, attempts=0, next_attempt_at=at)
        .returning(OutgoingMail.id)
    )
    return len(session.scalars(again).all())


def send_again(mail: OutgoingMail, *, at: datetime) -> MailAttempt | None:
    """Queue one mail once more, as if new; return the attempt that is remembered of one that had been sent.

    Whoever may not have got it gets the same mail, with the same Message-ID, so that nobody sees it twice. One that
    was delivered gets another: mail programs hide what they have already.
    """
    before = None
    if mail.sent_at is not None:
        words = mail.receipt
        before = MailAttempt(mail_id=mail.id, outcome=AttemptOutcome.SENT, words=words, at=mail.sent_at)
        mail.message_id = another_message_id(mail.message_id)
    mail.state, mail.sent_at, mail.receipt, mail.last_error = MailState.QUEUED, None, "", ""
    mail.attempts, mail.next_attempt_at = 0, at
    return before


def forget_words(session: Session, *, older_than: datetime) -> None:
    """Forget what old mails said, except those that still wait; that they were sent, to whom and how is kept."""
    waiting = OutgoingMail.state.in_((MailState.QUEUED, MailState.SENDING))
    old = select(OutgoingMail.id).where(OutgoingMail.created_at < older_than, ~waiting)
    session.execute(delete(MailWords).where(MailWords.mail_id.in_(old)))


def _claimed(mail: object, worker: object) -> ColumnElement[bool]:
    """Say that the claim still holds; if it was lost meanwhile, the new claimer's word counts."""
    table = OutgoingMail
    return and_(table.id == mail, table.state == MailState.SENDING, table.claimed_by == worker)


_SENT = (
    update(OutgoingMail)
    .where(_claimed(bindparam("mail"), bindparam("worker")))
    .values(state=MailState.SENT, sent_at=bindparam("at"), attempts=bindparam("tries"), receipt=bindparam("words"))
    .values(last_error="", claimed_by=None, claimed_until=None)
)


def _record(session: Session, parcel: Parcel, worker: str, **values: Any) -> bool:  # noqa: ANN401 - columns of the mail
    """Write a result; False if the claim was lost meanwhile."""
    written = session.execute(
        update(OutgoingMail)
        .where(_claimed(parcel.id, worker))
        .values(claimed_by=None, claimed_until=None, **values)
        .returning(OutgoingMail.id),
        execution_options={"synchronize_session": False},  # the session holds no mail that could know better
    )
    return written.first() is not None
