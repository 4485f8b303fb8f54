"""Terminals, badges and PINs, as pages and the guard ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Badge, Kiosk, Person, Pin
from studio.domain.kiosks import LONGEST_BADGE, MOST_WRONG, digest_of
from studio.queries import staff_numbers


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal that may be used. ``session_key`` is that of the one session it has now."""

    id: int
    name: str
    unit_name_zh: str
    unit_name_en: str
    session_key: str | None


@dataclass(frozen=True, slots=True)
class Keys:
    """With what somebody comes in at a terminal."""

    badge: str | None
    pin_set_at: datetime | None
    pin_rests: bool


def with_secret(session: Session, secret: str) -> Terminal | None:
    """Return the terminal whose browser keeps this secret, unless it was revoked."""
    statement = select(Kiosk).where(Kiosk.secret_digest == digest_of(secret), Kiosk.revoked_at.is_(None))
    kiosk = session.scalars(statement).one_or_none()
    if kiosk is None:
        return None
    return Terminal(kiosk.id, kiosk.name, kiosk.unit.name_zh, kiosk.unit.name_en, kiosk.session_key)


def listed(session: Session) -> Sequence[Kiosk]:
    """Return all terminals, those in use first, each with its unit."""
    return session.scalars(select(Kiosk).order_by(Kiosk.revoked_at.is_not(None), Kiosk.name, Kiosk.id)).all()


def owner(session: Session, typed: str) -> Person | None:
    """Return whose staff number this is, or else whose badge; active or not. With a lock where there are any."""
    number = staff_numbers.as_typed(typed)[: staff_numbers.LONGEST]
    for condition in (Person.employee_no == number, Person.id.in_(_holder(number))):
        found = session.scalars(select(Person).where(condition).with_for_update(of=Person)).unique().one_or_none()
        if found is not None:
            return found
    return None


def keys_of(session: Session, person_id: int) -> Keys:
    """Return with what somebody comes in."""
    badge = session.scalar(select(Badge.number).where(Badge.person_id == person_id))
    pin = session.get(Pin, person_id)
    return Keys(badge, pin.set_at if pin else None, pin is not None and pin.wrong_tries >= MOST_WRONG)


def badge_as_read(text: str) -> str:
    """Return a badge's number as it is kept."""
    return staff_numbers.as_typed(text)[: LONGEST_BADGE + 1]


def _holder(number: str) -> Select[int]:
    return select(Badge.person_id).where(Badge.number == number)
