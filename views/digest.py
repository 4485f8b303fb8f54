"""The monthly digest in the app: all issues, one issue as its reader sees it, the coordinator's preview, leaving."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import NoticeGroup, Person, Role
from studio.domain.errors import NotFound
from studio.domain.periods import Month
from studio.domain.permissions import Duty
from studio.extensions import csrf
from studio.mail import digest as mail
from studio.mail import links, outbox, phrases, rendering
from studio.mail.editions.parts import ON_A_PAGE
from studio.mail.messages import Circular
from studio.operations import digest, notices
from studio.queries import issues
from studio.queries.staff_numbers import as_typed
from studio.services import now, services
from studio.transactions import writing
from studio.wording.notices import group_name
from views.access import database, me, needs, public, signed_in

blueprint = Blueprint("digest", __name__)


@blueprint.get("/digest")
@signed_in
def index() -> ResponseReturnValue:
    """List all issues, the newest first."""
    found = issues.published(database(), services().settings, at=now())
    listed = [(_first_day(one.month), one.issue) for one in found]
    return render_template("digest/index.html", issues=listed, month_name=rendering.month)


@blueprint.get("/digest/<month>")
@signed_in
def show(month: str) -> ResponseReturnValue:
    """Show an issue as the signed-in person reads it; there is a page for it only once its time has come."""
    found = issues.one(database(), services().settings, _month(month), at=now())
    if found is None or not found.published:
        raise NotFound
    return _page(_month(month), me(), preview=False)


@blueprint.get("/digest/<month>/preview")
@needs(Duty.COORDINATE)
def preview(month: str) -> ResponseReturnValue:
    """Show the coordinator what a person will get, or gets, without storing or sending anything."""
    employee_no = as_typed(request.args.get("as", ""))
    reader = me()
    if employee_no:
        found = database().scalars(select(Person).where(Person.employee_no == employee_no)).unique().one_or_none()
        if found is None or not me().has_role(Role.COORDINATOR, found.unit):
            raise NotFound
        reader = found
    return _page(_month(month), reader, preview=True)


@blueprint.route("/digest/leave/<token>", methods=["GET", "POST"])
@public
@csrf.exempt  # type: ignore[untyped-decorator] # Flask-WTF has no types
def leave(token: str) -> ResponseReturnValue:
    """Ask on GET, so that a scanner that follows links changes nothing; leave, or come back, on POST.

    Exempt from CSRF: the token is the proof, and mail programs post without a page of ours (RFC 8058).
    """
    settings = services().settings
    known = links.read_leave_token(settings, token)
    if known is None:
        raise NotFound
    person_id, leaving = known
    back = request.form.get("act") == "back"
    if request.method == "POST":
        with writing(database()):
            (notices.come_back if back else notices.leave)(database(), person_id, leaving)
    asked = request.method == "GET"
    group = group_name(leaving) if isinstance(leaving, NoticeGroup) else ""
    return render_template("digest/leave.html", asked=asked, back=back, leaving=leaving, group=group)


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise NotFound from error


def _first_day(month: Month) -> date:
    return date(month.year, month.number, 1)


def _page(month: Month, reader: Person, *, preview: bool) -> str:
    settings = services().settings
    edition = digest.edition_of(database(), month, at=now(), settings=settings)
    own = mail.load_own(database(), [reader], month, settings.zone).get(reader.id, mail.NOTHING)
    return render_template(
        "digest/show.html",
        digest=mail.compose_for(edition, reader, own, length=ON_A_PAGE),
        masthead=edition.masthead,
        month=month,
        reader=reader,
        preview=preview,
        leave_token=links.leave_token(settings, reader.id, Circular.DIGEST),
        names=rendering.names,
        month_name=rendering.month,
        day=rendering.day,
        phrases=phrases,
        by_mail=outbox.wants(reader, Circular.DIGEST),
    )
