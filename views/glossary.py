"""The glossary: what the archive's search takes for the same."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import GlossaryRow
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound, Stale
from studio.domain.permissions import Duty
from studio.operations import glossary as operations
from studio.queries import glossary as queries
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.glossary import RowForm

blueprint = Blueprint("glossary", __name__, url_prefix="/glossary")
LONGEST_QUERY = 100


@blueprint.get("")
@needs(Duty.KEEP_GLOSSARY)
def index() -> ResponseReturnValue:
    """Show the rows, or those with a piece of a word in them."""
    return _list(RowForm(formdata=None))


@blueprint.post("")
@needs(Duty.KEEP_GLOSSARY)
def add() -> ResponseReturnValue:
    """Add a row."""
    form = RowForm()
    try:
        with writing(database()):
            operations.add(database(), form.words.data or "", actor=me(), at=now())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _list(form), 422
    tell(_("Added. Whoever searches for one of these words finds the others too, within a minute."))
    return redirect(url_for(".index"))


@blueprint.route("/<int:row_id>", methods=["GET", "POST"])
@needs(Duty.KEEP_GLOSSARY)
def edit(row_id: int) -> ResponseReturnValue:
    """Change a row, or take it away, as the button says."""
    row = _row(row_id)
    form = RowForm()
    if not form.is_submitted():
        form.show(row)
        return _edit(row, form)
    try:
        with writing(database()):
            said = _kept(_row(row_id, lock=True), form)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _edit(row, form), 422
    except Stale:
        return _again(row_id, form), 409
    tell(said)
    return redirect(url_for(".index"))


def _kept(row: GlossaryRow, form: RowForm) -> str:
    if request.form.get("act") == "remove":
        operations.remove(database(), row, seen=form.was, actor=me())
        return _("Taken away. These words no longer find each other.")
    operations.change(database(), row, form.words.data or "", seen=form.was, actor=me(), at=now())
    return _("Kept. The search knows it within a minute.")


def _again(row_id: int, form: RowForm) -> str:
    row = _row(row_id)
    form.seen.data = str(row.revision)
    return _edit(row, form, stale=True)


def _list(form: RowForm) -> str:
    word = clean_line(request.args.get("q", ""))[:LONGEST_QUERY]
    return render_template("glossary/index.html", rows=queries.page_of(database(), word), word=word, form=form)


def _edit(row: GlossaryRow, form: RowForm, *, stale: bool = False) -> str:
    return render_template("glossary/edit.html", row=row, form=form, stale=stale)


def _row(row_id: int, *, lock: bool = False) -> GlossaryRow:
    found = queries.by_id(database(), row_id, lock=lock)
    if found is None:
        raise NotFound
    return found
