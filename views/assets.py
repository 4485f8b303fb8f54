"""What pages are made of beside their words: style, scripts, drawings. Packed once, and kept by browsers for ever.

The fingerprint in an address is that of the very bytes sent. An address with another one comes from a page of another
version, as while several servers are upgraded in turn: it gets what there is now, and no browser keeps that.
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from mimetypes import MimeTypes
from pathlib import Path
from typing import cast

import brotli
from flask import Response, current_app, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=300"
ASK_AGAIN = "public, no-cache"
FINGERPRINT_LENGTH = 12
PACKED_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
"""Pictures and fonts of other kinds are packed already."""

KINDS = MimeTypes()
"""As Python knows them: what a machine's registry says of scripts has kept browsers from running them."""
KINDS.add_type("text/javascript", ".js")

PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": brotli.compress,  # at its best: some 100 ms for the style of the house, once a process
    "gzip": lambda body: gzip.compress(body, mtime=0),
}
"""The best first. Browsers take only the second over plain HTTP, which is what most factories have."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it was when it was read."""

    body: bytes
    mimetype: str
    fingerprint: str

    @property
    def packs(self) -> bool:
        """Whether packing can make it smaller."""
        return self.mimetype.startswith(PACKED_TYPES)


def asset_url(filename: str) -> str:
    """Return the address of a static file; it changes with the content, so browsers may keep it for ever."""
    return url_for("static", filename=filename, v=_found(filename).fingerprint)


def send(filename: str) -> Response:
    """Answer with a static file, as small as this browser takes it; 304 if it has it. Raises NotFound."""
    asset = _found(filename)
    coding = request.accept_encodings.best_match(PACKERS) if asset.packs else None
    if coding and len(_packed(asset, coding)) >= len(asset.body):
        coding = None
    body = _packed(asset, coding) if coding else asset.body
    response = Response(body, mimetype=asset.mimetype)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _kept(asset)
    response.set_etag(f"{asset.fingerprint}-{coding}" if coding else asset.fingerprint)
    response.make_conditional(request)
    return response


def _kept(asset: Asset) -> str:
    asked = request.args.get("v")
    if asked is None:
        return FOR_A_WHILE
    return FOR_EVER if asked == asset.fingerprint else ASK_AGAIN


def _found(filename: str) -> Asset:
    path = Path(safe_join(cast("str", current_app.static_folder), filename) or "")
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:  # no such file, a directory, or a name that no file can have
        raise NotFound from error


@lru_cache(maxsize=256)
def _read(path: Path, changed_at: int) -> Asset:  # noqa: ARG001 - a file that was changed is read anew
    body = path.read_bytes()
    mimetype = KINDS.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(body, mimetype, sha256(body).hexdigest()[:FINGERPRINT_LENGTH])


@lru_cache(maxsize=256)
def _packed(asset: Asset, coding: str) -> bytes:
    return PACKERS[coding](asset.body)
