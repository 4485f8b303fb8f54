"""What a process keeps of one commit: which documents there are, their facets and orders, and terms asked lately."""

import sys
import zlib
from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import psycopg

from search_index.bitmaps import Order, bitmap, positions
from search_index.port import SearchPage, SimilarHit, Sort
from search_index.postgresql_engine.rows import lexeme
from search_index.postgresql_engine.schemas import Commit

CACHE_BYTES = 16_000_000
"""Room for remembered sets of documents."""

MEASURES = {Sort.BENEFIT: "benefit", Sort.SCORE: "score"}
"""By which fact documents are ordered, if not by the time of filing."""


def numbers(packed: bytes | None, kind: str = "i") -> "array[int]":
    """Return the whole numbers that ``string_agg(int4send(…))`` made, or with kind ``q`` ``int8send``."""
    found = array(kind)
    found.frombytes(packed or b"")
    if sys.byteorder == "little":
        found.byteswap()
    return found


def unpack(first: int, packed: bytes) -> int:
    """Return the documents that ``writer.pack`` packed."""
    return int.from_bytes(zlib.decompress(packed), "little") << first


class Fact(NamedTuple):
    """What is kept of a document that was written, or removed, after the index had been made."""

    live: bool
    filed: int
    benefit: int
    score: int
    facets: Sequence[str]


class Base:
    """What never changes: the documents as they were when the index was made."""

    def __init__(self, cursor: psycopg.Cursor, commit: Commit) -> None:
        made = "SELECT string_agg(int4send(id), '') FROM {0}.documents WHERE changed = 0"
        ids = numbers(_row(cursor, commit, made)[0])
        self.most = max(ids, default=0)
        self.documents = bitmap(ids, self.most)
        kept = commit.sql("SELECT term, first, documents FROM {0}.frequent WHERE starts_with(term, %s)")
        self.facets: defaultdict[str, int] = defaultdict(int)
        for term, first, packed in cursor.execute(kept, [lexeme("facet", "")]):
            self.facets[term] |= unpack(first, packed)
        self._orders: dict[Sort, Order] = {}

    def order(self, sort: Sort, cursor: psycopg.Cursor, commit: Commit) -> Order:
        """Return the documents by benefit, by score or by the time of filing; read when it is first asked for."""
        if sort not in self._orders:
            self._orders[sort] = self._read(MEASURES.get(sort, "filed"), cursor, commit)
        return self._orders[sort]

    def _read(self, column: str, cursor: psycopg.Cursor, commit: Commit) -> Order:
        ordered = (
            f"SELECT string_agg(int4send(id), ''), string_agg(int8send({column}::bigint), '') FROM"  # noqa: S608 - one of three
            f" (SELECT id, {column} FROM {{0}}.documents WHERE changed = 0 ORDER BY {column} DESC, id DESC) AS made"
        )
        ids, packed = _row(cursor, commit, ordered)
        sequence, values = numbers(ids), array("q", bytes(8 * (self.most + 1)))
        for number, value in zip(sequence, numbers(packed, "q"), strict=True):
            values[number] = value
        return Order(lambda number: (values[number], number), sequence, self.most)


class Snapshot:
    """The documents at one commit: those of ``base``, with ``facts`` of what was written since in their place."""

    def __init__(self, commit: Commit, base: Base, facts: Mapping[int, Fact]) -> None:
        self.commit = commit
        self.base = base
        self.facts = facts
        self.most = max([base.most, *facts])
        self.fresh = bitmap(facts, self.most)
        """Documents of which only what was written since counts."""
        self.live = base.documents & ~self.fresh | bitmap((key for key, fact in facts.items() if fact.live), self.most)
        self.answers: dict[object, SearchPage] = {}
        self.likenesses: dict[object, tuple[SimilarHit, ...]] = {}
        self.known: dict[str, int] = {}
        """Sets of documents that were asked for lately."""
        self._room = CACHE_BYTES

    def remember(self, key: str, bits: int) -> int:
        """Keep a set of documents, and forget all others when there are too many."""
        self._room -= 100 + bits.bit_length() // 8
        if self._room < 0:
            self.known, self._room = {}, CACHE_BYTES
        self.known[key] = bits
        return bits

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
        """Facet -> value -> documents."""
        terms = defaultdict(int, {term: bits & ~self.fresh for term, bits in self.base.facets.items()})
        for number, fact in self.facts.items():
            for term in fact.facets:
                terms[term] |= 1 << number
        found: dict[str, dict[str, int]] = {}
        for term, bits in terms.items():
            name, _, value = term.removeprefix(lexeme("facet", "")).partition("=")
            found.setdefault(name, {})[value] = bits
        return found

    def stretch(self, order: Order, sort: Sort, bits: int, start: int, count: int) -> list[int]:
        """Return ``count`` of the documents from place ``start`` on, in an order of the base."""
        since = bits & self.fresh
        if not since:
            return order.stretch(bits, start, count)
        best = [(order.key(number), number) for number in order.stretch(bits & ~since, 0, start + count)]
        for number in positions(since):
            fact = self.facts[number]
            best.append(((getattr(fact, MEASURES.get(sort, "filed")), number), number))
        return [number for _, number in sorted(best, reverse=True)[start : start + count]]


def load(cursor: psycopg.Cursor, commit: Commit, known: Snapshot | None) -> Snapshot:
    """Read a commit; of the index that is known already only what was written since."""
    if known is None or known.commit.schema != commit.schema:
        known = Snapshot(commit._replace(number=0), Base(cursor, commit), {})
    if known.commit.number > commit.number:  # our transaction began before another thread's
        known = Snapshot(commit._replace(number=0), known.base, {})
    since = (
        "SELECT id, live, filed, benefit, score, coalesce(facets, '{{}}')"
        " FROM {0}.documents LEFT JOIN {0}.texts USING (id) WHERE changed > %s"
    )
    facts = {number: Fact(*fact) for number, *fact in cursor.execute(commit.sql(since), [known.commit.number])}
    return Snapshot(commit, known.base, {**known.facts, **facts})


def _row(cursor: psycopg.Cursor, commit: Commit, statement: str) -> Sequence[bytes | None]:
    return cursor.execute(commit.sql(statement)).fetchone() or ()
