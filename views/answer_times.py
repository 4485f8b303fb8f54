"""Rules for how long answers may take, by kind, aim and unit."""

from collections.abc import Mapping
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models import DeadlineRule, Kind, Theme
from studio.domain.errors import NotFound
from studio.domain.permissions import Duty
from studio.operations import working_time as operations
from studio.operations.working_time import Term, require_coordinator
from studio.queries import catalogue
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.forms.working_time import ClockForm, RuleForm
from views.working_time import ROW, do, offer_terms, own_units, page, unit_of

ThingT = TypeVar("ThingT", Kind, Theme)

blueprint = Blueprint("answer_times", __name__, url_prefix="/coordination/clock/rules")


@blueprint.post("")
@needs(Duty.COORDINATE)
def add() -> ResponseReturnValue:
    """Add a rule."""
    form = _form()
    if not form.validate():
        return page(form), 422
    return do(
        lambda: operations.add_rule(database(), _term(form), actor=me()),
        _("The rule holds for what is filed from now on."),
        form=form,
    )


@blueprint.route(f"/<{ROW}:rule_id>", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def change(rule_id: int) -> ResponseReturnValue:
    """Write a rule anew."""
    form, kept = _form(), _rule(rule_id)
    if request.method == "GET":
        form.show(kept)
        return _page(form)
    if not form.validate():
        return _page(form), 422
    return do(
        lambda: operations.change_rule(database(), _rule(rule_id), _term(form), actor=me()),
        _("The rule holds for what is filed from now on."),
        form=form,
        again=_page,
    )


@blueprint.post(f"/<{ROW}:rule_id>/remove")
@needs(Duty.COORDINATE)
def remove(rule_id: int) -> ResponseReturnValue:
    """Take a rule away."""
    return do(lambda: operations.remove_rule(database(), _rule(rule_id), actor=me()), _("The rule is gone."))


def _form() -> RuleForm:
    form = RuleForm()
    offer_terms(form, own_units())
    return form


def _page(form: ClockForm) -> str:
    return render_template("working_time/rule.html", form=form)


def _rule(rule_id: int) -> DeadlineRule:
    """Return the rule for whoever may change it; for others who coordinate elsewhere it is 403."""
    found = database().get(DeadlineRule, rule_id)
    if found is None:
        raise NotFound
    require_coordinator(me(), found.unit)
    return found


def _term(form: RuleForm) -> Term:
    kinds = {kind.code: kind for kind in catalogue.kinds(database())}
    themes = {theme.code: theme for theme in catalogue.themes(database())}
    return Term(
        kind=_chosen(kinds, form.kind.data),
        theme=_chosen(themes, form.theme.data),
        unit=unit_of(form.unit.data) if form.unit.data else None,
        **form.limits,
    )


def _chosen(known: Mapping[str, ThingT], code: str | None) -> ThingT | None:
    if not code:
        return None
    if code not in known:
        raise NotFound
    return known[code]
