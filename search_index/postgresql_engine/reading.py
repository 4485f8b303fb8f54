"""The documents of one commit as ``search_index.index`` wants them; asks the server for what the process lacks."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

import psycopg

from search_index.analysis import pairs, query_stem, words
from search_index.bitmaps import bitmap, positions
from search_index.index import MOST_READ, Shown
from search_index.port import SearchPage, SimilarHit, Sort
from search_index.postgresql_engine.rows import lexeme, quoted
from search_index.postgresql_engine.schemas import Commit
from search_index.postgresql_engine.snapshot import Snapshot, numbers, unpack
from search_index.query import Measure, Span
from search_index.spelling import Gap
from search_index.terms import STEM

HAVING = """
SELECT term, firsts, bitmaps, CASE WHEN firsts IS NULL
    THEN (SELECT string_agg(int4send(id), '') FROM {0}.documents WHERE terms @@ query::tsquery)
    ELSE (SELECT string_agg(int4send(id), '') FROM {0}.documents WHERE terms @@ query::tsquery AND changed > 0) END
FROM unnest(%s::text[], %s::text[]) AS asked (term, query), LATERAL (
    SELECT array_agg(first) AS firsts, array_agg(documents) AS bitmaps FROM {0}.frequent
    WHERE frequent.term = asked.term
) AS kept
"""
"""For each term its bitmaps, if it is frequent, and the documents that have it: all, or those beside the bitmaps."""

EXISTING = """
SELECT term FROM unnest(%s::text[], %s::text[]) AS asked (term, query)
WHERE CASE WHEN EXISTS (SELECT FROM {0}.frequent WHERE frequent.term = asked.term) THEN true
    ELSE (SELECT count(*) FROM {0}.documents WHERE terms @@ query::tsquery) > 0 END
