"""After a meeting: several decisions at once, and those that are prepared, to be checked and published together."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, Verb
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, Problem
from studio.domain.permissions import Duty
from studio.operations import deciding, preparing
from studio.operations.transition import check_revision
from studio.queries import catalogue, prepared
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.names import joined
from studio.wording.problems import problem_sentence
from views import desk_memory, meeting
from views.access import database, me, needs, proposal_for
from views.feedback import show_problems, tell
from views.forms.deciding import SEVERAL, SeveralForm
from views.meeting import LONGEST_SHOWN, Fate
from views.moments import today

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions")


@blueprint.get("")
@needs(Duty.SEE_DESK)
def index() -> ResponseReturnValue:
    """Show what is decided but not told, to be read once more before it is."""
    return render_template("decisions/index.html", rows=prepared.to_check(database(), me()))


@blueprint.post("/publish")
@needs(Duty.SEE_DESK)
def publish() -> ResponseReturnValue:
    """Tell all that are ticked."""
    chosen = meeting.chosen_pairs(request.form.getlist("chosen"))
    if problem := _wrong_number(len(chosen), prepared.MOST):
        rows = prepared.to_check(database(), me())
        return render_template("decisions/index.html", rows=rows, refused=problem_sentence(problem[0])), 422

    def act(proposal: Proposal, seal: str) -> None:
        preparing.publish(database(), proposal, actor=me(), at=now(), today=today(), seal=seal)

    fates = meeting.each(chosen, act)
    told = sum(not fate.refusal for fate in fates)
    return _report(
        fates, ngettext("%(num)s decision is published.", "%(num)s decisions are published.", told), url_for(".index")
    )


@blueprint.post("/<number>/drop")
@needs(Duty.SEE_DESK)
def drop(number: str) -> ResponseReturnValue:
    """Throw away what was prepared."""
    with writing(database()):
        proposal = proposal_for(Verb.DECLINE, number, lock=True)
        dropped = preparing.drop(database(), proposal, actor=me(), seal=request.form.get("seal", ""))
    if dropped:
        tell(_("Dropped. %(number)s waits for a decision as before.", number=number))
    else:
        tell(_("There was nothing prepared for %(number)s any more.", number=number), "info")
    return redirect(url_for(".index"))


@blueprint.get("/several")
@needs(Duty.SEE_DESK)
def several() -> ResponseReturnValue:
    """Ask for the one answer that all ticked proposals get."""
    numbers = request.args.getlist("chosen")[: meeting.MOST]
    found = prepared.chosen(database(), me(), numbers)
    if not found:
        tell(_("Tick at least one proposal that you may decide."), "info")
        return redirect(desk_memory.address())
    if missing := [
        clean_line(number)[:LONGEST_SHOWN] for number in numbers if number not in {one.number for one in found}
    ]:
        tell(
            _("You may not decide these now, so they are not among them: %(numbers)s", numbers=joined(missing)), "info"
        )
    return _several_page(_form(), found, frozenset(numbers))


@blueprint.post("/several")
@needs(Duty.SEE_DESK)
def decide_several() -> ResponseReturnValue:
    """Give all of them the same answer, at once or to be published later."""
    form = _form()
    chosen = meeting.chosen_pairs(request.form.getlist("chosen"))
    later = "later" in request.form
    if not _whole(form, len(chosen)):
        shown = request.form.getlist("shown")[: meeting.MOST] or list(chosen)[: meeting.MOST]
        return _several_page(form, prepared.chosen(database(), me(), shown), frozenset(chosen)), 422

    def act(proposal: Proposal, stamp: str) -> None:
        preparing.require_none(database(), proposal, actor=me())
        check_revision(proposal, meeting.revision_of(stamp))
        if later:
            preparing.prepare(database(), proposal, form.verdict(), actor=me(), at=now(), today=today())
        else:
            deciding.decide(database(), proposal, form.verdict(), actor=me(), at=now(), today=today())

    fates = meeting.each(chosen, act)
    done = sum(not fate.refusal for fate in fates)
    if later:
        return _report(
            fates, ngettext("%(num)s decision is prepared.", "%(num)s decisions are prepared.", done), url_for(".index")
        )
    return _report(fates, ngettext("%(num)s is decided.", "%(num)s are decided.", done), desk_memory.address())


def _form() -> SeveralForm:
    form = SeveralForm()
    form.offer(SEVERAL)
    form.offer_lists(catalogue.decision_reasons(database()), catalogue.occasions(database()))
    return form


def _whole(form: SeveralForm, count: int) -> bool:
    """Tell whether the answer can be given at all, whatever the proposals; what is wrong stands at its field."""
    whole = form.validate()
    try:
        if whole:
            deciding.check(database(), form.verdict(), today=today())
    except InvalidInput as refusal:
        show_problems(form, refusal)
    show_problems(form, _wrong_number(count, meeting.MOST))
    return not form.errors


def _wrong_number(count: int, limit: int) -> list[Problem]:
    if not count:
        return [Problem("none_chosen")]
    return [Problem("too_many_chosen", params={"limit": limit, "count": count})] if count > limit else []


def _several_page(form: SeveralForm, found: Sequence[Proposal], ticked: frozenset[str]) -> str:
    return render_template("decisions/several.html", form=form, proposals=found, ticked=ticked)


def _report(fates: Sequence[Fate], sentence: str, way_on: str) -> ResponseReturnValue:
    """Go on where all went well; otherwise say of each what became of it (409 if nothing could be done)."""
    refused = [fate for fate in fates if fate.refusal]
    if not refused:
        tell(sentence)
        return redirect(way_on)
    done = [fate for fate in fates if not fate.refusal]
    page = render_template("decisions/report.html", done=done, refused=refused, sentence=sentence, way_on=way_on)
    return page, 200 if done else 409
