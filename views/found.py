"""What the archive answers, for its page and for programs: the engine, or the database while it is away."""

import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import current_app

from models import ProposalState
from search_index import highlight
from search_index.analysis import fold
from search_index.documents import audience_of
from search_index.port import FacetCount, SearchQuery, SearchUnavailable, Segments
from search_index.synonyms import Synonyms
from studio.queries import archive, glossary
from studio.services import now, services
from studio.wording.language import gettext as _
from studio.wording.names import name_of
from studio.wording.states import state_name
from views.access import database, me
from views.forms.archive import Asked

log = logging.getLogger(__name__)
LABELS_KEPT_SECONDS = 60

Names = Mapping[str, Mapping[str, archive.Label]]
"""Facet -> value -> what it is called."""


class Line(NamedTuple):
    """One line of the result: what the database says of it, and what the engine marked."""

    row: archive.HitRow
    title: Segments
    snippet: Segments


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. ``by_index`` is false when the engine is away and the database answered alone."""

    total: int
    lines: tuple[Line, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    by_index: bool = True
    meant: str = ""
    """The question in the spelling that was found, if not in the one that was typed."""

    @property
    def facts(self) -> Hashable:
        """All of it as a key."""
        return self.total, self.lines, tuple(self.facets.items()), self.by_index, self.meant


def answer_to(asked: Asked, *, per_page: int) -> Answer:
    """Return what the reader finds; never more than he may read, whoever answers."""
    try:
        return _from_index(asked, per_page)
    except SearchUnavailable as reason:
        log.warning("the index does not answer, the database does: %s", reason)
        return _from_database(asked, per_page)


def _from_index(asked: Asked, per_page: int) -> Answer:
    found = services().search.search(
        SearchQuery(
            text=asked.text,
            audience=audience_of(me()),
            filters=asked.filters,
            synonyms=_synonyms(),
            zone=services().settings.zone,
            sort=asked.order,
            page=asked.page,
            per_page=per_page,
        )
    )
    rows = archive.visible_hits(database(), me(), [hit.proposal_id for hit in found.hits])
    lines = tuple(Line(rows[hit.proposal_id], hit.title, hit.snippet) for hit in found.hits if hit.proposal_id in rows)
    return Answer(found.total - (len(found.hits) - len(lines)), lines, found.facets, meant=found.meant)


def _from_database(asked: Asked, per_page: int) -> Answer:
    total, rows = archive.like_search(
        database(), me(), asked.text, asked.filters, sort=asked.order, page=asked.page, per_page=per_page
    )
    terms = tuple(fold(word) for word in asked.text.split())
    lines = tuple(Line(row, highlight.mark(row.title, terms), highlight.snippet(row.problem, terms)) for row in rows)
    return Answer(total, lines, {}, by_index=False)


def _synonyms() -> Synonyms:
    """Return the glossary; kept for a minute, as one object, by which the engine knows its own answers again."""
    kept: tuple[datetime, Synonyms] | None = current_app.extensions.get("studio_glossary")
    if kept is None or (now() - kept[0]).total_seconds() >= LABELS_KEPT_SECONDS:
        kept = (now(), glossary.synonyms(database()))
        current_app.extensions["studio_glossary"] = kept
    return kept[1]


def labels_for(answer: Answer, asked: Asked) -> archive.Labels:
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


def label_of(facet: str, value: str, names: Names) -> str:
    """Return what a value of a facet is called in the reader's language."""
    if facet == "state":
        return state_name(ProposalState(value)) if value in set(ProposalState) else value
    if facet == "year":
        return str(_("%(year)s", year=value))
    known = names[facet].get(value)
    return name_of(known) if known else value
