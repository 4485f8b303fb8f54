"""Shared terminals: what a PIN must be, how long somebody counts as still there, and what may be done meanwhile.

What is assumed of an attacker: he has the terminal's cookie, sees people type, and can open every address. So a PIN
opens nothing but a terminal and rests after a few wrong tries, a terminal lets only so many tries through, whoever
steps away is signed out by the server too, and what a terminal may do is listed, not what it may not.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from models import Verb
from studio.domain.errors import Problem

PIN_LEAST: Final = 4
PIN_MOST: Final = 6
MOST_WRONG: Final = 5
"""Wrong PINs in a row before it rests; of ten thousand, five tries hit one in two thousand."""
LONGEST_NAME: Final = 60
LONGEST_BADGE: Final = 40
SECRET_BYTES: Final = 32
CODE_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that looks like something else: the code is read off one screen and typed on another."""
CODE_LENGTH: Final = 10
CODE_LIVES: Final = timedelta(minutes=30)
SLACK: Final = timedelta(seconds=30)
"""How much later than the page the server ends an idle session: pages say that somebody is there only now and then."""
WRITING: Final = timedelta(minutes=15)
"""How long a form that is on the screen may be written without a script that says so."""
LONGEST: Final = timedelta(minutes=45)
"""After that everybody signs in again, however busy: a copied cookie that is kept warm ends too."""
VERBS: Final = frozenset({Verb.SUBMIT, Verb.ATTACH, Verb.REMOVE_ATTACHMENT, Verb.ANSWER_INFORMATION_REQUEST})
"""What a terminal is for. Everything that decides about others is done where nobody looks over a shoulder."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A session at a terminal: when it began and when somebody was last there."""

    began_at: datetime
    seen_at: datetime

    def holds(self, *, at: datetime, idle: timedelta, handing_in: bool = False) -> bool:
        """Tell whether the session still opens something.

        ``idle`` is what the page counts down. ``handing_in`` a form that was shown is possible for longer, for whoever
        has no script: its words should not be lost, and nobody makes its token from a cookie.
        """
        patience = WRITING if handing_in else idle + SLACK
        return timedelta(0) <= at - self.began_at < LONGEST and at - self.seen_at < patience


def check_pin(pin: str, *, employee_no: str, field: str = "pin") -> list[Problem]:
    """Return what is wrong with a new PIN, the first thing only, at ``field``.

    Codes: ``pin_digits`` with ``least`` and ``most``; ``pin_easy`` for 1111, 1234, 4321 or a part of the staff number.
    """
    if not (pin.isascii() and pin.isdigit() and PIN_LEAST <= len(pin) <= PIN_MOST):
        return [Problem("pin_digits", field, {"least": PIN_LEAST, "most": PIN_MOST})]
    return [Problem("pin_easy", field)] if _easy(pin) or pin in employee_no else []


def _easy(pin: str) -> bool:
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    halves = len(pin) % 2 == 0 and pin[: len(pin) // 2] == pin[len(pin) // 2 :]
    return steps in ({0}, {1}, {-1}) or halves


def new_secret() -> str:
    """Return what the browser of a terminal keeps; 256 bits that nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_code() -> str:
    """Return what is typed at a terminal, once, to make it one."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def code_as_typed(text: str) -> str:
    """Return a code without the spaces and dashes that people put between its letters."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def digest_of(secret: str) -> str:
    """Return what is kept of a secret or code. Both are random, so a quick hash is as good as a slow one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def check_kiosk(name: str) -> list[Problem]:
    """Return what is wrong with the name of a terminal: ``kiosk_name_missing`` or ``too_long``, at ``name``."""
    if not name:
        return [Problem("kiosk_name_missing", "name")]
    if len(name) > LONGEST_NAME:
        return [Problem("too_long", "name", {"limit": LONGEST_NAME, "length": len(name)})]
    return []
