"""All segments as of one commit, seen as one set of documents; and what a query needs of them."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path

from whoosh.index import TOC

from search_index.analysis import pairs, words
from search_index.bitmaps import Order
from search_index.index import MOST_READ, Shown
from search_index.port import SearchPage, SimilarHit, Sort
from search_index.query import Span
from search_index.spelling import Gap
from search_index.whoosh_engine.files import SharedStorage
from search_index.whoosh_engine.schema import SCHEMA
from search_index.whoosh_engine.segment import Run, Segment

_COMMIT = re.compile(r"_MAIN_([0-9]+)\.toc")


def latest_commit(path: Path) -> int:
    """Return the number of the newest commit in a directory. Raises FileNotFoundError if there is none."""
    names = os.listdir(path)  # noqa: PTH208 - three times as fast as iterdir, and asked for by every query
    commits = [int(match[1]) for name in names if (match := _COMMIT.fullmatch(name))]
    if not commits:
        raise FileNotFoundError(path)
    return max(commits)


def load(path: Path, commit: int, known: Mapping[str, Segment]) -> tuple[dict[str, Segment], "Snapshot"]:
    """Open a commit. Segments ``known`` from the commit before, by name, are used again with all they remember."""
    storage = SharedStorage(str(path))
    parts = TOC.read(storage, "MAIN", gen=commit, schema=SCHEMA).segments
    segments = {part.segment_id(): known.get(part.segment_id()) or Segment(storage, part) for part in parts}
    return segments, Snapshot(tuple(segments.values()), [part.deleted_docs() for part in parts])


class Snapshot:
    """The index at one commit. Documents are numbered through all segments; sets of them are integers."""

    def __init__(self, segments: Sequence[Segment], deleted: Sequence[Iterable[int]]) -> None:
        sizes = [segment.size for segment in segments]
        self._segments = segments
        self.answers: dict[object, SearchPage] = {}
        self.likenesses: dict[object, tuple[SimilarHit, ...]] = {}
        self.parts = len(segments)
        self._offsets = [0, *accumulate(sizes)]
        self.live = (1 << self._offsets[-1]) - 1
        for offset, numbers in zip(self._offsets, deleted, strict=False):
            for number in numbers:
                self.live ^= 1 << (offset + number)

    def prepare(self, terms: Iterable[str]) -> None:
        """Do nothing: everything is at hand."""

    def each_of(self, field: str, terms: Iterable[str]) -> dict[str, int]:
        """Return for each of the terms the documents that have it in the field."""
        return {term: self.any_of(field, [term]) for term in terms}

    def any_of(self, field: str, terms: Iterable[str]) -> int:
        """Return the documents with one of the terms in the field."""
        found = 0
        for term in terms:
            found |= self._join([segment.bits(field, term) for segment in self._segments])
        return found

    def all_of(self, field: str, terms: Iterable[str]) -> int:
        """Return the documents with all of the terms in the field."""
        found = self.live
        for term in terms:
            found &= self.any_of(field, [term]) if found else 0
        return found

    def containing(self, term: str) -> int:
        """Return the documents that have the term anywhere in their text."""
        return self._join([segment.containing(term) for segment in self._segments])

    def stemmed(self, stem: str) -> int:
        """Return the documents with a form of the English word."""
        return self._join([segment.stemmed(stem) for segment in self._segments])

    def in_field(self, field: str, term: str) -> int:
        """Return the documents that have the term in one field of their own: title, number, person or place."""
        return self._join([segment.in_field(field, term) for segment in self._segments]) & self.containing(term)

    def possible(self, terms: Iterable[str]) -> Iterator[str]:
        """Yield those of the terms of which there may be a document."""
        for term in terms:
            if any(all(segment.bits("gram", pair) for pair in pairs(term)) for segment in self._segments):
                yield term

    def filling(self, gap: Gap, readable: int) -> dict[str, int]:
        """Return what stands in a gap of a word, and in which documents."""
        found: dict[str, int] = {}
        for offset, segment in zip(self._offsets, self._segments, strict=False):
            among = readable >> offset & ((1 << segment.size) - 1)
            for whole, bits in segment.filling(gap, among, MOST_READ).items():
                found[whole] = found.get(whole, 0) | bits << offset
        return found

    def latin_words(self, near: str) -> set[str]:
        """Return the words and model numbers in Latin letters that begin or end with half of ``near``."""
        return {word for segment in self._segments for word in segment.latin_words(near)}

    def within(self, span: Span) -> int:
        """Return the documents whose day or benefit lies in a span."""
        parts = [segment.within(span) for segment in self._segments]
        return self._join(parts)

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet -> value -> documents."""
        found: dict[str, dict[str, int]] = {}
        for offset, segment in zip(self._offsets, self._segments, strict=False):
            for name, values in segment.facets.items():
                known = found.setdefault(name, {})
                for value, bits in values.items():
                    known[value] = known.get(value, 0) | bits << offset
        return found

    @cached_property
    def newest(self) -> Order:
        """The documents by the day of filing."""
        return _joined([segment.newest for segment in self._segments])

    @cached_property
    def dearest(self) -> Order:
        """The documents by benefit."""
        return _joined([segment.dearest for segment in self._segments])

    @cached_property
    def best(self) -> Order:
        """The documents by what their reviews came to."""
        return _joined([segment.best for segment in self._segments])

    def stretch(self, sort: Sort, bits: int, start: int, count: int) -> list[int]:
        """Return ``count`` of the documents from place ``start`` on: by benefit, by score, or else the newest first."""
        order = self.dearest if sort is Sort.BENEFIT else self.best if sort is Sort.SCORE else self.newest
        return order.stretch(bits, start, count)

    def locate(self, proposal_id: int) -> int | None:
        """Return the number of the live document of a proposal."""
        for offset, segment in zip(self._offsets, self._segments, strict=False):
            number = segment.number_of.get(proposal_id)
            if number is not None and self.live >> (offset + number) & 1:
                return offset + number
        return None

    def proposal_id(self, number: int) -> int:
        """Return whose document it is."""
        segment, within = self._find(number)
        return segment.proposal_ids[within]

    def shown(self, numbers: Iterable[int]) -> list[Shown]:
        """Return the documents' own words, in the same order."""
        return [segment.shown(within) for segment, within in map(self._find, numbers)]

    def revisions(self) -> dict[int, int]:
        """Return proposal id -> revision of all live documents."""
        rows = chain.from_iterable(zip(part.proposal_ids, part.revisions, strict=True) for part in self._segments)
        live = self.live.to_bytes(self._offsets[-1] // 8 + 1, "little")
        return {row[0]: row[1] for number, row in enumerate(rows) if live[number >> 3] >> (number & 7) & 1}

    def as_words(self, term: str) -> int:
        """Return the documents that have the term as whole words."""
        found = -1
        for word in words(term):
            found &= self._join([segment.bits("word", word) for segment in self._segments])
        return found

    def _join(self, parts: Sequence[int]) -> int:
        found = 0
        for offset, bits in zip(self._offsets, parts, strict=False):
            found |= bits << offset
        return found

    def _find(self, number: int) -> tuple[Segment, int]:
        place = bisect_right(self._offsets, number) - 1
        return self._segments[place], number - self._offsets[place]


def _joined(runs: Sequence[Run]) -> Order:
    keys = list(chain.from_iterable(run.keys for run in runs))
    offsets = accumulate((len(run.keys) for run in runs), initial=0)
    sorted_runs = ([offset + number for number in run.numbers] for offset, run in zip(offsets, runs, strict=False))
    key = keys.__getitem__
    return Order(key, sorted(chain.from_iterable(sorted_runs), key=key, reverse=True), most=len(keys))
