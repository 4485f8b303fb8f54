"""One proposal and one's own ones: reading, talking, answering, and the small acts on its way."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from models import Proposal, Verb
from studio.domain.errors import InvalidInput
from studio.operations import blinding, deciding, filing, implementation, panel, reviewing
from studio.operations.transition import check_revision
from studio.queries import mine as mine_list
from studio.services import now, work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from views import moments, proposal_page, proposal_words
from views.access import database, me, proposal_for, readable_proposal, signed_in
from views.experience import experience_of
from views.feedback import show_problems, tell
from views.forms.reviewing import (
    AnswerForm,
    BenefitForm,
    CommentForm,
    ProposalForm,
    StartForm,
    WithdrawForm,
    WordsForm,
)
from views.moments import today
from views.paging import Page, requested_page
from views.remembered import remembered

blueprint = Blueprint("proposals", __name__)
blueprint.record_once(lambda setup: proposal_words.register(cast("Flask", setup.app)))

Act = Callable[[Proposal], object]


@blueprint.get("/proposals/<number>")
@signed_in
def show(number: str) -> ResponseReturnValue:
    """Show one proposal, to whoever may know of it."""
    return proposal_page.show(number)


@blueprint.get("/mine")
@signed_in
def mine() -> ResponseReturnValue:
    """Show what I filed, what was filed for me, and what I share in."""
    number = requested_page()
    found = mine_list.page_of(database(), me(), page=number)
    return render_template("proposals/mine.html", body=_mine_body(found, number))


def _mine_body(found: mine_list.MinePage, number: int) -> Markup:
    lefts = {one.id: moments.remaining(due, one.works_by) for one in found.proposals if (due := one.next_due)}

    def context() -> dict[str, object]:
        return {
            "proposals": found.proposals,
            "lefts": lefts,
            "reader_id": me().id,
            "page": Page(number, mine_list.PER_PAGE, found.total),
            "page_address": lambda number: url_for(".mine", page=number),
            "proposal_path": url_for(".show", number=""),
            "draft_path": url_for("filing.edit", number=""),
        }

    # Of what is left only what is said counts, which stays the same for an hour or a day.
    said = tuple((left.pressure, moments.working_time_left(left)) for left in lefts.values())
    facts = (found.proposals, found.total, number, said, me().id, moments.today(), request.script_root)
    return remembered("proposals/_mine.html", facts, context)


@blueprint.post("/proposals/<number>/comment")
@signed_in
def comment(number: str) -> ResponseReturnValue:
    """Say something that everybody who sees the proposal reads."""
    form = CommentForm()
    return _do(
        Verb.COMMENT,
        number,
        form,
        lambda it: reviewing.comment(database(), it, actor=me(), at=now(), body=form.body.data),
        _("Said. Everybody who sees this proposal can read it."),
        anchor="talk",
    )


@blueprint.post("/proposals/<number>/note")
@signed_in
def note(number: str) -> ResponseReturnValue:
    """Tell the other reviewers something."""
    form = CommentForm()
    return _do(
        Verb.NOTE,
        number,
        form,
        lambda it: reviewing.note(database(), it, actor=me(), at=now(), body=form.body.data),
        _("Noted. Only its reviewers and the coordinator can read it."),
        anchor="notes",
    )


@blueprint.post("/proposals/<number>/answer")
@signed_in
def answer(number: str) -> ResponseReturnValue:
    """Answer the studio's question; the ball goes back to the studio."""
    form = AnswerForm()
    return _do(
        Verb.ANSWER_INFORMATION_REQUEST,
        number,
        form,
        lambda it: reviewing.answer_information_request(
            database(), it, actor=me(), at=now(), answer=form.answer.data, calendar=work_calendar()
        ),
        _("Your answer is on its way. The clock runs for them again."),
    )


@blueprint.post("/proposals/<number>/step-aside")
@signed_in
def step_aside(number: str) -> ResponseReturnValue:
    """Let somebody else judge it."""
    form = WordsForm()
    return _do(
        Verb.STEP_ASIDE,
        number,
        form,
        lambda it: panel.step_aside(database(), it, actor=me(), at=now(), today=today(), words=form.words.data),
        _("You have stepped aside. Somebody else is asked, if there is anybody."),
    )


@blueprint.post("/proposals/<number>/withdraw")
@signed_in
def withdraw(number: str) -> ResponseReturnValue:
    """Take a proposal back."""
    form = WithdrawForm()
    return _do(
        Verb.WITHDRAW,
        number,
        form,
        lambda it: filing.withdraw(database(), it, actor=me(), at=now(), reason=form.reason.data),
        _("Taken back. You can file it again whenever you like."),
    )


