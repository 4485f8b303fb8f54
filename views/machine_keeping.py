"""Keeping machines and places: add, change, take away, take over a table."""

import tempfile
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from models import Machine, Unit
from studio.domain import permissions
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from studio.domain.permissions import Duty
from studio.operations import importing
from studio.operations import machines as operations
from studio.operations.importing import ImportRefused, Report
from studio.queries import administration, machines
from studio.tables import UnreadableTable, read_rows
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, needs
from views.feedback import add_error, show_problems, tell
from views.forms.machines import MachineForm, NewMachineForm, TableForm

blueprint = Blueprint("machine_keeping", __name__, url_prefix="/administration/machines")
ROWS_SHOWN = 100


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Duty.KEEP_MACHINES)
def add() -> ResponseReturnValue:
    """Put a machine on the list."""
    form = NewMachineForm()
    form.offer(_units())
    if form.validate_on_submit():
        try:
            with writing(database()):
                made = operations.add(database(), form.code.data or "", form.plate(_unit(form)), actor=me())
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            tell(_("It is on the list. Print its label and put it up."))
            return redirect(url_for("machines.show", code=made.code))
    return render_template("machines/new.html", form=form), 422 if form.errors else 200


@blueprint.route("/<machine:code>/edit", methods=["GET", "POST"])
@needs(Duty.KEEP_MACHINES)
def edit(code: str) -> ResponseReturnValue:
    """Change what is known of a machine."""
    machine = _machine(code)
    form = MachineForm()
    form.offer(_units())
    if not form.is_submitted():
        form.show(machine)
        return _edit(machine, form)
    if not form.validate():
        return _edit(machine, form), 422
    try:
        with writing(database()):
            operations.change(database(), _machine(code, lock=True), form.plate(_unit(form)), seen=form.was, actor=me())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _edit(machine, form), 422
    except Stale:
        form.seen.data = str(_machine(code).revision)
        return _edit(machine, form, stale=True), 409
    tell(_("Kept."))
    return redirect(url_for("machines.show", code=machine.code))


@blueprint.post("/<machine:code>/remove")
@needs(Duty.KEEP_MACHINES)
def remove(code: str) -> ResponseReturnValue:
    """Take a machine off the list that nothing points at."""
    try:
        with writing(database()):
            operations.remove(database(), _machine(code, lock=True), actor=me())
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
        return redirect(url_for(".edit", code=code))
    tell(_("It is off the list."))
    return redirect(url_for("machines.index"))


@blueprint.route("/import", methods=["GET", "POST"])
@needs(Duty.KEEP_MACHINES)
def take_over() -> ResponseReturnValue:
    """Take over a table of machines, or only look what it would change."""
    form = TableForm()
    if not form.is_submitted():
        return render_template("machines/import.html", form=form, report=None)
    trying = request.form.get("act") != "import"
    report, refused = None, False
    try:
        report = _imported(request.files.get("file"), dry_run=trying)
    except ImportRefused as refusal:
        report, refused = refusal.report, True
    except UnreadableTable:
        add_error(
            form, "file", _("This file is no table that can be read. Save it as CSV UTF-8 or XLSX, with headings.")
        )
    facts = {"report": report, "refused": refused, "trying": trying, "most": ROWS_SHOWN}
    return render_template("machines/import.html", form=form, **facts), 422 if refused or form.errors else 200


def _imported(upload: FileStorage | None, *, dry_run: bool) -> Report:
    """Read the table from a file of its own, whose ending says what it is. Raises UnreadableTable, ImportRefused."""
    if upload is None or not upload.filename:
        raise UnreadableTable("no file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{Path(upload.filename).suffix.lower()}"
        upload.save(path)
        rows = list(read_rows(path))
    keeper = me()
    return importing.import_machines(
        database(), rows, dry_run=dry_run, keeps=lambda unit: permissions.keeps_machines_of(keeper, unit)
    )


def _units() -> list[Unit]:
    """Return the units whose machines the reader keeps."""
    return [unit for unit in administration.units(database()) if permissions.keeps_machines_of(me(), unit)]


def _unit(form: MachineForm) -> Unit:
    found = next((unit for unit in administration.units(database()) if unit.code == form.unit.data), None)
    if found is None:
        raise NotFound
    return found


def _machine(code: str, *, lock: bool = False) -> Machine:
    """Return a machine that the reader keeps; 403 for one of another part of the firm."""
    found = machines.by_code(database(), code, lock=lock)
    if found is None:
        raise NotFound
    if not permissions.keeps_machines_of(me(), found.unit):
        raise NotAllowed
    return found


def _edit(machine: Machine, form: MachineForm, *, stale: bool = False) -> str:
    free = not machines.is_pointed_at(database(), machine)
    return render_template("machines/edit.html", machine=machine, form=form, stale=stale, free=free)
