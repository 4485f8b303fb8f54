"""Deny by default. Every view function says who may call it; one that says nothing is closed to everybody.

A test walks the whole URL map and proves it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
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
from sqlalchemy import inspect
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from models import Person, Proposal, RoleGrant, Verb
from studio.domain import permissions, relations
from studio.domain.api_tokens import Scope
from studio.domain.completeness import clean_text
from studio.domain.errors import NotFound
from studio.domain.permissions import Duty
from studio.extensions import db, login_manager
from studio.queries import people, proposals
from studio.services import now, services
from studio.transactions import is_writing
from studio.wording.language import gettext
from views import bearer, kiosk_session

ViewT = TypeVar("ViewT", bound=Callable[..., ResponseReturnValue])
MARK = "_studio_access"
SESSION_KEY = "key"
"""Where the cookie keeps what tells this session from all others; a cookie without it opens nothing."""
WITH_DUTIES = (joinedload(Person.grants).joinedload(RoleGrant.unit), joinedload(Person.memberships))
"""One statement instead of four."""
STAMPED_EVERY_MINUTES = 5
"""How much later a session is known to have been used; it may end that much early."""
NEVER_SHOWN = frozenset({"csrf_token", "password", "old", "new", "again"})
"""Fields that no page carries onward: tokens and passwords."""


class Gate(StrEnum):
    """Who may come in at all, before anything is loaded."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    DUTY = "duty"
    TOKEN = "token"  # noqa: S105 - a word and no secret
    """By a token and nothing else; the API."""


def public(view: ViewT) -> ViewT:
    """Let anybody call this view: signing in, health, leaving the digest in one click."""
    setattr(view, MARK, (Gate.PUBLIC, None))
    return view


def signed_in(view: ViewT) -> ViewT:
    """Let every signed-in person call this view; what may be seen or done is checked behind it."""
    setattr(view, MARK, (Gate.SIGNED_IN, None))
    return view


def needs(duty: Duty) -> Callable[[ViewT], ViewT]:
    """Let only people with a duty call this view."""

    def mark(view: ViewT) -> ViewT:
        setattr(view, MARK, (Gate.DUTY, duty))
        return view

    return mark


def by_token(scope: Scope) -> Callable[[ViewT], ViewT]:
    """Let only programs call this view whose token may be used so."""

    def mark(view: ViewT) -> ViewT:
        setattr(view, MARK, (Gate.TOKEN, scope))
        return view

    return mark


def gate_of(view: Callable[..., Any]) -> tuple[Gate, Duty | Scope | None] | None:
    """Return what a view function says of itself, or None if it forgot."""
    return cast("tuple[Gate, Duty | Scope | None] | None", getattr(view, MARK, None))


def me() -> Person:
    """Return the signed-in person: for reading a plain record; inside ``writing`` one to act with, as it is now."""
    person = cast("Person", current_user._get_current_object())  # noqa: SLF001 - Flask-Login's own way to unwrap its proxy
    known = inspect(person)
    if known.expired or (known.detached and is_writing(db.session)):
        person = db.session.get_one(Person, known.identity, options=WITH_DUTIES, populate_existing=True)
        g._login_user = person  # noqa: SLF001 - where Flask-Login keeps who is there
    return person


def guard_every_route(app: Flask) -> None:
    """Refuse every request whose view does not let this person in."""
    app.before_request(_guard)
    login_manager.user_loader(_load_person)


def _load_person(cookie_id: str) -> Person | None:
    """Return the person of a session cookie, unless it was signed out, here or everywhere, or switched off since."""
    person_id, _, stamp = cookie_id.partition(".")
    known = person_id.isdigit() and person_id.isascii() and session.get(SESSION_KEY)
    known = known and kiosk_session.still_holds(session[SESSION_KEY])
    person = people.reader(db.session, int(person_id), session[SESSION_KEY]) if known else None
    return person if person and person.active and person.session_stamp == stamp else None


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    gate = gate_of(current_app.view_functions[request.endpoint])
    if gate is None:
        abort(403)
    kind, needed = gate
    if kind is Gate.PUBLIC:
        return None
    if isinstance(needed, Scope):
        bearer.admit(needed)
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    elsewhere = _lead_at_kiosk(request.endpoint) if kiosk_session.at_kiosk() else _lead_on()
    if elsewhere is not None:
        return elsewhere
    if needed is not None and not permissions.has_duty(me(), needed):
        abort(403)
    return None


