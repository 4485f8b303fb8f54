"""How header lines are written: as RFC 2047 and RFC 5322 ask, so that every mail program shows the same.

The standard library's own folding makes encoded words of more than 75 characters, breaks long addresses of pages into
encoded words that no program follows, and loses spaces and quotation marks at its folds.
"""

import base64
import textwrap
from email.headerregistry import Address
from email.policy import EmailPolicy
from typing import Any

LINE = 76
"""No line with an encoded word may be longer (RFC 2047, section 2)."""
BYTES_A_WORD = 39
"""Made 52 letters and 12 signs around them: fits behind ``Subject: `` too."""
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"'})


class WirePolicy(EmailPolicy):
    """Writes text and addresses itself and leaves what says how a body is made to the standard library."""

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401 - headers are of many types
        """Return a header as bytes, lines ended as on the wire."""
        kind = name.lower()
        if kind.startswith("content-") or kind == "mime-version":
            return super().fold_binary(name, value)
        fold = f"{self.linesep} "
        addresses = getattr(value, "addresses", None)
        if addresses is None:
            written = fold.join(_text(str(value), name))
        else:
            written = f",{fold}".join(fold.join(_named(address)) for address in addresses)
        return f"{name}: {written}{self.linesep}".encode("ascii")


def _named(address: Address) -> list[str]:
    """Return the name and the address in brackets on a line of its own."""
    spec, name = address.addr_spec, address.display_name
    if not name:
        return [spec]
    quoted = f'"{name.translate(_QUOTED)}"'
    return [*([quoted] if _plain(quoted) else encoded_words(name)), f"<{spec}>"]


def _text(text: str, name: str) -> list[str]:
    if not text.isascii() or "=?" in text:
        return encoded_words(text)
    return textwrap.wrap(text, LINE - len(name), break_long_words=False, break_on_hyphens=False) or [""]


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
