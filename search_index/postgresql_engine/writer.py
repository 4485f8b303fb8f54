"""Writing: commits on the index in use, and a whole new index beside it."""

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import psycopg

from search_index.bitmaps import bitmap
from search_index.port import FreshIndex, SearchDocument
from search_index.postgresql_engine.rows import Row, quoted, row_of
from search_index.postgresql_engine.schemas import INDEXES, Commit, create, current, switch
from search_index.postgresql_engine.snapshot import numbers

Thing = TypeVar("Thing")

BATCH = 500
SAMPLED = 16
"""One document of so many is looked at to learn which terms are frequent."""
FREQUENT_SHARE, LEAST_FREQUENT = 64, 1000
"""A term is frequent in more than one document of FREQUENT_SHARE, and in LEAST_FREQUENT at least."""
MOST_COUNTED = 1_000_000
"""Terms that are counted; when there are more, those that came only once so far are forgotten."""
BUILD_MEMORY = "512MB"


class PostgresqlWriter:
    """The right to change the index; made by ``PostgresqlEngine.writing`` only."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def update(self, documents: Iterable[SearchDocument], removed: Iterable[int] = ()) -> None:
        """Put documents in place of older ones of the same proposals and drop ``removed``, in one commit."""
        with self._connection.transaction():
            commit = current(self._connection.cursor())
            fresh = {document.proposal_id: row_of(document) for document in documents}
            dropped = self._drop(commit, {*fresh, *removed}, fresh.keys())
            if fresh or dropped:
                commit = commit._replace(number=commit.number + 1)
                _write(self._connection, commit, list(fresh.values()), gone=sorted(dropped - fresh.keys()))
                self._connection.execute("UPDATE studio_search.current SET number = %s", [commit.number])

    def _drop(self, commit: Commit, outdated: Collection[int], again: Collection[int]) -> set[int]:
        """Remove documents and return which of them there were. Traces of removed ones stay, unless they come again."""
        drop = "DELETE FROM {0}.documents WHERE id = ANY (%s::int[]) AND (live OR id = ANY (%s::int[])) RETURNING id"
        gone = self._connection.execute(commit.sql(drop), [list(outdated), list(again)])
        numbers = {number for (number,) in gone}
        self._connection.execute(commit.sql("DELETE FROM {0}.texts WHERE id = ANY (%s::int[])"), [list(numbers)])
        return numbers

    def publish(self, fresh: FreshIndex) -> None:
        """Let every process search ``fresh`` from its next query on."""
        if not isinstance(fresh, FreshPostgresqlIndex):
            raise TypeError(fresh)
        switch(self._connection, fresh.commit)


class FreshPostgresqlIndex:
    """An index being built beside the one in use."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.commit = create(connection)
        self._connection = connection
        self._count = 0
        self._seen: Counter[str] = Counter()
        self._facets: set[str] = set()

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents, each proposal at most once."""
        for rows in _batches(map(row_of, documents)):
            _write(self._connection, self.commit, rows)
            self._connection.commit()
            self._look_at(rows)

    def finish(self) -> None:
        """Make the indexes and the bitmaps."""
        self._connection.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
        self._connection.execute(self.commit.sql(INDEXES))
        self._connection.execute(self.commit.sql("ANALYZE {0}.documents, {0}.texts, {0}.latin_words"))
        self._connection.commit()
        for terms in _batches(iter(self._frequent())):
            self._keep(terms)
            self._connection.commit()

    def _look_at(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._facets.update(row.facets)
            if self._count % SAMPLED == 0:
                self._seen.update(row.lexemes)
            self._count += 1
        if len(self._seen) > MOST_COUNTED:
            self._seen = Counter({term: count for term, count in self._seen.items() if count > 1})

    def _frequent(self) -> list[str]:
        least = max(LEAST_FREQUENT, self._count // FREQUENT_SHARE) / SAMPLED
        return sorted(self._facets | {term for term, count in self._seen.items() if count >= least})

    def _keep(self, terms: Sequence[str]) -> None:
        having = self.commit.sql(
            "SELECT (SELECT string_agg(int4send(id), '') FROM {0}.documents WHERE terms @@ query::tsquery)"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS asked (query, at) ORDER BY at"
        )
        with self._connection.cursor(binary=True) as cursor:
            found = cursor.execute(having, [list(map(quoted, terms))]).fetchall()
        with self._connection.cursor().copy(self.commit.sql("COPY {0}.frequent FROM STDIN")) as copy:
            for term, (packed,) in zip(terms, found, strict=True):
                copy.write_row((term, pack(numbers(packed))))


def _batches(things: Iterator[Thing]) -> Iterator[list[Thing]]:
    while batch := list(islice(things, BATCH)):
        yield batch


def pack(documents: Sequence[int]) -> bytes:
    """Return a set of documents as it is kept in ``frequent``."""
    most = max(documents, default=0)
    return zlib.compress(bitmap(documents, most).to_bytes((most >> 3) + 1, "little"), 1)


def _write(connection: psycopg.Connection, commit: Commit, rows: Sequence[Row], gone: Sequence[int] = ()) -> None:
    cursor = connection.cursor()
    with cursor.copy(commit.sql("COPY {0}.documents FROM STDIN")) as copy:
        for row in rows:
            copy.write_row((*row.facts, True, commit.number, row.vector))
        for number in gone:
            copy.write_row((number, 0, 0, 0, False, commit.number, ""))
    with cursor.copy(commit.sql("COPY {0}.texts FROM STDIN")) as copy:
        for row in rows:
            copy.write_row((row.facts[0], row.text, *row.shown, row.facets))
    words = sorted({word for row in rows for word in row.latin})
    cursor.execute(commit.sql("INSERT INTO {0}.latin_words SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"), [words])
