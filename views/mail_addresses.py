"""Addresses that take no mail: for whom they are, and for those who look after a part of the firm."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from studio.domain.errors import NotFound
from studio.domain.permissions import Duty
from studio.operations import mail_addresses as operations
from studio.queries import administration
from studio.queries import mail_addresses as queries
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs, signed_in
from views.feedback import tell

blueprint = Blueprint("mail_addresses", __name__)


@blueprint.get("/addresses")
@needs(Duty.KEEP_ADDRESSES)
def index() -> ResponseReturnValue:
    """Show whom no mail reaches, and why."""
    return render_template("mail_addresses/index.html", unreached=queries.unreached(database(), me()))


@blueprint.post("/addresses/<employee_no>/again")
@needs(Duty.KEEP_ADDRESSES)
def try_again(employee_no: str) -> ResponseReturnValue:
    """Write to somebody's address again."""
    with writing(database()) as db:
        person = administration.person(db, employee_no)
        if person is None:
            raise NotFound
        operations.try_again(db, person, actor=me(), at=now())
    tell(_("Mails go there again. If they come back, it shows up here."))
    return redirect(url_for(".index"))


@blueprint.post("/account/address/again")
@signed_in
def try_mine_again() -> ResponseReturnValue:
    """Write to my address again."""
    with writing(database()) as db:
        operations.try_again(db, me(), actor=me(), at=now())
    tell(_("Good. The next mail will show whether it works."))
    return redirect(url_for("account.preferences"))
