"""What surrounds every page: the firm, the header, the tab bar. The same from page to page, so it is said once."""

from datetime import datetime
from typing import cast

from flask import current_app, g, request
from flask_login import current_user
from markupsafe import Markup

from models import StudioRole
from studio.domain import permissions
from studio.domain.permissions import Duty
from studio.extensions import db
from studio.queries import desk, notices, people, team
from studio.services import now
from studio.wording.names import name_of
from views import kiosk_session, moments
from views.access import me
from views.remembered import remembered

SHOWN_DUTIES = (Duty.LEAD_TEAM, Duty.SEE_DESK, Duty.COORDINATE, Duty.ADMINISTER)
"""Duties that have a place of their own in the header."""


def header(section: str = "") -> Markup:
    """Return the header for the reader; ``section`` is where the page belongs. A terminal has a bar of its own."""
    if kiosk_session.at_kiosk():
        return Markup("")
    facts: dict[str, object] = {"section": section, "firm": house(), "signed_in": bool(current_user.is_authenticated)}
    if facts["signed_in"]:
        reader, (waits, of_team) = me(), _counts()
        facts |= {"reader": name_of(reader), "unit": name_of(reader.unit), "duties": _duties()}
        facts |= {"waiting": waits, "of_team": of_team, "unseen": notices.unseen_count(db.session, reader)}
    return remembered("macros/header.html", (*facts.values(), request.script_root), lambda: facts)


def tabbar(section: str = "") -> Markup:
    """Return the links at the bottom of a phone; nothing for a stranger."""
    if not current_user.is_authenticated or kiosk_session.at_kiosk():
        return Markup("")
    waits, of_team = _counts()
    facts = {"section": section, "duties": _duties(), "waiting": waits, "of_team": of_team}
    return remembered("macros/tabbar.html", (*facts.values(), request.script_root), lambda: facts)


def _duties() -> frozenset[Duty]:
    """Return for which places the reader has a duty. A coordinator who judges in no studio has no desk to open."""
    reader = me()
    judges = bool(reader.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER))
    held = (duty for duty in SHOWN_DUTIES if permissions.has_duty(reader, duty))
    return frozenset(duty for duty in held if judges or duty is not Duty.SEE_DESK)


def _counts() -> tuple[int, int]:
    """Return how much waits on the reader's desk and in his team; asked once a page, shown above and below."""
    if "frame_counts" not in g:
        reader, duties = me(), _duties()
        waits = desk.waiting(db.session, reader, at=now(), today=moments.today()) if Duty.SEE_DESK in duties else 0
        g.frame_counts = waits, team.waiting_count(db.session, reader) if Duty.LEAD_TEAM in duties else 0
    return cast("tuple[int, int]", g.frame_counts)


def house() -> people.House:
    """Return the firm's name and whom to ask; read once a process and kept for a minute."""
    kept: tuple[datetime, people.House] | None = current_app.extensions.get("studio_house")
    if kept is None or (now() - kept[0]).total_seconds() > people.HOUSE_KEPT_SECONDS or not kept[1].known:
        kept = (now(), people.house(db.session))
        current_app.extensions["studio_house"] = kept
    return kept[1]
