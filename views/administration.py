"""The administration: people and their roles, studios, and who tried to sign in."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Person, Role, Unit
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import accounts
from studio.operations import administration as operations
from studio.queries import administration as queries
from studio.queries import issues, kiosks
from studio.queries.administration import Page as Found
from studio.services import now, services
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, needs
from views.feedback import tell
from views.forms.administration import RoleForm, UnitForm
from views.paging import Page, requested_page

blueprint = Blueprint("administration", __name__, url_prefix="/administration")
LONGEST_QUERY = 100
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""


@blueprint.get("")
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show the ways in, each with its count."""
    watch = issues.watch(database(), services().settings, at=now())
    return render_template("administration/index.html", overview=queries.overview(database(), at=now()), watch=watch)


@blueprint.get("/people")
@needs(Duty.ADMINISTER)
def people() -> ResponseReturnValue:
    """Find a person."""
    text = _asked()
    found = queries.people(database(), text, page=requested_page())
    return render_template("administration/people.html", **_listed(found, ".people", q=text), text=text)


@blueprint.get("/people/<employee_no>")
@needs(Duty.ADMINISTER)
def person(employee_no: str) -> ResponseReturnValue:
    """Show one person with roles and studios."""
    return _person_page(_person(employee_no))


@blueprint.post("/people/<employee_no>/roles")
@needs(Duty.ADMINISTER)
def grant(employee_no: str) -> ResponseReturnValue:
    """Give a role."""
    form = RoleForm()
    units = {unit.code: unit for unit in queries.units(database())}
    form.offer(list(units.values()))
    if not form.validate():
        return _person_page(_person(employee_no), role_form=form), 422
    role, unit_code = Role(form.role.data), form.unit.data
    return _change(
        employee_no,
        lambda it: accounts.grant_role(database(), it, role, _unit(unit_code), actor=me()),
        _("The role holds from now on."),
    )


@blueprint.post(f"/people/<employee_no>/roles/<{ROW}:grant_id>/revoke")
@needs(Duty.ADMINISTER)
def revoke(employee_no: str, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""

    def act(it: Person) -> None:
        held = next((grant for grant in it.grants if grant.id == grant_id), None)
        if held is None:
            raise NotFound
        accounts.revoke_role(database(), it, held.role, held.unit, actor=me())

    return _change(employee_no, act, _("The role is gone."))


@blueprint.post("/people/<employee_no>/unit")
@needs(Duty.ADMINISTER)
def move(employee_no: str) -> ResponseReturnValue:
    """Put a person into another unit."""
    code = request.form.get("unit", "")
    return _change(
        employee_no,
        lambda it: operations.move_to_unit(it, _unit(code), actor=me()),
        _("The unit is changed. Proposals filed before stay where they came from."),
    )


@blueprint.post("/people/<employee_no>/active")
@needs(Duty.ADMINISTER)
def switch(employee_no: str) -> ResponseReturnValue:
    """Switch an account on or off."""
    active = request.form.get("active") == "yes"
    return _change(
        employee_no,
        lambda it: operations.set_active(database(), it, active=active, actor=me(), at=now()),
        _("The account is on.") if active else _("The account is off, and every session has ended."),
    )


@blueprint.post("/people/<employee_no>/password")
@needs(Duty.ADMINISTER)
def reset_password(employee_no: str) -> ResponseReturnValue:
    """Give a new first password and show it once."""
    with writing(database()):
        given = accounts.reset_password(database(), _person(employee_no), actor=me(), at=now())
    return _person_page(_person(employee_no), given_password=given)


@blueprint.get("/studios")
@needs(Duty.ADMINISTER)
def studios() -> ResponseReturnValue:
    """Show the studios and who does what in them."""
    return render_template("administration/studios.html", studios=queries.studios(database()))


@blueprint.get("/sign-ins")
@needs(Duty.ADMINISTER)
def sign_ins() -> ResponseReturnValue:
    """Show who tried to sign in, from where, and whether it worked."""
    text = _asked()
    found = queries.sign_ins(database(), text, page=requested_page())
    return render_template("administration/sign_ins.html", **_listed(found, ".sign_ins", q=text), text=text)


def _asked() -> str:
    return clean_line(request.args.get("q", ""))[:LONGEST_QUERY]


def _listed(found: Found[Any], endpoint: str, **kept: Any) -> dict[str, object]:  # noqa: ANN401 - parts of an address
    """Return what the template of a list needs: rows, page, and the address of another page."""
    return {
        "rows": found.rows,
        "page": Page(found.number, queries.PER_PAGE, found.total),
        "page_address": lambda number: url_for(endpoint, page=number, **kept),
    }


def _person(employee_no: str) -> Person:
    found = queries.person(database(), employee_no)
    if found is None:
        raise NotFound
    return found


def _unit(code: str) -> Unit:
    found = next((unit for unit in queries.units(database()) if unit.code == code), None)
    if found is None:
        raise NotFound
    return found


def _person_page(found: Person, role_form: RoleForm | None = None, given_password: str = "") -> str:
    units = queries.units(database())
    form = role_form or RoleForm(formdata=None)
    form.offer(units)
    unit_form = UnitForm(formdata=None)
    unit_form.offer(units, found.unit.code)
    unit_form.unit.data = found.unit.code
    unit_form.unit.id = "own-unit"
    keys = kiosks.keys_of(database(), found.id)
    facts = {"keys": keys, "role_form": form, "unit_form": unit_form, "given_password": given_password}
    return render_template("administration/person.html", person=found, **facts)


def _change(employee_no: str, act: Callable[[Person], object], told: str) -> ResponseReturnValue:
    """Change something about a person in one transaction and go back to his page; say so if a rule forbids it."""
    try:
        with writing(database()):
            act(_person(employee_no))
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
    else:
        tell(told)
    return redirect(url_for(".person", employee_no=employee_no))
