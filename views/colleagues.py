"""Colleagues somebody may mean by what he has typed so far, for the scripts of pages."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from studio.extensions import limiter
from studio.queries import colleagues
from studio.queries.colleagues import Colleague
from studio.wording.names import called_and_numbered, name_of
from views.access import database, me, signed_in

blueprint = Blueprint("colleagues", __name__)
MOST_ASKED = "90 per minute"
"""How often one person may ask: enough for quick fingers, too slow for copying the whole firm."""
LONGEST_NAME = 80


@blueprint.get("/colleagues")
@signed_in
@limiter.limit(MOST_ASKED, key_func=lambda: f"colleagues:{me().id}")
def suggest() -> ResponseReturnValue:
    """Return colleagues by name, number and unit, and how a form writes them; without a word the own team."""
    found = colleagues.suggested(database(), me(), request.args.get("q", "")[:LONGEST_NAME])
    return jsonify([_told(one) for one in found])


def _told(one: Colleague) -> dict[str, str]:
    return {
        "who": called_and_numbered(one.name, one.employee_no),
        "name": name_of(one.name),
        "number": one.employee_no,
        "unit": name_of(one.unit),
    }
