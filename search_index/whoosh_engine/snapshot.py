"""All segments as of one commit, seen as one set of documents; and what a query needs of them."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice
from math import log
from pathlib import Path

from whoosh.index import TOC

from search_index.analysis import pairs, words
from search_index.port import SearchPage, SimilarHit, Sort
from search_index.query import Span
from search_index.spelling import Gap
from search_index.whoosh_engine.files import SharedStorage
from search_index.whoosh_engine.postings import positions
from search_index.whoosh_engine.schema import SCHEMA
from search_index.whoosh_engine.segment import Run, Segment, Shown

Place = tuple[int, float]
"""Documents, and what it is worth to be among them."""

MOST_GROUPS = 500
"""Groups of hits of equal score; what would split them further no longer counts for the order."""

MOST_READ = 1500
"""Texts of each segment that are read through for a word with an unknown character."""

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


class Order:
    """The documents in one order, the best first."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._keys = list(chain.from_iterable(run.keys for run in runs))
        offsets = accumulate((len(run.keys) for run in runs), initial=0)
        sorted_runs = ([offset + number for number in run.numbers] for offset, run in zip(offsets, runs, strict=False))
        self._sequence = sorted(chain.from_iterable(sorted_runs), key=self._keys.__getitem__, reverse=True)

    def stretch(self, bits: int, start: int, count: int) -> list[int]:
        """Return ``count`` documents of the set from place ``start`` on.

        Walking along the order is quick for a big set, sorting the set for a small one; the limit is where both
        took the same time.
        """
        size, found = len(self._sequence), bits.bit_count()
        if found * found < (start + count) * size // 3:
            return sorted(positions(bits), key=self._keys.__getitem__, reverse=True)[start : start + count]
        flags = bits.to_bytes(size // 8 + 1, "little")
        walk = (number for number in self._sequence if flags[number >> 3] >> (number & 7) & 1)
        return list(islice(walk, start, start + count))


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

    def has_grams(self, term: str) -> bool:
        """Tell whether there may be a document with the term."""
        return any(all(segment.bits("gram", pair) for pair in pairs(term)) for segment in self._segments)

    def filling(self, gap: Gap, readable: int) -> dict[str, int]:
        """Return what stands in a gap of a word, and in which documents."""
        found: dict[str, int] = {}
        for offset, segment in zip(self._offsets, self._segments, strict=False):
            among = readable >> offset & ((1 << segment.size) - 1)
            for whole, bits in segment.filling(gap, among, MOST_READ).items():
                found[whole] = found.get(whole, 0) | bits << offset
        return found

    @cached_property
    def latin_words(self) -> list[str]:
        """The words and model numbers of the index in Latin letters and digits."""
        return sorted({word for segment in self._segments for word in segment.latin_words})

    def within(self, span: Span) -> int:
        """Return the documents whose day or benefit lies in a span."""
        parts = [segment.within(span) for segment in self._segments]
        return self._join(parts)

    def with_values(self, facet: str, values: Iterable[str]) -> int:
        """Return the documents with one of the values of the facet."""
        found = 0
        for value in values:
            found |= self.facets.get(facet, {}).get(value, 0)
        return found

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
        return Order([segment.newest for segment in self._segments])

    @cached_property
    def dearest(self) -> Order:
        """The documents by benefit."""
        return Order([segment.dearest for segment in self._segments])

    @cached_property
    def best(self) -> Order:
        """The documents by what their reviews came to."""
        return Order([segment.best for segment in self._segments])

    def ranked(self, hits: int, clauses: Iterable[tuple[int, Sequence[Place]]]) -> list[tuple[float, int]]:
        """Part ``hits`` into groups of equal score, best first.

        A clause is the documents it found and the places that tell them apart: each splits every group in two, by an
        AND. What is rare counts more.
        """
        groups = [(0.0, hits)]
        for bits, places in clauses:
            rarity = log(1 + self._offsets[-1] / (1 + bits.bit_count()))
            for place, worth in places:
                if len(groups) > MOST_GROUPS:
                    break
                groups = list(_split(groups, place, worth * rarity))
        return sorted(groups, key=lambda group: -group[0])

    def top(self, groups: Sequence[tuple[float, int]], sort: Sort, start: int, count: int) -> list[tuple[float, int]]:
        """Return score and number of ``count`` documents from place ``start`` on."""
        order = self.dearest if sort is Sort.BENEFIT else self.best if sort is Sort.SCORE else self.newest
        found: list[tuple[float, int]] = []
        for score, bits in groups:
            size = bits.bit_count()
            if start < size and len(found) < count:
                stretch = order.stretch(bits, start, count - len(found))
                found += [(score, number) for number in stretch]
            start = max(0, start - size)
        return found

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

    def shown(self, number: int) -> Shown:
        """Return the document's own words."""
        segment, within = self._find(number)
        return segment.shown(within)

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


def _split(groups: Iterable[tuple[float, int]], place: int, worth: float) -> Iterator[tuple[float, int]]:
    for score, bits in groups:
        inside = bits & place
        if inside:
            yield score + worth, inside
        if inside != bits:
            yield score, bits & ~place
