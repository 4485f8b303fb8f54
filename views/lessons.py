"""What transfers teach: what studios hand on to each other again and again, each with a rule to make of it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from studio.domain.permissions import Duty
from studio.queries import lessons as queries
from studio.queries import rules
from studio.services import now
from views.access import database, me, needs
from views.rules import named

blueprint = Blueprint("lessons", __name__, url_prefix="/rules/transfers")
PROPOSALS_SHOWN = 10


@blueprint.get("")
@needs(Duty.KEEP_RULES)
def index() -> ResponseReturnValue:
    """Show what was handed on between the same two studios in the last twelve months."""
    taught = queries.taught(database(), me(), at=now())
    known = named(rules.units_by_code(database()))
    facts = {"lessons": taught.lessons, "proposals": taught.proposals, "most": PROPOSALS_SHOWN}
    return render_template("rules/lessons.html", **facts, known=known)
