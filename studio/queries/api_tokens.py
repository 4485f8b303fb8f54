"""Whose a token is, and which tokens somebody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ApiToken
from studio.domain.api_tokens import Scope, digest_of


@dataclass(frozen=True, slots=True)
class Token:
    """A token that holds."""

    id: int
    person_id: int
    name: str
    may_file: bool
    expires_at: datetime
    last_used_at: datetime | None

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What it may be used for."""
        return (Scope.READ, Scope.FILE) if self.may_file else (Scope.READ,)


_COLUMNS = tuple(getattr(ApiToken, name) for name in Token.__dataclass_fields__)


def holding(session: Session, secret: str, *, at: datetime) -> Token | None:
    """Return the token of this secret, unless it is nobody's, revoked or over; its owner may have left."""
    condition = (ApiToken.digest == digest_of(secret), ApiToken.revoked_at.is_(None), ApiToken.expires_at > at)
    row = session.execute(select(*_COLUMNS).where(*condition)).one_or_none()
    return Token(*row) if row else None


def of_person(session: Session, person_id: int) -> Sequence[ApiToken]:
    """Return the tokens of somebody that were not revoked, the newest first."""
    kept = (ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    return session.scalars(select(ApiToken).where(*kept).order_by(ApiToken.id.desc())).all()
