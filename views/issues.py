"""The coordinator's pages of the digest: where each issue stands, a word on top, when it goes out, who got it."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import DigestIssue
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from studio.domain.issues import NOTE_LIMIT, IssueState
from studio.domain.periods import Month
from studio.domain.permissions import Duty
from studio.operations import digest
from studio.operations import issues as operations
from studio.operations.working_time import require_coordinator
from studio.queries import digest as digests
from studio.queries import issues as queries
from studio.queries.issues import Standing
from studio.services import now, services
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from studio.wording.slow_work import time_left
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.issues import NoteForm, ScheduleForm, number_in
from views.month_in_numbers import compared
from views.watched import looking_again

blueprint = Blueprint("issues", __name__, url_prefix="/coordination/digest")


@blueprint.get("")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show where the issues of a year stand, and when they go out."""
    plan = queries.schedule(database(), services().settings)
    return _list(ScheduleForm(formdata=None, data={"day": str(plan.day), "hour": str(plan.hour)}))


@blueprint.post("")
@needs(Duty.COORDINATE)
def set_schedule() -> ResponseReturnValue:
    """Say when issues go out, or let the settings of the site hold again, as the button says."""
    if request.form.get("act") == "usual":
        with writing(database()):
            operations.drop_schedule(database(), actor=me())
        tell(_("The day and hour that the site is set up with hold again."))
        return redirect(url_for(".index"))
    form = ScheduleForm()
    try:
        with writing(database()):
            day, hour = number_in(form.day.data), number_in(form.hour.data)
            operations.set_schedule(database(), day, hour, actor=me(), at=now())
    except InvalidInput as refusal:
        form.validate()
        form.hour.errors = []
        show_problems(form, refusal)
        return _list(form), 422
    tell(_("From now on this holds, also for what waits already."))
    return redirect(url_for(".index"))


@blueprint.get("/<month>")
@needs(Duty.COORDINATE)
def show(month: str) -> ResponseReturnValue:
    """Show one issue: its note, what can be done with it, and what became of its copies."""
    return _page(_standing(month))


@blueprint.post("/<month>")
@needs(Duty.COORDINATE)
def write_note(month: str) -> ResponseReturnValue:
    """Put a word on top of an issue."""
    form = NoteForm()
    note = operations.Note(form.note_zh.data or "", form.note_en.data or "")
    try:
        with writing(database()):
            operations.write_note(_locked(month), note, seen=number_in(form.seen.data), actor=me(), at=now())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(_standing(month), form), 422
    except Stale:
        return _page(_standing(month), form, stale=True), 409
    tell(_("Written. It stands on top of the issue."))
    return redirect(url_for(".show", month=month))


@blueprint.post("/<month>/hold")
@needs(Duty.COORDINATE)
def hold_back(month: str) -> ResponseReturnValue:
    """Keep an issue from going out, or let it go on its day, as the button says."""
    try:
        with writing(database()):
            if request.form.get("act") == "let_go":
                operations.let_go(_locked(month), actor=me())
                said = _("It goes out on its day.")
            else:
                operations.hold_back(_locked(month), actor=me(), at=now())
                said = _("It stays here until somebody lets it go.")
    except InvalidInput as refusal:
        tell(problem_sentence(refusal.problems[0]), "danger")
    else:
        tell(said)
    return redirect(url_for(".show", month=month))


@blueprint.route("/<month>/send", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def send_now(month: str) -> ResponseReturnValue:
    """Say how many people would get it now; on POST let the worker send it."""
    found = _standing(month)
    require_coordinator(me(), None)
    if request.method == "GET":
        if found.issue.begun_at:
            return redirect(url_for(".show", month=month))
        waiting = digest.waiting_for_copy(database(), found.month)
        return render_template("issues/send.html", found=found, waiting=waiting)
    try:
        with writing(database()):
            operations.send_now(_locked(month), actor=me(), at=now())
    except InvalidInput as refusal:
        tell(problem_sentence(refusal.problems[0]), "info")
    else:
        tell(_("It goes out within a minute or two."))
    return redirect(url_for(".show", month=month))


def _standing(month: str) -> Standing:
    found = queries.one(database(), services().settings, _parsed(month), at=now())
    if found is None:
        raise NotFound
    return found


def _locked(month: str) -> DigestIssue:
    issue = digests.issue_of(database(), _parsed(month), lock=True)
    if issue is None:
        raise NotFound
    return issue


def _parsed(month: str) -> Month:
    try:
        return Month.parse(month)
    except ValueError as error:
        raise NotFound from error


def _may_steer() -> bool:
    try:
        require_coordinator(me(), None)
    except NotAllowed:
        return False
    return True


def _list(form: ScheduleForm) -> str:
    found = queries.latest(database(), services().settings, at=now())
    sending = [one.issue.id for one in found if one.state is IssueState.SENDING]
    running = Month.of(now(), services().settings.zone)
    plan = queries.schedule(database(), services().settings)
    return render_template(
        "issues/index.html",
        found=found,
        progress=queries.progress(database(), sending),
        running=running,
        running_due=plan.due(running, services().settings.zone),
        closes_at=running.span(services().settings.zone)[1],
        missing=queries.months_without_issue(database(), services().settings, at=now()),
        plan=plan,
        set_by_hand=queries.set_schedule(database()),
        watch=queries.watch(database(), services().settings, at=now()),
        may_steer=_may_steer(),
        form=form,
    )


def _page(found: Standing, form: NoteForm | None = None, *, stale: bool = False) -> Response:
    issue = found.issue
    if form is None:
        form = NoteForm(formdata=None, data={"note_zh": issue.note_zh, "note_en": issue.note_en})
    form.seen.data = str(issue.note_revision)
    figures = queries.figures(database(), issue.id)
    sending = found.state is IssueState.SENDING or figures.waiting > 0
    page = render_template(
        "issues/show.html",
        found=found,
        issue=issue,
        sending=sending,
        left=_time_left(issue.id, figures.waiting),
        watching="watch" in request.args,
        on_its_day=queries.schedule(database(), services().settings).due(found.month, services().settings.zone),
        figures=figures,
        unreached=queries.unreached(database(), issue.id, me()) if issue.begun_at else (),
        rows=compared(issue.facts["numbers"], issue.facts["before"]),
        may_steer=_may_steer(),
        form=form,
        stale=stale,
        limit=NOTE_LIMIT,
    )
    return looking_again(make_response(page), running=sending)


def _time_left(issue_id: int, waiting: int) -> str:
    return time_left(queries.seconds_until_all_left(database(), issue_id, waiting, at=now())) if waiting else ""
