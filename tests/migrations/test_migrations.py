"""The tables that migrations make are those the models describe, on both databases, there and back."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from models import Base
from studio import migrations
from tests.conftest import on_both_databases

pytestmark = on_both_databases


@pytest.fixture
def empty(database: str) -> Iterator[sa.Engine]:
    """The same database without any table."""
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    migrations.downgrade(database, "base")
    yield engine
    engine.dispose()


def described(engine: sa.Engine) -> dict[str, object]:
    """Return every table with its columns, checks, keys and indexes, as the database tells them."""
    inspector = sa.inspect(engine)
    return {
        table: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c.get("default")) for c in inspector.get_columns(table)
            },
            "checks": {c["name"]: "".join(str(c["sqltext"]).split()) for c in inspector.get_check_constraints(table)},
            "keys": sorted(
                (k["name"] or "", tuple(k["constrained_columns"]), k["referred_table"], str(k.get("options")))
                for k in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(
                (u["name"] or "", tuple(u["column_names"])) for u in inspector.get_unique_constraints(table)
            ),
            "indexes": sorted(
                (i["name"] or "", str(i["column_names"]), bool(i["unique"]), spelled(i.get("dialect_options", {})))
                for i in inspector.get_indexes(table)
            ),
        }
        for table in sorted(set(inspector.get_table_names()) - {"alembic_version"})
    }


def spelled(options: dict[str, Any]) -> str:
    """Return the options of an index as text; the condition of a partial one is an object otherwise."""
    return str(sorted((name, str(value)) for name, value in options.items()))


def test_migrations_make_what_the_models_describe(empty: sa.Engine) -> None:
    Base.metadata.create_all(empty)
    wanted = described(empty)
    Base.metadata.drop_all(empty)

    migrations.upgrade(empty.url.render_as_string(hide_password=False))

    assert described(empty) == wanted
    with empty.connect() as connection:
        assert migrations.differences(connection) == []
        assert migrations.current_revision(connection) == migrations.newest_revision()


def test_every_migration_can_be_taken_back(empty: sa.Engine) -> None:
    url = empty.url.render_as_string(hide_password=False)
    migrations.upgrade(url)
    migrations.downgrade(url, "base")
    assert set(sa.inspect(empty).get_table_names()) == {"alembic_version"}
    migrations.upgrade(url)
    migrations.upgrade(url)


def test_two_processes_may_upgrade_at_once(empty: sa.Engine) -> None:
    url = empty.url.render_as_string(hide_password=False)
    code = f"from studio.migrations import upgrade; upgrade({url!r})"
    root = Path(__file__).parents[2]
    both = [subprocess.Popen([sys.executable, "-c", code], cwd=root) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    with empty.connect() as connection:
        assert migrations.current_revision(connection) == migrations.newest_revision()
