"""Saying that one proposal repeats another: a small page to confirm it."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, Verb
from studio.domain import repeats as rules
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.domain.shares import Share
from studio.operations import deciding, preparing, repeats
from studio.operations.transition import check_revision
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.names import name_of
from studio.wording.problems import problem_sentence
from views import proposal_page
from views.access import database, me, proposal_for, readable_proposal, signed_in
from views.feedback import show_problems, tell
from views.forms.repeats import RepeatForm, repeat_form
from views.moments import today
from views.proposal_page import ProposalPage

blueprint = Blueprint("repeats", __name__, url_prefix="/proposals/<number>")

SENT = "POST"


@blueprint.route("/repeats/<original>", methods=["GET", "POST"])
@signed_in
def confirm(number: str, original: str) -> ResponseReturnValue:
    """Mark it as a repeat, or make one of the two."""
    page = proposal_page.load_for(Verb.MARK_DUPLICATE, number)
    first = _original(page, original)
    hindrance = repeats.merge_hindrance(page.record, first, actor=page.reader)
    people = [] if hindrance else rules.suggested(first, page.record)
    form = repeat_form(people, _names(people, first, page.record), first.revision)
    if request.method == SENT and _done(number, first.number or "", form):
        tell(_("Merged. The authors of both are told.") if form.merges else _("Marked. The authors of both are told."))
        return redirect(url_for("proposals.show", number=number, _anchor="decision"))
    facts = {"page": page, "original": first, "named": original, "form": form}
    why_not = problem_sentence(Problem(hindrance, params={"number": first.number})) if hindrance else ""
    status = 422 if form.errors else 200
    return render_template("repeats/confirm.html", why_not=why_not, **facts), status


def _original(page: ProposalPage, number: str) -> Proposal:
    """Return the final original. Raises NotFound for what the reader may not know of, InvalidInput for what is none."""
    named = readable_proposal(number)
    first = rules.resolved(named)
    if named.number is None or (first is not named and not page.reads(first)):
        raise NotFound
    if code := rules.original_problem(page.proposal, named):
        raise InvalidInput([Problem(code, params={"number": named.number})])
    return first


def _names(people: Sequence[Share], *proposals: Proposal) -> list[str]:
    """Return everybody's name, in the order of the people."""
    named: dict[object, str] = {it.submitter_id: name_of(it.submitter) for it in proposals}
    named |= {rules.key_of(one): name_of(one.person) or one.name_text for it in proposals for one in it.contributors}
    return [named.get(one.person) or str(one.person) for one in people]


def _done(number: str, original: str, form: RepeatForm) -> bool:
    """Decide in one transaction if the form is whole; False leaves what is wrong at its fields."""
    if not form.validate():
        return False
    try:
        with writing(database()):
            proposal = proposal_for(Verb.MARK_DUPLICATE, number, lock=True)
            check_revision(proposal, form.seen_revision)
            if form.merges:  # the shares on the page were those of this revision
                check_revision(readable_proposal(original, lock=True), form.seen_original)
            preparing.require_none(database(), proposal, actor=me())
            deciding.decide(database(), proposal, form.verdict(original), actor=me(), at=now(), today=today())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return False
    return True
