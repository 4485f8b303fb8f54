"""What deferrals wait for by name: who waits for what, and saying that it has come."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Unit
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import occasions as operations
from studio.queries import occasions as queries
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.occasions import OccasionForm

blueprint = Blueprint("occasions", __name__, url_prefix="/coordination/occasions")
MOST_DIGITS = 9


@blueprint.get("")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show what waits for which occasion."""
    return _page(_form())


@blueprint.post("")
@needs(Duty.COORDINATE)
def name_it() -> ResponseReturnValue:
    """Put something new on the list."""
    form = _form()
    units = {unit.code: unit.id for unit in queries.units_of(database(), me())}
    if not form.validate():
        return _page(form), 422
    try:
        with writing(database()):
            unit = database().get(Unit, units[form.unit.data]) if form.unit.data else None
            names = {"name_zh": form.name_zh.data, "name_en": form.name_en.data}
            operations.name_it(database(), actor=me(), unit=unit, **names)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form), 422
    tell(_("It is on the list. Leads can choose it when they put something off."))
    return redirect(url_for(".index"))


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


def _form() -> OccasionForm:
    form = OccasionForm()
    form.offer(queries.units_of(database(), me()))
    return form


def _page(form: OccasionForm) -> str:
    facts = {"rows": queries.page_of(database(), me()), "in_words": queries.in_words(database(), me())}
    return render_template("occasions/index.html", form=form, **facts)
