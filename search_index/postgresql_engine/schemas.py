"""Where an index lies in the database, and how all nodes come to use the next one at the same moment.

Each index has a schema of its own, named by the format's version and a random word; the one row of
``studio_search.current`` holds the name of the one in use and the number of its last commit. Changing it is the switch.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from search_index.port import IndexBusy, SearchUnavailable
from search_index.terms import VERSION

HOME = "studio_search"
"""The schema of the pointer; never the application's, whose tables backups and migrations look through."""
FORMAT = 1
"""Raise it when the tables below change."""
PREFIX = f"{HOME}_v{VERSION}_{FORMAT}_"

LOCKS = 0x5354
"""First half of the keys of our advisory locks."""
WRITING, REBUILDING = 1, 2
PAUSE_SECONDS = 0.02
SWEEP_SECONDS = 2

TABLES = """
CREATE TABLE {0}.documents (
    id integer NOT NULL, revision integer NOT NULL, filed bigint NOT NULL, benefit bigint NOT NULL,
    score integer NOT NULL,
    live boolean NOT NULL,     -- false: was in the index when it was made, and is no more
    changed bigint NOT NULL,   -- by which commit; 0 since the index was made
    terms tsvector NOT NULL
) WITH (toast_tuple_target = 128);  -- the terms lie elsewhere, so that many documents fit on a page
CREATE TABLE {0}.texts (
    id integer NOT NULL, text text NOT NULL, number text NOT NULL, title text NOT NULL, body text NOT NULL,
    facets text[] NOT NULL
);
CREATE TABLE {0}.frequent (term text COLLATE "C" NOT NULL, first integer NOT NULL, documents bytea NOT NULL);
CREATE TABLE {0}.latin_words (word text COLLATE "C" PRIMARY KEY);
ALTER TABLE {0}.frequent ALTER documents SET STORAGE EXTERNAL;  -- packed already
"""

INDEXES = """
ALTER TABLE {0}.documents ADD PRIMARY KEY (id);
ALTER TABLE {0}.texts ADD PRIMARY KEY (id);
CREATE INDEX ON {0}.documents USING gin (terms) WITH (fastupdate = off);
CREATE INDEX ON {0}.documents USING gin (terms) WITH (fastupdate = off) WHERE changed > 0;
CREATE INDEX ON {0}.documents (changed) WHERE changed > 0;
CREATE INDEX ON {0}.documents (filed);
CREATE INDEX ON {0}.documents (benefit);
CREATE INDEX ON {0}.frequent (term);
CREATE INDEX ON {0}.latin_words (reverse(word) COLLATE "C");
"""

MISSING = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
DAMAGE = (
    *MISSING,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.DataCorrupted,
    psycopg.errors.IndexCorrupted,
    psycopg.errors.InternalError_,  # among them: a table that vanished between planning and reading
)
"""What the server says of an index of which something is gone or broken."""


class Commit(NamedTuple):
    """Which index is in use, and its last commit."""

    schema: str
    number: int

    def sql(self, text: str) -> Composed:
        """Return a statement with {0} standing for the index's schema."""
        return SQL(text).format(Identifier(self.schema))


def current(cursor: psycopg.Cursor) -> Commit:
    """Return the newest commit. Raises SearchUnavailable if there is no index of this version."""
    try:
        row = cursor.execute("SELECT schema, number FROM studio_search.current").fetchone()
    except MISSING as error:
        raise SearchUnavailable("there is no search index yet") from error
    if row is None:
        raise SearchUnavailable("there is no search index yet")
    if not row[0].startswith(PREFIX):
        raise SearchUnavailable("the search index has another version")
    return Commit(*row)


def create(connection: psycopg.Connection) -> Commit:
    """Make the tables of an index that is not in use yet."""
    commit = Commit(PREFIX + secrets.token_hex(4), 0)
    connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(HOME)))
    connection.execute(
        "CREATE TABLE IF NOT EXISTS studio_search.current (schema text NOT NULL, number bigint NOT NULL)"
    )
    connection.execute(commit.sql("CREATE SCHEMA {0}"))
    connection.execute(commit.sql(TABLES))
    connection.commit()
    return commit


def switch(connection: psycopg.Connection, commit: Commit) -> None:
    """Make ``commit`` the one in use, at once for everybody."""
    connection.execute("DELETE FROM studio_search.current")
    connection.execute("INSERT INTO studio_search.current VALUES (%s, %s)", commit)
    connection.commit()


def condemn(connection: psycopg.Connection) -> None:
    """Take a damaged index out of use, so that nobody tries it again and the worker makes a new one."""
    connection.rollback()
    with suppress(psycopg.Error):
        connection.execute("DELETE FROM studio_search.current")
    connection.commit()


def sweep(connection: psycopg.Connection) -> None:
    """Remove what crashes and switches have left. What somebody is still reading goes the next time."""
    connection.rollback()
    keep = ""
    with suppress(SearchUnavailable):
        keep = current(connection.cursor()).schema
    connection.rollback()
    left = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) AND nspname <> %s"
    for (schema,) in connection.execute(left, [f"{HOME}_v", keep]).fetchall():
        connection.commit()
        with suppress(psycopg.errors.LockNotAvailable), connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{SWEEP_SECONDS}s'")
            connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
    connection.commit()


@contextmanager
def locked(connection: psycopg.Connection, lock: int, timeout: float) -> Iterator[None]:
    """Hold a lock among all nodes; it falls when its connection ends. Raises IndexBusy after ``timeout`` s."""
    end = time.monotonic() + timeout
    while not _taken(connection, lock):
        if time.monotonic() >= end:
            raise IndexBusy("another process is writing to the search index")
        time.sleep(PAUSE_SECONDS)
    try:
        yield
    finally:
        if not connection.closed:
            connection.rollback()
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, lock])
            connection.commit()


def _taken(connection: psycopg.Connection, lock: int) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, lock]).fetchone()
    connection.commit()
    return bool(row and row[0])
