"""One immutable part of an index."""

import sys
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from search_index.analysis import pairs
from search_index.bitmaps import positions
from search_index.index import Shown
from search_index.query import Measure, Span
from search_index.spelling import Gap
from search_index.terms import STEM
from search_index.whoosh_engine.postings import decode
from search_index.whoosh_engine.schema import FACTS, TEXT

CACHE_BYTES = 6_000_000
"""Room for remembered bitmaps, in each of the two caches of a segment of any size."""


_DIGITS = bytes.maketrans(b"\0\1", b"01")


class Run(NamedTuple):
    """The documents in an order, the best first, and what each goes by; ties go to the younger proposal."""

    keys: list[int]
    numbers: list[int]

    @classmethod
    def by(cls, values: Sequence[int], proposal_ids: Sequence[int]) -> "Run":
        """Sort once; a snapshot only merges the runs of its segments."""
        keys = [value << 32 | proposal_id for value, proposal_id in zip(values, proposal_ids, strict=True)]
        return cls(keys, sorted(range(len(keys)), key=keys.__getitem__, reverse=True))


class Segment:
    """The documents are numbered from 0; a set of them is an integer whose set bits are the numbers."""

    def __init__(self, storage: Any, segment: Any) -> None:  # noqa: ANN401 - Whoosh has no types
        self.size: int = segment.doc_count_all()
        self._terms = segment.codec().terms_reader(storage, segment)
        self._documents = segment.codec().per_document_reader(storage, segment)
        self._documents.stored_fields(0)  # opens the file now: a later commit may remove it
        self._text = self._documents.column_reader("text", TEXT)
        facts = _facts(storage, segment)
        self.proposal_ids, self.revisions, self.filed, self.benefits, self.scores = (
            facts[at :: len(FACTS)] for at in range(len(FACTS))
        )
        remember = lru_cache(maxsize=max(256, CACHE_BYTES // (self.size // 8 + 64)))
        self.bits = remember(self._terms.bits)
        self.containing = remember(self._containing)

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """Facet -> value -> documents."""
        found: dict[str, dict[str, int]] = {}
        for term, packed in self._terms.items("facet"):
            name, _, value = term.partition("=")
            found.setdefault(name, {})[value] = decode(packed)
        return found

    @cached_property
    def newest(self) -> Run:
        """The documents by time of filing."""
        return Run.by(self.filed, self.proposal_ids)

    @cached_property
    def dearest(self) -> Run:
        """The documents by benefit."""
        return Run.by(self.benefits, self.proposal_ids)

    @cached_property
    def best(self) -> Run:
        """The documents by what their reviews came to."""
        return Run.by(self.scores, self.proposal_ids)

    @cached_property
    def number_of(self) -> dict[int, int]:
        """Proposal id -> document."""
        return {proposal_id: number for number, proposal_id in enumerate(self.proposal_ids)}

    def in_field(self, field: str, term: str) -> int:
        """Return the documents that have all pairs of ``term`` in a field; nearly always they stand in a row there."""
        return self._having(field, term)

    def filling(self, gap: Gap, among: int, most: int) -> dict[str, int]:
        """Return what stands in a gap, and in which documents; ``most`` texts are read, the youngest."""
        candidates = among
        for piece in gap:
            candidates &= self._having("gram", piece) if piece else -1
        found: dict[str, int] = {}
        for number in deque(positions(candidates), most):
            for whole in set(gap.pattern.findall(self._text[number].decode())):
                found[whole] = found.get(whole, 0) | 1 << number
        return found

    def within(self, span: Span) -> int:
        """Return the documents whose day or benefit lies in a span."""
        values = self.filed if span.measure is Measure.FILED else self.benefits
        low = span.low if span.low is not None else min(values)
        high = span.high if span.high is not None else max(values)
        flags = bytes(low <= value <= high for value in values)
        return _bits(flags)

    def latin_words(self, near: str) -> Iterator[str]:
        """Yield the words and model numbers in Latin letters that begin or end with half of ``near``."""
        half = len(near) // 2
        yield from (word for word, _ in self._terms.items("word", near[:half]))
        yield from (ending[::-1] for ending, _ in self._terms.items("ending", near[: -half - 1 : -1]))

    def stemmed(self, stem: str) -> int:
        """Return the documents with a form of the English word."""
        return int(self.bits("word", STEM + stem))

    def shown(self, number: int) -> Shown:
        """Return the document's own words."""
        return Shown(*self._documents.stored_fields(number)["shown"])

    def _having(self, field: str, term: str) -> int:
        found = -1
        for gram in pairs(term):
            found &= self.bits(field, gram)
            if not found:
                break
        return found

    def _containing(self, term: str) -> int:
        """Return the documents that have ``term`` anywhere in a row.

        For three characters and more the pairs only give candidates. Where the term is a word of the document it is
        there for certain; the others' texts are read.
        """
        found = self._having("gram", term)
        if len(term) > 2 and found:  # noqa: PLR2004 - a pair is exact
            needle = term.encode()
            for number in positions(found & ~self.bits("word", term)):
                if needle not in self._text[number]:
                    found ^= 1 << number
        return found


def _bits(flags: bytes) -> int:
    """Return the set of the numbers at which there is a 1, not a 0."""
    return int(flags[::-1].translate(_DIGITS), 2)


def _facts(storage: Any, segment: Any) -> "array[int]":  # noqa: ANN401 - Whoosh has no types
    """Return the facts of all documents in one row; reading them one by one would take 0.1 s for 100,000."""
    file = storage.open_file(segment.codec().column_filename(segment, "facts"))
    facts = array("q")
    facts.frombytes(file.get(0, len(file)))
    file.close()
    if sys.byteorder == "big":
        facts.byteswap()
    return facts
