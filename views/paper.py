"""Forms on paper: print blank ones, find one by its code, key in what stands on it."""

from collections.abc import Mapping
from typing import BinaryIO, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import PaperForm, Proposal
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.paper import MOST_SHEETS, code_of, number_of
from studio.domain.permissions import Duty
from studio.files.uploads import PreparedUpload, limits_of
from studio.operations import attachments
from studio.operations import paper as operations
from studio.queries import catalogue, paper, people
from studio.queries.proposals import reference_of
from studio.services import now, services, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext as _l
from studio.wording.language import speaking
from views.access import database, me, needs
from views.experience import experience_of_new
from views.feedback import add_error, show_problems, status_of, tell
from views.forms.administration import unit_choices
from views.forms.paper import FindForm, KeyForm, SheetsForm
from views.moments import today
from views.presentation import other_locale

blueprint = Blueprint("paper", __name__, url_prefix="/paper")
PRINTED = {
    "call": _l("See something awkward? Write it down"),
    "name": _l("Name"),
    "number": _l("Staff number"),
    "day": _l("Day of writing"),
    "place": _l("Place or machine"),
    "problem": _l("What is wrong now?"),
    "measure": _l("What would you change?"),
    "drawing": _l("A drawing is welcome."),
    "effect": _l("What good will it do?"),
    "done": _l("It is done already"),
    "safety": _l("This is a safety matter"),
    "onward": _l(
        "Give it to your team leader, who keys it in in a minute. "
        "You get a number, and an answer within 24 working hours."
    ),
    "keyed_by": _l("Keyed in by"),
    "keyed_on": _l("Keyed in on"),
    "filed_as": _l("Number of the proposal"),
}
"""What stands on a blank form."""


@blueprint.get("")
@needs(Duty.LEAD_TEAM)
def index() -> ResponseReturnValue:
    """Show the two ways: print blank forms, or key one in by its code."""
    find = FindForm(request.args)
    if "code" not in request.args:
        return _ways(find)
    number = number_of(find.code.data or "")
    found = paper.by_id(database(), number)
    if found is None or not operations.keyed_in_by(me(), found):
        add_error(find, "code", _("No form has this code. Please look at it again: a letter and seven digits."))
        return _ways(find), 422
    return redirect(url_for(".key_in", code=code_of(cast("int", number))))


@blueprint.post("")
@needs(Duty.LEAD_TEAM)
def make() -> ResponseReturnValue:
    """Give blank forms their running numbers, and show them ready to print."""
    form = SheetsForm()
    units = {unit.code: unit for unit in paper.led_units(database(), me())}
    if not form.validate() or form.unit.data not in units:
        return _ways(FindForm(None), form), 422
    unit_code, sheets = form.unit.data, form.sheets.data or 0
    try:
        with writing(database()) as db:
            unit = next(one for one in paper.led_units(db, me()) if one.code == unit_code)
            made = operations.print_forms(db, unit, sheets=sheets, actor=me(), at=now())
            first, last = made[0].id, made[-1].id
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _ways(FindForm(None), form), 422
    return redirect(url_for(".sheets", first=code_of(first), last=code_of(last)), 303)


@blueprint.get("/sheets/<first>/<last>")
@needs(Duty.LEAD_TEAM)
def sheets(first: str, last: str) -> ResponseReturnValue:
    """Show blank forms as they are printed, each on one A4 page."""
    low, high = number_of(first), number_of(last)
    if low is None or high is None or not 0 <= high - low < MOST_SHEETS:
        raise NotFound
    units = [unit.id for unit in paper.led_units(database(), me())]
    found = paper.printed(database(), range(low, high + 1), units)
    if not found:
        raise NotFound
    coded = [(code_of(one.id), one) for one in found]
    return render_template("paper/sheets.html", sheets=coded, words=_in_both_languages())


