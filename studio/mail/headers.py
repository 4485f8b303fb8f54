"""How header lines are written: as RFC 2047 and RFC 5322 ask, so that every mail program shows the same.

The standard library's own folding makes encoded words of more than 75 characters, breaks long addresses of pages into
encoded words that no program follows, and loses spaces and quotation marks at its folds.
"""

import base64
import re
import textwrap
from typing import Final

END: Final = "\r\n"
FOLD: Final = f"{END} "
LINE = 76
"""No line with an encoded word may be longer (RFC 2047, section 2)."""
BYTES_A_WORD = 39
"""Made 52 letters and 12 signs around them: fits behind ``Subject: `` too."""
_ATOMS = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
PLAIN_ADDRESS: Final = re.compile(rf"{_ATOMS}(?:\.{_ATOMS})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
"""Addresses as nearly everybody has one (dot-atoms of RFC 5322): nothing in them has to be quoted."""
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def text(name: str, value: str) -> str:
    """Return a header of free text, its lines ended as on the wire; ``value`` has no line ends of its own."""
    return f"{name}: {FOLD.join(_text(value, name))}{END}"


def mailbox(name: str, display_name: str, address: str) -> str:
    """Return a header that names one person with the address."""
    return f"{name}: {FOLD.join(_named(display_name, address))}{END}"


def _named(name: str, address: str) -> list[str]:
    """Return the name and the address in brackets on a line of its own."""
    if not name:
        return [address]
    quoted = f'"{name.translate(_QUOTED)}"'
    return [*([quoted] if _plain(quoted) else encoded_words(name)), f"<{address}>"]


def _text(text: str, name: str) -> list[str]:
    if not text.isascii() or "=?" in text:
        return encoded_words(text)
    if len(text) <= LINE - len(name):
        return [text]
    return textwrap.wrap(text, LINE - len(name), break_long_words=False, break_on_hyphens=False)


def _plain(quoted: str) -> bool:
    return quoted.isascii() and "=?" not in quoted and len(quoted) < LINE - len("From: ")


def encoded_words(text: str) -> list[str]:
    """Return text as encoded words of at most 75 letters, each of whole characters."""
    pieces, piece = [], b""
    for character in text:
        more = character.encode("utf-8", "replace")
        if len(piece) + len(more) > BYTES_A_WORD:
            pieces.append(piece)
            piece = b""
        piece += more
    return [f"=?utf-8?b?{base64.b64encode(one).decode('ascii')}?=" for one in [*pieces, piece]]
