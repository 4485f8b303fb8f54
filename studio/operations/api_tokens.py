"""Making and revoking the tokens with which programs ask the API."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models import ApiToken, Person
from studio.domain.api_tokens import SHOWN, check_token, digest_of, new_secret
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.queries import api_tokens

USE_KNOWN_TO = timedelta(hours=1)
"""How exactly it is known when a token was last used: asking costs no write more often than this."""


def make(session: Session, owner: Person, *, name: str, days: int, may_file: bool, at: datetime) -> str:
    """Make a token that acts as ``owner`` for some days, and return it; it can never be read again.

    Raises InvalidInput: ``person_inactive``, and the codes of ``studio.domain.api_tokens``.
    """
    name = clean_line(name)
    held = sum(token.expires_at > at for token in api_tokens.of_person(session, owner.id))
    problems = check_token(name, days, tokens=held)
    if not owner.active:
        problems.append(Problem("person_inactive", params={"number": owner.employee_no, "name": owner.name}))
    if problems:
        raise InvalidInput(problems)
    secret = new_secret()
    session.add(
        ApiToken(
            person_id=owner.id,
            name=name,
            digest=digest_of(secret),
            beginning=secret[:SHOWN],
            may_file=may_file,
            made_at=at,
            expires_at=at + timedelta(days=days),
        )
    )
    session.flush()
    return secret


def revoke(session: Session, token_id: int, *, actor: Person, at: datetime) -> None:
    """End one of one's own tokens; twice is once. Raises NotFound for anybody else's."""
    token = session.scalars(select(ApiToken).where(ApiToken.id == token_id, ApiToken.person_id == actor.id)).first()
    if token is None:
        raise NotFound
    token.revoked_at = token.revoked_at or at


def revoke_all(session: Session, owner: Person, *, at: datetime) -> None:
    """End every token of somebody: he left, or somebody else may have got hold of his account."""
    held = (ApiToken.person_id == owner.id, ApiToken.revoked_at.is_(None))
    session.execute(update(ApiToken).where(*held).values(revoked_at=at))


def use_is_news(token: api_tokens.Token, *, at: datetime) -> bool:
    """Tell whether it is worth a write that this token is used now."""
    return token.last_used_at is None or token.last_used_at <= at - USE_KNOWN_TO


def note_use(session: Session, token: api_tokens.Token, *, at: datetime) -> None:
    """Write down that a token was used, unless another request has just done so."""
    stale = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= at - USE_KNOWN_TO)
    session.execute(update(ApiToken).where(ApiToken.id == token.id, stale).values(last_used_at=at))
