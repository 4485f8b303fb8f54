"""Tokens with which programs act for me: making one, seeing what there is, revoking."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from studio.domain.errors import InvalidInput
from studio.operations import api_tokens as operations
from studio.queries import api_tokens
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, signed_in
from views.feedback import show_problems, tell
from views.forms.tokens import TokenForm

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show my tokens and the form for another."""
    return _page(TokenForm(formdata=None))


@blueprint.post("")
@signed_in
def make() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    form = TokenForm()
    if not form.validate():
        return _page(form), 422
    facts = {"name": form.name.data, "days": int(form.days.data), "may_file": form.may_file.data}
    try:
        with writing(database()) as db:
            secret = operations.make(db, me(), at=now(), **facts)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form), 422
    return _page(TokenForm(formdata=None), secret)


@blueprint.post(f"/<{ROW}:token_id>/revoke")
@signed_in
def revoke(token_id: int) -> ResponseReturnValue:
    """End one of my tokens."""
    with writing(database()) as db:
        operations.revoke(db, token_id, actor=me(), at=now())
    tell(_("Revoked. Whatever used this token is shut out from now on."))
    return redirect(url_for(".index"))


def _page(form: TokenForm, secret: str = "") -> str:
    tokens = api_tokens.of_person(database(), me().id)
    return render_template("tokens/index.html", form=form, tokens=tokens, secret=secret, at=now())
