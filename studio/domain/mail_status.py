"""What a mail system's answer means for the address it was about (RFC 5321 and RFC 3463)."""

import re

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ABOUT_SENDER = {(1, 7), (1, 8), (1, 9)}
_ABOUT_CONTENT = {(2, 3)}
"""A mail that is longer than the mailbox takes."""
_NO_MAILBOX = {550, 551, 553}
_OF_THE_ADDRESS = {0, 1, 2, 4}
"""Subjects of a status: unknown, the address, the mailbox, the way to it. The others are the mail system itself,
the protocol, what the mail says, and policy: none of these is the address's fault."""


def enhanced_status(words: str) -> tuple[int, int, int] | None:
    """Return the status that a relay's words name, such as 5.1.1; None where they name none."""
    found = _ENHANCED.search(words)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def blames_address(words: str, code: int = 0) -> bool:
    """Tell whether a refusal is for good and because of the address: nothing sent to it would arrive.

    ``words`` are searched for an enhanced status; only without one the three-digit ``code`` counts. What is refused
    for what it says, for its size, or because the relay does not trust us, says nothing about the address.
    """
    status = enhanced_status(words)
    if status is None:
        return code in _NO_MAILBOX
    kind, subject, detail = status
    elsewhere = _ABOUT_SENDER | _ABOUT_CONTENT
    return kind == 5 and subject in _OF_THE_ADDRESS and (subject, detail) not in elsewhere  # noqa: PLR2004 - 5 is “for good”
