"""Addresses that take no mail: marked when a relay says so for good, and tried again when somebody asks for it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import MailState, OutgoingMail, Person, RefusedAddress

STILL_NEWS = timedelta(days=3)
"""Mails that were held for longer stay where they are when an address is tried again; their reader has the app."""


def refuse(session: Session, address: str, reason: str, *, at: datetime) -> None:
    """Remember that an address takes no mail, why and how often it said so. Part of the running transaction."""
    known = _known(session, address, reason, at)
    known.refused_since = known.refused_since or at
    known.refusals += 1


def delay(session: Session, address: str, reason: str, *, at: datetime) -> None:
    """Count that mail to an address is slow to arrive; it is written to all the same."""
    _known(session, address, reason, at).delays += 1


def _known(session: Session, address: str, reason: str, at: datetime) -> RefusedAddress:
    known = session.get(RefusedAddress, address, with_for_update=True)
    if known is None:
        known = _noted(session, RefusedAddress(address=address, last_at=at, reason=reason, refusals=0, delays=0))
    known.reason, known.last_at = reason, at
    return known


def _noted(session: Session, new: RefusedAddress) -> RefusedAddress:
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:  # another worker noted it at the same moment
        return session.get_one(RefusedAddress, new.address, with_for_update=True)
    return new


def refused(session: Session, addresses: Collection[str]) -> frozenset[str]:
    """Return those of the addresses that take no mail; one statement."""
    known = RefusedAddress.address.in_(addresses), RefusedAddress.refused_since.is_not(None)
    return frozenset(session.scalars(select(RefusedAddress.address).where(*known)))


def forgive(session: Session, address: str, *, at: datetime) -> int:
    """Forget what is known against an address and queue what was held of late; return how many mails that are."""
    session.execute(delete(RefusedAddress).where(RefusedAddress.address == address))
    held = (OutgoingMail.address == address, OutgoingMail.state == MailState.HELD, OutgoingMail.words.has())
    again = (
        update(OutgoingMail)
        .where(*held, OutgoingMail.created_at > at - STILL_NEWS)
        .values(state=MailState.QUEUED, attempts=0, next_attempt_at=at, last_error="")
        .returning(OutgoingMail.id)
    )
    return len(session.scalars(again).all())


def forget_unused(session: Session) -> None:
    """Forget addresses that nobody has any more."""
    used = select(Person.email).where(Person.email.is_not(None))
    session.execute(delete(RefusedAddress).where(RefusedAddress.address.not_in(used)))
