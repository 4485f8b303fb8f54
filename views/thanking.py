"""Thanking for a proposal, and taking that back."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from studio.operations import thanking
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, readable_proposal, signed_in
from views.feedback import tell

blueprint = Blueprint("thanking", __name__, url_prefix="/proposals/<number>")


@blueprint.post("/thank")
@signed_in
def thank(number: str) -> ResponseReturnValue:
    """Say thank you to the authors."""
    with writing(database()):
        thanking.thank(database(), readable_proposal(number, lock=True), actor=me(), at=now())
    tell(_("Said. Whoever wrote it will find it in the app."))
    return redirect(url_for("proposals.show", number=number, _anchor="regards"))


@blueprint.post("/thank/undo")
@signed_in
def take_back(number: str) -> ResponseReturnValue:
    """Thank for it no more."""
    with writing(database()):
        thanking.take_back(database(), readable_proposal(number, lock=True), actor=me())
    tell(_("Taken back."))
    return redirect(url_for("proposals.show", number=number, _anchor="regards"))
