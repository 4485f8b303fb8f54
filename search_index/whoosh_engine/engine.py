"""The port's verbs on Whoosh's segments."""

import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import NamedTuple

from search_index.analysis import fold
from search_index.highlight import mark, snippet
from search_index.port import (
    FacetCount,
    IndexStatus,
    SearchHit,
    SearchPage,
    SearchQuery,
    SearchUnavailable,
    SimilarHit,
    Sort,
)
from search_index.query import Query, parse
from search_index.whoosh_engine.files import IndexFiles
from search_index.whoosh_engine.likeness import ANSWERS_KEPT, similar
from search_index.whoosh_engine.lookup import Found, Lookup
from search_index.whoosh_engine.segment import Segment
from search_index.whoosh_engine.snapshot import Snapshot, latest_commit, load
from search_index.whoosh_engine.writer import FreshWhooshIndex, WhooshWriter

LOCK_SECONDS = 10.0
OPEN_ATTEMPTS = 5

DAMAGE = (EOFError, UnpicklingError, struct.error, zlib.error)
"""What a cut-off or overwritten file makes a query raise."""


class WhooshEngine:
    """An index in a directory. One object a process; threads share it."""

    def __init__(self, root: Path) -> None:
        self._files = IndexFiles(root)
        self._lock = threading.Lock()
        self._commit: tuple[Path, int] = (root, -1)
        self._segments: dict[str, Segment] = {}
        self._snapshot = Snapshot((), ())

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query. Raises SearchUnavailable."""
        with self._reading() as index:
            return _search(index, query)

    def all_hits(self, query: SearchQuery) -> Sequence[int]:
        """Return the proposals of all hits in their order, as of one commit. Raises SearchUnavailable."""
        with self._reading() as index:
            matches = _matches(index, query, _readable(index, query))
            ranking = index.top(matches.groups, query.sort, 0, matches.hits.bit_count())
            return [index.proposal_id(number) for _, number in ranking]

    def similar(
        self, text: str, audience: frozenset[str], limit: int, *, but: int | None = None
    ) -> tuple[SimilarHit, ...]:
        """Return the documents that share most of the telling words of ``text``. Raises SearchUnavailable."""
        with self._reading() as index:
            return similar(index, text, audience, limit, but)

    def revisions(self) -> Mapping[int, int]:
        """Return proposal id -> revision of all that is indexed. Raises SearchUnavailable."""
        with self._reading() as index:
            return index.revisions()

    def status(self) -> IndexStatus:
        """Tell how the index is; never raises."""
        try:
            with self._reading() as index:
                return IndexStatus(
                    available=True,
                    documents=index.live.bit_count(),
                    parts=index.parts,
                    size_in_bytes=self._files.size(),
                )
        except SearchUnavailable:
            return IndexStatus(available=False)

    @contextmanager
    def writing(self) -> Iterator[WhooshWriter]:
        """Hold the write lock. Raises IndexBusy after LOCK_SECONDS."""
        with self._files.locked("writing.lock", LOCK_SECONDS):
            yield WhooshWriter(self._files)

    @contextmanager
    def rebuilding(self) -> Iterator[FreshWhooshIndex]:
        """Start an empty index beside the present one. Raises IndexBusy if another process is at it."""
        with self._files.locked("rebuilding.lock", timeout=0):
            self._files.sweep()
            fresh = FreshWhooshIndex(self._files.new())
            try:
                yield fresh
            finally:
                fresh.close()
                self._files.sweep()

    @contextmanager
    def _reading(self) -> Iterator[Snapshot]:
        """Give the newest commit. Raises SearchUnavailable, and takes the index out of use if it is damaged."""
        path = self._files.current()
        index = self._newest(path)
        try:
            yield index
        except DAMAGE as error:
            self._files.condemn(path)
            raise SearchUnavailable("the search index is damaged") from error
        except OSError as error:
            raise SearchUnavailable("the search index cannot be read") from error

    def _newest(self, path: Path) -> Snapshot:
        attempts = 0
        while True:
            try:
                return self._open(path)
            except OSError as error:  # perhaps a commit or a switch has just removed what the one before it used
                attempts += 1
                path = self._files.current()
                if attempts == OPEN_ATTEMPTS:
                    raise SearchUnavailable("the search index cannot be opened") from error
            except Exception as error:  # a damaged file can make Whoosh raise anything
                self._files.condemn(path)
                raise SearchUnavailable("the search index is damaged") from error

    def _open(self, path: Path) -> Snapshot:
        commit = (path, latest_commit(path))
        if commit != self._commit:
            with self._lock:
                if commit != self._commit:
                    known = self._segments if self._commit[0] == path else {}
                    self._segments, self._snapshot = load(path, commit[1], known)
                    self._commit = commit
        return self._snapshot


def _search(index: Snapshot, query: SearchQuery) -> SearchPage:
    """Answer as before if somebody who may read the same has asked the same of this commit."""
    readable = _readable(index, query)
    filters = tuple((facet, *sorted(values)) for facet, values in sorted(query.filters.items()))
    asked = (readable, query.text, filters, query.sort, query.page, query.per_page, query.zone, query.synonyms)
    known = index.answers.get(asked)
    if known is None:
        known = _answer(index, query, readable)
        if len(index.answers) < ANSWERS_KEPT:
            index.answers[asked] = known
    return known


def _readable(index: Snapshot, query: SearchQuery) -> int:
    return index.live & index.any_of("audience", query.audience)


class _Matches(NamedTuple):
    """What fulfils a query: by each clause, by all, the filters' own sets, what these leave, and that in groups."""

    found: Sequence[Found]
    matched: int
    chosen: Mapping[str, int]
    hits: int
    groups: Sequence[tuple[float, int]]


