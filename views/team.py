"""The team leader's page: what the team may settle by itself, and the acts of one tap."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, ProposalState, Verb
from studio.domain.errors import InvalidInput
from studio.domain.permissions import Duty
from studio.operations import team as operations
from studio.operations.transition import check_revision
from studio.queries import team
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from views import proposal_page
from views.access import database, me, needs, readable_proposal, signed_in
from views.experience import experience_of
from views.feedback import show_problems, tell
from views.forms.reviewing import ProposalForm
from views.forms.team import ApproveForm, DeclineForm, PassOnForm
from views.moments import today

blueprint = Blueprint("team", __name__, url_prefix="/team")


@blueprint.get("")
@needs(Duty.LEAD_TEAM)
def index() -> ResponseReturnValue:
    """Show what waits for the leader, what the author has, what is to be looked at, and what was settled."""
    rows = team.in_hand(database(), me())
    return render_template(
        "team/index.html",
        waiting=[row for row in rows if row.state is ProposalState.TEAM_CHECK],
        asked=[row for row in rows if row.state is not ProposalState.TEAM_CHECK],
        to_look_at=team.to_look_at(database(), me()),
        settled=team.settled(database(), me()),
    )


@blueprint.post("/<number>/approve")
@signed_in
def approve(number: str) -> ResponseReturnValue:
    """Say yes on the spot."""
    form = ApproveForm()
    return _do(
        Verb.ACCEPT,
        number,
        form,
        lambda it: operations.approve(
            database(), it, actor=me(), at=now(), today=today(), reason=form.reason.data, done=form.done.data
        ),
        _("Approved. The author sees it at once."),
    )


@blueprint.post("/<number>/decline")
@signed_in
def decline(number: str) -> ResponseReturnValue:
    """Say no, with a reason."""
    form = DeclineForm()
    return _do(
        Verb.DECLINE,
        number,
        form,
        lambda it: operations.decline(database(), it, actor=me(), at=now(), today=today(), reason=form.reason.data),
        _("Declined. The author reads your reason, and may ask a studio once."),
    )


@blueprint.post("/<number>/pass-on")
@signed_in
def pass_on(number: str) -> ResponseReturnValue:
    """Let a studio answer."""
    form = PassOnForm()
    known = experience_of(number)
    return _do(
        Verb.PASS_ON,
        number,
        form,
        lambda it: operations.pass_on(
            database(), it, actor=me(), at=now(), calendar=work_calendar(), words=form.words.data, experience=known
        ),
        _("It has gone on to a studio. The author is told."),
    )


def _do(
    verb: Verb, number: str, form: ProposalForm, act: Callable[[Proposal], object], told: str
) -> ResponseReturnValue:
    """Run one act and go back to where it was tapped, or show the proposal's page with what is missing."""
    try:
        with writing(database()):
            proposal = readable_proposal(number, lock=True)
            check_revision(proposal, form.seen_revision)
            act(proposal)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return proposal_page.show(number, {verb: form}), 422
    tell(told)
    from_list = request.form.get("back") == "team"
    return redirect(url_for(".index") if from_list else url_for("proposals.show", number=number, _anchor="where"))
