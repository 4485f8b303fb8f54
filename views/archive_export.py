"""All that the archive has found, as a table, sent while it is being read.

A script asks for it ``framed``: each piece with its length and the rows so far before it, so that it can tell how far
it is, and an empty frame at the end, so that it knows that nothing is missing.
"""

import logging
from collections.abc import Iterator, Sequence
from struct import pack
from urllib.parse import quote

from flask import Blueprint, Response, abort, request, stream_with_context
from flask.typing import ResponseReturnValue

from studio.extensions import limiter
from studio.queries import archive_export as queries
from studio.queries.archive_export import ExportRow
from studio.queries.asked import asked_for
from studio.services import services
from studio.wording import archive_table
from studio.wording.language import gettext as _
from views import moments
from views.access import database, me, signed_in
from views.search import finder

blueprint = Blueprint("archive_export", __name__)
log = logging.getLogger(__name__)
OFTEN = "30 per minute"
ROWS = "Studio-Rows"
FRAME = ">II"
"""Before each piece: its length in bytes and the rows so far."""


MIMETYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}


@blueprint.get("/archive/export.<ending>")
@signed_in
@limiter.limit(OFTEN)
def download(ending: str) -> ResponseReturnValue:
    """Send everything that a question finds for this reader. Whoever may see it may take it along; the log says so."""
    if ending not in MIMETYPES:
        abort(404)
    ids = finder().all_ids(asked_for(request.args.to_dict(flat=False)))
    log.info("person %s exports %s proposals of the archive as %s", me().id, len(ids), ending)
    framed = request.args.get("framed") == "1"
    response = Response(stream_with_context(_sent(ids, ending, framed=framed)))
    response.mimetype = "application/octet-stream" if framed else MIMETYPES[ending]
    response.headers[ROWS] = str(len(ids))
    name = quote(str(_("Archive %(day)s", day=moments.today())))
    response.headers["Content-Disposition"] = f"attachment; filename=archive.{ending}; filename*=UTF-8''{name}.{ending}"
    return response


def _sent(ids: Sequence[int], ending: str, *, framed: bool) -> Iterator[bytes]:
    rows = 0

    def counted() -> Iterator[Sequence[ExportRow]]:
        nonlocal rows
        for batch in queries.batches(database(), me(), ids):
            rows += len(batch)
            yield batch

    for piece in archive_table.pieces(ending, counted(), services().settings.zone):
        yield pack(FRAME, len(piece), rows) + piece if framed and piece else piece
    if framed:
        yield pack(FRAME, 0, rows)
