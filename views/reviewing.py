"""What the studio does with a proposal: score it, ask, decide, hand it on. Each has a page of its own."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, Verb
from studio.domain import workflow
from studio.domain.errors import Stale
from studio.operations import deciding, preparing, reviewing, routing
from studio.queries import catalogue, reviews, studios
from studio.services import now, work_calendar
from studio.wording.language import gettext as _
from views import proposal_page, scales
from views.access import database, me, signed_in
from views.acts import back, done, status_of
from views.feedback import tell
from views.forms.deciding import decide_form
from views.forms.reviewing import QuestionForm, TransferForm, of_this_version, review_form
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

    status = 0
    try:
        if request.method == SENT and current and done(Verb.REVIEW, number, form, act):
            tell(_("Your review is in. Thank you."))
            return back(number, "rev")
    except Stale:  # mostly another of the panel was quicker: the scores stay where they are, and fit as before
        form.form_errors.append(_("It has changed since you opened this page. Look at it once more, then hand in."))
        status = 409
    facts = {"version": version, "as_before": reviews.is_scored_as_before(database(), page.proposal)}
    return render_template("reviewing/review.html", page=page, form=form, **facts), status or status_of(form)


@blueprint.route("/ask", methods=["GET", "POST"])
@signed_in
def ask(number: str) -> ResponseReturnValue:
    """Ask the submitter for more; the ball is with the submitter until the answer comes."""
    page = proposal_page.load_for(Verb.REQUEST_INFORMATION, number)
    form = QuestionForm()

    def act(proposal: Proposal) -> None:
        reviewing.request_information(database(), proposal, actor=me(), at=now(), question=form.question.data)

    if request.method == SENT and done(Verb.REQUEST_INFORMATION, number, form, act):
        tell(_("Your question is on its way. The clock stands still until the answer comes."))
        return back(number, "where")
    return render_template("reviewing/ask.html", page=page, form=form), status_of(form)


@blueprint.route("/decide", methods=["GET", "POST"])
@signed_in
def decide(number: str) -> ResponseReturnValue:
    """Give the binding answer."""
    page = proposal_page.load_for(Verb.DECLINE, number)
    form = decide_form(page.prepared if request.method != SENT else None)
    form.offer(page.verbs & frozenset(workflow.DECISIONS))
    concerning = [one for one in catalogue.occasions(database()) if page.may_wait_for(one)]
    form.offer_lists(catalogue.decision_reasons(database()), concerning)
    later = "later" in request.form

    def act(proposal: Proposal) -> None:
        verdict, seal, at, day = form.verdict(), form.seal.data or "", now(), today()
        if later:
            preparing.prepare(database(), proposal, verdict, actor=me(), at=at, today=day, seal=seal)
        else:
            preparing.check_seal(database(), proposal, seal)
            deciding.decide(database(), proposal, verdict, actor=me(), at=at, today=day)

    if request.method == SENT and done(Verb.DECLINE, number, form, act):
        if later:
            tell(_("Kept for you. Nobody is told until you publish it."))
            return redirect(url_for("decisions.index"))
        tell(_("Decided. The author sees it at once, with your reason."))
        return back(number, "decision")
    return render_template("reviewing/decide.html", page=page, form=form, axis=scales.axis), status_of(form)


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

    if request.method == SENT and done(Verb.TRANSFER, number, form, act):
        tell(_("It is with the other studio now. The author can read why."))
        return back(number, "where")
    return render_template("reviewing/transfer.html", page=page, form=form), status_of(form)
