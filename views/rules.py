"""Routing rules: all of them, one with its history, switching off, taking away, the order, and the file of them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import RoutingRule, Unit
from studio.domain import permissions, routing, stand_ins
from studio.domain.errors import InvalidInput, NotFound, Stale
from studio.domain.permissions import Duty
from studio.operations import rules as operations
from studio.operations.importing.rules import HEADINGS
from studio.queries import administration, catalogue
from studio.queries import routing as facts
from studio.queries import rules as queries
from studio.services import now
from studio.tables import csv_table
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.reasons import reason_sentence
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.administration import TryOutForm
from views.forms.rules import OrderForm, order_form
from views.paging import Page, requested_page

blueprint = Blueprint("rules", __name__, url_prefix="/rules")
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""
ANSWERS = 5


@blueprint.get("")
@needs(Duty.KEEP_RULES)
def index() -> ResponseReturnValue:
    """Show the rules in their order, drafts beside them, and where a text would go."""
    rows, units = queries.present(database()), queries.units_by_code(database())
    form = TryOutForm(request.args)
    form.offer(list(units.values()))
    answer = _where(form.text.data, units.get(form.unit.data or "")) if form.text.data else None
    shown = [(row, queries.draft_of(row)) for row in rows]
    facts_of_page = {"rows": shown, "form": form, "answer": answer, "waiting": waiting(rows, kept(rows, units))}
    return render_template("rules/index.html", **facts_of_page, known=named(units))


@blueprint.get(f"/<{ROW}:rule_id>")
@needs(Duty.KEEP_RULES)
def show(rule_id: int) -> ResponseReturnValue:
    """Show one rule with all that was done to it; a removed one too."""
    rule, units = existing(rule_id), queries.units_by_code(database())
    first, page = rule.replaces or rule, requested_page()
    history = queries.changes(database(), first, page=page)
    return render_template(
        "rules/show.html",
        rule=rule,
        draft=queries.draft_of(rule),
        first=first,
        beside=queries.draft_of(first) if first is not rule else None,
        waiting=queries.draft_for(database(), rule),
        mine=bool(kept([rule, first], units) >= {rule.id, first.id}),
        changes=history.rows,
        page=Page(page, queries.CHANGES_PER_PAGE, history.total),
        page_address=lambda number: url_for(".show", rule_id=rule_id, page=number),
        known=named(units),
    )


@blueprint.get("/history")
@needs(Duty.KEEP_RULES)
def history() -> ResponseReturnValue:
    """Show what was done to all rules, the newest first."""
    page = requested_page()
    found = queries.changes(database(), page=page)
    return render_template(
        "rules/history.html",
        changes=found.rows,
        page=Page(page, queries.CHANGES_PER_PAGE, found.total),
        page_address=lambda number: url_for(".history", page=number),
        known=named(queries.units_by_code(database())),
    )


@blueprint.post(f"/<{ROW}:rule_id>/off")
@needs(Duty.KEEP_RULES)
def switch_off(rule_id: int) -> ResponseReturnValue:
    """Let a rule hold no longer."""
    _change(rule_id, operations.switch_off)
    tell(_("The rule is off."))
    return redirect(url_for(".show", rule_id=rule_id))


@blueprint.post(f"/<{ROW}:rule_id>/discard")
@needs(Duty.KEEP_RULES)
def discard(rule_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    _change(rule_id, operations.discard)
    tell(_("The draft is gone. The rule holds as before."))
    return redirect(url_for(".index"))


@blueprint.post(f"/<{ROW}:rule_id>/remove")
@needs(Duty.KEEP_RULES)
def remove(rule_id: int) -> ResponseReturnValue:
    """Take a rule off the list."""
    _change(rule_id, operations.remove)
    tell(_("The rule is removed. Its history stays, and it can be written again from there."))
    return redirect(url_for(".index"))


@blueprint.route("/order", methods=["GET", "POST"])
@needs(Duty.KEEP_RULES)
def order() -> ResponseReturnValue:
    """Give rules other places in the order; what holds gets a draft, to be tried out first."""
    sent = request.form if request.method == "POST" else None
    rows, units = queries.present(database()), queries.units_by_code(database())
    form = _order_form(rows, units, sent)
    seal = sent.get("seal", "") if sent is not None else ""
    if sent is None:
        return _order_page(form, rows, units)
    priorities = form.priorities()
    if priorities is None:
        return _order_page(form, rows, units), 422
    try:
        with writing(database()):
            moved = operations.reorder(database(), priorities, seal=seal, actor=me(), at=now())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _order_page(form, queries.present(database()), queries.units_by_code(database())), 422
    except Stale:
        rows, units = queries.present(database()), queries.units_by_code(database())
        return _order_page(_order_form(rows, units, sent), rows, units, stale=True), 409
    if moved:
        tell(ngettext("One rule has a new place, as a draft.", "%(num)s rules have new places, as drafts.", moved))
        return redirect(url_for("try_outs.index"))
    tell(_("Every rule is where it was."), "info")
    return redirect(url_for(".index"))


@blueprint.get("/export")
@needs(Duty.KEEP_RULES)
def export() -> ResponseReturnValue:
    """Give all rules as a file that `studio import rules` reads back to no change; drafts of rules are left out."""
    rows = [row for row in queries.present(database()) if row.replaces_id is None]
    stand_in = {one.code: one.stand_in or "" for one in facts.studios(database())}
    table = csv_table(HEADINGS, [_cells(row, stand_in) for row in rows])
    headers = {"Content-Disposition": 'attachment; filename="routing-rules.csv"'}
    return Response(table, mimetype="text/csv", headers=headers)


def _cells(row: RoutingRule, stand_in: Mapping[str, str]) -> list[object]:
    lists = (row.unit_codes, row.kind_codes, row.theme_codes, row.words)
    code, active = row.studio.code, "yes" if row.active else "no"
    return [row.priority, code, *(";".join(column) for column in lists), active, stand_in.get(code, "")]


def existing(rule_id: int, *, lock: bool = False) -> RoutingRule:
    """Return a rule, a removed one too. Raises NotFound."""
    found = queries.by_id(database(), rule_id, lock=lock)
    if found is None:
        raise NotFound
    return found


def kept(rows: Iterable[RoutingRule], units: Mapping[str, Unit]) -> frozenset[int]:
    """Return the ids of those rules that the reader keeps."""
    reader = me()
    return frozenset(
        row.id for row in rows if permissions.keeps_rules_of(reader, queries.units_of(row.unit_codes, units))
    )


def waiting(rows: Sequence[RoutingRule], mine: Collection[int]) -> list[RoutingRule]:
    """Return what the reader may try out and switch on: drafts, and what is off; not the rule beside its own draft."""
    replaced = {row.replaces_id for row in rows}
    return [
        row
        for row in rows
        if not row.active and row.id in mine and row.id not in replaced and {row.replaces_id or row.id} <= set(mine)
    ]


def named(units: Mapping[str, Unit]) -> dict[str, Mapping[str, Any]]:
    """Return what names the codes in rules, by column."""
    kinds, themes = catalogue.kinds(database()), catalogue.themes(database())
    studios = administration.studio_names(database())
    return {
        "units": units,
        "studios": studios,
        "kinds": {one.code: one for one in kinds},
        "themes": {one.code: one for one in themes},
    }


def _change(rule_id: int, act: Callable[..., object]) -> None:
    with writing(database()):
        act(database(), existing(rule_id, lock=True), actor=me(), at=now())


def _order_form(rows: Sequence[RoutingRule], units: Mapping[str, Unit], sent: Mapping[str, str] | None) -> OrderForm:
    replaced, mine = {row.replaces_id for row in rows}, kept(rows, units)
    priorities = {row.id: row.priority for row in rows if row.id in mine and row.id not in replaced}
    return order_form(priorities, queries.seal(rows, ()), sent)


def _order_page(form: OrderForm, rows: Sequence[RoutingRule], units: Mapping[str, Unit], *, stale: bool = False) -> str:
    shown = [(row, queries.draft_of(row)) for row in rows if row.id in form.keys]
    return render_template("rules/order.html", form=form, rows=shown, known=named(units), stale=stale)


def _where(text: str, unit: Unit | None) -> list[tuple[str, str]]:
    """Return the studios a text would go to, best first, each with the reason in a sentence."""
    session = database()
    proposal = routing.ProposalFacts(title=text, units=facts.unit_codes(session, unit))
    studios, load = facts.studios(session), facts.open_load(session)
    result = stand_ins.resolved(routing.route(proposal, facts.rules(session), studios, load), studios, load)
    ranked = [*([result.best] if result.best else []), *result.runners_up][:ANSWERS]
    reasons = facts.all_named(session, [one.reason for one in ranked])
    return [(one.studio, reason_sentence(reason)) for one, reason in zip(ranked, reasons, strict=True)]
