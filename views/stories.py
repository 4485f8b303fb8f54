"""Stories: everybody reads what was put to use; coordinators choose, write, order and take them down."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Attachment, AttachmentRole, Proposal, Story
from studio.domain import permissions
from studio.domain import stories as rules
from studio.domain.errors import InvalidInput, NotAllowed, NotFound
from studio.domain.permissions import Duty
from studio.operations import stories as operations
from studio.queries import stories as queries
from studio.queries.staff_numbers import as_typed
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, needs, readable_proposal, signed_in
from views.feedback import show_problems, tell
from views.forms.stories import StoryForm, suggested, written
from views.paging import Page, requested_page
from views.scales import money_bars

blueprint = Blueprint("stories", __name__, url_prefix="/stories")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show the stories in their order; a coordinator also finds those he keeps, and what could be told."""
    page = requested_page()
    told, total = queries.page_of(database(), page=page)
    keeps = permissions.has_duty(me(), Duty.COORDINATE)
    return render_template(
        "stories/index.html",
        told=told,
        page=Page(page, queries.PER_PAGE, total),
        page_address=lambda number: url_for(".index", page=number),
        kept=queries.kept_by(database(), me()) if keeps else (),
    )


@blueprint.get("/<code>")
@signed_in
def show(code: str) -> ResponseReturnValue:
    """Show one story, to be read, shared and printed. 404 for one that not everybody may read now."""
    told = queries.one(database(), code)
    if told is None:
        raise NotFound
    return render_template("stories/show.html", story=told, money=money_bars(told.claimed, told.checked))


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def new() -> ResponseReturnValue:
    """Choose what to tell; with its number in the address, write the story."""
    number = as_typed(request.args.get("proposal", ""))
    if not number:
        return render_template("stories/choose.html", candidates=queries.candidates(database(), me()))
    proposal = _tellable(number)
    form = StoryForm(data=suggested(*_photos(proposal))) if request.method == "GET" else StoryForm()
    _offer(form, proposal)
    if request.method == "GET":
        return _page(form, proposal, None)
    if not form.validate():
        return _page(form, proposal, None), 422
    try:
        with writing(database()):
            proposal = _tellable(number, lock=True)
            code = operations.tell(database(), proposal, form.telling(), actor=me(), at=now()).code
    except InvalidInput as refusal:
        return _refused(form, refusal, _tellable(number), None)
    tell(_("It is told. Everybody reads it now, in front of the others."))
    return redirect(url_for(".show", code=code))


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def edit(code: str) -> ResponseReturnValue:
    """Write a story anew."""
    story = _kept(code)
    form = StoryForm(data=written(story)) if request.method == "GET" else StoryForm()
    _offer(form, story.proposal)
    if request.method == "GET":
        return _page(form, story.proposal, story)
    if not form.validate():
        return _page(form, story.proposal, story), 422
    try:
        with writing(database()):
            operations.retell(_kept(code, lock=True), form.telling(), actor=me(), seen=form.seen_revision)
    except InvalidInput as refusal:
        story = _kept(code)
        return _refused(form, refusal, story.proposal, story)
    tell(_("Changed. Everybody reads it like this now."))
    return redirect(url_for(".index"))


@blueprint.post("/<code>/down")
@needs(Duty.COORDINATE)
def take_down(code: str) -> ResponseReturnValue:
    """Let nobody read it any more; the list offers the way back."""
    with writing(database()):
        operations.take_down(database(), _kept(code, lock=True), actor=me(), at=now())
    tell(_("Taken down. Below you can put it up again."), "info")
    return redirect(url_for(".index", _anchor="kept"))


@blueprint.post("/<code>/up")
@needs(Duty.COORDINATE)
def put_up_again(code: str) -> ResponseReturnValue:
    """Let everybody read it again."""
    with writing(database()):
        operations.put_up_again(database(), _kept(code, lock=True), actor=me(), at=now())
    tell(_("Up again. Everybody reads it."))
    return redirect(url_for(".index", _anchor="kept"))


@blueprint.post("/<code>/before")
@needs(Duty.COORDINATE)
def put_before(code: str) -> ResponseReturnValue:
    """Let it stand before the one that the button names."""
    with writing(database()):
        operations.put_before(database(), _kept(code), request.form.get("other", ""), actor=me())
    return redirect(url_for(".index", _anchor="kept"))


def _tellable(number: str, *, lock: bool = False) -> Proposal:
    """Return the proposal for whoever may tell it: 404 if he may not know of it, 403 if it is not his to tell."""
    proposal = readable_proposal(number, lock=lock)
    if not permissions.tells_story_of(me(), proposal):
        raise NotAllowed
    return proposal


def _kept(code: str, *, lock: bool = False) -> Story:
    """Return the story for whoever keeps it: 404 if there is none, 403 for those who coordinate elsewhere."""
    story = queries.record(database(), code, lock=lock)
    if story is None:
        raise NotFound
    if not permissions.tells_story_of(me(), story.proposal):
        raise NotAllowed
    return story


def _offer(form: StoryForm, proposal: Proposal) -> None:
    form.offer(*_photos(proposal))


def _photos(proposal: Proposal) -> tuple[Sequence[Attachment], Sequence[Attachment]]:
    """Return the photos before and those after that a story may show."""
    return queries.photos_of(proposal, AttachmentRole.BEFORE), queries.photos_of(proposal, AttachmentRole.AFTER)


def _refused(form: StoryForm, refusal: InvalidInput, proposal: Proposal, story: Story | None) -> tuple[str, int]:
    show_problems(form, refusal)
    _offer(form, proposal)
    return _page(form, proposal, story), 422


def _page(form: StoryForm, proposal: Proposal, story: Story | None) -> str:
    photos = {
        name: {str(one.id): one for one in found}
        for name, found in zip(("before", "after"), _photos(proposal), strict=True)
    }
    hindrances = [str(problem_sentence(problem)) for problem in rules.cannot_be_told(proposal)]
    limits = {"headline": rules.HEADLINE_LIMIT, "words": rules.WORDS_LIMIT}
    return render_template(
        "stories/edit.html",
        form=form,
        proposal=proposal,
        story=story,
        photos=photos,
        hindrances=hindrances,
        limits=limits,
    )
