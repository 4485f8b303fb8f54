"""Bringing the tables of a database to the present version, from a checkout or an installed wheel alike.

Two processes may do so at once: the first takes a lock, the second waits and finds nothing left to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, pool, text

from models import Base

ADVISORY_LOCK = 0x57D10
"""Any number, so long as nobody else in the database uses it for an advisory lock."""
LOCK_TIMEOUT_SECONDS = 60


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to ``revision``; does nothing when it is there already."""
    with _locked(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to ``revision``, ``base`` meaning an empty one. Rows of dropped tables are lost."""
    with _locked(url) as connection:
        command.downgrade(_config(connection), revision)


def newest_revision() -> str | None:
    """Return the revision this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def knows(revision: str) -> bool:
    """Tell whether a revision is one of this version's: an older program does not know newer tables."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def current_revision(connection: Connection) -> str | None:
    """Return the revision the database has; None for one that was never initialised."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[object]:
    """Return what the models say and the tables lack, or the other way round; empty is good."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection} if connection is not None else {})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    """Open one transaction in which nobody else can change tables; all of it happens or nothing."""
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        yield connection


def _on_sqlite_connect(connection: object, _record: object) -> None:
    # Foreign keys stay off: SQLite changes a table by copying it, and dropping the old one must not cascade.
    connection.isolation_level = None  # type: ignore[attr-defined] # the driver must not open transactions of its own
    connection.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_SECONDS * 1000}")  # type: ignore[attr-defined] # as above
