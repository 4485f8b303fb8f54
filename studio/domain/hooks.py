"""What a web hook tells of, what its address and secret may be, and how they are shown."""

import base64
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from models.enums import HookTopic, Verb
from studio.domain.errors import Problem
from studio.domain.workflow import DECISIONS

LONGEST_NAME: Final = 60
LONGEST_ADDRESS: Final = 1000
LONGEST_SECRET: Final = 200
SHOWN: Final = 4
"""Characters of a token or secret that stay readable, so that it is told from others."""
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how such a secret begins
SECRET_BYTES: Final = 32

VERBS: Mapping[HookTopic, frozenset[Verb]] = {
    HookTopic.FILED: frozenset({Verb.SUBMIT}),
    HookTopic.ROUTED: frozenset({Verb.ROUTE, Verb.TRANSFER}),
    HookTopic.DECIDED: frozenset(DECISIONS),
    HookTopic.PUT_TO_USE: frozenset({Verb.REPORT_IMPLEMENTATION}),
    HookTopic.VERIFIED: frozenset({Verb.VERIFY_IMPLEMENTATION}),
    HookTopic.LATE: frozenset({Verb.ESCALATE}),
    HookTopic.ISSUE: frozenset(),
}
"""Which lines of a timeline belong to a topic; an issue of the digest is on none."""
TOPICS: Mapping[Verb, HookTopic] = {verb: topic for topic, verbs in VERBS.items() for verb in verbs}


def new_secret() -> str:
    """Return a secret as the Standard Webhooks convention has it: 256 bits in base64 behind ``whsec_``."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def check_name(name: str) -> list[Problem]:
    """Return what is wrong with a clean name: ``hook_name_missing``, ``too_long``."""
    if not name:
        return [Problem("hook_name_missing", "name")]
    return _too_long("name", name, LONGEST_NAME)


def check_address(address: str) -> list[Problem]:
    """Return what is wrong with an address: ``hook_address_wrong``, ``too_long``."""
    parts = _parts(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return [Problem("hook_address_wrong", "address")]
    return _too_long("address", address, LONGEST_ADDRESS)


def check_secret(secret: str) -> list[Problem]:
    """Return what is wrong with a secret that a robot gave: ``hook_secret_wrong``."""
    fits = secret.isascii() and len(secret) <= LONGEST_SECRET and not any(map(str.isspace, secret))
    return [] if fits else [Problem("hook_secret_wrong", "secret")]


def _parts(address: str) -> SplitResult | None:
    """Return the parts of an address that a request can be made of, or None."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        usable = parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _too_long(field: str, text: str, limit: int) -> list[Problem]:
    return [Problem("too_long", field, {"limit": limit, "length": len(text)})] if len(text) > limit else []


def token_of(address: str) -> str:
    """Return the part of a robot's address that lets anybody in: what is asked, or the last step of the path."""
    parts = urlsplit(address)
    return parts.query or parts.path.rpartition("/")[2]


def masked(address: str) -> str:
    """Return an address that may be shown: where it leads, and the last few characters of its token."""
    token = token_of(address)
    host = urlsplit(address).netloc
    return f"{host} …{token[-SHOWN:]}" if len(token) >= 4 * SHOWN else host


def without_token(text: str, address: str) -> str:
    """Return what a server or library said, without the token it may have repeated."""
    token = token_of(address)
    for secret in {address, token, *(part.partition("=")[2] for part in token.split("&"))}:
        text = text.replace(secret, "…") if len(secret) > SHOWN else text
    return text