def _matches(index: Snapshot, query: SearchQuery, readable: int) -> _Matches:
    asked = parse(query.text, query.zone)
    lookup = Lookup(index, readable, query.synonyms)
    found = [lookup.clause(clause) for clause in asked.wanted]
    matched = _fulfilling(index, asked, readable, found, lookup)
    chosen = {facet: index.with_values(facet, values) for facet, values in query.filters.items() if values}
    hits = _all_but(matched, chosen)
    clauses = ((clause.bits & readable, clause.places) for clause in found)
    groups = index.ranked(hits, clauses) if query.sort is Sort.RELEVANCE else [(0.0, hits)]
    return _Matches(found, matched, chosen, hits, groups)


def _answer(index: Snapshot, query: SearchQuery, readable: int) -> SearchPage:
    found, matched, chosen, hits, groups = _matches(index, query, readable)
    top = index.top(groups, query.sort, (max(1, query.page) - 1) * query.per_page, query.per_page)
    terms = tuple(dict.fromkeys(word for clause in found for word in clause.marked))
    return SearchPage(
        total=hits.bit_count(),
        hits=tuple(_hit(index, score, number, terms) for score, number in top),
        facets={name: _counts(values, _all_but(matched, chosen, name)) for name, values in index.facets.items()},
        meant=_meant(query.text, found) if hits else "",
        terms=terms,
    )


def _fulfilling(index: Snapshot, asked: Query, readable: int, found: Sequence[Found], lookup: Lookup) -> int:
    if asked.empty:  # something was typed, but nothing that a text could contain
        return 0
    matched = readable
    for clause in found:
        matched &= clause.bits
    matched |= lookup.phrase(asked.phrase) & readable
    for unwanted in asked.clauses:
        matched &= ~lookup.exactly(unwanted) if unwanted.unwanted else -1
    for span in asked.spans:
        matched &= index.within(span)
    return matched


def _meant(text: str, found: Iterable[Found]) -> str:
    """Return the query with its mistyped words as they were probably meant; nothing if there were none."""
    corrections = {typed: meant for clause in found for typed, meant in clause.corrected.items()}
    folded = fold(text)
    for typed, meant in corrections.items():
        folded = folded.replace(typed, meant)
    return folded.strip() if corrections else ""


def _all_but(matched: int, chosen: Mapping[str, int], facet: str | None = None) -> int:
    for name, bits in chosen.items():
        if name != facet:
            matched &= bits
    return matched


def _counts(values: Mapping[str, int], hits: int) -> tuple[FacetCount, ...]:
    counted = ((value, (bits & hits).bit_count()) for value, bits in values.items())
    return tuple(FacetCount(*pair) for pair in sorted(counted, key=lambda pair: (-pair[1], pair[0])) if pair[1])


def _hit(index: Snapshot, score: float, number: int, terms: tuple[str, ...]) -> SearchHit:
    shown = index.shown(number)
    return SearchHit(
        proposal_id=index.proposal_id(number),
        number=shown.number,
        score=round(score, 3),
        title=mark(shown.title, terms),
        snippet=snippet(shown.body, terms),
    )
