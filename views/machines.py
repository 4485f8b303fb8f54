"""Machines and places: find one, and see what was proposed, tried and refused there and what works."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Machine, Unit
from studio.domain import permissions
from studio.domain.completeness import clean_line
from studio.domain.errors import NotFound
from studio.domain.machines import Chapter
from studio.domain.permissions import Duty
from studio.queries import machine_memory, machines
from studio.queries.machines import Wanted
from studio.wording.machines import label_of
from views.access import database, me, signed_in
from views.forms.administration import unit_choices
from views.moments import today
from views.paging import Page, requested_page

blueprint = Blueprint("machines", __name__)
LONGEST_QUERY = 100


@blueprint.get("/machines")
@signed_in
def index() -> ResponseReturnValue:
    """Find a machine by code, name or unit."""
    units = machines.units(database())
    text, unit = asked(units)
    found = machines.listed(database(), me(), Wanted(text=text, unit=unit), page=requested_page())
    kept: dict[str, Any] = {"q": text or None, "unit": unit.code if unit else None}
    return render_template(
        "machines/index.html",
        found=found,
        text=text,
        unit=unit,
        units=unit_choices(units),
        page=Page(requested_page(), machines.PER_PAGE, found.total),
        page_address=lambda number: url_for(".index", page=number, **kept),
        kept=kept,
        keeper=permissions.has_duty(me(), Duty.KEEP_MACHINES),
    )


@blueprint.get("/machines/<machine:code>")
@blueprint.get("/m/<machine:code>", endpoint="scanned")
@signed_in
def show(code: str) -> ResponseReturnValue:
    """Show what a machine remembers; the short address is what stands on its label."""
    machine = found(code)
    asked_for = request.args.get("show", "")
    only = Chapter(asked_for) if asked_for in set(Chapter) else None
    memory = machine_memory.memory_of(database(), me(), machine, only=only, page=requested_page())
    size = memory.totals[only] if only else 0
    return render_template(
        "machines/show.html",
        machine=machine,
        memory=memory,
        chapters=[only] if only else list(Chapter),
        only=only,
        page=Page(requested_page(), machine_memory.PER_PAGE, size),
        page_address=lambda number: url_for(".show", code=machine.code, show=only, page=number),
        parts=machines.parts_of(database(), machine, today()),
        keeper=permissions.keeps_machines_of(me(), machine.unit),
    )


@blueprint.get("/machine-names")
@signed_in
def names() -> ResponseReturnValue:
    """Return machines that somebody may mean, for the page's script."""
    text = clean_line(request.args.get("q", ""))[:LONGEST_QUERY]
    return jsonify([label_of(machine) for machine in machines.suggested(database(), me(), text, today())])


def asked(units: Sequence[Unit]) -> tuple[str, Unit | None]:
    """Return the words and the unit that the address asks for; a unit nobody knows is none."""
    code = request.args.get("unit", "")
    text = clean_line(request.args.get("q", ""))[:LONGEST_QUERY]
    return text, next((unit for unit in units if unit.code == code), None)


def found(code: str, *, lock: bool = False) -> Machine:
    """Return the machine of this code, or answer 404."""
    machine = machines.by_code(database(), code, lock=lock)
    if machine is None:
        raise NotFound
    return machine
