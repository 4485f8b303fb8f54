"""The port's verbs on tables of PostgreSQL."""

import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from search_index import answering, likeness
from search_index.port import IndexStatus, SearchPage, SearchQuery, SearchUnavailable, SimilarHit
from search_index.postgresql_engine import schemas
from search_index.postgresql_engine.reading import Reading
from search_index.postgresql_engine.snapshot import Snapshot, load
from search_index.postgresql_engine.writer import FreshPostgresqlIndex, PostgresqlWriter

Answer = TypeVar("Answer")

LOCK_SECONDS = 10.0
ATTEMPTS = 3
"""A switch may just have removed what was being read, and a server that was started anew has cut every connection."""

DAMAGE = (*schemas.DAMAGE, zlib.error)

FRESH_PART = 2000
"""So many documents written since the index was made cost a search as much as a part does elsewhere."""


class PostgresqlEngine:
    """An index in a database. One object a process; threads share it."""

    def __init__(self, url: str) -> None:
        self._readers = _connections(url, isolation_level="REPEATABLE READ")
        self._writers = _connections(url)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query. Raises SearchUnavailable."""
        return self._ask(lambda index: answering.search(index, query))

    def all_hits(self, query: SearchQuery) -> Sequence[int]:
        """Return the proposals of all hits in their order, as of one commit. Raises SearchUnavailable."""
        return self._ask(lambda index: answering.all_hits(index, query))

    def similar(
        self, text: str, audience: frozenset[str], limit: int, *, but: int | None = None
    ) -> tuple[SimilarHit, ...]:
        """Return the documents that share most of the telling words of ``text``. Raises SearchUnavailable."""
        return self._ask(lambda index: likeness.similar(index, text, audience, limit, but))

    def revisions(self) -> Mapping[int, int]:
        """Return proposal id -> revision of all that is indexed. Raises SearchUnavailable."""
        return self._ask(Reading.revisions)

    def status(self) -> IndexStatus:
        """Tell how the index is; never raises."""
        try:
            return self._ask(_status)
        except SearchUnavailable:
            return IndexStatus(available=False)

    @contextmanager
    def writing(self) -> Iterator[PostgresqlWriter]:
        """Hold the write lock. Raises IndexBusy after LOCK_SECONDS."""
        with self._changing() as connection, schemas.locked(connection, schemas.WRITING, LOCK_SECONDS):
            try:
                yield PostgresqlWriter(connection)
            except DAMAGE as error:
                schemas.condemn(connection)
                raise SearchUnavailable("the search index is damaged") from error

    @contextmanager
    def rebuilding(self) -> Iterator[FreshPostgresqlIndex]:
        """Start an empty index beside the present one. Raises IndexBusy if another node is at it."""
        with self._changing() as connection, schemas.locked(connection, schemas.REBUILDING, timeout=0):
            schemas.sweep(connection)
            try:
                yield FreshPostgresqlIndex(connection)
            finally:
                if not connection.closed:
                    schemas.sweep(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self._readers.dispose()
        self._writers.dispose()

    def _ask(self, question: Callable[[Reading], Answer]) -> Answer:
        """Ask the newest commit. Raises SearchUnavailable, and takes the index out of use if it is damaged."""
        for _ in range(ATTEMPTS):
            try:
                with _borrowed(self._readers) as connection:
                    cursor = connection.cursor(binary=True)
                    return question(Reading(self._newest(cursor), cursor))
            except DAMAGE as error:
                trouble: Exception = error
            except (psycopg.OperationalError, DBAPIError) as error:
                self._readers.dispose()
                trouble = error
        if isinstance(trouble, DAMAGE):
            with self._changing() as connection:
                schemas.condemn(connection)
            raise SearchUnavailable("the search index is damaged") from trouble
        raise SearchUnavailable("the database of the search index does not answer") from trouble

    def _newest(self, cursor: psycopg.Cursor) -> Snapshot:
        commit, known = schemas.current(cursor), self._snapshot
        if known is None or known.commit != commit:
            with self._lock:
                known = self._snapshot
                if known is None or known.commit != commit:
                    known = load(cursor, commit, known)
                    self._snapshot = known
        return known

    @contextmanager
    def _changing(self) -> Iterator[psycopg.Connection]:
        try:
            with _borrowed(self._writers) as connection:
                yield connection
        except (psycopg.OperationalError, DBAPIError) as error:
            raise SearchUnavailable("the database of the search index does not answer") from error


def _status(index: Reading) -> IndexStatus:
    return IndexStatus(
        available=True,
        documents=index.live.bit_count(),
        parts=1 + index.fresh // FRESH_PART,
        size_in_bytes=index.size(),
    )


def _connections(url: str, **options: str) -> Engine:
    connections = create_engine(url, pool_pre_ping=not options, **options)
    event.listen(connections, "connect", _on_connect)
    return connections


def _on_connect(connection: psycopg.Connection, _record: object) -> None:
    """Take the indexes that are made for the statements; and compile none, however many documents are expected."""
    connection.execute("SET jit = off; SET enable_seqscan = off")
    connection.commit()


@contextmanager
def _borrowed(connections: Engine) -> Iterator[psycopg.Connection]:
    pooled = connections.raw_connection()
    try:
        connection = pooled.driver_connection
        assert isinstance(connection, psycopg.Connection)  # noqa: S101 - tells the type checker which driver it is
        yield connection
    finally:
        pooled.close()  # rolls back what is left
