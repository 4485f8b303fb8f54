"""The review desk: what waits for me, what waits for others, what I have done this month."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import StudioRole
from studio.domain.periods import Month
from studio.domain.permissions import Duty
from studio.domain.turns import Turn
from studio.queries import desk, prepared
from studio.queries.desk import Pile
from studio.services import now, services
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.moments import today
from views.paging import Page, requested_page

blueprint = Blueprint("desk", __name__)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the desk with its count."""

    pile: Pile
    name: str
    count: int


@blueprint.get("/desk")
@needs(Duty.SEE_DESK)
def index() -> ResponseReturnValue:
    """Show one pile of my desk; a coordinator without a studio has the coordination page instead."""
    if not me().studio_ids(StudioRole.LEAD, StudioRole.REVIEWER):
        return redirect(url_for("coordination.index"))
    asked = request.args.get("pile", "")
    pile = Pile(asked) if asked in set(Pile) else Pile.MINE
    number = requested_page()
    found = desk.page_of(
        database(),
        me(),
        pile,
        at=now(),
        today=today(),
        month_start=Month.of(now(), services().settings.zone).span(services().settings.zone)[0],
        page=number,
    )
    return render_template(
        "desk/index.html",
        rows=found.rows,
        pile=pile,
        tabs=[Tab(one, name, found.counts[one]) for one, name in _names()],
        turns=_turns(),
        prepared=prepared.count(database(), me()) if me().studio_ids(StudioRole.LEAD) else 0,
        page=Page(number, desk.PER_PAGE, found.counts[pile]),
        page_address=lambda page: url_for(".index", pile=pile.value, page=page),
        studios=[member.studio for member in me().memberships],
    )


def _names() -> list[tuple[Pile, str]]:
    return [(Pile.MINE, _("My turn")), (Pile.OTHERS, _("Waiting for others")), (Pile.DONE, _("Done this month"))]


def _turns() -> dict[Turn, str]:
    return {
        Turn.ANSWER: _("Answer first"),
        Turn.SCORE: _("Score"),
        Turn.DECIDE: _("Decide"),
        Turn.HEAR_TRIAL: _("Hear how the trial went"),
        Turn.VERIFY: _("Look on site"),
        Turn.ADVISE: _("Give a second opinion"),
    }
