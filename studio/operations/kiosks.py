"""Terminals: making one, enrolling its browser, the one session that lives there, and revoking it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kiosk, Person, Unit
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.domain.kiosks import CODE_LIVES, check_kiosk, code_as_typed, digest_of, new_code, new_secret
from studio.operations import accounts
from studio.operations.administration import require_administrator


def make(session: Session, *, name: str, unit: Unit, actor: Person, at: datetime) -> tuple[Kiosk, str]:
    """Make a terminal, and return it with the code that is typed there once, within half an hour.

    Raises NotAllowed unless the actor administers the unit, and InvalidInput with the codes of ``check_kiosk``.
    """
    require_administrator(actor, unit)
    name = clean_line(name)
    if problems := check_kiosk(name):
        raise InvalidInput(problems)
    kiosk = Kiosk(name=name, unit=unit, made_by_id=actor.id, made_at=at)
    session.add(kiosk)
    code = _give_code(kiosk, at)
    session.flush()
    return kiosk, code


def give_new_code(session: Session, kiosk_id: int, *, actor: Person, at: datetime) -> str:
    """Return another code for a terminal whose browser has none of its own yet; the code before is worth nothing.

    Raises NotFound for a terminal that is enrolled or revoked, and NotAllowed.
    """
    kiosk = _kiosk(session, kiosk_id)
    require_administrator(actor, kiosk.unit)
    if kiosk.secret_digest is not None or kiosk.revoked_at is not None:
        raise NotFound
    return _give_code(kiosk, at)


def enrol(session: Session, code: str, *, address: str, at: datetime) -> str:
    """Make the browser that sends this code the terminal, and return the secret that it keeps.

    A code works once. Raises InvalidInput: ``kiosk_code_wrong`` at ``code``, whatever is wrong with it.
    """
    wanted = Kiosk.code_digest == digest_of(code_as_typed(code))
    kiosk = session.scalars(select(Kiosk).where(wanted).with_for_update(of=Kiosk)).one_or_none()
    if kiosk is None or kiosk.code_ends_at is None or kiosk.code_ends_at <= at:
        raise InvalidInput([Problem("kiosk_code_wrong", "code")])
    secret = new_secret()
    kiosk.code_digest = kiosk.code_ends_at = None
    kiosk.secret_digest, kiosk.enrolled_at = digest_of(secret), at
    kiosk.last_used_at, kiosk.last_address = at, address
    return secret


def revoke(session: Session, kiosk_id: int, *, actor: Person, at: datetime) -> None:
    """Let a terminal be one no longer, and end the session that is there; twice is once.

    Raises NotFound, and NotAllowed unless the actor administers its unit.
    """
    kiosk = _kiosk(session, kiosk_id)
    require_administrator(actor, kiosk.unit)
    kiosk.revoked_at = kiosk.revoked_at or at
    kiosk.code_digest = kiosk.code_ends_at = kiosk.session_key = None


def begin_session(session: Session, kiosk_id: int, key: str, *, address: str, at: datetime) -> None:
    """Let the session of this key be the one that lives at the terminal; one before it opens nothing any more.

    Whoever signs in has been checked before. Raises NotFound for a terminal that was revoked meanwhile.
    """
    kiosk = _kiosk(session, kiosk_id)
    if kiosk.secret_digest is None or kiosk.revoked_at is not None:
        raise NotFound
    kiosk.session_key, kiosk.last_used_at, kiosk.last_address = key, at, address


def end_session(session: Session, kiosk_id: int, key: str, *, at: datetime) -> None:
    """End the session of this key, wherever a copy of its cookie lies; twice is once."""
    kiosk = session.get(Kiosk, kiosk_id, with_for_update=True)
    if kiosk is not None and kiosk.session_key == key:
        kiosk.session_key = None
    accounts.end_session(session, key, at=at)


def _kiosk(session: Session, kiosk_id: int) -> Kiosk:
    kiosk = session.scalars(select(Kiosk).where(Kiosk.id == kiosk_id).with_for_update(of=Kiosk)).one_or_none()
    if kiosk is None:
        raise NotFound
    return kiosk


def _give_code(kiosk: Kiosk, at: datetime) -> str:
    code = new_code()
    kiosk.code_digest, kiosk.code_ends_at = digest_of(code), at + CODE_LIVES
    return code
