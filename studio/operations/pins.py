"""PINs and badges: what opens a terminal, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Badge, Kiosk, Person, Pin, SignInAttempt
from studio.domain.errors import InvalidInput, NotAllowed, Problem, TooMany
from studio.domain.kiosks import LONGEST_BADGE, MOST_WRONG, check_pin
from studio.operations.accounts import WINDOW, fits, hash_password, nobodys_hash
from studio.operations.administration import require_administrator
from studio.queries import kiosks, staff_numbers
from studio.transactions import writing


@dataclass(frozen=True, slots=True)
class _Try:
    """One try to come in: who it may be, and what is kept of the PIN; nothing for nobody."""

    id: int
    person_id: int | None
    kept: str | None


def sign_in(
    session: Session, kiosk_id: int, *, number: str, pin: str, address: str, at: datetime, most_failures: int
) -> Person | None:
    """Return the person if staff number or badge and PIN fit, else None, whatever the reason.

    Holds its own transactions like ``accounts.sign_in``; call it outside ``writing``. The try is counted as wrong
    before the PIN is looked at, so many guesses at once do not pass the limits together. Nobody, somebody without a PIN
    and somebody whose PIN rests cost the same time as a wrong one. Raises TooMany while the terminal must wait:
    ``most_failures`` in 15 minutes are let through, so that nobody tries the whole firm with one PIN.
    """
    nobodys = nobodys_hash()
    with writing(session):
        tried = _count(session, kiosk_id, number, address, at=at, most_failures=most_failures)
    if not fits(tried.kept or nobodys, pin) or tried.kept is None:
        return None
    with writing(session):
        kept = session.get(Pin, tried.person_id, with_for_update=True)
        if kept is None or kept.pin_hash != tried.kept:
            return None
        kept.wrong_tries = 0
        session.get_one(SignInAttempt, tried.id).succeeded = True
        return session.get_one(Person, kept.person_id)


def set_pin(session: Session, person: Person, *, pin: str, password: str, actor: Person, at: datetime) -> None:
    """Choose one's own PIN, another in place of one before. The password says that it is oneself.

    Raises NotAllowed for anybody else, and InvalidInput: ``password_wrong`` at ``password``; at ``pin`` the codes
    of ``check_pin``, and ``pin_after_password`` while the password is one that somebody else has given.
    """
    if actor.id != person.id:
        raise NotAllowed
    if person.password_hash is None or not fits(person.password_hash, password):
        raise InvalidInput([Problem("password_wrong", "password")])
    problems = check_pin(pin, employee_no=person.employee_no)
    if person.must_change_password:  # whoever else knows that password must not leave a PIN behind
        problems = [Problem("pin_after_password", "pin")]
    if problems:
        raise InvalidInput(problems)
    kept = session.get(Pin, person.id, with_for_update=True) or Pin(person_id=person.id)
    kept.pin_hash, kept.wrong_tries, kept.set_at = hash_password(pin), 0, at
    session.add(kept)


def take_pin_away(session: Session, person: Person, *, actor: Person) -> None:
    """Let somebody have no PIN any more, one's own or, for an administrator, another's. Raises NotAllowed."""
    if actor.id != person.id:
        require_administrator(actor, person.unit)
    session.execute(delete(Pin).where(Pin.person_id == person.id))


def give_badge(session: Session, person: Person, number: str, *, actor: Person, at: datetime) -> None:
    """Say what a reader reads from somebody's badge; nothing: he has none any more.

    Raises NotAllowed unless the actor administers the person's unit, and InvalidInput at ``badge``: ``too_long``,
    ``badge_taken`` where it is somebody else's badge or staff number.
    """
    require_administrator(actor, person.unit)
    number = kiosks.badge_as_read(number)
    if number and (problems := _badge_problems(session, person, number)):
        raise InvalidInput(problems)
    session.execute(delete(Badge).where(Badge.person_id == person.id))
    if number:
        session.add(Badge(number=number, person_id=person.id, given_at=at))
        session.flush()


def _badge_problems(session: Session, person: Person, number: str) -> list[Problem]:
    if len(number) > LONGEST_BADGE:
        return [Problem("too_long", "badge", {"limit": LONGEST_BADGE, "length": len(number)})]
    holder = kiosks.owner(session, number)
    return [Problem("badge_taken", "badge")] if holder is not None and holder.id != person.id else []


def _count(session: Session, kiosk_id: int, number: str, address: str, *, at: datetime, most_failures: int) -> _Try:
    """Write the try down as a wrong one, and say what it is to be compared with."""
    session.execute(select(Kiosk.id).where(Kiosk.id == kiosk_id).with_for_update())
    _refuse_too_many(session, kiosk_id, at=at, most=most_failures)
    person = kiosks.owner(session, number)
    typed = staff_numbers.as_typed(number)[: staff_numbers.LONGEST]
    known = person.employee_no if person is not None else typed
    attempt = SignInAttempt(employee_no=known, address=address, succeeded=False, at=at, kiosk_id=kiosk_id)
    session.add(attempt)
    session.flush()
    pin = session.get(Pin, person.id) if person is not None and person.active else None
    if person is None or pin is None or pin.wrong_tries >= MOST_WRONG:
        return _Try(attempt.id, None, None)
    pin.wrong_tries += 1
    return _Try(attempt.id, person.id, pin.pin_hash)


def _refuse_too_many(session: Session, kiosk_id: int, *, at: datetime, most: int) -> None:
    failed = (SignInAttempt.kiosk_id == kiosk_id, ~SignInAttempt.succeeded, SignInAttempt.at > at - WINDOW)
    moments = session.scalars(select(SignInAttempt.at).where(*failed).order_by(SignInAttempt.at)).all()
    if len(moments) >= most:
        left: timedelta = moments[-most] + WINDOW - at
        raise TooMany(retry_after=max(1, round(left.total_seconds())))
