"""Writing a routing rule: a new one, a copy, one from what transfers teach or from an old version, or a change."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import RoutingRule
from studio.domain.errors import InvalidInput, NotFound, Stale
from studio.domain.permissions import Duty
from studio.domain.rules import MOST_UNITS, MOST_WORDS, RuleDraft, from_snapshot
from studio.operations import rules as operations
from studio.queries import catalogue
from studio.queries import rules as queries
from studio.queries import studios as receivers
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.rules import RuleForm, whole_number
from views.rules import ROW, existing, named

blueprint = Blueprint("rule_writing", __name__, url_prefix="/rules")
USUAL_PRIORITY = 50
SAVE = "save"
"""What the button says that keeps the draft; every other one only changes the page."""


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Duty.KEEP_RULES)
def new() -> ResponseReturnValue:
    """Write a new rule; the address may say what it begins with."""
    return _written(None)


@blueprint.route(f"/<{ROW}:rule_id>/edit", methods=["GET", "POST"])
@needs(Duty.KEEP_RULES)
def edit(rule_id: int) -> ResponseReturnValue:
    """Change a rule; where there is a draft of it already, that one is changed."""
    rule = existing(rule_id)
    if rule.removed_at is not None:
        raise NotFound
    draft = queries.draft_for(database(), rule)
    if draft is not None and request.method == "GET":
        return redirect(url_for(".edit", rule_id=draft.id, version=request.args.get("version")))
    return _written(rule)


def _written(rule: RoutingRule | None) -> ResponseReturnValue:
    form = RuleForm()
    if request.method == "GET":
        form.show(_beginning(rule), rule.revision if rule else None)
        return _page(form, rule)
    draft = form.draft() if request.form.get("act") == SAVE else None
    if draft is None:
        return _page(form, rule), 422 if form.errors else 200
    rule_id = rule.id if rule else None
    try:
        with writing(database()):
            kept = _kept(form, draft, rule_id)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form, existing(rule_id) if rule_id is not None else None), 422
    except Stale:
        return _stale_page(form, rule_id)
    if kept.active:
        tell(_("Nothing is different, so there is no draft."), "info")
        return redirect(url_for("rules.show", rule_id=kept.id))
    tell(_("The draft is kept. Nothing changes until it is switched on."))
    return redirect(url_for("try_outs.index", draft=kept.id))


def _kept(form: RuleForm, draft: RuleDraft, rule_id: int | None) -> RoutingRule:
    rule = existing(rule_id, lock=True) if rule_id is not None else None
    return operations.save(database(), draft, rule=rule, seen=form.seen_revision, actor=me(), at=now())


def _stale_page(form: RuleForm, rule_id: int | None) -> ResponseReturnValue:
    """Show what was typed beside what holds now; saving it once more is then meant."""
    rule = existing(rule_id or 0)
    rule = queries.draft_for(database(), rule) or rule
    form.seen.data = str(rule.revision)
    return _page(form, rule, stale=True), 409


def _page(form: RuleForm, rule: RoutingRule | None, *, stale: bool = False) -> str:
    units = queries.units_by_code(database())
    kinds, themes = catalogue.kinds(database()), catalogue.themes(database())
    form.offer(receivers.receiving(database()), units, kinds, themes)
    return render_template(
        "rules/edit.html",
        form=form,
        rule=rule,
        now_is=queries.draft_of(rule) if rule and stale else None,
        known=named(units),
        most_words=MOST_WORDS,
    )


def _beginning(rule: RoutingRule | None) -> RuleDraft:
    """Return what the form begins with: an old version, a copy, what the address names, or the rule as it is."""
    version, copy = whole_number(request.args.get("version")), whole_number(request.args.get("copy"))
    if version is not None:
        change = queries.change(database(), version)
        if change is None or (rule is not None and change.rule_id != (rule.replaces_id or rule.id)):
            raise NotFound
        return from_snapshot(change.was or change.now or {})
    if rule is not None:
        return queries.draft_of(rule)
    if copy is not None:
        return queries.draft_of(existing(copy))
    asked = {name: tuple(request.args.getlist(name)[:MOST_UNITS]) for name in ("unit", "theme", "kind", "word")}
    return RuleDraft(
        USUAL_PRIORITY,
        request.args.get("studio", ""),
        units=asked["unit"],
        kinds=asked["kind"],
        themes=asked["theme"],
        words=asked["word"],
    )
