"""Every part of the pages in each of its states, made by the same macros as the pages themselves.

It is there only where the sample factory is shown (``STUDIO_DEMO``): whoever changes a part looks at it here in both
themes, both languages and all sizes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import InternalServerError, RequestEntityTooLarge
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from models import Criterion, ProposalState, Review, ReviewScore
from studio.domain.clock import Pressure, Remaining
from studio.domain.errors import NotFound, Stale, TooMany
from studio.domain.periods import Month
from studio.domain.record import MonthSums
from studio.queries.reviews import panel_of
from studio.services import now
from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext as _l
from views import charts, icons, scales
from views.access import signed_in
from views.forms.base import Form
from views.paging import Page

blueprint = Blueprint("styleguide", __name__)

LONGEST = "Innovationsvorschlagsbearbeitungsverfahren 2026：轧机牌坊铸钢件热节缩松攻关与减速机箱体轴承孔系加工效率提升"
"""As awkward as titles get: a long word without a place to break, and Chinese without a space."""
SCORES = {
    "safety": ("安全", "Safety", 20, (90, 82, 61)),
    "benefit": ("效益", "Benefit", 50, (75, 70, 88)),
    "effort": ("投入", "Effort", 30, (40, 55, 60)),
}
"""What each criterion is called, its weight, and what three reviewers gave."""
FILED = (3, 5, 0, 8, 12, 7, 31, 18, 4, 0, 9, 6)
"""How many were filed in the months of a year; half of them are in use."""
REFUSED: Mapping[int, Callable[[], Exception]] = {
    409: Stale,
    413: RequestEntityTooLarge,
    429: partial(TooMany, 180),
    500: InternalServerError,
    503: PoolTimeout,
}
"""What goes wrong where a page says so that no address of its own leads to."""
CHOICES = (SelectChoice("a", _l("Challenge")), SelectChoice("b", _l("Campaign")))


class SampleForm(Form):
    """One field of each kind; sent empty it shows how an error looks."""

    text = StringField(_l("Title"), validators=[DataRequired(_l("Write the name."))])
    words = TextAreaField(_l("Problem"), validators=[DataRequired(_l("Say what is wrong now."))])
    password = PasswordField(_l("Password"))
    one_of = SelectField(_l("Kind"), choices=CHOICES, validate_choice=False)
    one_in_sight = RadioField(_l("Aim"), choices=CHOICES, default="a")
    several = SelectMultipleField(_l("Unit"), choices=CHOICES, default=["b"])
    warm = BooleanField(_l("Safety"), default=True)
    yes = BooleanField(_l("Only I use this device; remember me"), default=True)


@dataclass(frozen=True, slots=True)
class Option:
    """One value to narrow a list down by."""

    label: str
    count: int
    address: str = "#lists"
    chosen: bool = False


@blueprint.get("/styleguide")
@signed_in
def show() -> ResponseReturnValue:
    """Show all of it; ``?theme=dark`` or ``light`` whatever the reader likes."""
    faulty = SampleForm(formdata=None, prefix="faulty-", meta={"csrf": False})
    faulty.validate()
    theme = request.args.get("theme")
    return render_template(
        "styleguide/index.html",
        theme=theme if theme in {"light", "dark"} else None,
        form=SampleForm(formdata=None, meta={"csrf": False}),
        faulty=faulty,
        page=Page(2, 20, 60),
        guide_page=lambda number: url_for(".show", page=number, _anchor="lists"),
        longest=LONGEST,
        icon_names=sorted(icons.SHAPES),
        states=list(ProposalState),
        times=_times(now()),
        review=_review(),
        months=_months(),
        money=scales.money_bars(Decimal(128_000), Decimal(96_000)),
        facets=_facets(),
        steps=_steps(),
    )


@blueprint.get("/styleguide/refusals/<int:status>")
@signed_in
def refuse(status: int) -> ResponseReturnValue:
    """Go wrong, so that the page that says so can be looked at."""
    error = REFUSED.get(status, NotFound)()
    raise error


def _times(at: datetime) -> Sequence[tuple[Remaining, datetime]]:
    """Return a deadline of each pressure, in hours and in days."""
    shown = ((Pressure.LATE, 2, True), (Pressure.LATE, 5, False), (Pressure.SOON, 2, False), (Pressure.CALM, 6, True))
    return [
        (Remaining(pressure, timedelta(hours=count), count, count, in_days), at + timedelta(hours=count))
        for pressure, count, in_days in shown
    ]


def _review() -> Mapping[str, object]:
    """Return scores as three reviewers might give them; nothing of it is ever written."""
    rubric = [_criterion(place, code) for place, code in enumerate(SCORES)]
    reviews = [
        Review(scores=[ReviewScore(criterion=one, score=SCORES[one.code][-1][turn]) for one in rubric])
        for turn in range(3)
    ]
    panel = panel_of(reviews)
    return {"panel": panel, "scores": scales.score_rows(panel, reviews) if panel else (), "axis": scales.axis}


def _criterion(place: int, code: str) -> Criterion:
    zh, en, weight, _given = SCORES[code]
    scale = {"lowest": 0, "highest": 100, "position": place}
    return Criterion(id=place, code=code, name_zh=zh, name_en=en, weight=Decimal(weight), **scale)


def _months() -> Sequence[Sequence[Markup]]:
    """Return drawings of a year, of one month, and of one in which nothing happened."""
    year = [MonthSums(Month(2026, number), filed, filed // 2) for number, filed in enumerate(FILED, start=1)]
    return [charts.months(rows) for rows in (year, year[:1], [MonthSums(Month(2026, 1), 0, 0)])]


def _facets() -> Sequence[Option]:
    return [Option(_("Challenge"), 128), Option(_("Campaign"), 7, chosen=True), Option(LONGEST, 1)]


def _steps() -> Sequence[tuple[str, str, str]]:
    return [
        (_("Filed"), "11-04", "done"),
        (_("Review"), _("by 17:00 today"), "here"),
        (_("Decision"), "", ""),
        (_("Done"), "", ""),
    ]
