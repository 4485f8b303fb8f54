"""Signing in, passwords, preferences, and who holds which role."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, and_, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import EndedSession, Person, Pin, Preferences, Role, RoleGrant, SignInAttempt, Unit, UnitLevel
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, TooMany
from studio.domain.passwords import MOST, check_password
from studio.operations import api_tokens
from studio.queries import staff_numbers
from studio.settings import LOCALES, Settings
from studio.transactions import writing

WINDOW = timedelta(minutes=15)
PAGE_THEMES = ("auto", "light", "dark")
PLAIN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""For a password read out over the phone: nothing that looks or sounds like something else."""
GIVEN_PASSWORD_LENGTH = 12

HASHER = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
"""19 MiB and one thread each, so that a whole shift may sign in at once on a small box."""


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """Wrong passwords within 15 minutes before a staff number, or a network address, must wait."""

    per_account: int = 8
    per_address: int = 60


def limits_of(settings: Settings) -> SignInLimits:
    """Return the limits that the settings ask for."""
    return SignInLimits(settings.sign_in_tries_per_account, settings.sign_in_tries_per_address)


def sign_in(
    session: Session, *, employee_no: str, password: str, address: str, at: datetime, limits: SignInLimits
) -> Person | None:
    """Return the person if number and password fit, else None. Raises TooMany while either must wait.

    The one operation that holds its own transactions, two short ones with the slow hashing between them, because
    nobody else could write meanwhile; call it outside ``writing``. The try is counted as failed before the password
    is looked at, so many guesses at once cannot pass the limit together. Unknown numbers and people who have left
    cost the same time as a wrong password.
    """
    number = staff_numbers.as_typed(employee_no)[: staff_numbers.LONGEST]
    nobodys = nobodys_hash()
    with writing(session):
        known = session.scalars(select(Person).where(Person.employee_no == number).with_for_update(of=Person))
        person = known.unique().one_or_none()
        _refuse_too_many(session, number, address, at=at, limits=limits)
        attempt = SignInAttempt(employee_no=number, address=address, succeeded=False, at=at)
        session.add(attempt)
        session.flush()
        attempt_id = attempt.id
        person_id, kept = (person.id, person.password_hash) if person and person.active else (None, None)
    if not fits(kept or nobodys, password) or person_id is None or kept is None:
        return None
    renewed = hash_password(password) if HASHER.check_needs_rehash(kept) else kept
    with writing(session):
        person = session.get_one(Person, person_id)
        session.get_one(SignInAttempt, attempt_id).succeeded = True
        if person.password_hash == kept:
            person.password_hash = renewed
        session.execute(update(Pin).where(Pin.person_id == person_id).values(wrong_tries=0))
    return person


def forget_attempts(session: Session, *, older_than: datetime) -> int:
    """Remove the record of sign-ins before a moment, and return how many: nobody's comings need be known for ever."""
    removed = session.scalars(delete(SignInAttempt).where(SignInAttempt.at < older_than).returning(SignInAttempt.id))
    return len(removed.all())


def make_feed(person: Person, *, actor: Person) -> None:
    """Give oneself an address for feed readers; one made before is worth nothing any more. Raises NotAllowed."""
    _oneself(person, actor)
    person.feed_stamp = secrets.token_urlsafe(12)


def stop_feed(person: Person, *, actor: Person) -> None:
    """Let one's address for feed readers lead nowhere; may be repeated. Raises NotAllowed."""
    _oneself(person, actor)
    person.feed_stamp = None


def _oneself(person: Person, actor: Person) -> None:
    if actor.id != person.id:
        raise NotAllowed


def hash_password(password: str) -> str:
    """Return what is kept of a password. Slow on purpose."""
    return HASHER.hash(_bytes(password))


def set_password(session: Session, person: Person, *, actor: Person, at: datetime, old: str, new: str) -> Person:
    """Choose one's own new password; every other session of the person ends.

    Raises NotAllowed for anybody else, and InvalidInput: ``password_wrong`` at ``old``; at ``new`` ``password_same``
    and the codes of ``studio.domain.passwords``.
    """
    del session, at
    if actor.id != person.id:
        raise NotAllowed
    if person.password_hash is None or not fits(person.password_hash, old):
        raise InvalidInput([Problem("password_wrong", "old")])
    problems = check_password(new, employee_no=person.employee_no, administrator=person.has_role(Role.ADMINISTRATOR))
    if not problems and new == old:
        problems = [Problem("password_same", "new")]
    if problems:
        raise InvalidInput(problems)
    return _give(person, new, must_change=False)


