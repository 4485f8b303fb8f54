"""Searches as Atom feeds, for feed readers and dashboards that cannot sign in.

The address holds a token: who reads, and a stamp that its owner can change; signed, so that nobody makes one up. It
answers with what that person may see at that moment, and leads nowhere once the person has left.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from models import Person
from search_index.port import Sort
from studio.extensions import limiter
from studio.mail.rendering import locale_of
from studio.queries import archive, people
from studio.queries.asked import Asked, asked_for
from studio.queries.finding import Answer
from studio.services import services
from studio.wording.language import speaking, spoken
from studio.workbooks import NOT_IN_XML
from views.access import database, me, public
from views.archive_words import name_of_question
from views.presentation import absolute
from views.search import finder

blueprint = Blueprint("feeds", __name__)
ENTRIES = 30
OFTEN = "60 per minute"
"""From one address to one web process; a polite reader comes once an hour."""
SALT = "read a feed"


@blueprint.get("/feeds/<token>")
@public
@limiter.limit(OFTEN)
def show(token: str) -> ResponseReturnValue:
    """Answer a feed reader: the newest finds of a search, or that nothing has changed."""
    reader = _reader(token)
    asked = asked_for(request.args.to_dict(flat=False)).sorted_by(Sort.NEWEST)
    with speaking(locale_of(reader, services().settings)):
        return _answer(asked, reader)


def feed_address(query: str = "") -> str:
    """Return the address of a search for the signed-in person's feed readers; empty while there is none."""
    reader = me()
    if reader.feed_stamp is None:
        return ""
    token = _serializer().dumps([reader.id, reader.feed_stamp])
    return url_for("feeds.show", token=token) + (f"?{query}" if query else "")


def _reader(token: str) -> Person:
    try:
        person_id, stamp = _serializer().loads(token)
        person = people.reader(database(), int(person_id))
    except (BadSignature, ValueError, TypeError):
        abort(404)
    if person is None or not person.active or person.feed_stamp is None:
        abort(404)
    if not compare_digest(str(stamp), person.feed_stamp):
        abort(404)
    return person


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.key(), salt=SALT)


def _answer(asked: Asked, reader: Person) -> Response:
    found = finder(reader).page(asked, ENTRIES)
    moved = archive.moved_at(database(), [line.row.proposal_id for line in found.lines])
    updated = max(moved.values(), default=reader.created_at)
    response = make_response(_written(asked, found, moved, updated))
    response.mimetype = "application/atom+xml"
    response.headers["Cache-Control"] = "private, no-cache"
    response.last_modified = updated
    response.set_etag(sha256(response.get_data()).hexdigest()[:32], weak=True)  # weak: compressed it is another file
    response.make_conditional(request)
    return response


def _written(asked: Asked, found: Answer, moved: Mapping[int, datetime], updated: datetime) -> str:
    return render_template(
        "archive/feed.xml",
        language=spoken().locale.replace("_", "-"),
        rows=[line.row for line in found.lines],
        moved=moved,
        updated=updated,
        title=name_of_question(asked),
        query=asked.query,
        host=urlsplit(services().settings.base_url).hostname,
        in_xml=lambda text: NOT_IN_XML.sub("", text),
        page=absolute(asked.address(url_for("archive.index"))),
        itself=absolute(request.full_path.rstrip("?")),
    )
