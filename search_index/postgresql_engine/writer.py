"""Writing: commits on the index in use, and a whole new index beside it."""

import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import psycopg

from search_index.bitmaps import bitmap
from search_index.port import FreshIndex, SearchDocument
from search_index.postgresql_engine.rows import Row, row_of
from search_index.postgresql_engine.schemas import INDEXES, Commit, create, current, switch

Thing = TypeVar("Thing")

BATCH = 500
PART = 50_000
"""Documents of which the bitmaps are collected before they are written, which bounds the memory it takes."""
SAMPLE = 1000
"""The first documents tell which terms are frequent. An archive of fewer has no need to know."""
FREQUENT_SHARE = 256
"""A term is frequent in more than one document of so many; what fewer have, GIN finds within milliseconds."""
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
        self._sample: list[Row] = []
        self._learned = False
        self._frequent: frozenset[str] = frozenset()
        self._having: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        self._collected = 0

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents, each proposal at most once."""
        for rows in _batches(map(row_of, documents)):
            if self._learned:
                self._put(rows)
                continue
            self._sample += rows
            if len(self._sample) >= SAMPLE:
                self._learn()

    def finish(self) -> None:
        """Write out what was added, and make the indexes."""
        if not self._learned:
            self._learn()
        self._write_bitmaps()
        self._connection.execute(f"SET LOCAL maintenance_work_mem = '{BUILD_MEMORY}'")
        self._connection.execute(self.commit.sql(INDEXES))
        self._connection.execute(self.commit.sql("ANALYZE {0}.documents, {0}.texts, {0}.frequent, {0}.latin_words"))
        self._connection.commit()

    def _learn(self) -> None:
        """Take what the first documents have in common for frequent in all of them."""
        counts = Counter(each for row in self._sample for each in row.lexemes)
        size, sample = len(self._sample), self._sample
        often = {each for each, count in counts.items() if size >= SAMPLE and count * FREQUENT_SHARE > size}
        self._learned, self._frequent, self._sample = True, frozenset(often), []
        for rows in _batches(iter(sample)):
            self._put(rows)

    def _put(self, rows: Sequence[Row]) -> None:
        _write(self._connection, self.commit, rows, but=self._frequent)
        self._connection.commit()
        for row in rows:
            for each in (*row.facets, *filter(self._frequent.__contains__, row.lexemes)):
                self._having[each].append(row.proposal_id)
        self._collected += len(rows)
        if self._collected >= PART:
            self._write_bitmaps()

    def _write_bitmaps(self) -> None:
        with self._connection.cursor().copy(self.commit.sql("COPY {0}.frequent FROM STDIN")) as copy:
            for each in sorted(self._having):
                copy.write_row((each, *pack(self._having[each])))
        self._connection.commit()
        self._having.clear()
        self._collected = 0


def _batches(things: Iterator[Thing]) -> Iterator[list[Thing]]:
    while batch := list(islice(things, BATCH)):
        yield batch


def pack(documents: Sequence[int]) -> tuple[int, bytes]:
    """Return some documents as they are kept in ``frequent``: from which number on, and the bitmap."""
    first = min(documents) & ~7
    size = max(documents) - first
    bits = bitmap((number - first for number in documents), size)
    return first, zlib.compress(bits.to_bytes((size >> 3) + 1, "little"), 1)


def _write(
    connection: psycopg.Connection,
    commit: Commit,
    rows: Sequence[Row],
    *,
    but: Collection[str] = (),
    gone: Iterable[int] = (),
) -> None:
    cursor = connection.cursor()
    with cursor.copy(commit.sql("COPY {0}.documents FROM STDIN")) as copy:
        for row in rows:
            copy.write_row((*row.facts, True, commit.number, row.vector(but)))
        for number in gone:
            copy.write_row((number, 0, 0, 0, 0, False, commit.number, ""))
    with cursor.copy(commit.sql("COPY {0}.texts FROM STDIN")) as copy:
        for row in rows:
            copy.write_row((row.proposal_id, row.text, *row.shown, row.facets))
    words = sorted({word for row in rows for word in row.latin})
    cursor.execute(commit.sql("INSERT INTO {0}.latin_words SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"), [words])
