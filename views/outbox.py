"""The log of every mail: where it stands, how it fared, and sending it once more."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import MailState, OutgoingMail
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations import administration as operations
from studio.queries import mail_log as queries
from studio.queries.administration import PER_PAGE
from studio.queries.mail_log import Asked
from studio.services import now, services
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.mails import KINDS, mail_kind_name
from studio.wording.problems import problem_sentence
from views.access import database, me, needs
from views.administration import LONGEST_QUERY, ROW
from views.feedback import tell
from views.paging import Page, requested_page

blueprint = Blueprint("outbox", __name__, url_prefix="/administration/outbox")


@blueprint.get("")
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show the mails that wait, left or could not leave."""
    asked, zone = _asked(), services().settings.zone
    found = queries.mails(database(), me(), asked, zone, page=requested_page())
    return render_template(
        "outbox/index.html",
        rows=found.rows,
        page=Page(found.number, PER_PAGE, found.total),
        page_address=lambda number: _address(asked, page=number),
        state_address=lambda state: _address(asked, state=state.value if state else None),
        asked=asked,
        counts=queries.counts(database(), me(), asked, zone),
        states=list(MailState),
        kinds=sorted(KINDS, key=mail_kind_name),
        secret=queries.unreadable(database(), me(), found.rows),
    )


@blueprint.get(f"/<{ROW}:mail_id>")
@needs(Duty.ADMINISTER)
def show(mail_id: int) -> ResponseReturnValue:
    """Show one mail as text; one about a proposal the administrator may not read shows how it fared only."""
    found = _mail(mail_id)
    secret = bool(queries.unreadable(database(), me(), [found]))
    attempts = queries.attempts_of(database(), found)
    return render_template("outbox/show.html", mail=found, secret=secret, attempts=attempts)


@blueprint.post(f"/<{ROW}:mail_id>/again")
@needs(Duty.ADMINISTER)
def send_again(mail_id: int) -> ResponseReturnValue:
    """Send a mail once more."""
    try:
        with writing(database()) as db:
            operations.send_again(db, _mail(mail_id), actor=me(), at=now())
    except InvalidInput as refusal:
        tell(problem_sentence(refusal.problems[0]), "danger")
    else:
        tell(_("The mail waits to go out again."))
    return redirect(url_for(".show", mail_id=mail_id))


@blueprint.post("/again")
@needs(Duty.ADMINISTER)
def send_failed_again() -> ResponseReturnValue:
    """Send once more whatever could not be delivered."""
    with writing(database()) as db:
        count = operations.send_all_failed_again(db, actor=me(), at=now())
    tell(ngettext("%(num)s mail waits to go out again.", "%(num)s mails wait to go out again.", count))
    return redirect(url_for(".index", state=MailState.QUEUED.value))


def _asked() -> Asked:
    """Return what the address asks for; what makes no sense narrows nothing."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return Asked(
        text=clean_line(request.args.get("q", ""))[:LONGEST_QUERY],
        kind=kind if kind in KINDS else "",
        day=_day(request.args.get("day", "")),
        state=MailState(state) if state in set(MailState) else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _address(asked: Asked, **changed: Any) -> str:  # noqa: ANN401 - parts of an address
    day = asked.day.isoformat() if asked.day else None
    kept = {"q": asked.text or None, "kind": asked.kind or None, "day": day, "state": asked.state}
    return url_for(".index", **kept | changed)


def _mail(mail_id: int) -> OutgoingMail:
    found = database().get(OutgoingMail, mail_id)
    if found is None:
        raise NotFound
    return found
