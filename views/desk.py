"""The review desk: what waits for me, what waits for others, what I have done this month, narrowed as I like."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import StudioRole
from studio.domain.desk_filter import Asked, Due, Field, Pile
from studio.domain.periods import Month
from studio.domain.permissions import Duty
from studio.domain.turns import Turn
from studio.queries import desk, prepared
from studio.queries.desk import DeskPage
from studio.services import now, services
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.names import name_of
from views import desk_memory
from views.access import database, me, needs
from views.forms.desk import asked_for
from views.moments import today
from views.paging import Page, requested_page

blueprint = Blueprint("desk", __name__)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the desk with its count and address."""

    pile: Pile
    name: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Choices:
    """One list of the filter: what can be chosen, each with what it would leave."""

    name: str
    label: str
    any: str
    options: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice that is made, and the address without it."""

    label: str
    address: str


@blueprint.get("/desk")
@needs(Duty.SEE_DESK)
def index() -> ResponseReturnValue:
    """Show what I ask of my desk; a coordinator without a studio has the coordination page instead."""
    if not me().studio_ids(StudioRole.LEAD, StudioRole.REVIEWER):
        return redirect(url_for("coordination.index"))
    asked, number = asked_for(request.args), requested_page()
    found = _found(asked, number)
    desk_memory.keep(asked)
    return render_template(
        "desk/index.html",
        rows=found.rows,
        asked=asked,
        pile=asked.pile,
        tabs=_tabs(asked, found),
        lists=_lists(asked, found),
        chips=_chips(asked, found),
        turns=_turns(),
        prepared=prepared.count(database(), me()) if me().studio_ids(StudioRole.LEAD) else 0,
        page=Page(number, desk.PER_PAGE, found.counts[asked.pile]),
        page_address=lambda page: url_for(".index", **asked.parameters(), page=page),
        cleared=url_for(".index", **Asked(asked.pile).parameters()),
        studios=[member.studio for member in me().memberships],
    )


def _found(asked: Asked, number: int) -> DeskPage:
    zone = services().settings.zone
    month_start = Month.of(now(), zone).span(zone)[0]
    return desk.page_of(
        database(), me(), asked, at=now(), today=today(), zone=zone, month_start=month_start, page=number
    )


def _tabs(asked: Asked, found: DeskPage) -> Sequence[Tab]:
    """Only who leads a studio decides."""
    leads = bool(me().studio_ids(StudioRole.LEAD))
    names = {
        Pile.MINE: _("My turn"),
        Pile.DECIDE: _("I decide"),
        Pile.AUTHOR: _("With the author"),
        Pile.OTHERS: _("Waiting for others"),
        Pile.ALL: _("All of my studio"),
        Pile.DONE: _("Done this month"),
    }
    return [
        Tab(pile, name, found.counts[pile], url_for(".index", **asked.on(pile).parameters()))
        for pile, name in names.items()
        if leads or pile is not Pile.DECIDE
    ]


def _turns() -> dict[Turn, str]:
    return {
        Turn.ANSWER: _("Answer first"),
        Turn.SCORE: _("Score"),
        Turn.DECIDE: _("Decide"),
        Turn.HEAR_TRIAL: _("Hear how the trial went"),
        Turn.VERIFY: _("Look on site"),
        Turn.ADVISE: _("Give a second opinion"),
    }


def _labels() -> dict[Field, tuple[str, str]]:
    """Return what each list is called, and how it says that anything will do."""
    return {
        Field.DUE: (_("Time"), _("any time")),
        Field.KIND: (_("Kind"), _("any kind")),
        Field.THEME: (_("Aim"), _("any aim")),
        Field.REVIEWS: (_("Reviews in"), _("any number")),
        Field.UNIT: (_("Unit"), _("any unit")),
        Field.STUDIO: (_("Studio"), _("any studio")),
        Field.JUDGE: (_("Still to score"), _("anybody")),
    }


def _values(field: Field, found: DeskPage) -> Sequence[str]:
    """Return the values of a field in the order in which people look for them."""
    if field is Field.DUE:
        return [Due.LATE, Due.TODAY]
    if field is Field.REVIEWS:
        return sorted(found.choices[field])
    return list(found.names[field])


def _said(field: Field, value: str, found: DeskPage) -> str:
    """Return what a value is called; an address may name what no desk knows."""
    if field is Field.DUE:
        names = {Due.LATE.value: _("late"), Due.TODAY.value: _("late or due today")}
        return names.get(value, value)
    if field is Field.REVIEWS:
        return _reviews_said(value)
    known = found.names[field].get(value)
    return name_of(known) if known else _("something that is not here")


def _reviews_said(value: str) -> str:
    if value == "0":
        return _("none yet")
    if value == "3":
        return _("three and more")
    return ngettext("%(num)s review", "%(num)s reviews", int(value)) if value in {"1", "2"} else value


def _lists(asked: Asked, found: DeskPage) -> Sequence[Choices]:
    """Return the lists in which there is something to choose."""
    made = [_choices(field, label, anything, asked, found) for field, (label, anything) in _labels().items()]
    return [one for one in made if len(one.options) > 1 or any(chosen for _, _, chosen in one.options)]


def _choices(field: Field, label: str, anything: str, asked: Asked, found: DeskPage) -> Choices:
    chosen = asked.chosen.get(field)
    counts = found.choices[field]
    options = [
        (value, f"{_said(field, value, found)} ({counts[value]})", value == chosen)
        for value in _values(field, found)
        if counts[value] or value == chosen
    ]
    if chosen and not any(on for _, _, on in options):
        options.append((chosen, f"{_said(field, chosen, found)} (0)", True))
    return Choices(field.value, label, anything, options)


def _chips(asked: Asked, found: DeskPage) -> Sequence[Chip]:
    """Return what is chosen, each with the way to take it away."""
    words = [Chip(_("“%(words)s”", words=asked.words), _address(asked.without(None)))] if asked.words else []
    labels = _labels()
    return words + [
        Chip(
            _("%(list)s: %(choice)s", list=labels[field][0], choice=_said(field, value, found)),
            _address(asked.without(field)),
        )
        for field, value in asked.chosen.items()
    ]


def _address(asked: Asked) -> str:
    return url_for(".index", **asked.parameters())
