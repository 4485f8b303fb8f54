"""All segments as of one commit, seen as one set of documents; and what a query needs of them."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain, islice
from math import log
from pathlib import Path

from whoosh.index import TOC

from search_index.analysis import query_stem, words
from search_index.port import SearchPage, SimilarHit, Sort
from search_index.whoosh_engine.files import SharedStorage
from search_index.whoosh_engine.postings import positions
from search_index.whoosh_engine.schema import SCHEMA
from search_index.whoosh_engine.segment import Run, Segment, Shown

IN_TITLE = 3.0
AS_WORD = 1.0
"""What it is worth, times its rarity, that a term stands in the title; that it is a whole word."""

RANKED_TERMS = 6
"""Terms of a query that count for the order; all of them count for being found."""


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

    def matching(self, term: str) -> int:
        """Return the documents that have the term anywhere in their text, or the same English word in another form."""
        found = self._join([segment.containing(term) for segment in self._segments])
        stem = query_stem(term)
        return found | self._join([segment.stemmed(stem) for segment in self._segments]) if stem else found

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

    def ranked(self, hits: int, terms: Sequence[str]) -> list[tuple[float, int]]:
        """Part ``hits`` into groups of equal score, best first.

        Every hit has every term, so what tells them apart is where: each place splits every group in two, by an AND.
        """
        groups = [(0.0, hits)]
        for term in terms[:RANKED_TERMS]:
            rarity = log(1 + self._offsets[-1] / (1 + self.matching(term).bit_count()))
            in_title = self._join([segment.in_title(term) for segment in self._segments])
            as_word = self._as_words(term)
            for places, worth in ((in_title, IN_TITLE), (as_word, AS_WORD)):
                groups = [
                    part
                    for score, bits in groups
                    for part in ((score + worth * rarity, bits & places), (score, bits & ~places))
                    if part[1]
                ]
        return sorted(groups, key=lambda group: -group[0])

    def top(self, groups: Sequence[tuple[float, int]], sort: Sort, start: int, count: int) -> list[tuple[float, int]]:
        """Return score and number of ``count`` documents from place ``start`` on."""
        order = self.dearest if sort is Sort.BENEFIT else self.newest
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

    def _as_words(self, term: str) -> int:
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
