"""The coordinator's clock on one page: who works when, which days differ, how long answers may take.

What the page lists is changed in ``views.calendars``, ``views.differing_days`` and ``views.answer_times``.
"""

from collections.abc import Callable, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Role, Unit
from studio.domain import deadlines
from studio.domain.errors import InvalidInput, NotFound
from studio.domain.permissions import Duty
from studio.operations.deadlines import recount as count_anew
from studio.queries import administration, catalogue
from studio.queries import working_time as queries
from studio.services import work_calendar
from studio.transactions import writing
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.problems import problem_sentence
from views import moments
from views.access import database, me, needs
from views.feedback import show_problems, tell
from views.forms.working_time import AttachForm, ClockForm, DayForm, RuleForm

blueprint = Blueprint("working_time", __name__, url_prefix="/coordination/clock")
ROW = "int(max=2147483647)"
"""A larger number is no row's, and the database could not even look for it."""
FORMS: Sequence[type[ClockForm]] = (AttachForm, DayForm, RuleForm)
EARLIEST, LATEST = 2000, 2100


@blueprint.get("")
@needs(Duty.COORDINATE)
def index() -> ResponseReturnValue:
    """Show calendars, the days of one year that differ, and the rules."""
    return page()


@blueprint.post("/recount")
@needs(Duty.COORDINATE)
def recount() -> ResponseReturnValue:
    """Count the dates of what is open anew."""
    with writing(database()):
        moved = count_anew(database(), actor=me(), calendar=work_calendar())
    tell(
        ngettext("One open proposal has a new date.", "%(num)s open proposals have new dates.", moved)
        if moved
        else _("Counted anew: every date stays as it was.")
    )
    return redirect(url_for(".index"))


def do(
    act: Callable[[], object],
    told: str,
    *,
    form: ClockForm | None = None,
    again: Callable[[ClockForm], str] | None = None,
    year: int | None = None,
) -> ResponseReturnValue:
    """Change something in one transaction and go back to the page, or show ``form`` again with what is wrong.

    ``again`` renders it where it was filled in; without, that is this page.
    """
    try:
        with writing(database()):
            act()
    except InvalidInput as refusal:
        if form is not None:
            show_problems(form, refusal)
            return (again or page)(form), 422
        for problem in refusal.problems:
            tell(problem_sentence(problem), "danger")
    else:
        tell(told)
    return redirect(url_for("working_time.index", year=year))


def page(refused: ClockForm | None = None) -> str:
    """Render the page; ``refused`` is the form that came back with a mistake."""
    year = shown_year()
    calendars, own = queries.calendars(database()), own_units()
    forms = {kind: refused if isinstance(refused, kind) else kind(formdata=None) for kind in FORMS}
    attach_form, day_form, rule_form = forms[AttachForm], forms[DayForm], forms[RuleForm]
    attach_form.offer(own, calendars)
    day_form.offer(own)
    offer_terms(rule_form, own)
    return render_template(
        "working_time/index.html",
        calendars=calendars,
        attached=queries.attachments(database()),
        days=queries.exceptions(database(), year),
        rules=queries.rules(database()),
        usual=deadlines.USUAL,
        urgent=deadlines.URGENT,
        attach_form=attach_form,
        day_form=day_form,
        rule_form=rule_form,
        year=year,
        today=moments.today(),
        mine=mine,
    )


def shown_year() -> int:
    """Return the year that the address asks for, else the present one."""
    asked = request.args.get("year", "")
    plain = asked.isascii() and asked.isdigit() and len(asked) == 4  # noqa: PLR2004 - digits of a year
    return int(asked) if plain and EARLIEST <= int(asked) <= LATEST else moments.today().year


def mine(unit: Unit | None) -> bool:
    """Tell whether the reader coordinates a unit; without one, the whole firm."""
    grants = [grant for grant in me().grants if grant.role is Role.COORDINATOR]
    return any(unit.is_within(grant.unit_id) if unit else grant.unit.parent_id is None for grant in grants)


def own_units() -> list[Unit]:
    """Return the units that the reader coordinates."""
    return [unit for unit in administration.units(database()) if mine(unit)]


def unit_of(code: str) -> Unit:
    """Return the unit of this code. Raises NotFound."""
    found = next((unit for unit in administration.units(database()) if unit.code == code), None)
    if found is None:
        raise NotFound
    return found


def offer_terms(form: RuleForm, units: Sequence[Unit]) -> None:
    """Fill the lists of a form for how long answers may take."""
    kinds, themes = catalogue.kinds(database()), catalogue.themes(database())
    form.offer(kinds, themes, units, any_unit=mine(None))
