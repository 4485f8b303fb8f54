"""What I was told: all of it, which of it by mail, and that I have seen it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import NoticeChoice, NoticeGroup
from studio.domain import notices as rules
from studio.operations import accounts, notices
from studio.queries import notices as told
from studio.services import now, services
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.notices import saying
from views.access import database, me, readable_proposal, signed_in
from views.feedback import tell
from views.forms.notices import MailsForm
from views.paging import Page, requested_page

blueprint = Blueprint("notices", __name__)
PER_PAGE = 20


@blueprint.get("/notices")
@signed_in
def index() -> ResponseReturnValue:
    """List what I was told, by proposal, the newest first."""
    page = Page(requested_page(), PER_PAGE, told.count(database(), me()))
    return render_template(
        "notices/index.html",
        page=page,
        page_address=lambda number: url_for("notices.index", page=number),
        found=told.page(database(), me(), offset=page.offset, limit=page.size),
        newest=told.newest(database(), me()),
        unseen=told.unseen_count(database(), me()),
        saying=saying,
    )


@blueprint.post("/notices/seen")
@signed_in
def see_all() -> ResponseReturnValue:
    """I have seen everything that was shown."""
    with writing(database()):
        notices.see_all(database(), me(), at=now(), until=shown_until())
    return redirect(url_for("notices.index"))


@blueprint.post("/proposals/<number>/seen")
@signed_in
def see(number: str) -> ResponseReturnValue:
    """I have seen what I was told of this proposal."""
    with writing(database()):
        notices.see(database(), me(), readable_proposal(number), at=now(), until=shown_until())
    return redirect(url_for("proposals.show", number=number))


@blueprint.route("/account/mails", methods=["GET", "POST"])
@signed_in
def choose() -> ResponseReturnValue:
    """Choose for each kind of event whether it comes by mail at once, once a day, or is only in the app."""
    form = MailsForm(data=_present())
    if form.validate_on_submit():
        with writing(database()):
            accounts.save_preferences(database(), me(), digest_by_mail=form.digest_by_mail.data)
            notices.choose(database(), me(), form.choices())
        tell(_("Kept."))
        return redirect(url_for("notices.choose"))
    daily = services().settings.daily_notice_time
    page = render_template("notices/choose.html", form=form, daily=daily, gap=services().settings.notice_gap_minutes)
    return page, 422 if form.is_submitted() else 200


def _present() -> dict[str, str | bool]:
    reader = me()
    digest = reader.preferences is None or reader.preferences.digest_by_mail
    chosen: dict[str, NoticeChoice] = {group: rules.choice_of(reader, group) for group in NoticeGroup}
    return {**chosen, "digest_by_mail": digest}


def shown_until() -> int:
    """Return the newest notice that the page showed; what is no number stands for nothing seen."""
    until = request.form.get("until", default=0, type=int)
    return min(max(until, 0), 2**31 - 1)
