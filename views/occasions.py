"""What deferrals wait for by name: who waits for what, and saying that it has come."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studio.domain.errors import NotFound
from studio.domain.permissions import Duty
from studio.operations import occasions as operations
from studio.queries import occasions as queries
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from views.access import database, me, needs
from views.feedback import tell

blueprint = Blueprint("occasions", __name__, url_prefix="/coordination/occasions")
MOST_DIGITS = 9


@blueprint.get("")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show what waits for which occasion."""
    facts = {"rows": queries.page_of(database(), me()), "in_words": queries.in_words(database(), me())}
    return render_template("occasions/index.html", **facts)


@blueprint.post("/<code>/announce")
@needs(Duty.COORDINATE)
def announce(code: str) -> ResponseReturnValue:
    """Say that it has come: all that waited for it goes back to the desks."""
    seen = request.form.get("times", "")
    times = int(seen) if seen.isdecimal() and seen.isascii() and len(seen) <= MOST_DIGITS else -1
    with writing(database()):
        occasion = queries.by_code(database(), code, lock=True)
        if occasion is None:
            raise NotFound
        woken = operations.announce(
            database(), occasion, actor=me(), at=now(), calendar=work_calendar(), times_seen=times
        )
    if woken:
        tell(
            ngettext("%(num)s proposal is back on its desk.", "%(num)s proposals are back on their desks.", len(woken))
        )
    else:
        tell(_("Nothing was left to take up: it has been announced already."), "info")
    return redirect(url_for(".index"))
