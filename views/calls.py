"""What the firm calls for: everybody sees what is open, and coordinators put it up, change and end it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Call
from studio.domain.errors import InvalidInput, NotAllowed, NotFound
from studio.domain.permissions import Duty, has_duty
from studio.operations import calls as operations
from studio.queries import calls as queries
from studio.queries import occasions, studios
from studio.transactions import writing
from studio.wording.language import gettext as _
from views.access import database, me, needs, signed_in
from views.feedback import show_problems, tell
from views.forms.calls import CallForm, written
from views.moments import today
from views.paging import Page, requested_page

blueprint = Blueprint("calls", __name__, url_prefix="/calls")
PER_PAGE = 20


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show what is open now; coordinators see all the others too."""
    rows = queries.all_calls(database()) if has_duty(me(), Duty.COORDINATE) else ()
    changeable = {call.code for call in rows if operations.may_change(me(), call)}
    others = [call for call in rows if not call.open_on(today())]
    return render_template(
        "calls/index.html",
        open_calls=queries.open_on(database(), today()),
        others=others,
        changeable=changeable,
        answered=queries.answer_counts(database(), me()),
    )


@blueprint.get("/<code>/answers")
@signed_in
def answers(code: str) -> ResponseReturnValue:
    """List what answers a call, as far as I may read it; also long after it was closed."""
    call = queries.by_code(database(), code)
    if call is None:
        raise NotFound
    page = Page(requested_page(), PER_PAGE, queries.answer_counts(database(), me()).get(call.code, 0))
    return render_template(
        "calls/answers.html",
        call=call,
        running=call.open_on(today()),
        page=page,
        page_address=lambda number: url_for(".answers", code=code, page=number),
        found=queries.answers(database(), me(), call, offset=page.offset, limit=page.size),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def new() -> ResponseReturnValue:
    """Put up a new one."""
    return _written(None)


@blueprint.route("/<code>", methods=["GET", "POST"])
@needs(Duty.COORDINATE)
def edit(code: str) -> ResponseReturnValue:
    """Change one, or end it, as the button says."""
    return _written(_call(code))


def _written(call: Call | None) -> ResponseReturnValue:
    form = CallForm(data=written(call)) if call and request.method == "GET" else CallForm()
    form.offer(studios.receiving(database()), occasions.units_of(database(), me()), call)
    if request.method == "GET":
        return _page(form, call)
    code = call.code if call else None
    if code is not None and request.form.get("act") == "end":
        with writing(database()):
            operations.end(_call(code, lock=True), actor=me(), today=today())
        tell(_("It is over. It hangs on no poster any more."))
        return redirect(url_for(".index"))
    if not form.validate():
        return _page(form, call), 422
    try:
        with writing(database()):
            _keep(form, code)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form, _call(code) if code else None), 422
    tell(_("It is up. Everybody sees it while it is open."))
    return redirect(url_for(".index"))


def _keep(form: CallForm, code: str | None) -> None:
    call = _call(code, lock=True) if code else None
    helping = [*studios.receiving(database()), *([call.studio] if call and call.studio else [])]
    places = [*occasions.units_of(database(), me()), *(call.units if call else ())]
    facts = form.facts({one.code: one for one in helping}, {one.code: one for one in places})
    if call is None:
        operations.put_up(database(), facts, actor=me())
    else:
        operations.change(call, facts, actor=me())


def _call(code: str, *, lock: bool = False) -> Call:
    """Return the call for whoever may change it: 404 if there is none, 403 for those who coordinate elsewhere."""
    found = queries.by_code(database(), code, lock=lock)
    if found is None:
        raise NotFound
    if not operations.may_change(me(), found):
        raise NotAllowed
    return found


def _page(form: CallForm, call: Call | None) -> str:
    return render_template("calls/edit.html", form=form, call=call, running=call is not None and call.open_on(today()))
