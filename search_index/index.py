"""What an engine tells of its documents at one moment; ``answering`` makes the port's answers of it.

A set of documents is an integer whose set bits are their numbers (``bitmaps``). So all that a query *means* is said
once, and every engine means the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from search_index.port import SearchPage, SimilarHit, Sort
from search_index.query import Span
from search_index.spelling import Gap

MOST_READ = 1500
"""Texts that are read through for a word with an unknown character."""


class Shown(NamedTuple):
    """What of a document goes onto the page."""

    number: str
    title: str
    body: str


class Index(Protocol):
    """All documents as of one commit. Fields are those of ``terms.TERM_FIELDS``."""

    answers: dict[object, SearchPage]
    likenesses: dict[object, tuple[SimilarHit, ...]]
    """What was answered at this commit, to be answered again."""

    @property
    def live(self) -> int:
        """All documents there are."""

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet -> value -> documents."""

    def prepare(self, terms: Iterable[str]) -> None:
        """Be told which words will be looked for, so that a server need be asked only once for all that they need."""

    def each_of(self, field: str, terms: Iterable[str]) -> Mapping[str, int]:
        """Return for each of the terms the documents that have it in the field."""

    def any_of(self, field: str, terms: Iterable[str]) -> int:
        """Return the documents with one of the terms in the field."""

    def all_of(self, field: str, terms: Iterable[str]) -> int:
        """Return the documents with all of the terms in the field."""

    def containing(self, term: str) -> int:
        """Return the documents that have the term anywhere in their text."""

    def in_field(self, field: str, term: str) -> int:
        """Return the documents that have the term in one field of their own: title, number, person or place."""

    def as_words(self, term: str) -> int:
        """Return the documents that have the term as whole words."""

    def stemmed(self, stem: str) -> int:
        """Return the documents with a form of the English word."""

    def possible(self, terms: Iterable[str]) -> Iterable[str]:
        """Return those of the terms of which there may be a document."""

    def filling(self, gap: Gap, readable: int) -> Mapping[str, int]:
        """Return what stands in a gap of a word, and in which documents; the youngest MOST_READ are looked at."""

    def latin_words(self, near: str) -> Iterable[str]:
        """Return words and model numbers in Latin letters: at least all that begin or end with the same half."""

    def within(self, span: Span) -> int:
        """Return the documents whose day or benefit lies in a span."""

    def stretch(self, sort: Sort, bits: int, start: int, count: int) -> Sequence[int]:
        """Return ``count`` of the documents from place ``start`` on: by benefit, by score, or else the newest first."""

    def locate(self, proposal_id: int) -> int | None:
        """Return the number of a proposal's document."""

    def proposal_id(self, number: int) -> int:
        """Return whose document it is."""

    def shown(self, numbers: Sequence[int]) -> Sequence[Shown]:
        """Return the documents' own words, in the same order."""
