"""Trying drafts of routing rules out on past proposals, and switching on what was tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import RoutingRule
from studio.domain.errors import InvalidInput, Stale
from studio.domain.permissions import Duty
from studio.domain.try_outs import MOST_PROPOSALS, Move
from studio.operations import rules as operations
from studio.queries import routing as facts
from studio.queries import rules as queries
from studio.queries import try_outs
from studio.services import now, services
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.problems import problem_sentence
from studio.wording.reasons import reason_sentence
from views.access import database, me, needs
from views.feedback import tell
from views.forms.rules import whole_number
from views.paging import Page, requested_page
from views.rules import kept, named, waiting

blueprint = Blueprint("try_outs", __name__, url_prefix="/rules/try")
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal that would go elsewhere, with why in sentences."""

    move: Move
    number: str
    title: str
    why_before: str
    why_after: str


@blueprint.get("")
@needs(Duty.KEEP_RULES)
def index() -> ResponseReturnValue:
    """Show what would change with some drafts switched on; without any, let them be chosen."""
    return _page(_chosen(request.args.getlist("draft")))


@blueprint.post("")
@needs(Duty.KEEP_RULES)
def switch_on() -> ResponseReturnValue:
    """Switch on what was tried out, if every rule is still as it was then."""
    chosen = _chosen(request.form.getlist("draft"))
    try:
        with writing(database()):
            seal = request.form.get("seal", "")
            number = operations.switch_on(database(), chosen, seal=seal, actor=me(), at=now())
    except InvalidInput as refusal:
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
        return redirect(url_for(".index", draft=chosen))
    except Stale:
        return _after_somebody_else(chosen)
    tell(ngettext("The rule holds from now on.", "%(num)s rules hold from now on.", number))
    return redirect(url_for("rules.index"))


def _after_somebody_else(chosen: Sequence[int]) -> ResponseReturnValue:
    """Try out anew what is left to switch on; a second click finds nothing left."""
    rows = queries.present(database())
    left = [row.id for row in rows if row.id in chosen and not row.active]
    if not left:
        tell(_("It is switched on already."), "info")
        return redirect(url_for("rules.index"))
    return _page(left, stale=True), 409


def _page(chosen: Sequence[int], *, stale: bool = False) -> str:
    rows, units = queries.present(database()), queries.units_by_code(database())
    offered = waiting(rows, kept(rows, units))
    drafts = [row for row in offered if row.id in chosen]
    shown = {"offered": [(row, queries.draft_of(row)) for row in offered], "chosen": {row.id for row in drafts}}
    known = named(units)
    return render_template(
        "rules/try.html", **shown, known=known, stale=stale, **(_found(rows, drafts) if drafts else {})
    )


def _found(rows: Sequence[RoutingRule], drafts: Sequence[RoutingRule]) -> dict[str, object]:
    """Return what the template shows of a try-out, with one page of the proposals in it."""
    ids = [row.id for row in drafts]
    tried = try_outs.tried_out(database(), services().search, me(), rows, ids, at=now())
    page = Page(requested_page(), PER_PAGE, len(tried.result.moves))
    return {
        "result": tried.result,
        "tried": tried,
        "limit": MOST_PROPOSALS,
        "moves": _shown(tried, tried.result.moves[page.offset : page.offset + PER_PAGE]),
        "page": page,
        "page_address": lambda number: url_for(".index", draft=ids, page=number, _anchor="moved"),
        "seal": queries.seal(rows, ids),
    }


def _shown(tried: try_outs.Tried, moves: Sequence[Move]) -> list[Shown]:
    reasons = [side.reason for move in moves for side in (move.before, move.after) if side is not None]
    said = iter(reason_sentence(reason) for reason in facts.all_named(database(), reasons))
    shown = []
    for move in moves:
        line = tried.lines[move.id]
        why_before, why_after = (next(said) if side is not None else "" for side in (move.before, move.after))
        shown.append(Shown(move, line.number, line.title, why_before, why_after))
    return shown


def _chosen(given: Sequence[str]) -> list[int]:
    numbers = (whole_number(text) for text in given)
    return list(dict.fromkeys(number for number in numbers if number is not None))
