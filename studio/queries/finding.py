"""Answers to questions to the archive, whoever asks: a page, a saved search, a feed, an export, the digest.

The index answers, the database says what of it the reader may see now; while the index is away the database answers
alone.
"""

import logging
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import Person
from search_index import highlight
from search_index.documents import audience_of
from search_index.port import FacetCount, SearchEngine, SearchHit, SearchQuery, SearchUnavailable, Segments
from search_index.synonyms import Synonyms
from studio.queries import archive, archive_fallback, file_texts
from studio.queries.asked import Asked

log = logging.getLogger(__name__)


class Line(NamedTuple):
    """One line of the result: what the database says of it, and what the engine marked."""

    row: archive.HitRow
    title: Segments
    snippet: Segments
    file: str = ""
    """The name of the file that the snippet is from, if it was found nowhere else."""


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


class First(NamedTuple):
    """How many were found, and the first of them."""

    total: int
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Finder:
    """Answers for one reader. ``zone`` is where the days of a question begin."""

    session: Session
    engine: SearchEngine
    synonyms: Synonyms
    zone: tzinfo
    reader: Person

    def page(self, asked: Asked, per_page: int) -> Answer:
        """Return one page of what is found."""
        try:
            return self._from_index(asked, per_page)
        except SearchUnavailable as reason:
            _tell(reason)
            return self._from_database(asked, per_page)

    def first(self, asked: Asked, most: int) -> First:
        """Return how many are found, and which come first; to be loaded with visibility checked again."""
        try:
            found = self.engine.search(self._query(asked.on_page(1), most))
            return First(found.total, [hit.proposal_id for hit in found.hits])
        except SearchUnavailable as reason:
            _tell(reason)
            ids = archive_fallback.ids(self.session, self.reader, asked, self.zone, most=most)
            return First(archive_fallback.count(self.session, self.reader, asked, self.zone), ids)

    def all_ids(self, asked: Asked) -> Sequence[int]:
        """Return all that is found, in its order, as of now; what is shown of it later is to be checked again."""
        try:
            return self.engine.all_hits(self._query(asked))
        except SearchUnavailable as reason:
            _tell(reason)
            return archive_fallback.ids(self.session, self.reader, asked, self.zone)

    def _query(self, asked: Asked, per_page: int = 1) -> SearchQuery:
        return SearchQuery(
            text=asked.text,
            audience=audience_of(self.reader),
            filters=asked.filters,
            synonyms=self.synonyms,
            zone=self.zone,
            sort=asked.order,
            page=asked.page,
            per_page=per_page,
        )

    def _from_index(self, asked: Asked, per_page: int) -> Answer:
        found = self.engine.search(self._query(asked, per_page))
        rows = archive.visible_hits(self.session, self.reader, [hit.proposal_id for hit in found.hits])
        shown = [hit for hit in found.hits if hit.proposal_id in rows]
        said = self._said_in_files(shown, found.terms)
        lines = [_line(rows[hit.proposal_id], hit, said.get(hit.proposal_id, ()), found.terms) for hit in shown]
        hidden = len(found.hits) - len(lines)
        return Answer(found.total - hidden, tuple(lines), found.facets, meant=found.meant)

    def _said_in_files(
        self, hits: Iterable[SearchHit], terms: Sequence[str]
    ) -> Mapping[int, Sequence[tuple[str, str]]]:
        """Return the documents of the hits on which nothing is marked: perhaps it was one of them that was found."""
        unmarked = [hit.proposal_id for hit in hits if not _marked((*hit.title, *hit.snippet))]
        return file_texts.said_in_files(self.session, unmarked) if terms and unmarked else {}

    def _from_database(self, asked: Asked, per_page: int) -> Answer:
        start = (asked.page - 1) * per_page
        found = archive_fallback.ids(self.session, self.reader, asked, self.zone, start=start, most=per_page)
        rows = archive.visible_hits(self.session, self.reader, found)
        terms = archive_fallback.words_of(asked)
        lines = (
            Line(row, highlight.mark(row.title, terms), highlight.snippet(row.problem, terms))
            for row in (rows[proposal_id] for proposal_id in found if proposal_id in rows)
        )
        total = archive_fallback.count(self.session, self.reader, asked, self.zone)
        return Answer(total, tuple(lines), {}, by_index=False)


def _line(row: archive.HitRow, hit: SearchHit, files: Iterable[tuple[str, str]], terms: tuple[str, ...]) -> Line:
    for name, text in files:
        snippet = highlight.snippet(text, terms)
        if _marked(snippet):
            return Line(row, hit.title, snippet, name)
    return Line(row, hit.title, hit.snippet)


def _marked(segments: Segments) -> bool:
    return any(found for _, found in segments)


def _tell(reason: SearchUnavailable) -> None:
    log.warning("the index does not answer, the database does: %s", reason)
