"""The code on a printed form: its running number with a digit that gives a slip of the finger away."""

from datetime import date
from typing import Final

from studio.domain.errors import Problem

LETTER: Final = "F"
DIGITS: Final = 6
MOST_SHEETS: Final = 50
"""In one go; a pad for a month."""
OLDEST_DAYS: Final = 366
_LARGEST: Final = 2**31 - 1


def code_of(number: int) -> str:
    """Return what is printed on sheet ``number``: F000042 and a check digit, as in F0000422."""
    digits = f"{number:0{DIGITS}}"
    return f"{LETTER}{digits}{_check_digit(digits)}"


def number_of(typed: str) -> int | None:
    """Return the running number of a code as it was typed or scanned, or None if it is none."""
    digits = "".join(typed.split()).upper().removeprefix(LETTER)
    if not (digits.isascii() and digits.isdigit() and DIGITS < len(digits) <= len(str(_LARGEST)) + 1):
        return None
    number = int(digits[:-1])
    return number if 0 < number <= _LARGEST and _check_digit(digits[:-1]) == digits[-1] else None


def check_day(written_on: date | None, *, today: date) -> list[Problem]:
    """Return what is wrong with the day on the sheet: ``written_on_missing`` or ``written_on_wrong``."""
    if written_on is None:
        return [Problem("written_on_missing", "written_on")]
    if not 0 <= (today - written_on).days <= OLDEST_DAYS:
        return [Problem("written_on_wrong", "written_on")]
    return []


def _check_digit(digits: str) -> str:
    """Return Luhn's digit: it catches every single wrong digit and nearly every swap of two."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += sum(divmod(value, 10))
    return str(-total % 10)