def reset_password(session: Session, person: Person, *, actor: Person, at: datetime) -> str:
    """Give a person who forgot it a new password, to be changed at the first sign-in, and return it.

    Every session, token, feed and PIN of the person ends. Raises NotAllowed unless the actor administers the
    person's unit, and all units that the person administers.
    """
    administered = [grant.unit for grant in person.grants if grant.role is Role.ADMINISTRATOR]
    for unit in (person.unit, *administered):
        _require_administrator(actor, unit)
    password = "".join(secrets.choice(PLAIN_LETTERS) for _ in range(GIVEN_PASSWORD_LENGTH))
    _give(person, password, must_change=True)
    _let_no_program_in(session, person, at=at)
    return password


def end_session(session: Session, key: str, *, at: datetime) -> None:
    """Let no cookie of this session open anything any more, wherever a copy of it lies; twice is once."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(EndedSession(key=key, ended_at=at))


def forget_ended_sessions(session: Session, *, older_than: datetime) -> int:
    """Remove what was signed out before a moment, and return how many: the cookies of then are too old by now."""
    removed = session.scalars(
        delete(EndedSession).where(EndedSession.ended_at < older_than).returning(EndedSession.key)
    )
    return len(removed.all())


def sign_out_everywhere(session: Session, person: Person, *, actor: Person, at: datetime) -> None:
    """End every session, token, feed and PIN of the person, one's own or, for an administrator, another's.

    Raises NotAllowed.
    """
    if actor.id != person.id:
        _require_administrator(actor, person.unit)
    person.session_stamp = secrets.token_urlsafe(12)
    _let_no_program_in(session, person, at=at)


def _let_no_program_in(session: Session, person: Person, *, at: datetime) -> None:
    """End what opens something without the password; a PIN too, for whoever had the account could have chosen one."""
    person.feed_stamp = None
    api_tokens.revoke_all(session, person, at=at)
    session.execute(delete(Pin).where(Pin.person_id == person.id))


def save_preferences(
    session: Session,
    person: Person,
    *,
    locale: str | None = None,
    theme: str | None = None,
    digest_by_mail: bool | None = None,
) -> Preferences:
    """Keep how a person likes the pages and whether the digest comes by mail; what is None stays as it is.

    Raises InvalidInput: ``locale_unknown`` at ``locale``, ``theme_of_pages_unknown`` at ``theme``.
    """
    problems = [Problem("locale_unknown", "locale")] if locale is not None and locale not in LOCALES else []
    if theme is not None and theme not in PAGE_THEMES:
        problems.append(Problem("theme_of_pages_unknown", "theme"))
    if problems:
        raise InvalidInput(problems)
    preferences = person.preferences or Preferences(person=person)
    given = {"locale": locale, "theme": theme, "digest_by_mail": digest_by_mail}
    for name, value in given.items():
        if value is not None:
            setattr(preferences, name, value)
    session.add(preferences)
    return preferences


def create_administrator(session: Session, *, employee_no: str, name: str, password: str, at: datetime) -> Person:
    """Make somebody administrator of the whole firm; a known staff number gets the role and the new password.

    The first one brings the root of the unit tree along. Raises InvalidInput: ``employee_no_missing`` at
    ``employee_no``, ``name_missing`` at ``name``, and the codes of ``studio.domain.passwords`` at ``new``.
    """
    number, name = staff_numbers.as_typed(employee_no), clean_line(name)
    problems = [] if 0 < len(number) <= staff_numbers.LONGEST else [Problem("employee_no_missing", "employee_no")]
    problems += [] if name else [Problem("name_missing", "name")]
    problems += check_password(password, employee_no=number, administrator=True)
    if problems:
        raise InvalidInput(problems)
    root = _root_unit(session)
    person = staff_numbers.owners(session, [number]).get(number)
    if person is None:
        person = Person(employee_no=number, name=name, unit=root, created_at=at, grants=[])
        session.add(person)
    person.active = True
    if not any(grant.role is Role.ADMINISTRATOR and grant.unit_id == root.id for grant in person.grants):
        person.grants.append(RoleGrant(role=Role.ADMINISTRATOR, unit=root))
    _give(person, password, must_change=False)
    session.flush()
    return person


def create_first_administrator(session: Session, *, employee_no: str, name: str, password: str, at: datetime) -> Person:
    """Do as ``create_administrator`` on a site where nobody exists yet; later it raises NotFound.

    SQLite's write lock keeps a second visitor out; PostgreSQL is asked to hold the table until the commit.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
    if session.scalar(select(Person.id).limit(1)) is not None:
        raise NotFound
    return create_administrator(session, employee_no=employee_no, name=name, password=password, at=at)