@blueprint.post("/proposals/<number>/appeal")
@signed_in
def appeal(number: str) -> ResponseReturnValue:
    """Ask once for a second opinion."""
    form = WordsForm()
    known = experience_of(number)
    return _do(
        Verb.APPEAL,
        number,
        form,
        lambda it: deciding.appeal(
            database(), it, actor=me(), at=now(), calendar=work_calendar(), words=form.words.data, experience=known
        ),
        _("Somebody will look at it again."),
    )


@blueprint.post("/proposals/<number>/reopen")
@signed_in
def reopen(number: str) -> ResponseReturnValue:
    """Take up again what was answered or withdrawn."""
    form = WordsForm()
    known = experience_of(number)
    return _do(
        Verb.REOPEN,
        number,
        form,
        lambda it: deciding.reopen(
            database(), it, actor=me(), at=now(), calendar=work_calendar(), words=form.words.data, experience=known
        ),
        _("It is under review again."),
    )


@blueprint.post("/proposals/<number>/undo-duplicate")
@signed_in
def undo_duplicate(number: str) -> ResponseReturnValue:
    """Take back that it repeats another; shares and followers are as before."""
    form = WordsForm()
    return _do(
        Verb.UNDO_DUPLICATE,
        number,
        form,
        lambda it: deciding.undo_duplicate(
            database(), it, actor=me(), at=now(), calendar=work_calendar(), words=form.words.data
        ),
        _("Taken back. It is under review again, and everything else is as before."),
    )


@blueprint.post("/proposals/<number>/wake-up")
@signed_in
def wake_up(number: str) -> ResponseReturnValue:
    """Take up again what had to wait for its conditions."""
    form = WordsForm()
    return _do(
        Verb.WAKE_UP,
        number,
        form,
        lambda it: deciding.wake_up(
            database(), it, actor=me(), at=now(), calendar=work_calendar(), words=form.words.data
        ),
        _("It is under review again."),
    )


@blueprint.post("/proposals/<number>/reveal")
@signed_in
def reveal(number: str) -> ResponseReturnValue:
    """Show the names of what was filed without; that overwrites nothing, so an older page may ask for it too."""
    with writing(database()):
        blinding.reveal(database(), readable_proposal(number, lock=True), actor=me(), at=now())
    tell(_("Done. It is no longer anonymous."))
    return redirect(url_for(".show", number=number))


@blueprint.post("/proposals/<number>/start-implementation")
@signed_in
def start_implementation(number: str) -> ResponseReturnValue:
    """Say that the work has begun."""
    form = StartForm()
    return _do(
        Verb.START_IMPLEMENTATION,
        number,
        form,
        lambda it: implementation.start_implementation(
            database(), it, actor=me(), at=now(), owner_no=form.owner_no.data
        ),
        _("The work has begun. Say here when it is done."),
    )


@blueprint.post("/proposals/<number>/report-implementation")
@signed_in
def report_implementation(number: str) -> ResponseReturnValue:
    """Say that the work is done."""
    form = WordsForm()
    return _do(
        Verb.REPORT_IMPLEMENTATION,
        number,
        form,
        lambda it: implementation.report_implementation(database(), it, actor=me(), at=now(), words=form.words.data),
        _("Done. Now somebody else will check it on the spot."),
    )


@blueprint.post("/proposals/<number>/verify-implementation")
@signed_in
def verify_implementation(number: str) -> ResponseReturnValue:
    """Confirm on the spot that it is done and works."""
    form = WordsForm()
    return _do(
        Verb.VERIFY_IMPLEMENTATION,
        number,
        form,
        lambda it: implementation.verify_implementation(database(), it, actor=me(), at=now(), words=form.words.data),
        _("Checked: it is in use."),
    )


@blueprint.post("/proposals/<number>/check-benefit")
@signed_in
def check_benefit(number: str) -> ResponseReturnValue:
    """Confirm the money."""
    form = BenefitForm()
    return _do(
        Verb.CHECK_BENEFIT,
        number,
        form,
        lambda it: implementation.check_benefit(database(), it, actor=me(), at=now(), yuan=form.confirmed()),
        _("The checked benefit is recorded."),
    )


def _do(  # noqa: PLR0917 - the six things that every small act says, in the order of the story
    verb: Verb, number: str, form: ProposalForm, act: Act, told: str, anchor: str = "where"
) -> ResponseReturnValue:
    """Run one act in one transaction and go back to the page, or show the page again with what is missing."""
    if not form.validate():
        return proposal_page.show(number, {verb: form}), 422
    try:
        with writing(database()):
            proposal = proposal_for(verb, number, lock=True)
            if verb not in REMARKS:
                check_revision(proposal, form.seen_revision)
            act(proposal)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return proposal_page.show(number, {verb: form}), 422
    tell(told)
    return redirect(url_for(".show", number=number, _anchor=anchor))


REMARKS = frozenset({Verb.COMMENT, Verb.NOTE})
"""Words overwrite nothing, so they are welcome from an older page too."""
