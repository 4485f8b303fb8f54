"""Labels for machines: A4 sheets whose codes lead a phone to the machine's page."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studio.domain.permissions import Duty
from studio.queries import administration, machines
from studio.queries.machines import Wanted
from views.access import database, needs
from views.machines import asked
from views.moments import today
from views.paging import Page, requested_page

blueprint = Blueprint("machine_labels", __name__, url_prefix="/administration/machines")
SHEETS = 10
"""Sheets on one page; a browser prints them in a few seconds."""
MOST_CODES = 500
"""Codes that fit an address."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of labels as stationers sell them. ``look`` is its class in ``labels.css``, which has the millimetres."""

    look: str
    columns: int
    rows: int

    @property
    def each(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows


LAYOUTS = MappingProxyType({"small": Layout("labels-small", 3, 8), "large": Layout("labels-large", 2, 4)})


@blueprint.get("/labels")
@needs(Duty.KEEP_MACHINES)
def labels() -> ResponseReturnValue:
    """Show sheets of labels for the machines that were ticked, found or are all there are; ready to print."""
    name = request.args.get("layout", "")
    name = name if name in LAYOUTS else "small"
    layout, number = LAYOUTS[name], requested_page()
    text, unit = asked(administration.units(database()))
    codes = tuple(request.args.getlist("code")[:MOST_CODES])
    most = SHEETS * layout.each
    chosen = Wanted(codes=codes) if codes else Wanted(text=text, unit=unit, in_use_on=today())
    found, total = machines.labelled(database(), chosen, first=(number - 1) * most, most=most)
    kept: dict[str, Any] = {"code": list(codes)} if codes else {"q": text or None, "unit": unit.code if unit else None}
    return render_template(
        "machines/labels.html",
        sheets=[found[start : start + layout.each] for start in range(0, len(found), layout.each)],
        layout=layout,
        total=total,
        sheets_in_all=-(-total // layout.each),
        page=Page(number, most, total),
        page_address=lambda page: url_for(".labels", layout=name, page=page, **kept),
        layouts=[(one, url_for(".labels", layout=one, **kept)) for one in LAYOUTS],
        chosen=name,
    )