def grant_role(session: Session, person: Person, role: Role, unit: Unit, *, actor: Person) -> RoleGrant:
    """Give a person a role for a unit and all below it; twice is once. Raises NotAllowed."""
    _require_administrator(actor, unit)
    present = next((g for g in person.grants if g.role is role and g.unit_id == unit.id), None)
    if present is not None:
        return present
    grant = RoleGrant(role=role, unit=unit)
    person.grants.append(grant)
    session.flush()
    return grant


def revoke_role(session: Session, person: Person, role: Role, unit: Unit, *, actor: Person) -> None:
    """Take a role away again. Raises NotAllowed, and InvalidInput (``last_administrator``)."""
    _require_administrator(actor, unit)
    grant = next((g for g in person.grants if g.role is role and g.unit_id == unit.id), None)
    if grant is None:
        return
    if role is Role.ADMINISTRATOR and not _another_administrator(session, grant):
        raise InvalidInput([Problem("last_administrator")])
    person.grants.remove(grant)
    session.flush()


def _refuse_too_many(session: Session, number: str, address: str, *, at: datetime, limits: SignInLimits) -> None:
    """Raise TooMany if the staff number or the address has failed too often; a success clears the number's record."""
    since = at - WINDOW
    last_success = session.scalar(
        select(func.max(SignInAttempt.at)).where(
            SignInAttempt.employee_no == number,
            SignInAttempt.kiosk_id.is_(None),
            SignInAttempt.succeeded,
            SignInAttempt.at > since,
        )
    )
    by_password = and_(SignInAttempt.employee_no == number, SignInAttempt.kiosk_id.is_(None))
    account = _failures(session, by_password, last_success or since)
    near = _failures(session, SignInAttempt.address == address, since)
    for failures, limit in ((account, limits.per_account), (near, limits.per_address)):
        if len(failures) >= limit:
            freed_at = failures[-limit] + WINDOW
            raise TooMany(retry_after=max(1, round((freed_at - at).total_seconds())))


def _failures(session: Session, whose: ColumnElement[bool], since: datetime) -> list[datetime]:
    statement = select(SignInAttempt.at).where(whose, ~SignInAttempt.succeeded, SignInAttempt.at > since)
    return list(session.scalars(statement.order_by(SignInAttempt.at)))


@cache
def nobodys_hash() -> str:
    """Return a hash that no password fits, to be checked for people who do not exist."""
    return hash_password(secrets.token_urlsafe())


def fits(kept: str, password: str) -> bool:
    """Tell whether a password or PIN is the one of which this is kept. Slow on purpose."""
    if len(password) > MOST:
        password = ""  # what nobody can have set; it takes as long as any other
    try:
        return HASHER.verify(kept, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    """Half surrogates from a broken browser are no reason to fall over."""
    return password.encode("utf-8", "surrogatepass")


def _give(person: Person, password: str, *, must_change: bool) -> Person:
    person.password_hash = hash_password(password)
    person.must_change_password = must_change
    person.session_stamp = secrets.token_urlsafe(12)
    return person


def _require_administrator(actor: Person, unit: Unit) -> None:
    if not (actor.active and actor.has_role(Role.ADMINISTRATOR, unit)):
        raise NotAllowed


def _another_administrator(session: Session, grant: RoleGrant) -> bool:
    """Tell whether somebody active would still administer what this grant covers."""
    others = session.scalars(
        select(RoleGrant)
        .join(Person, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.id != grant.id, Person.active)
    )
    return any(grant.unit.is_within(other.unit_id) for other in others)


def _root_unit(session: Session) -> Unit:
    root = session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1)).first()
    if root is None:
        root = Unit(code="ROOT", name_zh="本单位", name_en="Our company", level=UnitLevel.COMPANY)
        session.add(root)
        session.flush()
        root.path = f"/{root.id}/"
    return root
