"""Rubrics in the administration: which there are, what each asks and asked, a new version, which kind has which."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Rubric, RubricAct, RubricEntry, RubricVersion
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.domain.rubrics import MOST_CRITERIA
from studio.operations import blinding
from studio.operations import rubrics as operations
from studio.queries import rubrics as queries
from studio.services import now
from studio.transactions import writing
from studio.wording import names
from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext as _l
from studio.wording.problems import problem_sentence
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.rubrics import RubricForm, blank_form, blind_form, choose_form, form_of, sent_form

blueprint = Blueprint("rubrics", __name__, url_prefix="/administration/rubrics")
NUMBER = "int(max=2147483647)"


@blueprint.route("", methods=["GET", "POST"])
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show all rubrics, and choose which of them scores which kind."""
    rubrics = queries.rubrics(database())
    kinds = queries.kinds_with_rubric(database())
    form = choose_form(rubrics, kinds)
    if form.validate_on_submit():
        with writing(database()):
            operations.choose(database(), default=form.default.data, by_kind=form.by_kind(), actor=me(), at=now())
        tell(_("Chosen. Proposals that have a review already stay with their rubric."))
        return redirect(url_for(".index"))
    counts = queries.review_counts(database())
    given = {rubric.id: sum(counts.get(version.id, 0) for version in rubric.versions) for rubric in rubrics}
    facts = {"rubrics": rubrics, "form": form, "given": given, "entries": queries.entries(database())}
    blind = blind_form([kind for kind, _code in kinds])
    page = render_template("rubrics/index.html", entry_line=_entry_line, blind=blind, **facts)
    return page, 422 if form.errors else 200


@blueprint.post("/blind")
@needs(Duty.ADMINISTER)
def choose_blind() -> ResponseReturnValue:
    """Choose which kinds are judged without names."""
    codes = request.form.getlist("kind_codes")
    try:
        with writing(database()):
            blinding.choose_blind_kinds(database(), codes, actor=me())
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
    else:
        tell(_("Kept. It holds for what is filed from now on; what is filed already stays as it is."))
    return redirect(url_for(".index", _anchor="blind"))


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Duty.ADMINISTER)
def new() -> ResponseReturnValue:
    """Write a rubric from nothing; every button but the last only changes the form."""
    sent = request.method == "POST"
    form = sent_form(request.form) if sent else blank_form()
    if sent and request.form.get("act") == "publish":
        code = _begun(form)
        if code is not None:
            return redirect(url_for(".show", code=code))
    facts = {"rubric": None, "form": form, "most": MOST_CRITERIA, "address": url_for(".new")}
    return render_template("rubrics/edit.html", **facts), 422 if form.errors else 200


@blueprint.get("/<code>", defaults={"version_no": None})
@blueprint.get(f"/<code>/versions/<{NUMBER}:version_no>")
@needs(Duty.ADMINISTER)
def show(code: str, version_no: int | None) -> ResponseReturnValue:
    """Show what a rubric asks, or asked in an earlier version."""
    rubric = _rubric(code)
    counts = queries.review_counts(database())
    facts = {"rubric": rubric, "version": _version(rubric, version_no), "counts": counts}
    return render_template("rubrics/show.html", **facts)


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@needs(Duty.ADMINISTER)
def edit(code: str) -> ResponseReturnValue:
    """Write the next version; every button but the last only changes the form."""
    newest = _rubric(code).versions[-1]
    sent = request.method == "POST"
    form = sent_form(request.form) if sent else form_of(queries.draft_of(newest), newest.number)
    if sent and request.form.get("act") == "publish":
        version = _published(code, form)
        if version is not None:
            return redirect(url_for(".show", code=code))
    address = url_for(".edit", code=code)
    facts = {"rubric": newest.rubric, "form": form, "most": MOST_CRITERIA, "address": address}
    return render_template("rubrics/edit.html", **facts), 422 if form.errors else 200


@blueprint.post("/<code>/active")
@needs(Duty.ADMINISTER)
def switch(code: str) -> ResponseReturnValue:
    """Retire a rubric, or take it back."""
    active = request.form.get("active") == "yes"
    try:
        with writing(database()):
            (operations.take_back if active else operations.retire)(database(), _rubric(code), actor=me(), at=now())
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
    else:
        tell(_("It can be chosen again.") if active else _("It is retired. Scores given by it stay as they are."))
    return redirect(url_for(".show", code=code))


def _begun(form: RubricForm) -> str | None:
    """Make the new rubric and return its code; None leaves what is wrong at its fields."""
    draft = form.draft()
    if draft is None:
        return None
    try:
        with writing(database()):
            made = operations.begin(database(), draft, actor=me(), at=now(), change=form.change.data)
            code = made.code
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return None
    tell(_("The rubric is there. Choose it for a kind, and it scores what comes."))
    return code


def _entry_line(entry: RubricEntry) -> str:
    """Return what somebody did to a rubric, as a sentence without its subject."""
    rubric = names.name_of(entry.rubric) if entry.rubric else ""
    facts = {"rubric": rubric, "kind": names.name_of(entry.kind) if entry.kind else "", "number": entry.version_number}
    if entry.act is RubricAct.CHOSEN:
        return str(CHOICES[entry.rubric is not None, entry.kind is not None]) % facts
    return str(ENTRIES[entry.act]) % facts


ENTRIES = {
    RubricAct.PUBLISHED: _l("“%(rubric)s”: version %(number)s published"),
    RubricAct.RETIRED: _l("“%(rubric)s” retired"),
    RubricAct.TAKEN_BACK: _l("“%(rubric)s” taken back into use"),
}
CHOICES = {
    (True, True): _l("%(kind)s is scored by “%(rubric)s”"),
    (False, True): _l("%(kind)s is scored like everything else"),
    (True, False): _l("everything else is scored by “%(rubric)s”"),
}


def _published(code: str, form: RubricForm) -> RubricVersion | None:
    """Publish what the form says and tell so; None leaves what is wrong at its fields."""
    draft = form.draft()
    if draft is None:
        return None
    seen, change = form.seen_number, form.change.data
    try:
        with writing(database()):
            facts = {"actor": me(), "at": now(), "seen": seen, "change": change}
            version = operations.publish(database(), _rubric(code, lock=True), draft, **facts)
            number = version.number
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return None
    if number == seen:
        tell(_("The criteria are the same as before, so there is no new version."), "info")
    else:
        tell(_("Version %(number)s holds from now on. Scores given before stay as they are.", number=number))
    return version


def _rubric(code: str, *, lock: bool = False) -> Rubric:
    found = queries.rubric(database(), code, lock=lock)
    if found is None:
        raise NotFound
    return found


def _version(rubric: Rubric, number: int | None) -> RubricVersion:
    found = rubric.versions[-1:] if number is None else [one for one in rubric.versions if one.number == number]
    if not found:
        raise NotFound
    return found[0]