"""
"""Counts, because for one row that may not be there the planner would rather read the whole table than the index."""

SAYING = "SELECT string_agg(int4send(id), '') FROM {0}.texts WHERE id = ANY (%s::int[]) AND strpos(text, %s) > 0"

WITHIN = "SELECT string_agg(int4send(id), '') FROM {0}.documents WHERE live AND {1} BETWEEN %s AND %s"

SIZE = """
SELECT sum(pg_total_relation_size(kept.oid))::bigint
FROM pg_class AS kept JOIN pg_namespace AS place ON kept.relnamespace = place.oid
WHERE kept.relkind = 'r' AND place.nspname = %s
"""

FAR = 1 << 62
"""No second and no yuan is beyond."""


class Reading:
    """One reader's view of a commit, inside a transaction that sees just that."""

    def __init__(self, snapshot: Snapshot, cursor: psycopg.Cursor) -> None:
        self._snapshot = snapshot
        self._cursor = cursor
        self._commit: Commit = snapshot.commit
        self.answers: dict[object, SearchPage] = snapshot.answers
        self.likenesses: dict[object, tuple[SimilarHit, ...]] = snapshot.likenesses

    @property
    def live(self) -> int:
        """All documents there are."""
        return self._snapshot.live

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet -> value -> documents."""
        return self._snapshot.facets

    def prepare(self, terms: Iterable[str]) -> None:
        """Ask in one statement for all that ``lookup`` mostly wants of the words of a query."""
        self._having(each for term in terms for each in _wanted(term))

    def each_of(self, field: str, terms: Iterable[str]) -> dict[str, int]:
        """Return for each of the terms the documents that have it in the field."""
        wanted = {term: lexeme(field, term) for term in terms}
        found = self._having(wanted.values())
        return {term: found[each] for term, each in wanted.items()}

    def any_of(self, field: str, terms: Iterable[str]) -> int:
        """Return the documents with one of the terms in the field."""
        found = 0
        for bits in self.each_of(field, terms).values():
            found |= bits
        return found

    def all_of(self, field: str, terms: Iterable[str]) -> int:
        """Return the documents with all of the terms in the field."""
        return self._all_of(lexeme(field, term) for term in terms)

    def containing(self, term: str) -> int:
        """Return the documents that have the term anywhere in their text.

        For three characters and more the pairs only give candidates. Where the term is a word of the document it is
        there for certain; the others' texts are looked through.
        """
        if len(term) < 3:  # noqa: PLR2004 - a pair is exact
            return self.any_of("gram", [term])
        key = f"…{term}"
        known = self._snapshot.known.get(key)
        if known is None:
            candidates = self._all_of([*_pairs("gram", term)])
            certain = candidates & self.any_of("word", [term]) if candidates else 0
            known = self._snapshot.remember(key, certain | self._saying(term, candidates & ~certain))
        return known

    def in_field(self, field: str, term: str) -> int:
        """Return the documents that have the term in one field of their own: title, number, person or place."""
        found = self._all_of(_pairs(field, term))
        return found & self.containing(term) if found else 0

    def as_words(self, term: str) -> int:
        """Return the documents that have the term as whole words."""
        return self.all_of("word", words(term))

    def stemmed(self, stem: str) -> int:
        """Return the documents with a form of the English word."""
        return self.any_of("word", [STEM + stem])

    def possible(self, terms: Iterable[str]) -> list[str]:
        """Return those of the terms of which there may be a document."""
        wanted = {term: _pairs("gram", term) for term in terms}
        every = sorted({each for grams in wanted.values() for each in grams})
        asked = [every, list(map(quoted, every))]
        existing = {term for (term,) in self._cursor.execute(self._commit.sql(EXISTING), asked)}
        return [term for term, grams in wanted.items() if existing.issuperset(grams)]

    def filling(self, gap: Gap, readable: int) -> dict[str, int]:
        """Return what stands in a gap, and in which documents; of MOST_READ texts, the youngest."""
        candidates = readable
        for piece in gap:
            candidates &= self._all_of(_pairs("gram", piece)) if piece else -1
        like = "_".join(re.sub(r"([\\%_])", r"\\\1", piece) for piece in gap)
        read = self._commit.sql("SELECT id, text FROM {0}.texts WHERE id = ANY (%s::int[]) AND text LIKE %s")
        found: dict[str, int] = {}
        for number, text in self._cursor.execute(read, [list(deque(positions(candidates), MOST_READ)), f"%{like}%"]):
            for whole in set(gap.pattern.findall(text)):
                found[whole] = found.get(whole, 0) | 1 << number
        return found

    def latin_words(self, near: str) -> list[str]:
        """Return the words and model numbers in Latin letters that begin or end with half of ``near``."""
        half = len(near) // 2
        alike = "SELECT word FROM {0}.latin_words WHERE starts_with(word, %s) OR starts_with(reverse(word), %s)"
        return [
            word for (word,) in self._cursor.execute(self._commit.sql(alike), [near[:half], near[: -half - 1 : -1]])
        ]

    def within(self, span: Span) -> int:
        """Return the documents whose day or benefit lies in a span."""
        column = "filed" if span.measure is Measure.FILED else "benefit"
        low, high = (-FAR if span.low is None else span.low), (FAR if span.high is None else span.high)
        statement = WITHIN.replace("{1}", column)
        return self._bits(self._cursor.execute(self._commit.sql(statement), [low, high]).fetchone())

    def stretch(self, sort: Sort, bits: int, start: int, count: int) -> list[int]:
        """Return ``count`` of the documents from place ``start`` on: by benefit, by score, or else the newest first."""
        order = self._snapshot.base.order(sort, self._cursor, self._commit)
        return self._snapshot.stretch(order, sort, bits, start, count)

    def locate(self, proposal_id: int) -> int | None:
        """Return the number of a proposal's document, which is the proposal's own."""
        return proposal_id if proposal_id >= 0 and self.live >> proposal_id & 1 else None

    def proposal_id(self, number: int) -> int:
        """Return whose document it is."""
        return number

    def shown(self, numbers: Sequence[int]) -> list[Shown]:
        """Return the documents' own words, in the same order."""
        read = self._commit.sql("SELECT id, number, title, body FROM {0}.texts WHERE id = ANY (%s::int[])")
        found = {number: Shown(*words) for number, *words in self._cursor.execute(read, [list(numbers)])}
        return [found[number] for number in numbers]

    def revisions(self) -> dict[int, int]:
        """Return proposal id -> revision of all live documents."""
        return dict(
            self._cursor.execute(self._commit.sql("SELECT id, revision FROM {0}.documents WHERE live")).fetchall()
        )

    @property
    def fresh(self) -> int:
        """How many documents were written since the index was made."""
        return len(self._snapshot.facts)

    def size(self) -> int:
        """Return the bytes the index takes."""
        row = self._cursor.execute(SIZE, [self._commit.schema]).fetchone()
        return int(row[0]) if row else 0

    def _having(self, lexemes: Iterable[str]) -> Mapping[str, int]:
        found = {each: self._snapshot.known.get(each) for each in lexemes}
        unknown = [each for each, bits in found.items() if bits is None]
        if unknown:
            asked = [unknown, list(map(quoted, unknown))]
            for each, firsts, packed, ids in self._cursor.execute(self._commit.sql(HAVING), asked):
                bits = 0
                for kept in map(unpack, firsts or (), packed or ()):
                    bits |= kept
                bits = bits & ~self._snapshot.fresh | bitmap(numbers(ids), self._snapshot.most)
                found[each] = self._snapshot.remember(each, bits)
        return {each: bits or 0 for each, bits in found.items()}

    def _all_of(self, lexemes: Iterable[str]) -> int:
        found = self.live
        for bits in self._having(lexemes).values():
            found &= bits
        return found

    def _saying(self, term: str, candidates: int) -> int:
        if not candidates:
            return 0
        asked = [list(positions(candidates)), term]
        return self._bits(self._cursor.execute(self._commit.sql(SAYING), asked).fetchone())

    def _bits(self, row: tuple[bytes | None] | None) -> int:
        return bitmap(numbers(row[0]), self._snapshot.most) if row else 0


def _wanted(term: str) -> Iterator[str]:
    yield from _pairs("gram", term)
    yield from _pairs("title", term)
    yield from (lexeme("word", word) for word in {term, *words(term)})
    stem = query_stem(term)
    if stem:
        yield lexeme("word", STEM + stem)


def _pairs(field: str, term: str) -> list[str]:
    return [lexeme(field, pair) for pair in pairs(term)]
