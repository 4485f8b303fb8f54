"""Following a proposal, and no longer following it."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from studio.operations import following
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, readable_proposal, signed_in
from views.feedback import tell

blueprint = Blueprint("following", __name__, url_prefix="/proposals/<number>")


@blueprint.post("/follow")
@signed_in
def follow(number: str) -> ResponseReturnValue:
    """Let the reader be told of the decision."""
    with writing(database()):
        following.follow(database(), readable_proposal(number, lock=True), actor=me(), at=now())
    tell(_("You follow it. You will be told what is decided."))
    return redirect(url_for("proposals.show", number=number, _anchor="regards"))


@blueprint.post("/unfollow")
@signed_in
def unfollow(number: str) -> ResponseReturnValue:
    """Tell the reader nothing more of it."""
    with writing(database()):
        following.unfollow(database(), readable_proposal(number, lock=True), actor=me())
    tell(_("You follow it no longer."))
    return redirect(url_for("proposals.show", number=number, _anchor="regards"))
