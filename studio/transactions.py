"""How a change reaches the database: one short transaction that holds the write lock from its first statement.

SQLite lets a reading transaction become a writing one only if nobody wrote meanwhile, and fails otherwise. So a
change always begins with BEGIN IMMEDIATE: whatever is loaded inside ``writing`` is the newest there is, and two
people can never overwrite each other. PostgreSQL locks the rows that ``lock_proposal`` loads instead.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

Batch = TypeVar("Batch")

BUSY_TIMEOUT_SECONDS = 15
WRITING = "writing"
ROWS_LOOKED_AT = 1000
"""So many of an index make its statistics: enough to tell few from many, and milliseconds at any size."""
WAL_PAGES = 8000
"""So much (32 MB) is written beside the database before it is taken over and the disk waited for: a month's digests
are written in a fifth less time than with SQLite's own 4 MB."""
LONGEST_POLL_SECONDS = 0.1
"""Whoever waits for SQLite's write lock looks again at least that often."""


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Run a block as one transaction: commit at its end, roll back if it raises.

    What the session has read before is forgotten and read anew inside, so a decision is never made on old facts.
    Do slow work (decoding photos, reading uploads) before entering: on SQLite nobody else can write meanwhile.
    """
    session.rollback()
    session.expire_all()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    already = is_writing(session)
    session.info[WRITING] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[WRITING] = already


@contextmanager
def beside(session: Session) -> Iterator[Connection]:
    """Open a connection for statements that look at nothing that was read before, each a transaction of its own.

    Of such there are thousands, and a session's care costs more than they do. Whoever begins one must have ended the
    session's own transaction: it could hold the lock that is waited for.
    """
    with session.get_bind().engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
        yield connection


def with_pauses(session: Session, batches: Iterable[Batch]) -> Iterator[Batch]:
    """Yield what is written in one transaction each, and let others write in between.

    SQLite keeps no queue: who begins again at once shuts out those who wait. So between two batches the lock is free
    for a little longer than they take to look again. Making the next batch counts as part of the pause.
    """
    pause = 1.1 * LONGEST_POLL_SECONDS if session.get_bind().dialect.name == "sqlite" else 0.0
    free_since = monotonic()
    for batch in batches:
        sleep(max(0.0, pause - (monotonic() - free_since)))
        yield batch
        free_since = monotonic()


def is_writing(session: Session) -> bool:
    """Tell whether the session is inside ``writing``, where only records that it watches may be used."""
    return bool(session.info.get(WRITING))


def prepare_engine(engine: Engine) -> None:
    """Give an SQLite engine WAL, foreign keys and real transactions; other databases are left as they are."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)


def gather_statistics(session: Session) -> None:
    """Let SQLite count its tables anew, so that it begins a join at the small one; PostgreSQL does so by itself.

    A connection learns them when it opens, so the web's are opened anew every few hours.
    Source: https://sqlite.org/lang_analyze.html (approximate ANALYZE for large databases).
    """
    if session.get_bind().dialect.name == "sqlite":
        with writing(session):
            session.execute(text(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}"))
            session.execute(text("ANALYZE"))


def _on_sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's pool record
    connection.isolation_level = None  # the driver must not open transactions of its own
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"wal_autocheckpoint = {WAL_PAGES}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
