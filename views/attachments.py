"""Attached files: shown to whoever may read their proposal, and taken off a draft by its author.

What somebody uploaded is never trusted to be harmless in a browser: it may not run, frame or load anything, and only
what a browser shows by itself (pictures, sound, film) opens in the page; all else is saved.
"""

import logging

from flask import Blueprint, Response, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from models import Attachment
from studio.domain.errors import NotFound
from studio.files.store import FileStore
from studio.operations import attachments as operations
from studio.queries import attachments as queries
from studio.queries.proposals import reference_of
from studio.services import services
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.names import neutral_file_name
from views.access import database, me, signed_in

blueprint = Blueprint("attachments", __name__, url_prefix="/attachments")
log = logging.getLogger(__name__)

ATTACHMENT = "<int(max=2147483647):attachment_id>"
"""A larger number is nobody's, and the database could not even look for it."""
SHOWN_IN_THE_PAGE = ("image/", "audio/", "video/")
FILE_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
RECORDING_POLICY = f"{FILE_POLICY} allow-same-origin"
"""Opened by itself, a film stands in a page that the browser makes, and Chromium loads it there from its own origin
only; scripts stay forbidden."""
CACHE_CONTROL = "private, max-age=31536000, immutable"
"""For one person: with ``Vary: Cookie`` the next one at a shared terminal is asked for permission again."""


@blueprint.get(f"/{ATTACHMENT}/<filename>")
@signed_in
def show(attachment_id: int, filename: str) -> ResponseReturnValue:  # noqa: ARG001 - the name stands there for people
    """Send a file. The number decides; the name in the address is only what people see."""
    attachment, number = _found(attachment_id)
    name = neutral_file_name(number, attachment.filename) if number else attachment.filename
    return _send(services().files, attachment.sha256, attachment.media_type, name)


@blueprint.get(f"/{ATTACHMENT}/thumbnail")
@signed_in
def thumbnail(attachment_id: int) -> ResponseReturnValue:
    """Send the small picture; files that are no picture have none."""
    attachment = _readable(attachment_id)
    if attachment.thumbnail_sha256 is None:
        raise NotFound
    return _send(services().files.thumbnails, attachment.thumbnail_sha256, "image/jpeg", "thumbnail.jpg")


@blueprint.post(f"/{ATTACHMENT}/remove")
@signed_in
def remove(attachment_id: int) -> ResponseReturnValue:
    """Take a file off a draft and go back to writing it."""
    with writing(database()):
        attachment = _readable(attachment_id)
        reference, filename = reference_of(attachment.proposal), attachment.filename
        operations.remove_attachment(attachment, actor=me())
    flash(_("%(filename)s is removed.", filename=filename))
    return redirect(url_for("filing.edit", number=reference))


def _readable(attachment_id: int) -> Attachment:
    """Return the attachment. 404 if there is none the person may know of."""
    return _found(attachment_id)[0]


def _found(attachment_id: int) -> tuple[Attachment, int]:
    """Return the attachment and, for a reader who may not know its name, which of the files it is."""
    found = queries.readable(database(), attachment_id, me())
    if found is None:
        raise NotFound
    return found


def _send(store: FileStore, sha256: str, media_type: str, filename: str) -> Response:
    """Answer with the file or the range asked for; 304 if the browser has it."""
    if not store.exists(sha256):
        log.error("the file %s is missing in the store", sha256)
        raise NotFound
    response = send_file(
        store.path(sha256),
        mimetype=media_type,
        as_attachment=not media_type.startswith(SHOWN_IN_THE_PAGE),
        download_name=filename,
        etag=sha256,
    )
    response.headers["Cache-Control"] = CACHE_CONTROL
    recording = media_type.startswith(("audio/", "video/"))
    response.headers["Content-Security-Policy"] = RECORDING_POLICY if recording else FILE_POLICY
    response.vary.add("Cookie")
    return response
