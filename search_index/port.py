"""What the house asks of a search engine, whichever it is. No engine's name appears here.

An index is a cache: it can be thrown away and made again from the database. Everything a reader may not see is kept
out by ``SearchQuery.audience``, inside the engine, so that totals and facet counts never leak either.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Protocol

from search_index.synonyms import NONE, Synonyms

Segments = tuple[tuple[str, bool], ...]
"""A text cut into pieces; True marks a piece that the query matched. Never HTML."""


class SearchError(Exception):
    """The parent of what can go wrong with an index."""


class SearchUnavailable(SearchError):  # noqa: N818 - the name says what is wrong
    """There is no readable index: lost, damaged or of another version. The database must answer meanwhile."""


class IndexBusy(SearchError):  # noqa: N818 - the name says what is wrong
    """Another process kept writing for longer than we would wait, or is rebuilding already."""


class Sort(StrEnum):
    """In which order hits come."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    BENEFIT = "benefit"
    SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One proposal as the index sees it. ``documents.document_of`` makes it."""

    proposal_id: int
    revision: int
    number: str
    title: str
    body: str
    """The text a snippet is cut from."""
    names: str
    """Found, but never shown: people, staff numbers, studio, legacy key."""
    place: str = ""
    """Where it is: place and machine. Part of the body too; this is what ``place:`` asks."""
    more: str = ""
    """Found, but neither shown nor compared for likeness: what was said of it, the reasons of its decision, the names
    of its files and what they say."""
    audience: frozenset[str]
    """Tokens of which a reader must have one."""
    facets: Mapping[str, frozenset[str]]
    filed_at: datetime
    benefit: int
    """Yearly benefit in yuan: the checked one, else the claimed one."""
    score: int = 0
    """What its reviews came to, in tenths of a point, once all who may read it may read them; 0 without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question; without text: browse. ``filters`` keeps what has one of the values of every facet named.

    ``search_index.query`` says how ``text`` is understood.
    """

    text: str = ""
    audience: frozenset[str]
    filters: Mapping[str, Collection[str]] = field(default_factory=dict)
    synonyms: Synonyms = NONE
    zone: tzinfo = UTC
    """Where the days of the query begin."""
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits have this value, were it chosen instead of what is chosen in the same facet."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One found proposal."""

    proposal_id: int
    number: str
    score: float
    title: Segments
    snippet: Segments


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of the answer; past the end ``hits`` is empty while ``total`` and ``facets`` stay what they are.

    ``meant`` is the query as it seems to have been meant, if a word was found only in another spelling; else empty.
    ``terms`` is what hits are marked by, folded: a page marks with it what the engine does not show.
    """

    total: int
    hits: tuple[SearchHit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    meant: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarHit:
    """A proposal like a given text. ``score`` is the share, 0 to 1, of the text's telling words that it has."""

    proposal_id: int
    number: str
    title: str
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatus:
    """Facts about the index for ``doctor`` and the worker."""

    available: bool
    documents: int = 0
    parts: int = 0
    size_in_bytes: int = 0

    @property
    def worn(self) -> bool:
        """Whether so many small changes have piled up that a rebuild in a quiet hour pays."""
        return self.parts > 24  # noqa: PLR2004 - every part costs each search some 0.05 ms


class FreshIndex(Protocol):
    """An index being built beside the one in use."""

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents, each proposal at most once."""

    def finish(self) -> None:
        """Write out what was added; the last step before it is published."""


class IndexWriter(Protocol):
    """The right to change the index; exists only inside ``SearchEngine.writing``."""

    def update(self, documents: Iterable[SearchDocument], removed: Iterable[int] = ()) -> None:
        """Put documents in place of older ones of the same proposals and drop ``removed``, in one commit."""

    def publish(self, fresh: FreshIndex) -> None:
        """Let every process search ``fresh`` from its next query on."""


class SearchEngine(Protocol):
    """A full-text index over proposals. Safe for many threads and processes; one of them writes at a time."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query. Raises SearchUnavailable."""

    def all_hits(self, query: SearchQuery) -> Sequence[int]:
        """Return the proposals of all hits in their order, whatever the page. Raises SearchUnavailable.

        As of one moment, for whoever takes everything along: pages asked for one by one shift when somebody files.
        """

    def similar(
        self, text: str, audience: frozenset[str], limit: int, *, but: int | None = None
    ) -> tuple[SimilarHit, ...]:
        """Return the documents most like ``text``, best first. Raises SearchUnavailable.

        ``but`` is a proposal to leave aside, mostly the one whose text it is: words of its own alone tell nothing.
        """

    def revisions(self) -> Mapping[int, int]:
        """Return proposal id -> revision of all that is indexed. Raises SearchUnavailable."""

    def status(self) -> IndexStatus:
        """Tell how the index is; never raises."""

    def writing(self) -> AbstractContextManager[IndexWriter]:
        """Hold the write lock. Raises IndexBusy after some seconds of waiting."""

    def rebuilding(self) -> AbstractContextManager[FreshIndex]:
        """Start an empty index beside the present one. Raises IndexBusy if somebody else is at it."""
