"""Searches that I keep: the list with what is new in each, keeping one from the archive, names, letting go."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studio.domain.errors import InvalidInput
from studio.operations import saved_searches as operations
from studio.queries import asked as questions
from studio.queries import saved_searches as queries
from studio.services import now
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.problems import problem_sentence
from views.access import database, me, signed_in
from views.archive_words import name_of_question
from views.feedback import tell, tell_undoable
from views.feeds import feed_address
from views.search import finder

blueprint = Blueprint("saved_searches", __name__, url_prefix="/searches")
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show my searches, each with how many finds are new to me."""
    return _page()


@blueprint.post("")
@signed_in
def keep() -> ResponseReturnValue:
    """Keep the question of the archive page that was open, under the name it had or gives itself; back to that page."""
    asked = questions.kept(request.form.get("query", ""))
    name = request.form.get("name", "").strip() or name_of_question(asked)
    try:
        with writing(database()) as db:
            kept = operations.keep(db, asked, name, actor=me(), at=now()).name
    except InvalidInput as refusal:
        tell(str(problem_sentence(refusal.problems[0])), "danger")
        return redirect(url_for(".index"))
    tell(_("Kept as “%(name)s”. Your list of searches and the monthly digest tell you what is new in it.", name=kept))
    return redirect(asked.address(url_for("archive.index")))


@blueprint.post(f"/<{ROW}:search_id>/open")
@signed_in
def look(search_id: int) -> ResponseReturnValue:
    """Go to what it finds; from now on that is not new any more."""
    with writing(database()) as db:
        query = operations.look(db, search_id, actor=me(), at=now()).query
    return redirect(questions.kept(query).address(url_for("archive.index")))


@blueprint.post(f"/<{ROW}:search_id>/name")
@signed_in
def rename(search_id: int) -> ResponseReturnValue:
    """Call it otherwise."""
    name = request.form.get("name", "")
    try:
        with writing(database()) as db:
            operations.rename(db, search_id, name, actor=me())
    except InvalidInput as refusal:
        return _page(wrong=search_id, typed=name, problem=str(problem_sentence(refusal.problems[0]))), 422
    return redirect(url_for(".index"))


@blueprint.post(f"/<{ROW}:search_id>/forget")
@signed_in
def forget(search_id: int) -> ResponseReturnValue:
    """Keep it no longer; one tap on the next page keeps it again."""
    with writing(database()) as db:
        forgotten = operations.forget(db, search_id, actor=me())
    if forgotten:
        tell_undoable(_("This search is not kept any more."), url_for(".keep"), forgotten)
    return redirect(url_for(".index"))


def _page(wrong: int = 0, typed: str = "", problem: str = "") -> str:
    searches = queries.of_person(database(), me().id)
    return render_template(
        "saved_searches/index.html",
        searches=searches,
        news=queries.news_of(finder(), searches),
        most_counted=queries.MOST_COUNTED,
        longest_name=operations.LONGEST_NAME,
        feed_address=feed_address,
        wrong=wrong,
        typed=typed,
        problem=problem,
    )
