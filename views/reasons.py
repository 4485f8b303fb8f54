"""The firm's reasons for decisions in the administration: add, word, order, retire, throw away what nobody used."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import DecisionReason, Outcome
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import reasons as operations
from studio.queries import reasons as queries
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.reasons import NewReasonForm, ReasonForm, form_of

blueprint = Blueprint("reasons", __name__, url_prefix="/administration/reasons")


@blueprint.get("")
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show all reasons by outcome, and how often each was given."""
    return _page(NewReasonForm())


@blueprint.post("")
@needs(Duty.ADMINISTER)
def add() -> ResponseReturnValue:
    """Put a reason on the list."""
    form = NewReasonForm()
    if not form.validate():
        return _page(form), 422
    try:
        with writing(database()):
            operations.add(database(), Outcome(form.outcome.data), form.wording(), actor=me())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form), 422
    tell(_("It is on the list. Leads can choose it from now on."))
    return redirect(url_for(".index"))


@blueprint.route("/<code>", methods=["GET", "POST"])
@needs(Duty.ADMINISTER)
def edit(code: str) -> ResponseReturnValue:
    """Write a reason in other words."""
    reason = _reason(code)
    form = form_of(reason) if request.method == "GET" else ReasonForm()
    if request.method == "POST" and form.validate():
        try:
            with writing(database()):
                operations.change(database(), _reason(code, lock=True), form.wording(), actor=me())
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            tell(_("Changed."))
            return redirect(url_for(".index"))
    facts = {"reason": reason, "form": form, "used": queries.uses(database()).get(reason.id, 0)}
    return render_template("reasons/edit.html", **facts), 422 if form.errors else 200


@blueprint.post("/<code>/move")
@needs(Duty.ADMINISTER)
def move(code: str) -> ResponseReturnValue:
    """Let it stand one place higher or lower."""
    with writing(database()):
        operations.move(database(), _reason(code, lock=True), up=request.form.get("to") == "up", actor=me())
    return redirect(url_for(".index", _anchor=f"reason-{code}"))


@blueprint.post("/<code>/active")
@needs(Duty.ADMINISTER)
def switch(code: str) -> ResponseReturnValue:
    """Retire it, or offer it again."""
    active = request.form.get("active") == "yes"
    with writing(database()):
        operations.switch(_reason(code, lock=True), active=active, actor=me())
    tell(_("It is offered again.") if active else _("It is not offered any more. Answers that name it keep it."))
    return redirect(url_for(".index"))


@blueprint.post("/<code>/remove")
@needs(Duty.ADMINISTER)
def remove(code: str) -> ResponseReturnValue:
    """Throw away what no decision names."""
    try:
        with writing(database()):
            operations.remove(database(), _reason(code, lock=True), actor=me())
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
        return redirect(url_for(".edit", code=code))
    tell(_("It is gone; nobody had used it."))
    return redirect(url_for(".index"))


def _page(form: NewReasonForm) -> str:
    facts = {"lists": queries.everything(database()), "uses": queries.uses(database())}
    return render_template("reasons/index.html", form=form, **facts)


def _reason(code: str, *, lock: bool = False) -> DecisionReason:
    found = queries.by_code(database(), code, lock=lock)
    if found is None:
        raise NotFound
    return found
