"""What an administrator does about terminals: makes and revokes them, gives badges, takes forgotten PINs away.

And one's own PIN, chosen on a device of one's own.
"""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Person, Unit
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import kiosks as operations
from studio.operations import pins
from studio.queries import administration, kiosks
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, needs, signed_in
from views.administration import ROW
from views.feedback import show_problems, tell
from views.forms.administration import unit_choices
from views.forms.fields import one_line
from views.forms.kiosk import KioskForm, OwnPinForm

blueprint = Blueprint("kiosk_keeping", __name__)


@blueprint.get("/administration/kiosks")
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show all terminals and the form for another."""
    return _page(KioskForm(formdata=None))


@blueprint.post("/administration/kiosks")
@needs(Duty.ADMINISTER)
def make() -> ResponseReturnValue:
    """Make a terminal and show its code, this once."""
    form = KioskForm()
    if not form.validate():
        return _page(form), 422
    try:
        with writing(database()) as db:
            unit = _unit(form.unit.data or "")
            made, code = operations.make(db, name=form.name.data or "", unit=unit, actor=me(), at=now())
            name = made.name
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form), 422
    return _page(KioskForm(formdata=None), code=code, name=name)


@blueprint.post(f"/administration/kiosks/<{ROW}:kiosk_id>/code")
@needs(Duty.ADMINISTER)
def give_new_code(kiosk_id: int) -> ResponseReturnValue:
    """Make another code for a terminal that still waits for one."""
    with writing(database()) as db:
        code = operations.give_new_code(db, kiosk_id, actor=me(), at=now())
    return _page(KioskForm(formdata=None), code=code)


@blueprint.post(f"/administration/kiosks/<{ROW}:kiosk_id>/revoke")
@needs(Duty.ADMINISTER)
def revoke(kiosk_id: int) -> ResponseReturnValue:
    """Let a terminal be one no longer."""
    with writing(database()) as db:
        operations.revoke(db, kiosk_id, actor=me(), at=now())
    tell(_("Revoked. Whoever was signed in there is out, and nobody comes in there any more."))
    return redirect(url_for(".index"))


@blueprint.post("/administration/people/<employee_no>/badge")
@needs(Duty.ADMINISTER)
def give_badge(employee_no: str) -> ResponseReturnValue:
    """Say what a reader reads from somebody's badge."""
    number = one_line(request.form.get("badge"))
    told = _("The badge opens terminals from now on.") if number else _("No badge means this person any more.")
    return _change(employee_no, lambda it: pins.give_badge(database(), it, number, actor=me(), at=now()), told)


@blueprint.post("/administration/people/<employee_no>/pin")
@needs(Duty.ADMINISTER)
def take_pin_away(employee_no: str) -> ResponseReturnValue:
    """Take a PIN away that was forgotten or seen."""
    told = _("The PIN is gone. With the password a new one can be chosen at any terminal.")
    return _change(employee_no, lambda it: pins.take_pin_away(database(), it, actor=me()), told)


@blueprint.route("/account/pin", methods=["GET", "POST"])
@signed_in
def own_pin() -> ResponseReturnValue:
    """Choose my PIN for terminals, or another one."""
    form = OwnPinForm()
    if form.validate_on_submit():
        given = {"pin": form.pin.data or "", "password": form.password.data or ""}
        try:
            with writing(database()) as db:
                pins.set_pin(db, me(), actor=me(), at=now(), **given)
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            tell(_("The PIN opens every shared terminal from now on, and nothing else."))
            return redirect(url_for("account.preferences"))
    keys = kiosks.keys_of(database(), me().id)
    return render_template("kiosk/own_pin.html", form=form, keys=keys), 422 if form.errors else 200


@blueprint.post("/account/pin/none")
@signed_in
def no_pin() -> ResponseReturnValue:
    """Have no PIN any more."""
    with writing(database()) as db:
        pins.take_pin_away(db, me(), actor=me())
    tell(_("You have no PIN any more."))
    return redirect(url_for(".own_pin"))


def _page(form: KioskForm, *, code: str = "", name: str = "") -> str:
    form.unit.choices = unit_choices(administration.units(database()))
    listed = kiosks.listed(database())
    return render_template("kiosk/index.html", form=form, kiosks=listed, code=code, name=name, at=now())


def _unit(code: str) -> Unit:
    found = next((unit for unit in administration.units(database()) if unit.code == code), None)
    if found is None:
        raise NotFound
    return found


def _change(employee_no: str, act: Callable[[Person], None], told: str) -> ResponseReturnValue:
    """Change something about a person in one transaction and go back to his page; say so if a rule forbids it."""
    try:
        with writing(database()) as db:
            found = administration.person(db, employee_no)
            if found is None:
                raise NotFound
            act(found)
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
    else:
        tell(told)
    return redirect(url_for("administration.person", employee_no=employee_no))
