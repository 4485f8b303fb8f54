"""The coordinator's page: what no rule caught, what is late, and how full each studio is."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, Verb
from studio.domain.errors import InvalidInput
from studio.domain.periods import Month
from studio.domain.permissions import Duty
from studio.operations import routing
from studio.operations.transition import check_revision
from studio.queries import administration, coordination, issues, studios, working_time
from studio.services import now, services, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs, proposal_for
from views.feedback import show_problems, tell
from views.forms.reviewing import AssignForm

blueprint = Blueprint("coordination", __name__)


@blueprint.get("/coordination")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show what the coordinator answers for."""
    return _page(None, "")


@blueprint.post("/coordination/<number>/assign")
@needs(Duty.COORDINATE)
def assign(number: str) -> ResponseReturnValue:
    """Send a proposal to a studio in one click."""
    form = AssignForm()
    code = request.form.get("suggested") or form.studio_code.data or ""
    try:
        with writing(database()):
            proposal = proposal_for(Verb.ROUTE, number, lock=True)
            check_revision(proposal, form.seen_revision)
            words = form.words.data or ""
            routing.assign(database(), proposal, code, actor=me(), at=now(), words=words, calendar=work_calendar())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        form.studio_code.id, form.words.id = f"studio-{number}", f"words-{number}"
        return _page(form, number), 422
    tell(_("%(number)s is with the studio now.", number=number))
    return redirect(url_for(".index"))


def _page(form: AssignForm | None, number: str) -> str:
    zone = services().settings.zone
    return render_template(
        "coordination/index.html",
        unrouted=coordination.unrouted(database(), me(), services().search),
        overdue=coordination.overdue(database(), me(), at=now()),
        overdue_count=coordination.overdue_count(database(), me(), at=now()),
        undecidable=coordination.undecidable(database(), me()),
        referrals=coordination.referrals(database(), me()),
        loads=administration.loads(database(), at=now(), month_start=Month.of(now(), zone).span(zone)[0]),
        studios=studios.receiving(database()),
        works_by=_works_by,
        watch=issues.watch(database(), services().settings, at=now()),
        refused=form,
        refused_number=number,
    )


def _works_by(proposal: Proposal) -> str | None:
    """Return the path of the unit in whose working time an answer is counted."""
    unit = working_time.unit_answering(proposal)
    return unit.path if unit else None
