"""Studios and their judges side by side, for those who share out the work."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import StudioRole
from studio.domain.permissions import Duty
from studio.domain.workload import Column, Load
from studio.queries import workload
from studio.services import now, work_calendar
from studio.wording.language import gettext as _
from views.access import database, me, needs
from views.moments import today

blueprint = Blueprint("workload", __name__)
BAR = 200
"""The longest bar; the drawing is as wide."""


@blueprint.get("/workload")
@needs(Duty.SEE_WORKLOAD)
def index() -> ResponseReturnValue:
    """Show what lies with each studio and each of its judges."""
    sort = request.args.get("sort", "")
    by = Column(sort) if sort in set(Column) else Column.OPEN
    found = workload.side_by_side(database(), me(), at=now(), today=today(), public=work_calendar(), by=by)
    fullest = max((judge.load.open for one in found for judge in one.judges), default=0)
    busiest = max((one.load.open for one in found), default=0)
    return render_template(
        "workload/index.html",
        studios=found,
        columns=_columns(),
        by=by,
        desks=me().studio_ids(StudioRole.LEAD, StudioRole.REVIEWER),
        desk_of=lambda studio_id, **more: url_for("desk.index", pile="all", studio=studio_id, **more),
        bar_of_studio=lambda load: _bar(load, load.capacity or busiest),
        bar_of_judge=lambda load: _bar(load, fullest),
    )


def _columns() -> list[tuple[Column, str]]:
    return [
        (Column.NAME, _("Studio and judges")),
        (Column.OPEN, _("Open")),
        (Column.WAITING, _("Their turn")),
        (Column.LATE, _("Late")),
        (Column.ANSWERED, _("Answered in 30 days")),
        (Column.TIME, _("Usual time to answer")),
        (Column.AWAY, _("Away until")),
        (Column.CAPACITY, _("Capacity a month")),
    ]


def _bar(load: Load, whole: int) -> int:
    """Return how long the bar of a load is against the room there is, or against the fullest beside it."""
    return min(BAR, round(BAR * load.open / whole)) if whole else 0
