"""The archive: one box, filters with counts, and everything bookmarkable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from search_index.port import FacetCount, Sort
from studio.queries import archive
from studio.wording.language import gettext as _
from views import story
from views.access import signed_in
from views.forms.archive import Asked, asked_for
from views.found import Answer, Names, answer_to, label_of, labels_for
from views.paging import Page
from views.remembered import remembered

blueprint = Blueprint("archive", __name__)

PER_PAGE = 20
SHOWN_FACETS = ("state", "studio", "theme", "kind", "unit", "year")
"""In the order in which people narrow things down."""
SHOWN_VALUES = 8
"""Values of a facet in sight; the rest are folded away."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet, and where its link leads: choosing it, or taking it away again."""

    label: str
    count: int | None
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet with its values."""

    heading: str
    options: Sequence[Option]
    more: Sequence[Option]


@blueprint.get("/archive")
@signed_in
def index() -> ResponseReturnValue:
    """Answer a question to the archive."""
    asked = asked_for(request.args)
    answer = answer_to(asked, per_page=PER_PAGE)
    return render_template("archive/index.html", asked=asked, body=_body(asked, answer))


def _body(asked: Asked, answer: Answer) -> Markup:
    labels, path = labels_for(answer, asked), url_for(".index")
    facts = (asked.address(path), answer.facts, labels.fingerprint)
    return remembered("archive/_body.html", facts, lambda: _facts_of_body(asked, answer, labels.names, path))


def _facts_of_body(asked: Asked, answer: Answer, names: Names, path: str) -> dict[str, object]:
    return {
        "asked": asked,
        "answer": answer,
        "page": Page(asked.page, PER_PAGE, answer.total),
        "groups": [group for facet in SHOWN_FACETS if (group := _group(facet, asked, answer, names, path))],
        "chosen": _chosen(asked, names, path),
        "sorts": [(name, asked.sorted_by(sort).address(path), sort is asked.order) for sort, name in _sorts(asked)],
        "address_of_page": _page_addresses(asked, path),
        "proposal_path": url_for("proposals.show", number=""),
        "blocks": {line.row.state: story.state_block(line.row.state) for line in answer.lines},
        "meant": asked.in_words(answer.meant).address(path),
        "all_words": asked.unfiltered().address(path),
    }


def _group(facet: str, asked: Asked, answer: Answer, names: Names, path: str) -> FacetGroup | None:
    chosen = asked.chosen(facet)
    counts = [one for one in answer.facets.get(facet, ()) if one.count or one.value in chosen]
    if facet == "unit":
        counts = _one_level(counts, chosen, names["unit"])
    order: Callable[[FacetCount], tuple[int, str]] = lambda one: (-one.count, one.value)  # noqa: E731 - beside its twin
    if facet == "year":
        order = lambda one: (-int(one.value) if one.value.isdigit() else 0, one.value)  # noqa: E731
    options = [
        Option(
            label_of(facet, one.value, names),
            one.count,
            (asked.without if one.value in chosen else asked.with_only)(facet, one.value).address(path),
            one.value in chosen,
        )
        for one in sorted(counts, key=order)
    ]
    return FacetGroup(_heading(facet), options[:SHOWN_VALUES], options[SHOWN_VALUES:]) if options else None


def _one_level(
    counts: Sequence[FacetCount], chosen: Sequence[str], units: Mapping[str, archive.Label]
) -> list[FacetCount]:
    """Return one level of the tree: the parts of the chosen unit, else of the one all others belong to.

    A chosen unit without parts is shown among its neighbours.
    """
    parents = {one.value: units[one.value].parent for one in counts if one.value in units}
    above: str | None = chosen[0] if chosen else None
    if above is not None and above not in parents.values():
        above = units[above].parent if above in units else None
    level = [one for one in counts if parents.get(one.value) == above]
    while len(level) == 1 and not chosen and level[0].value in parents.values():
        above = level[0].value
        level = [one for one in counts if parents.get(one.value) == above]
    return level


def _chosen(asked: Asked, names: Names, path: str) -> list[Option]:
    """Return what is chosen, each with the address without it."""
    return [
        Option(label_of(facet, value, names), None, asked.without(facet, value).address(path), chosen=True)
        for facet in SHOWN_FACETS
        for value in asked.chosen(facet)
    ]


def _heading(facet: str) -> str:
    headings = {
        "state": _("How far along"),
        "studio": _("Studio"),
        "kind": _("Kind"),
        "theme": _("Aim"),
        "unit": _("Unit"),
        "year": _("Year"),
    }
    return str(headings[facet])


def _sorts(asked: Asked) -> list[tuple[Sort, str]]:
    """Return the orders that make sense: without words nothing is more relevant than anything else."""
    sorts = [(Sort.NEWEST, _("Newest")), (Sort.BENEFIT, _("Saves most"))]
    return [(Sort.RELEVANCE, _("Best match")), *sorts] if asked.text else sorts


def _page_addresses(asked: Asked, path: str) -> Callable[[int], str]:
    return lambda number: asked.on_page(number).address(path)
