"""The pages of a shared terminal: coming in by staff number or badge and PIN, what one may do, and leaving no trace."""

import secrets

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from models import Person
from studio.domain.errors import InvalidInput, NotFound, TooMany
from studio.extensions import limiter
from studio.operations import accounts, kiosks, pins
from studio.queries import mine
from studio.queries.kiosks import Terminal
from studio.services import now, services
from studio.transactions import writing
from studio.wording.language import choose_anew, gettext
from views import kiosk_session
from views.access import SESSION_KEY, database, me, public, signed_in
from views.feedback import add_error, show_problems
from views.forms.kiosk import EnrolForm, FirstTimeForm, PinForm
from views.kiosk_session import COOKIE, COOKIE_LIVES, kiosk_here

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")
MOST_TRIES = "60 per minute"
MOST_CODES = "10 per minute"
"""Codes that one address may try in one web process; each is one of 8 · 10¹⁴."""
MINUTE = 60
SHOWN = 6
"""Own proposals on the first page; what waits comes first, the list has the rest."""


@blueprint.route("", methods=["GET", "POST"])
@public
@limiter.limit(MOST_TRIES, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Come in with staff number or badge and PIN. Elsewhere than at a terminal this is the sign-in page."""
    kiosk = kiosk_here()
    if kiosk is None:
        return redirect(url_for("account.sign_in"))
    if request.method == "GET":
        return redirect(url_for(".start")) if current_user.is_authenticated else _door(kiosk, PinForm())
    form = PinForm()
    if not form.validate():
        return _door(kiosk, form)
    try:
        person = _by_pin(kiosk, form)
    except TooMany as refusal:
        return _must_wait(kiosk, form, refusal)
    if person is None:
        add_error(form, "", gettext("Number and PIN do not fit together. Look at both and try again."))
        return _door(kiosk, form)
    return _come_in(kiosk, person)


@blueprint.route("/first-time", methods=["GET", "POST"])
@public
@limiter.limit(MOST_TRIES, methods=["POST"])
def first_time() -> ResponseReturnValue:
    """Come in with the password, and choose a PIN for the next time."""
    kiosk = kiosk_here()
    if kiosk is None:
        return redirect(url_for("account.sign_in"))
    form = FirstTimeForm()
    if not form.validate_on_submit():
        return _door(kiosk, form, first_time=True)
    try:
        person = _by_password(form)
    except TooMany as refusal:
        return _must_wait(kiosk, form, refusal, first_time=True)
    if person is None:
        add_error(form, "", gettext("Staff number and password do not fit together. Check both and try again."))
        return _door(kiosk, form, first_time=True)
    if form.pin.data and not person.must_change_password and not _pin_is_set(form, person):
        return _door(kiosk, form, first_time=True)
    return _come_in(kiosk, person)


@blueprint.get("/start")
@signed_in
def start() -> ResponseReturnValue:
    """Show what can be done here: write, see what became of mine, answer."""
    if not kiosk_session.at_kiosk():
        return redirect(url_for("home.index"))
    own = mine.page_of(database(), me())
    return render_template("kiosk/start.html", proposals=own.proposals[:SHOWN], total=own.total)


@blueprint.post("/stay")
@signed_in
def stay() -> ResponseReturnValue:
    """Hear from the page that somebody is still there."""
    return "", 204


@blueprint.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Sign out, and have the browser forget whatever a page may have kept."""
    kiosk, key = kiosk_here(), session.get(SESSION_KEY)
    if kiosk is not None and key:
        with writing(database()) as db:
            kiosks.end_session(db, kiosk.id, key, at=now())
    logout_user()
    session.clear()
    return _emptied(redirect(url_for(".sign_in"), 303))


@blueprint.route("/enrol", methods=["GET", "POST"])
@public
@limiter.limit(MOST_CODES, methods=["POST"])
def enrol() -> ResponseReturnValue:
    """Make this browser a terminal with the code that an administrator reads out."""
    form = EnrolForm()
    if not form.validate_on_submit():
        return render_template("kiosk/enrol.html", form=form), 422 if form.is_submitted() else 200
    try:
        with writing(database()) as db:
            secret = kiosks.enrol(db, form.code.data or "", address=request.remote_addr or "", at=now())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return render_template("kiosk/enrol.html", form=form), 422
    logout_user()
    session.clear()
    return _with_secret(_emptied(redirect(url_for(".sign_in"), 303)), secret)


def _by_pin(kiosk: Terminal, form: PinForm) -> Person | None:
    return pins.sign_in(
        database(),
        kiosk.id,
        number=form.number.data or "",
        pin=form.pin.data or "",
        address=request.remote_addr or "",
        at=now(),
        most_failures=services().settings.kiosk_tries,
    )


def _by_password(form: FirstTimeForm) -> Person | None:
    return accounts.sign_in(
        database(),
        employee_no=form.number.data or "",
        password=form.password.data or "",
        address=request.remote_addr or "",
        at=now(),
        limits=accounts.limits_of(services().settings),
    )


def _pin_is_set(form: FirstTimeForm, person: Person) -> bool:
    """Keep the PIN that was chosen, or say at the field what is wrong with it."""
    try:
        with writing(database()) as db:
            own = db.get_one(Person, person.id)
            pins.set_pin(db, own, pin=form.pin.data or "", password=form.password.data or "", actor=own, at=now())
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return False
    return True


def _come_in(kiosk: Terminal, person: Person) -> ResponseReturnValue:
    """Begin a session afresh; one that somebody prepared, or left here, is worth nothing. The language stays."""
    key = secrets.token_urlsafe(16)
    try:
        with writing(database()) as db:
            kiosks.begin_session(db, kiosk.id, key, address=request.remote_addr or "", at=now())
    except NotFound:
        return redirect(url_for("account.sign_in"), 303)
    chosen = session.get("locale")
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF's copy for this request belongs to the session that just ended
    if chosen and not (person.preferences and person.preferences.locale):
        session["locale"] = chosen
    session[SESSION_KEY] = key
    kiosk_session.begin(kiosk.id)
    login_user(person)
    choose_anew()
    onward = redirect(url_for("account.change_password" if person.must_change_password else ".start"), 303)
    return _with_secret(onward, request.cookies[COOKIE])


def _emptied(answer: Response) -> Response:
    """Have the browser forget what pages have kept in it, but not its cookies: one of them makes it the terminal."""
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _with_secret(answer: Response, secret: str) -> Response:
    """Let the browser keep the terminal's secret, out of the reach of scripts and other sites."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_LIVES,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
    )
    return answer


def _must_wait(
    kiosk: Terminal, form: PinForm | FirstTimeForm, refusal: TooMany, *, first_time: bool = False
) -> ResponseReturnValue:
    minutes = max(1, -(-refusal.retry_after // MINUTE))
    page, _status = _door(kiosk, form, first_time=first_time, minutes=minutes)
    return page, 429, {"Retry-After": str(refusal.retry_after)}


def _door(
    kiosk: Terminal, form: PinForm | FirstTimeForm, *, first_time: bool = False, minutes: int = 0
) -> tuple[str, int]:
    """Show the page to come in by; nothing of a session before is left on it."""
    status = 422 if form.errors or form.form_errors else 200
    template = "kiosk/first_time.html" if first_time else "kiosk/door.html"
    return render_template(template, kiosk=kiosk, form=form, minutes=minutes), status
