"""Addresses for mails, which have no request to take a host from: the configured one, never what a client sent.

A test holds these paths against the routes.
"""

from collections.abc import Callable
from functools import cache, lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from models import NoticeGroup
from studio.mail.messages import Circular
from studio.settings import Settings

PROPOSAL = "/proposals/{number}"
ANSWER = "/proposals/{number}#answer"
DESK = "/desk"
ARCHIVE = "/archive?{query}"
HOME = "/"
ADDRESSES = "/addresses"
DIGEST = "/digest/{month}"
SCRIPT = "/digest/{month}/script?unit={unit}"
NOTICES = "/notices"
CALLS = "/calls"
LEAVE = "/digest/leave/{token}"
CHOOSE = "/account/mails"

SALT = "leave a circular"


def linker(settings: Settings) -> Callable[..., str]:
    """Return a function that makes whole addresses from the paths above."""
    base = settings.base_url.rstrip("/")

    def link(path: str, **parts: object) -> str:
        return base + path.format(**parts)

    return link


def leave_token(settings: Settings, person_id: int, leaving: Circular | NoticeGroup) -> str:
    """Return what lets its holder, and nobody else, stop mails of one kind for one person. It never expires."""
    return _signed(settings.key(), person_id, leaving)


@lru_cache(maxsize=128)
def _signed(key: str, person_id: int, leaving: Circular | NoticeGroup) -> str:
    """A mail names it in its words and in its headers."""
    token: str = _serializer(key).dumps([person_id, leaving])
    return token


def leave_url(settings: Settings, person_id: int, leaving: Circular | NoticeGroup) -> str:
    """Return the whole address of the page for leaving."""
    return linker(settings)(LEAVE, token=leave_token(settings, person_id, leaving))


def read_leave_token(settings: Settings, token: str) -> tuple[int, Circular | NoticeGroup] | None:
    """Return the person and the kind of mails of a token, or None if we did not sign it."""
    try:
        person_id, leaving = _serializer(settings.key()).loads(token)
        return int(person_id), Circular(leaving) if leaving in set(Circular) else NoticeGroup(leaving)
    except (BadSignature, ValueError, TypeError):
        return None


@cache
def _serializer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=SALT)
