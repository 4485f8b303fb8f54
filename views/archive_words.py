"""What the values of the archive's filters are called, and what a whole question is called by them."""

from collections.abc import Mapping
from datetime import datetime

from flask import current_app

from models import ProposalState
from search_index.port import FacetCount
from studio.queries import archive
from studio.queries.asked import Asked
from studio.queries.finding import Answer
from studio.services import now
from studio.wording.language import gettext as _
from studio.wording.names import name_of
from studio.wording.states import state_name
from views.access import database

SHOWN_FACETS = ("state", "studio", "theme", "kind", "unit", "year")
"""In the order in which people narrow things down."""
LABELS_KEPT_SECONDS = 60

Names = Mapping[str, Mapping[str, archive.Label]]
"""Facet -> value -> what it is called."""


def name_of_question(asked: Asked) -> str:
    """Return what a question would be called: its words and what was chosen."""
    names = labels_of(Answer(0, (), {}), asked).names
    chosen = [label(facet, value, names) for facet in SHOWN_FACETS for value in asked.chosen(facet)]
    return " · ".join(filter(None, [asked.text, *chosen])) or str(_("The whole archive"))


def labels_of(answer: Answer, asked: Asked) -> archive.Labels:
    """Return the names of all facet values; kept for a minute, read anew when one is unknown."""
    kept: tuple[datetime, archive.Labels] | None = current_app.extensions.get("studio_facet_labels")
    fresh = kept is not None and (now() - kept[0]).total_seconds() < LABELS_KEPT_SECONDS
    if kept is not None and fresh and _all_known(kept[1], answer, asked):
        return kept[1]
    return labels_anew()


def labels_anew() -> archive.Labels:
    """Return the names of all facet values as they are now, and keep them for a minute."""
    labels = archive.labels(database())
    current_app.extensions["studio_facet_labels"] = (now(), labels)
    return labels


def _all_known(labels: archive.Labels, answer: Answer, asked: Asked) -> bool:
    return all(
        option.value in named
        for facet, named in labels.names.items()
        for option in (*answer.facets.get(facet, ()), *(FacetCount(value, 0) for value in asked.chosen(facet)))
    )


def label(facet: str, value: str, names: Names) -> str:
    """Return what a value is called; a bookmark may know one that is gone."""
    if facet == "state":
        return state_name(ProposalState(value)) if value in set(ProposalState) else value
    if facet == "year":
        return str(_("%(year)s", year=value))
    known = names[facet].get(value)
    return name_of(known) if known else str(_("%(value)s (not there any more)", value=value))


def heading(facet: str) -> str:
    """Return what a facet is called."""
    headings = {
        "state": _("How far along"),
        "studio": _("Studio"),
        "kind": _("Kind"),
        "theme": _("Aim"),
        "unit": _("Unit"),
        "year": _("Year"),
    }
    return str(headings[facet])
