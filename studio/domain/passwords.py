"""What a password must be. Length counts for more than signs: people type it with gloves on."""

from typing import Final

from studio.domain.errors import Problem

LEAST = 8
LEAST_OF_ADMINISTRATOR = 10
LEAST_DIGITS_ALONE = 12
MOST: Final = 512
"""In characters; far above every sentence, far below what would keep the server busy."""


def check_password(
    password: str, *, employee_no: str, administrator: bool = False, field: str = "new"
) -> list[Problem]:
    """Return what is wrong with a new password, the first thing only, at ``field``.

    Codes: ``password_short`` with ``least``, ``password_too_long`` with ``most``, ``password_is_number`` when it is
    the staff number, ``password_only_digits`` when it is shorter than 12 digits.
    """
    least = LEAST_OF_ADMINISTRATOR if administrator else LEAST
    if len(password) < least:
        return [Problem("password_short", field, {"least": least})]
    if len(password) > MOST:
        return [Problem("password_too_long", field, {"most": MOST})]
    if password.strip().casefold() == employee_no.casefold():
        return [Problem("password_is_number", field)]
    if password.isdigit() and len(password) < LEAST_DIGITS_ALONE:
        return [Problem("password_only_digits", field)]
    return []
