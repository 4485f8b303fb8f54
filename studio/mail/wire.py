"""A mail as the bytes that go over the wire: plain text that stands alone, HTML beside it, and the photos it shows.

Every mail is built alike, so that is written down here. The standard library takes each header apart and looks at each
line of each body several times, which was half of what sending a digest costs; tests have it read what is written here.
No relay in a factory may be trusted with eight bits: all bodies are base64, in which no boundary can occur.
"""

import base64
import re
from collections.abc import Iterable
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Final

from studio.mail import headers, pictures
from studio.mail.headers import END, LINE
from studio.mail.outbox import Parcel
from studio.mail.rendering import one_line
from studio.settings import Settings


def wire(parcel: Parcel, settings: Settings) -> bytes:
    """Return a claimed mail; mail programs show the site's time of day to readers whose own they do not know."""
    head = [
        _from(settings.mail_from),
        headers.mailbox("To", one_line(parcel.recipient_name), parcel.address),
        _subject(parcel.subject),
        headers.text("Date", format_datetime(parcel.created_at.astimezone(settings.zone))),
        headers.text("Message-ID", parcel.message_id),
        *(headers.text(name, one_line(value)) for name, value in parcel.headers.items()),
        headers.text("MIME-Version", "1.0"),
    ]
    bodies = _joined("alternative", [_text("plain", parcel.text), _with_photos(parcel.html, settings)])
    return "".join([*head, bodies]).encode("ascii")


@lru_cache(maxsize=4)
def _from(sender: str) -> str:
    """A site has one sender."""
    name, address = parseaddr(sender)
    return headers.mailbox("From", one_line(name), address)


@lru_cache(maxsize=32)
def _subject(subject: str) -> str:
    """An issue has the same few subjects in all its copies."""
    return headers.text("Subject", one_line(subject))


def _with_photos(html: str, settings: Settings) -> str:
    """Put the photos that the HTML names beside it, where mail programs show them without asking anybody."""
    found = ((one, pictures.jpeg(settings, one)) for one in pictures.named_in(html))
    photos = [_photo(one, content) for one, content in found if content]
    body = _text("html", html)
    return _joined("related", [body, *photos]) if photos else body


def _text(kind: str, text: str) -> str:
    lines = text.encode("utf-8", "replace").splitlines()
    return _part(f'text/{kind}; charset="utf-8"', b"".join([line + b"\r\n" for line in lines]))


@lru_cache(maxsize=32)
def _photo(thumbnail: str, content: bytes) -> str:
    """An issue shows the same few photos in every copy."""
    return _part(
        "image/jpeg",
        content,
        f'Content-Disposition: inline; filename="{thumbnail[:8]}.jpg"',
        f"Content-ID: <{pictures.content_id(thumbnail)}>",
    )


_LINES = re.compile(f".{{1,{LINE}}}")
BASE64: Final = "Content-Transfer-Encoding: base64"


def _part(kind: str, content: bytes, *more: str) -> str:
    letters = base64.b64encode(content).decode("ascii")
    return END.join((f"Content-Type: {kind}", BASE64, *more, "", *_LINES.findall(letters), ""))


def _joined(kind: str, parts: Iterable[str]) -> str:
    """Return several parts as one; no line of base64 begins with a hyphen."""
    boundary = f"=_{kind}"
    pieces = "".join(f"--{boundary}{END}{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{END}{END}{pieces}--{boundary}--{END}'
