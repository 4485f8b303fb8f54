"""Other voices than the deciding studio's: whoever is named, another studio, the workers' congress."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models import Proposal, Recommendation, Verb
from studio.domain.errors import InvalidInput, Problem, Stale
from studio.operations import congress, mentions, notices, opinions
from studio.queries import opinions as facts
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from views import proposal_page
from views.access import database, me, readable_proposal, signed_in
from views.acts import back, done, status_of
from views.feedback import tell
from views.forms.voices import (
    DeclineOpinionForm,
    OpinionForm,
    ReferForm,
    RequestOpinionForm,
    congress_answer_form,
    opinion_form,
)
from views.moments import today
from views.notices import shown_until

blueprint = Blueprint("voices", __name__, url_prefix="/proposals/<number>")

SENT = "POST"


@blueprint.post("/named")
@signed_in
def read_mentions(number: str) -> ResponseReturnValue:
    """Go to where the reader was named, and remember that he has."""
    with writing(database()):
        proposal = readable_proposal(number)
        seen = mentions.see(database(), proposal, actor=me(), at=now())
        notices.see(database(), me(), proposal, at=now(), until=shown_until())
    return back(number, f"said-{seen[0]}" if seen else "talk")


@blueprint.route("/second-opinion/request", methods=["GET", "POST"])
@signed_in
def request_opinion(number: str) -> ResponseReturnValue:
    """Ask another studio what it thinks."""
    page = proposal_page.load_for(Verb.REQUEST_OPINION, number)
    if not page.may_request_opinion and request.method != SENT:
        raise InvalidInput([Problem("opinion_asked_before")])
    form = RequestOpinionForm()
    askable = facts.askable(database(), page.proposal)
    form.offer(askable, facts.best_fit(database(), page.proposal, askable))

    def act(proposal: Proposal) -> None:
        given = {"question": form.question.data, "studio_code": form.studio_code.data or ""}
        opinions.request_opinion(database(), proposal, actor=me(), at=now(), calendar=work_calendar(), **given)

    if request.method == SENT and done(Verb.REQUEST_OPINION, number, form, act):
        tell(_("Your question is on its way to the other studio. Everything else stays as it is."))
        return back(number, "opinion")
    return render_template("voices/request_opinion.html", page=page, form=form), status_of(form)


@blueprint.route("/second-opinion", methods=["GET", "POST"])
@signed_in
def give_opinion(number: str) -> ResponseReturnValue:
    """Say what one's studio thinks of a proposal that another one decides."""
    form = opinion_form()

    def act(proposal: Proposal) -> None:
        given = {"recommendation": Recommendation(form.recommendation.data), "words": form.words.data}
        opinions.give_opinion(database(), proposal, actor=me(), at=now(), **given)

    if request.method == SENT and done(Verb.GIVE_OPINION, number, form, act):
        tell(_("Your opinion is in. The author and the deciding studio are told."))
        return back(number, "opinion")
    return _opinion_page(number, form, DeclineOpinionForm(formdata=None))


@blueprint.post("/second-opinion/decline")
@signed_in
def decline_opinion(number: str) -> ResponseReturnValue:
    """Say why one's studio gives no opinion."""
    form = DeclineOpinionForm()

    def act(proposal: Proposal) -> None:
        opinions.decline_opinion(database(), proposal, actor=me(), at=now(), words=form.words.data)

    if done(Verb.DECLINE_OPINION, number, form, act):
        tell(_("Said. The author can ask another studio instead."))
        return back(number, "opinion")
    empty = opinion_form()
    empty.words.data = ""
    return _opinion_page(number, empty, form)


@blueprint.route("/congress", methods=["GET", "POST"])
@signed_in
def refer_to_congress(number: str) -> ResponseReturnValue:
    """Put a question to the workers' congress."""
    page = proposal_page.load_for(Verb.REFER_TO_CONGRESS, number)
    if page.referral is not None and request.method != SENT:
        raise InvalidInput([Problem("referred_already")])
    form = ReferForm()

    def act(proposal: Proposal) -> None:
        given = {
            "question": form.question.data,
            "session_name": form.session_name.data,
            "meets_on": form.meets_on.data,
        }
        congress.refer_to_congress(database(), proposal, actor=me(), at=now(), today=today(), **given)

    if request.method == SENT and done(Verb.REFER_TO_CONGRESS, number, form, act):
        tell(_("Referred to the workers' congress. Everybody who sees the proposal can read it."))
        return back(number, "congress")
    return render_template("voices/refer.html", page=page, form=form), status_of(form)


@blueprint.route("/congress/answer", methods=["GET", "POST"])
@signed_in
def record_congress_answer(number: str) -> ResponseReturnValue:
    """Write down what the workers' congress said."""
    page = proposal_page.load_for(Verb.RECORD_CONGRESS_ANSWER, number)
    form = congress_answer_form()

    def act(proposal: Proposal) -> None:
        resolution, person = form.resolution(), me()
        congress.record_congress_answer(database(), proposal, resolution, actor=person, at=now(), today=today())

    if request.method == SENT and done(Verb.RECORD_CONGRESS_ANSWER, number, form, act):
        tell(_("Written down. The author and the lead are told."))
        return back(number, "congress")
    if page.referral is None:
        raise Stale
    return render_template("voices/record.html", page=page, form=form), status_of(form)


def _opinion_page(number: str, form: OpinionForm, declining: DeclineOpinionForm) -> ResponseReturnValue:
    """Show both ways to answer the author; Stale when a colleague has answered already."""
    page = proposal_page.load_for(Verb.GIVE_OPINION, number)
    if page.proposal.opinion is None or not page.proposal.opinion.open:
        raise Stale
    for field in declining:
        field.id = f"decline-{field.name}"
    status = max(status_of(form), status_of(declining))
    return render_template("voices/give_opinion.html", page=page, form=form, declining=declining), status
