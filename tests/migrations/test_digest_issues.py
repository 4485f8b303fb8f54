"""Issues from before get numbers in the order of their months, and whoever had his copy gets no second one."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from studio import migrations
from tests.conftest import on_both_databases

pytestmark = on_both_databases
AT = datetime(2026, 11, 1, tzinfo=UTC)
FILL: tuple[tuple[type[Any], Any], ...] = (
    (sa.Boolean, False),
    (sa.DateTime, AT),
    (sa.Integer, 0),
    (sa.JSON, {}),
    (sa.String, ""),
)


def insert(connection: sa.Connection, table: str, **values: object) -> None:
    """Insert a row with something harmless in every column that must not be empty."""
    there = sa.Table(table, sa.MetaData(), autoload_with=connection)
    given: dict[str, Any] = {
        column.name: next((value for kind, value in FILL if isinstance(column.type, kind)), {})
        for column in there.columns
        if not column.nullable and column.name not in values
    }
    connection.execute(sa.insert(there).values({**given, **values}))


@pytest.mark.parametrize("ended", [True, False])
def test_old_issues_are_numbered_and_known_to_be_sent(database: str, *, ended: bool) -> None:
    migrations.downgrade(database, "0020")
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    with engine.begin() as connection:
        insert(connection, "units", id=1, code="A", name_zh="厂", level="company", path="/1/")
        insert(connection, "people", id=1, unit_id=1, employee_no="1", name="甲")
        for issue_id, month in ((1, "2026-10"), (2, "2026-08"), (3, "2026-09")):
            insert(connection, "digest_issues", id=issue_id, month=month)
        for issue_id in (1, 2):
            insert(connection, "deliveries", id=issue_id, issue_id=issue_id, person_id=1)
        insert(connection, "job_leases", job="digest", holder="w", last_run_at=AT if ended else None)
    migrations.upgrade(database)
    question = "SELECT month, number, begun_at IS NOT NULL, sent_at IS NOT NULL FROM digest_issues ORDER BY number"
    with engine.connect() as connection:
        found = [
            (month, number, bool(begun), bool(sent))
            for month, number, begun, sent in connection.execute(sa.text(question))
        ]
    engine.dispose()
    assert found == [("2026-08", 1, True, True), ("2026-09", 2, False, False), ("2026-10", 3, True, ended)]
