"""What a token of the API is made of, and what one may be called and how long it may live."""

import hashlib
import secrets
from enum import StrEnum
from typing import Final

from studio.domain.errors import Problem

PREFIX: Final = "isk_"
"""By it people and scanners know a token that lies where it should not."""
SECRET_BYTES: Final = 32
SHOWN: Final = 8
"""Characters of a token that stay readable, so that its owner tells it from his others."""
LONGEST_NAME: Final = 60
MOST_DAYS: Final = 366
MOST_TOKENS: Final = 20
"""Per person; more would never be looked through."""


class Scope(StrEnum):
    """What a token may be used for."""

    READ = "read"
    """Everything that its owner may read."""
    FILE = "file"
    """File proposals in its owner's name."""


def new_secret() -> str:
    """Return a new token; 256 bits that nobody guesses."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """Return what is kept of a token. It is random and long, so a quick hash is as good as a slow one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def check_token(name: str, days: int, *, tokens: int) -> list[Problem]:
    """Return what is wrong with a new token of somebody who has ``tokens`` already.

    Codes: ``token_name_missing`` and ``too_long`` at ``name``, ``token_days`` with ``most`` at ``days``, ``token_many``
    with ``limit``.
    """
    problems = [] if name else [Problem("token_name_missing", "name")]
    if len(name) > LONGEST_NAME:
        problems.append(Problem("too_long", "name", {"limit": LONGEST_NAME, "length": len(name)}))
    if not 1 <= days <= MOST_DAYS:
        problems.append(Problem("token_days", "days", {"most": MOST_DAYS}))
    if tokens >= MOST_TOKENS:
        problems.append(Problem("token_many", params={"limit": MOST_TOKENS}))
    return problems
