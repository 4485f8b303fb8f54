"""The reviews of a studio as an Excel table, for those who answer for it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from models import Studio
from studio import workbooks
from studio.domain.errors import InvalidInput, Problem
from studio.domain.permissions import Duty
from studio.operations import review_export as operations
from studio.queries import review_export as queries
from studio.queries.naming import Name
from studio.queries.review_export import Column, Period, ReviewRow
from studio.services import now, services
from studio.transactions import writing
from studio.wording import states
from studio.wording.language import gettext as _
from studio.wording.names import name_of
from views import moments
from views.access import database, me, needs
from views.feedback import show_problems
from views.forms.review_export import ReviewExportForm

blueprint = Blueprint("review_export", __name__)
log = logging.getLogger(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SENT_AT_ONCE = 64 * 1024


@blueprint.get("/reviews/export")
@needs(Duty.EXPORT_REVIEWS)
def index() -> ResponseReturnValue:
    """Ask of which studio and from when to when."""
    month = moments.today().replace(day=1)
    return _page(ReviewExportForm(formdata=None, first_on=month, last_on=moments.today()))


@blueprint.post("/reviews/export")
@needs(Duty.EXPORT_REVIEWS)
def download() -> ResponseReturnValue:
    """Send the table, and note that it was taken."""
    form = ReviewExportForm()
    studios = {one.code: one for one in queries.exportable(database(), me())}
    form.offer(list(studios.values()))
    if not form.validate():
        return _page(form), 422
    studio, first_on, last_on = studios[form.studio_code.data], form.first_on.data, form.last_on.data
    try:
        period = operations.period_of(studio, first_on, last_on, actor=me(), zone=services().settings.zone)
        return _sent(studio, period, first_on, last_on)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return _page(form), 422


def _page(form: ReviewExportForm) -> str:
    studios = queries.exportable(database(), me())
    form.offer(studios)
    exports = queries.exports_of(database(), [one.id for one in studios])
    return render_template("review_export/index.html", form=form, exports=exports)


def _sent(studio: Studio, period: Period, first_on: date, last_on: date) -> Response:
    """Write the table beside, note it, and send it piece by piece; the file goes when all of it is sent."""
    place = TemporaryDirectory(prefix="reviews-")
    try:
        path = Path(place.name) / "reviews.xlsx"
        columns = queries.columns(database(), me(), period)
        lines = (_line(row, columns) for row in queries.rows(database(), me(), period, moments.working_times()))
        name = _("Reviews %(studio)s %(first)s–%(last)s", studio=name_of(studio), first=first_on, last=last_on)
        count = workbooks.write(path, _("Reviews"), _headings(columns), lines, zone=services().settings.zone)
        _require(count)
        with writing(database()):
            operations.note(database(), studio, first_on, last_on, rows=count, actor=me(), at=now())
    except BaseException:
        place.cleanup()
        raise
    log.info("%s reviews of studio %s from %s to %s exported", count, studio.code, first_on, last_on)
    response = Response(_pieces(path, place), mimetype=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename=reviews.xlsx; filename*=UTF-8''{quote(name)}.xlsx"
    response.content_length = path.stat().st_size
    response.call_on_close(place.cleanup)
    return response


def _require(count: int) -> None:
    if not count:
        raise InvalidInput([Problem("no_reviews_found")])


def _pieces(path: Path, place: TemporaryDirectory[str]) -> Iterator[bytes]:
    with place, path.open("rb") as source:
        while piece := source.read(SENT_AT_ONCE):
            yield piece


def _headings(columns: Mapping[Column, Name]) -> Sequence[str]:
    criteria = [f"{name_of(name)} ({lowest}–{highest})" for (_code, lowest, highest), name in columns.items()]
    before = [_("Number"), _("Title"), _("Kind"), _("Filed"), _("Reviewer"), _("Staff number")]
    after = [_("Weighted mean"), _("Grade"), _("Recommendation"), _("Comment"), _("Round"), _("Reviewed at")]
    decided = [_("First answer after (working hours)"), _("Decision"), _("Decided at")]
    return [str(heading) for heading in (*before, *criteria, *after, *decided)]


def _line(row: ReviewRow, columns: Mapping[Column, Name]) -> workbooks.Row:
    hours = round(row.answer_time.total_seconds() / 3600, 1) if row.answer_time is not None else None
    return [
        row.number,
        row.title,
        name_of(row.kind) if row.kind else "",
        row.filed_at,
        name_of(row.reviewer),
        row.employee_no,
        *(row.scores.get(column) for column in columns),
        row.mean,
        states.grade_name(row.grade) if row.grade else "",
        states.recommendation_name(row.recommendation),
        row.comment,
        row.round,
        row.reviewed_at,
        hours,
        states.outcome_name(row.outcome) if row.outcome else "",
        row.decided_at,
    ]
