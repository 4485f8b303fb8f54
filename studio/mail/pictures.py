"""Photos in mails: the HTML names them by content id, and the bytes come from the file store when the mail leaves.

So a mail in the outbox is words only, however many people get the same photos. A photo that is gone leaves its
words behind.
"""

import base64
import re
from functools import lru_cache
from pathlib import Path

from studio.files.images import shrunk_to
from studio.files.store import FileStore
from studio.settings import Settings

LARGEST = 25_000
"""Bytes of one photo in a mail."""
_NAMED = re.compile(r'<img src="cid:([0-9a-f]{64})@photos"', re.ASCII)
"""With the beginning of its tag: in somebody's words that sign is escaped, while quotation marks may not be."""


def content_id(thumbnail: str) -> str:
    """Return by what name the HTML speaks of a photo."""
    return f"{thumbnail}@photos"


def named_in(html: str) -> list[str]:
    """Return which photos a mail shows, each once, by their SHA-256."""
    return list(dict.fromkeys(_NAMED.findall(html)))


def jpeg(settings: Settings, thumbnail: str) -> bytes | None:
    """Return a photo as small as a mail wants it; None if it is gone or broken."""
    try:
        return _shrunk(FileStore(settings.data).thumbnails.path(thumbnail))
    except OSError:
        return None


@lru_cache(maxsize=32)
def _shrunk(path: Path) -> bytes:
    """An issue shows the same few photos in every copy."""
    return shrunk_to(LARGEST, path.read_bytes())


def standing_alone(html: str, settings: Settings) -> str:
    """Return the HTML with its photos inside, for looking at it without a mail program."""
    for thumbnail in named_in(html):
        content = jpeg(settings, thumbnail) or b""
        data = base64.b64encode(content).decode("ascii")
        html = html.replace(f"cid:{content_id(thumbnail)}", f"data:image/jpeg;base64,{data}")
    return html
