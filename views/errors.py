"""How refusals look: the right status, plain words, nothing lost."""

import logging
from http import HTTPStatus

from flask import (
    Flask,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from studio import logs
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Stale, TooMany, WrongState
from studio.extensions import db
from studio.services import services
from studio.wording.language import gettext, speaking
from studio.wording.language import lazy_gettext as _l
from studio.wording.names import one_behind_the_other
from studio.wording.problems import not_allowed_sentence, problem_sentence
from views import access, kiosk_session, problems

log = logging.getLogger(__name__)
EXPLAINED = frozenset({400, 403, 404, 405, 409, 413, 415, 416, 422, 429, 500, 503})
MINUTE = 60
FOR_SCRIPTS = {
    409: _l("It was changed elsewhere meanwhile. Look at it there; your words are still here."),
    413: _l("The files together are more than we can take at once. Send fewer or smaller ones."),
    429: _l("Please wait a minute, then try again."),
}
"""What a script may show, where the refusal itself has no sentence."""
OUTAGES = (OperationalError, InterfaceError, PoolTimeout)
"""What SQLAlchemy raises when the database does not answer."""


def register(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(CSRFError, _csrf_refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, lambda _error: error_page(404))
    app.register_error_handler(NotAllowed, lambda error: error_page(403, not_allowed_sentence(error.code)))
    app.register_error_handler(InvalidInput, _invalid_input)
    app.register_error_handler(TooMany, _too_many)
    for conflict in (Stale, WrongState, StaleDataError, IntegrityError):
        app.register_error_handler(conflict, _conflict)
    for outage in OUTAGES:
        app.register_error_handler(outage, _database_gone)


def error_page(status: int, sentence: str = "", **facts: object) -> Response:
    """Answer with what happened, that nothing was lost, and what to do; JSON for scripts and programs."""
    if problems.wanted():
        return problems.answer(status, sentence)
    if access.wants_json():
        said = sentence or FOR_SCRIPTS.get(status) or HTTPStatus(status).phrase
        return make_response(jsonify(status=status, message=str(said)), status)
    kept = access.kept_fields()
    try:
        page = render_template(
            "errors/refusal.html", status=status, sentence=sentence, kept=kept, came_from=_came_from(), **facts
        )
    except OUTAGES as error:
        return make_response(_database_gone(error))
    return make_response(page, status)


def _came_from() -> str:
    """Return the page of ours that led here, to go back to; empty if there is none or it is this address."""
    own, address = request.host_url, request.referrer or ""
    path = f"/{address.removeprefix(own)}"
    elsewhere = not address.startswith(own) or path.startswith("//")
    return "" if elsewhere or path.partition("?")[0] == request.path else path


def _csrf_refused(error: CSRFError) -> ResponseReturnValue:
    """The form is older than the session. A signed-in person sends it again with one click.

    At a terminal it may be the form of whoever was there before, which nobody else is to read.
    """
    if kiosk_session.kiosk_here() is not None and not access.wants_json():
        return redirect(url_for("kiosk.sign_in"), 303)
    if access.wants_json() or not access.kept_fields() or not current_user.is_authenticated:
        return error_page(400, gettext("This page is older than your sign-in. Open it again, please."))
    log.info("form with an outdated token: %s", error.description)
    return access.kept_words_page("account/resume.html", 400)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if problems.wanted():
        return problems.of_http(error)
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _plain_page(status)  # Flask has written the traceback into the log
    if error.response is not None or status < HTTPStatus.BAD_REQUEST:
        return error
    answer = error_page(status if status in EXPLAINED else 400)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return answer


def _invalid_input(refusal: InvalidInput) -> ResponseReturnValue:
    """A rule broken by something that was no form field; forms show theirs themselves."""
    if problems.wanted():
        return problems.answer(422, errors=refusal.problems)
    return error_page(422, one_behind_the_other(map(problem_sentence, refusal.problems)))


def _too_many(refusal: TooMany) -> ResponseReturnValue:
    minutes = max(1, -(-refusal.retry_after // MINUTE))
    answer = error_page(429, minutes=minutes)
    answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _conflict(_error: Exception) -> ResponseReturnValue:
    """Somebody was quicker. The page carries the typed words, to be copied, and a way to the fresh page."""
    db.session.rollback()
    number = (request.view_args or {}).get("number")
    fresh = url_for("proposals.show", number=number) if number else url_for("home.index")
    return error_page(409, fresh=fresh)


def _database_gone(error: Exception) -> ResponseReturnValue:
    log.error("the database does not answer: %s", error)
    return _plain_page(503)


def _plain_page(status: int) -> ResponseReturnValue:
    """A page that needs neither database nor session; what was typed is on it."""
    if problems.wanted():
        with speaking(problems.language() or services().settings.locale):
            return problems.answer(status)
    if access.wants_json():
        return jsonify(status=status, message=HTTPStatus(status).phrase), status
    locale = session.get("locale") or services().settings.locale
    with speaking(locale):
        # Straight from the environment: the context processors would ask the database who is reading.
        page = current_app.jinja_env.get_template("errors/outage.html")
        again = request.full_path.rstrip("?") if request.method == "GET" else "/"
        facts = {"status": status, "locale": locale, "kept": access.kept_fields(), "again": again}
        return page.render(facts, request_id=logs.request_id()), status, {"Retry-After": str(MINUTE)}
