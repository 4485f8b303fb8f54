"""What the studio does with a proposal: score it, ask, decide, hand it on. Each has a page of its own."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, Verb
from studio.domain import workflow
from studio.domain.errors import InvalidInput
from studio.operations import deciding, preparing, reviewing, routing
from studio.operations.transition import check_revision
from studio.queries import catalogue, reviews, studios
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from views import proposal_page, scales
from views.access import database, me, proposal_for, signed_in
from views.feedback import show_problems, tell
from views.forms.deciding import decide_form
from views.forms.reviewing import ProposalForm, QuestionForm, TransferForm, of_this_version, review_form
from views.moments import today

blueprint = Blueprint("reviewing", __name__, url_prefix="/proposals/<number>")

SENT = "POST"


@blueprint.route("/review", methods=["GET", "POST"])
@signed_in
def review(number: str) -> ResponseReturnValue:
    """Score the criteria, recommend, comment."""
    page = proposal_page.load_for(Verb.REVIEW, number)
    version = reviews.rubric_for(database(), page.proposal)
    form = review_form(version, reviews.review_of(me(), page.proposal))
    current = of_this_version(form, version)

    def act(proposal: Proposal) -> None:
        given = form.given()
        reviewing.review(
            database(),
            proposal,
            actor=me(),
            at=now(),
            scores=given.scores,
            recommendation=given.recommendation,
            comment=given.comment,
            seen_version=version.id,
        )

    if request.method == SENT and current and _done(Verb.REVIEW, number, form, act):
        tell(_("Your review is in. Thank you."))
        return _back(number, "rev")
    facts = {"version": version, "as_before": reviews.is_scored_as_before(database(), page.proposal)}
    return render_template("reviewing/review.html", page=page, form=form, **facts), _status(form)


@blueprint.route("/ask", methods=["GET", "POST"])
@signed_in
def ask(number: str) -> ResponseReturnValue:
    """Ask the submitter for more; the ball is with the submitter until the answer comes."""
    page = proposal_page.load_for(Verb.REQUEST_INFORMATION, number)
    form = QuestionForm()

    def act(proposal: Proposal) -> None:
        reviewing.request_information(database(), proposal, actor=me(), at=now(), question=form.question.data)

    if request.method == SENT and _done(Verb.REQUEST_INFORMATION, number, form, act):
        tell(_("Your question is on its way. The clock stands still until the answer comes."))
        return _back(number, "where")
    return render_template("reviewing/ask.html", page=page, form=form), _status(form)


@blueprint.route("/decide", methods=["GET", "POST"])
@signed_in
def decide(number: str) -> ResponseReturnValue:
    """Give the binding answer."""
    page = proposal_page.load_for(Verb.DECLINE, number)
    form = decide_form(page.prepared if request.method != SENT else None)
    form.offer(page.verbs & frozenset(workflow.DECISIONS))
    concerning = [one for one in catalogue.occasions(database()) if one.concerns(page.record.unit)]
    form.offer_lists(catalogue.decision_reasons(database()), concerning)
    later = "later" in request.form

    def act(proposal: Proposal) -> None:
        verdict, seal, at, day = form.verdict(), form.seal.data or "", now(), today()
        if later:
            preparing.prepare(database(), proposal, verdict, actor=me(), at=at, today=day, seal=seal)
        else:
            preparing.check_seal(database(), proposal, seal)
            deciding.decide(database(), proposal, verdict, actor=me(), at=at, today=day)

    if request.method == SENT and _done(Verb.DECLINE, number, form, act):
        if later:
            tell(_("Kept for you. Nobody is told until you publish it."))
            return redirect(url_for("decisions.index"))
        tell(_("Decided. The author sees it at once, with your reason."))
        return _back(number, "decision")
    return render_template("reviewing/decide.html", page=page, form=form, axis=scales.axis), _status(form)


@blueprint.route("/transfer", methods=["GET", "POST"])
@signed_in
def transfer(number: str) -> ResponseReturnValue:
    """Hand the proposal to a studio that knows better."""
    page = proposal_page.load_for(Verb.TRANSFER, number)
    form = TransferForm()
    form.offer([one for one in studios.receiving(database()) if one.id != page.proposal.studio_id])

    def act(proposal: Proposal) -> None:
        facts = {"actor": me(), "at": now(), "words": form.words.data, "calendar": work_calendar()}
        routing.transfer(database(), proposal, form.studio_code.data or "", **facts)

    if request.method == SENT and _done(Verb.TRANSFER, number, form, act):
        tell(_("It is with the other studio now. The author can read why."))
        return _back(number, "where")
    return render_template("reviewing/transfer.html", page=page, form=form), _status(form)


def _done(verb: Verb, number: str, form: ProposalForm, act: Callable[[Proposal], object]) -> bool:
    """Run the act in one transaction if the form is whole; False leaves what is wrong at its fields."""
    if not form.validate():
        return False
    try:
        with writing(database()):
            proposal = proposal_for(verb, number, lock=True)
            check_revision(proposal, form.seen_revision)
            act(proposal)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return False
    return True


def _status(form: ProposalForm) -> int:
    return 422 if form.errors else 200


def _back(number: str, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("proposals.show", number=number, _anchor=anchor))