def _lead_on() -> ResponseReturnValue | None:
    """Keep the session alive; a first password has to be changed before anything else."""
    _keep_session_alive()
    if me().must_change_password and request.blueprint != "account":
        return redirect(url_for("account.change_password", next=_here()))
    return None


def _lead_at_kiosk(endpoint: str) -> ResponseReturnValue | None:
    """Let the person of a shared terminal do what it is for; its own first page stands in for the usual one."""
    kiosk_session.note_that_somebody_is_there()
    must_change = me().must_change_password
    if endpoint == "home.index" or (must_change and endpoint not in {kiosk_session.FIRST_PASSWORD, "kiosk.stay"}):
        return redirect(url_for(kiosk_session.FIRST_PASSWORD if must_change else "kiosk.start"))
    kiosk_session.require_open(endpoint, must_change_password=must_change)
    return None


def _keep_session_alive() -> None:
    """Let an idle person's session end in time, without signing a new cookie for every page."""
    minute = int(now().timestamp()) // 60
    if not 0 <= minute - session.get("seen", 0) < STAMPED_EVERY_MINUTES:
        session["seen"] = minute


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else ""


def _ask_to_sign_in() -> ResponseReturnValue:
    """Send a reader to the sign-in page; a sender gets it with everything typed kept inside."""
    at_door = kiosk_session.kiosk_here() is not None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("kiosk.sign_in") if at_door else url_for("account.sign_in", next=_here()))
    if wants_json():
        return jsonify(status=401, message=gettext("You were signed out. Sign in on a new page, then go on here.")), 401
    if at_door:  # whoever comes next must not read what the last one typed
        return redirect(url_for("kiosk.sign_in"), 303)
    if _sent_from_elsewhere():
        abort(400)
    return kept_words_page("account/session_ended.html", 401)


def wants_json() -> bool:
    """Tell whether a script asked, not a person."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _sent_from_elsewhere() -> bool:
    """Tell whether another site's page sent this form: its words are not the reader's and must not travel on."""
    origin = request.headers.get("Origin")
    own = {request.host, urlsplit(services().settings.base_url).netloc}
    return origin is not None and origin.partition("://")[2] not in own


def kept_words_page(template: str, status: int) -> Response:
    """Answer a form that could not be taken with a page that carries all its words onward."""
    lost_files = [upload.filename for upload in request.files.values() if upload.filename]
    page = render_template(template, kept=kept_fields(), target=request.path, lost_files=lost_files)
    return make_response(page, status)


def kept_fields() -> list[tuple[str, str]]:
    """Return what the form of this request carries, without its token, passwords, and what is too large to read."""
    try:
        fields = list(request.form.items(multi=True))
    except (RequestEntityTooLarge, ClientDisconnected):
        return []
    return [(name, clean_text(value)) for name, value in fields if name not in NEVER_SHOWN]


def readable_proposal(number: str, *, lock: bool = False) -> Proposal:
    """Return the proposal of this number (or ``draft-ID``). 404 if there is none the person may know of."""
    proposal = proposals.by_number(db.session, number, lock=lock)
    if proposal is None or not relations.reads_it(me(), proposal):
        raise NotFound
    return proposal


def proposal_for(verb: Verb, number: str, *, lock: bool = False) -> Proposal:
    """Return the proposal if the person may read it (else 404) and do ``verb`` to it (else 403)."""
    proposal = readable_proposal(number, lock=lock)
    permissions.require(me(), verb, proposal)
    return proposal


def database() -> Session:
    """Return the session of this request."""
    return db.session


def remember_sign_in() -> None:
    """Let the session live for the configured hours, counted from the last page."""
    session.permanent = True
