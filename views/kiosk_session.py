"""Sessions at a shared terminal: shorter, watched by the server too, and with a list of what they open.

The browser of a terminal keeps a secret in a cookie of its own. While that cookie leads to a terminal, only a session
that was begun there opens anything, and a session that was begun there opens nothing anywhere else.
"""

from datetime import UTC, datetime, timedelta
from typing import cast

from flask import Flask, Response, g, request, session
from flask_login import current_user

from models import Verb
from studio.domain.errors import NotAllowed
from studio.domain.kiosks import SLACK, VERBS, Stay
from studio.extensions import db
from studio.queries import kiosks
from studio.queries.kiosks import Terminal
from studio.services import now, services

COOKIE = "studio_kiosk"
COOKIE_LIVES = timedelta(days=400)
"""As long as browsers allow; each sign-in begins it anew."""
MARK = "kiosk"
"""Where the session keeps that it was begun at a terminal: which, when, and when somebody was last there."""
STAMPED_EVERY = 5
"""Seconds between two stamps, so that not every picture of a page sends a cookie."""
OPEN = frozenset(
    {
        "account.set_language",
        "account.sign_out",
        "archive.index",
        "attachments.remove",
        "attachments.show",
        "attachments.thumbnail",
        "colleagues.suggest",
        "digest.index",
        "digest.show",
        "filing.autosave",
        "filing.edit",
        "filing.new",
        "filing.receipt",
        "filing.similar",
        "kiosk.start",
        "kiosk.stay",
        "machines.index",
        "machines.names",
        "machines.scanned",
        "machines.show",
        "notices.see",
        "proposals.answer",
        "proposals.mine",
        "proposals.show",
        "thanking.take_back",
        "thanking.thank",
        "voices.read_mentions",
    }
)
"""What a terminal opens for whoever is signed in there. Everything else is for a device of one's own."""
FIRST_PASSWORD = "account.change_password"  # noqa: S105 - an endpoint
"""Open to whoever must change the first password: many have no other device."""
WRITTEN_ON = frozenset({"filing.edit", "filing.new", "proposals.show"})
"""Pages with such a form; they do not close by themselves without a script."""
HANDED_IN = frozenset({"filing.edit", "filing.new", "proposals.answer"})
"""Forms that take longer to write than a terminal waits."""


def prepare(app: Flask) -> None:
    """Keep every page of a terminal out of the browser's memory, and tell templates where they are shown."""
    app.after_request(_leave_nothing_behind)
    app.jinja_env.globals.update(
        at_kiosk=at_kiosk, kiosk_closes_after=closes_after, kiosk_here=kiosk_here, kiosk_seconds=_idle_seconds
    )


def kiosk_here() -> Terminal | None:
    """Return the terminal at which this request was made; none for every other device, which costs nothing."""
    if "kiosk_here" not in g:
        secret = request.cookies.get(COOKIE)
        g.kiosk_here = kiosks.with_secret(db.session, secret) if secret else None
    return cast("Terminal | None", g.kiosk_here)


def at_kiosk() -> bool:
    """Tell whether the session of this request was begun at a terminal."""
    return MARK in session


def begin(kiosk_id: int) -> None:
    """Mark the session that has just begun."""
    at = _seconds()
    session[MARK] = {"id": kiosk_id, "began": at, "seen": at}
    session.permanent = False


def still_holds(key: str) -> bool:
    """Tell whether a session of this key opens anything here: at a terminal, away from one, and after standing idle.

    A page asked for with one that does not begins afresh, so that its forms do not fit the session before.
    """
    holds = _holds(key)
    if not holds and request.method in {"GET", "HEAD"}:
        session.clear()
    return holds


def _holds(key: str) -> bool:
    kiosk, mark = kiosk_here(), session.get(MARK)
    if kiosk is None or mark is None:
        return kiosk is None and mark is None
    stay = Stay(datetime.fromtimestamp(mark["began"], UTC), datetime.fromtimestamp(mark["seen"], UTC))
    handing_in = request.method == "POST" and request.endpoint in HANDED_IN
    idle = timedelta(seconds=services().settings.kiosk_idle_seconds)
    same = (kiosk.id, kiosk.session_key) == (mark["id"], key)
    return same and stay.holds(at=now(), idle=idle, handing_in=handing_in)


def note_that_somebody_is_there() -> None:
    """Begin the idle time anew."""
    if not 0 <= _seconds() - session[MARK]["seen"] < STAMPED_EVERY:
        session[MARK] = {**session[MARK], "seen": _seconds()}


def require_open(endpoint: str, *, must_change_password: bool) -> None:
    """Raise NotAllowed for what a terminal does not open."""
    if endpoint not in OPEN and not (must_change_password and endpoint == FIRST_PASSWORD):
        raise NotAllowed("not_at_a_kiosk")


def possible_here(verbs: frozenset[Verb]) -> frozenset[Verb]:
    """Return which of these acts can be done where the reader is: at a terminal, only what it is for."""
    return verbs & VERBS if at_kiosk() else verbs


def _leave_nothing_behind(response: Response) -> Response:
    """Pictures may be kept for a while elsewhere; at a terminal nothing but the style of the pages is."""
    if request.endpoint != "static" and COOKIE in request.cookies:
        response.headers["Cache-Control"] = "no-store"
    return response


def closes_after() -> int:
    """Return after how many seconds this page leads to the door where no script does; 0 for one that is written on."""
    if not (at_kiosk() and current_user.is_authenticated) or request.endpoint in WRITTEN_ON:
        return 0
    return _idle_seconds() + int(SLACK.total_seconds()) + 2


def _idle_seconds() -> int:
    return services().settings.kiosk_idle_seconds


def _seconds() -> int:
    return int(now().timestamp())
