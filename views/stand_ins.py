"""Who stands in for a studio while it takes no proposals, or has its hands full."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Studio
from studio.domain import permissions
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from studio.domain.permissions import Duty
from studio.operations import stand_ins as operations
from studio.queries import studios as queries
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.rules import StandInForm

blueprint = Blueprint("stand_ins", __name__, url_prefix="/rules/stand-ins")


@blueprint.get("")
@needs(Duty.KEEP_RULES)
def index() -> ResponseReturnValue:
    """Show for each studio who stands in."""
    studios = queries.with_stand_ins(database())
    mine = {one.id for one in studios if permissions.keeps_rules_of(me(), [one.unit])}
    return render_template("rules/stand_ins.html", studios=studios, mine=mine)


@blueprint.route("/<code>", methods=["GET", "POST"])
@needs(Duty.KEEP_RULES)
def edit(code: str) -> ResponseReturnValue:
    """Name who stands in for one studio."""
    studios = queries.with_stand_ins(database())
    studio, form = _named(studios, code), StandInForm()
    if not permissions.keeps_rules_of(me(), [studio.unit]):
        raise NotAllowed
    form.offer(studio, studios)
    if not form.is_submitted():
        form.show(studio)
        return render_template("rules/stand_in.html", form=form, studio=studio)
    start = form.percent()
    if form.errors:
        return render_template("rules/stand_in.html", form=form, studio=studio), 422
    return _saved(code, form, start)


def _saved(code: str, form: StandInForm, start: int | None) -> ResponseReturnValue:
    try:
        with writing(database()):
            studio = _named(queries.with_stand_ins(database()), code)
            operations.name_stand_in(
                database(), studio, form.stand_in.data or "", start=start, seen=form.was, actor=me()
            )
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _again(code, form), 422
    except Stale:
        return _again(code, form, stale=True), 409
    tell(_("Kept. It counts for what is filed from now on."))
    return redirect(url_for(".index"))


def _again(code: str, form: StandInForm, *, stale: bool = False) -> str:
    studio = _named(queries.with_stand_ins(database()), code)
    if stale:
        form.seen.data = studio.stand_in.code if studio.stand_in else ""
        form.seen_start.data = str(studio.stand_in_from or "")
    return render_template("rules/stand_in.html", form=form, studio=studio, stale=stale)


def _named(studios: Sequence[Studio], code: str) -> Studio:
    found = next((studio for studio in studios if studio.code == code), None)
    if found is None:
        raise NotFound
    return found
