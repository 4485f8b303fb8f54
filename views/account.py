"""Signing in and out, one's password, and how one likes the pages."""

import secrets
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException

from models import Person
from studio.domain.errors import InvalidInput, NotFound, TooMany
from studio.domain.permissions import Duty
from studio.extensions import limiter
from studio.operations import absences, accounts
from studio.queries import mail_addresses, people
from studio.services import now, services
from studio.settings import DEMO_PASSWORD, DEMO_PIN, LOCALES
from studio.transactions import writing
from studio.wording.language import choose_anew, gettext
from views import kiosk_session
from views.access import SESSION_KEY, database, me, needs, public, remember_sign_in, signed_in
from views.feedback import add_error, show_problems, tell
from views.feeds import feed_address
from views.forms.account import AbsenceForm, ChangePasswordForm, Credentials, PreferencesForm, SetupForm, SignInForm
from views.moments import today
from views.presentation import reader_locale

blueprint = Blueprint("account", __name__)
CARRIED = "kept:"
"""Before the name of a field that travels through the sign-in form because the session had ended."""
MINUTE = 60
MOST_TRIES = "120 per minute"
"""From one address to one web process. Passwords have a count of their own in the database, lower and shared by all."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(MOST_TRIES, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in by staff number and password; words kept from an ended session travel along."""
    if request.method == "GET" and not people.anybody(database()):
        return redirect(url_for("account.setup"))
    if kiosk_session.kiosk_here() is not None:
        return redirect(url_for("kiosk.sign_in"), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    try:
        person = _try(form.credentials())
    except TooMany as refusal:
        minutes = max(1, -(-refusal.retry_after // MINUTE))
        answer = _sign_in_page(form, 429, minutes=minutes)
        return answer[0], answer[1], {"Retry-After": str(refusal.retry_after)}
    if person is None:
        add_error(form, "", gettext("Staff number and password do not fit together. Check both and try again."))
        return _sign_in_page(form, 422)
    _begin_session(person, remember=form.credentials().remember)
    return _onward(person)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session; nothing of it stays, and a copy of its cookie is worth nothing."""
    with writing(database()) as db:
        accounts.end_session(db, session[SESSION_KEY], at=now())
    _end_session()
    return redirect(url_for("account.sign_in"))


@blueprint.post("/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of this person."""
    with writing(database()) as db:
        accounts.sign_out_everywhere(db, me(), actor=me(), at=now())
    _end_session()
    tell(gettext("You are signed out on every device."))
    return redirect(url_for("account.sign_in"))


@blueprint.route("/account/away", methods=["GET", "POST"])
@needs(Duty.SEE_DESK)
def away() -> ResponseReturnValue:
    """Say when I am away and who judges for me; see what I have said."""
    form = AbsenceForm()
    if form.validate_on_submit():
        days = {"first_on": form.first_on.data, "last_on": form.last_on.data, "deputy_no": form.deputy_no.data}
        try:
            with writing(database()) as db:
                absences.announce(db, actor=me(), at=now(), today=today(), **days)
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            tell(gettext("Good to know. Meanwhile somebody else is asked."))
            return redirect(url_for("account.away"))
    known = people.absences_of(database(), me().id, since=today())
    return render_template("account/away.html", form=form, absences=known), 422 if form.errors else 200


@blueprint.post("/account/away/<int:absence_id>/take-back")
@needs(Duty.SEE_DESK)
def take_back_absence(absence_id: int) -> ResponseReturnValue:
    """I am here after all."""
    with writing(database()) as db:
        absences.take_back(db, absence_id, actor=me())
    tell(gettext("Welcome back. New proposals find you again."))
    return redirect(url_for("account.away"))


@blueprint.route("/account", methods=["GET", "POST"])
@signed_in
def preferences() -> ResponseReturnValue:
    """Language, light or dark, and the ways to everything else of mine."""
    form = PreferencesForm(obj=me().preferences, data=None if me().preferences else _first_preferences())
    if form.validate_on_submit():
        with writing(database()) as db:
            accounts.save_preferences(db, me(), locale=form.locale.data, theme=form.theme.data)
        choose_anew()
        tell(gettext("Kept."))
        return redirect(url_for("account.preferences"))
    if form.locale.data not in LOCALES:
        form.locale.data = _first_preferences()["locale"]
    refused = mail_addresses.of_person(database(), me())
    page = render_template("account/preferences.html", form=form, feed=feed_address(), refused=refused)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/account/feed")
@signed_in
def change_feed() -> ResponseReturnValue:
    """Make an address for my feed readers, another one in its place, or none."""
    stop = request.form.get("act") == "stop"
    with writing(database()):
        (accounts.stop_feed if stop else accounts.make_feed)(me(), actor=me())
    tell(gettext("The address leads nowhere any more.") if stop else gettext("This address is yours alone."))
    return redirect(url_for("account.preferences", _anchor="feeds"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Choose a new password; the first one given by somebody else must go."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            with writing(database()) as db:
                accounts.set_password(db, me(), actor=me(), at=now(), old=form.old.data, new=form.new.data)
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            login_user(me())  # the new stamp ended all sessions, this one included
            tell(gettext("The new password holds from now on."))
            return redirect(local_path(request.args.get("next")) or url_for("home.index"))
    return render_template("account/password.html", form=form), 422 if form.is_submitted() else 200


@blueprint.post("/language")
@public
def set_language() -> ResponseReturnValue:
    """Switch the language of this browser, and of the person if one is signed in."""
    locale = request.form.get("locale", "")
    if locale in LOCALES:
        session["locale"] = locale
        if current_user.is_authenticated:
            with writing(database()) as db:
                accounts.save_preferences(db, me(), locale=locale)
    return redirect(local_path(request.form.get("next")) or url_for("home.index"))


@blueprint.route("/setup", methods=["GET", "POST"])
@public
def setup() -> ResponseReturnValue:
    """Make the first administrator; there is no such page once anybody exists."""
    if people.anybody(database()):
        raise NotFound
    form = SetupForm()
    if form.validate_on_submit():
        try:
            with writing(database()) as db:
                person = accounts.create_first_administrator(
                    db, employee_no=form.employee_no.data, name=form.name.data, password=form.new.data, at=now()
                )
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            _begin_session(person, remember=False)
            tell(gettext("You are the administrator. Next: bring in units and people."))
            return redirect(url_for("home.index"))
    return render_template("account/setup.html", form=form), 422 if form.is_submitted() else 200


def local_path(target: str | None) -> str:
    """Return ``target`` if it is a page of this site that can be visited, otherwise nothing.

    Browsers read a backslash as a slash and drop control characters, so addresses with them lead away.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return ""
    if "\\" in target or any(not character.isprintable() for character in target):
        return ""
    return target if _leads_to(urlsplit(target).path, "GET") else ""


def _leads_to(path: str, method: str) -> bool:
    """Tell whether the site has a page at ``path`` for ``method``."""
    try:
        current_app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return False
    return True


def _try(credentials: Credentials) -> Person | None:
    return accounts.sign_in(
        database(),
        employee_no=credentials.employee_no,
        password=credentials.password,
        address=request.remote_addr or "",
        at=now(),
        limits=accounts.limits_of(services().settings),
    )


def _begin_session(person: Person, *, remember: bool) -> None:
    """Start afresh, so that a session prepared by somebody else is worth nothing; the language chosen here stays."""
    locale = session.get("locale")
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF's copy for this request belongs to the session that just ended
    if locale and not (person.preferences and person.preferences.locale):
        session["locale"] = locale
    session[SESSION_KEY] = secrets.token_urlsafe(16)
    login_user(person)
    if remember:
        remember_sign_in()


def _end_session() -> None:
    locale = session.get("locale")
    logout_user()
    session.clear()
    if locale:
        session["locale"] = locale


def _onward(person: Person) -> ResponseReturnValue:
    """Lead to where the person wanted to go; words that were kept get a page that sends them on."""
    choose_anew()
    target = request.form.get("kept_target", "")
    if target and local_post(target):
        return render_template("account/resume.html", kept=_carried(), target=target, lost_files=[])
    wanted = local_path(request.args.get("next"))
    if person.must_change_password:
        return redirect(url_for("account.change_password", next=wanted or None))
    return redirect(wanted or url_for("home.index"))


def local_post(target: str) -> bool:
    """Tell whether a form of this site is sent to ``target``; only there kept words may go."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return plain and target.isprintable() and _leads_to(urlsplit(target).path, "POST")


def _carried() -> list[tuple[str, str]]:
    fields = request.form.items(multi=True)
    return [(name.removeprefix(CARRIED), value) for name, value in fields if name.startswith(CARRIED)]


def _sign_in_page(form: SignInForm, status: int, *, minutes: int = 0) -> tuple[str, int]:
    demo = people.demo_accounts(database()) if services().settings.demo else ()
    target = request.form.get("kept_target", "")
    page = render_template(
        "account/sign_in.html",
        form=form,
        demo=demo,
        minutes=minutes,
        kept=_carried(),
        target=target,
        demo_password=DEMO_PASSWORD,
        demo_pin=DEMO_PIN,
    )
    return page, status


def _first_preferences() -> dict[str, object]:
    """Return what holds for somebody who never chose."""
    return {"locale": reader_locale(), "theme": "auto"}
