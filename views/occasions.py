"""What deferrals wait for by name: who waits for what, and saying that it has come."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Occasion, Unit
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import occasions as operations
from studio.operations.working_time import require_coordinator
from studio.queries import occasions as queries
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.occasions import ChangeForm, OccasionForm
from views.moments import today

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


@blueprint.route("/<code>", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def change(code: str) -> ResponseReturnValue:
    """Rename it, switch it off or offer it again, as the button says."""
    occasion = _occasion(code)
    names = {"name_zh": occasion.name_zh, "name_en": occasion.name_en}
    form = ChangeForm(data=names) if request.method == "GET" else ChangeForm()
    if request.method == "POST" and form.validate():
        try:
            with writing(database()):
                said = _changed(_occasion(code, lock=True), form)
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            tell(said)
            return redirect(url_for(".index"))
    facts = {"occasion": occasion, "form": form, "waiting": len(queries.all_waiting(database(), occasion))}
    return render_template("occasions/change.html", **facts), 422 if form.errors else 200


def _changed(occasion: Occasion, form: ChangeForm) -> str:
    act = request.form.get("act")
    if act == "off":
        operations.switch_off(database(), occasion, actor=me(), at=now(), today=today(), until=form.until.data)
        return _("It is not offered any more.")
    if act == "on":
        operations.switch_on(database(), occasion, actor=me())
        return _("It is offered again.")
    names = {"name_zh": form.name_zh.data or "", "name_en": form.name_en.data or ""}
    operations.rename(database(), occasion, actor=me(), **names)
    return _("Renamed, for all that waits for it too.")


def _occasion(code: str, *, lock: bool = False) -> Occasion:
    """Return the occasion for whoever may change it; for others who coordinate elsewhere it is 403."""
    found = queries.by_code(database(), code, lock=lock)
    if found is None:
        raise NotFound
    require_coordinator(me(), found.unit)
    return found


def _form() -> OccasionForm:
    form = OccasionForm()
    form.offer(queries.units_of(database(), me()))
    return form


def _page(form: OccasionForm) -> str:
    facts = {"rows": queries.page_of(database(), me()), "in_words": queries.in_words(database(), me())}
    return render_template("occasions/index.html", form=form, may_change=_may_change, **facts)


def _may_change(occasion: Occasion) -> bool:
    return operations.may_change(me(), occasion)