@blueprint.route("/<code>", methods=["GET", "POST"])
@needs(Duty.LEAD_TEAM)
def key_in(code: str) -> ResponseReturnValue:
    """Key in what stands on a sheet; one that was keyed in shows what was filed."""
    sheet = _sheet(code)
    if sheet.proposal is not None:
        tell(_("This sheet is filed already."), "info")
        return redirect(_shown(sheet.proposal))
    form = KeyForm()
    if not form.is_submitted():
        return _keying(sheet, form)
    form.validate()
    original = _original(form)
    who = _who(form)
    if not form.errors and who:
        filed = _file(sheet.id, form, who, original)
        if filed is not None:
            tell(_("Filed for %(name)s.", name=filed.submitter.name if filed.submitter else who))
            return redirect(_shown(filed), 303)
    return _keying(sheet, form, status=form.status)


def _in_both_languages() -> Mapping[str, tuple[str, str]]:
    """Return what is printed, in the reader's language and in the other: a sheet goes to whoever takes it."""
    own = {key: str(words) for key, words in PRINTED.items()}
    with speaking(other_locale()):
        return {key: (own[key], str(words)) for key, words in PRINTED.items()}


def _file(sheet_id: int, form: KeyForm, who: str, original: PreparedUpload | None) -> Proposal | None:
    """File it in one transaction, or say at the fields what is wrong."""
    db = database()
    given = form.filing(who, tuple(theme.code for theme in catalogue.themes(db) if theme.urgent))
    known = experience_of_new(given)
    try:
        with writing(db):
            return operations.key_in(
                db,
                sheet_id,
                given,
                written_on=form.written_on.data,
                original=original,
                actor=me(),
                at=now(),
                today=today(),
                calendar=work_calendar(),
                files_per_proposal=services().settings.attachments_per_proposal,
                experience=known,
            )
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return None


def _original(form: KeyForm) -> PreparedUpload | None:
    """Check and keep the photo or scan, before any transaction."""
    upload = request.files.get("original")
    if upload is None or not upload.filename:
        return None
    limits, store = limits_of(services().settings), services().files
    try:
        return attachments.prepare_attachment(
            cast("BinaryIO", upload.stream), upload.filename, limits=limits, store=store, field="original"
        )
    except InvalidInput as refusal:
        show_problems(form, refusal)
        form.status = status_of(refusal)
        return None


def _who(form: KeyForm) -> str:
    """Return the staff number of whoever wrote it, after saying at the field if nobody or several are meant."""
    typed = form.submitter_no.data or ""
    found = people.called(database(), [typed]) if typed else []
    numbered = [person for person in found if person.employee_no == typed] or list(found)
    if typed and len(numbered) > 1:
        own = {person.employee_no for person in people.led_by(database(), me())}
        numbered = [person for person in numbered if person.employee_no in own] or numbered
    if len(numbered) == 1:
        return numbered[0].employee_no
    if typed:
        several = _("Several are called “%(who)s”. Write the staff number.", who=typed)
        nobody = _("Nobody here is called “%(who)s”. Try the staff number.", who=typed)
        add_error(form, "submitter_no", several if numbered else nobody)
    return ""


def _sheet(code: str) -> PaperForm:
    found = paper.by_id(database(), number_of(code))
    if found is None or not operations.keyed_in_by(me(), found):
        raise NotFound
    return found


def _shown(proposal: Proposal) -> str:
    return url_for("filing.receipt", number=reference_of(proposal))


def _keying(sheet: PaperForm, form: KeyForm, *, status: int = 200) -> ResponseReturnValue:
    team = people.led_by(database(), me())
    facts = {"form": form, "sheet": sheet, "code": code_of(sheet.id), "team": team}
    return render_template("paper/key_in.html", **facts), status if form.errors or form.form_errors else 200


def _ways(find: FindForm, form: SheetsForm | None = None) -> str:
    form = form or SheetsForm(formdata=None)
    form.unit.choices = unit_choices(paper.led_units(database(), me()))
    return render_template("paper/index.html", form=form, find=find)
