"""Decisions that were made before there were reasons and classes keep what they say, up and down."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from models import Base
from studio import migrations
from tests.conftest import on_both_databases

pytestmark = on_both_databases
AT = datetime(2019, 11, 16, 1, 0, tzinfo=UTC)
OUTCOMES = {1: "accepted", 2: "accepted", 3: "deferred", 4: "declined", 5: "inadmissible", 6: "trial"}
CLASSES = {1: "adopted", 2: "done", 3: "waits", 4: "declined", 5: "outside_or_planned", 6: "trial"}


@pytest.fixture
def old(database: str) -> Iterator[sa.Engine]:
    """A database of the first version with six decided proposals of an old archive; the second was done already."""
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    Base.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    migrations.upgrade(database, "0001")
    with engine.begin() as connection:
        for number, outcome in OUTCOMES.items():
            add(connection, number, outcome)
    yield engine
    engine.dispose()


def add(connection: sa.Connection, number: int, outcome: str) -> None:
    tables = sa.MetaData()
    proposals, decisions = (sa.Table(name, tables, autoload_with=connection) for name in ("proposals", "decisions"))
    texts = {c.name: "" for c in proposals.c if not c.nullable and isinstance(c.type, sa.Text)}
    connection.execute(
        proposals.insert().values(
            {
                **texts,
                "id": number,
                "number": f"2019-{number:05}",
                "legacy_key": str(number),
                "state": outcome,
                "revision": 1,
                "title": "盖板",
                "problem": "翘边",
                "already_done": number == 2,
                "confidential": False,
                **dict.fromkeys(("created_at", "updated_at", "submitted_at", "decided_at"), AT),
            }
        )
    )
    facts = {"id": number, "proposal_id": number, "outcome": outcome, "reason": "有理由", "wake_up_when": "下次大修"}
    connection.execute(decisions.insert().values({**facts, "decided_at": AT}))


def rows(engine: sa.Engine, question: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(question))]


def test_old_decisions_get_the_class_of_their_outcome(old: sa.Engine) -> None:
    url = old.url.render_as_string(hide_password=False)
    migrations.upgrade(url, "0004")
    assert dict(rows(old, "SELECT id, outcome_class FROM decisions ORDER BY id")) == CLASSES  # type: ignore[arg-type] # pairs
    assert {remedy for (remedy,) in rows(old, "SELECT remedy FROM decisions")} == {""}


def test_going_back_keeps_what_a_deferral_waits_for(old: sa.Engine) -> None:
    url = old.url.render_as_string(hide_password=False)
    migrations.upgrade(url, "0004")
    with old.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO occasions (id, code, name_zh, name_en, times, position, active)"
                " VALUES (1, 'budget', '下一轮预算', 'The next budget', 0, 1, true)"
            )
        )
        connection.execute(sa.text("UPDATE decisions SET occasion_id = 1, wake_up_when = '' WHERE id = 3"))
    migrations.downgrade(url, "0001")
    assert rows(old, "SELECT wake_up_when FROM decisions WHERE id = 3") == [("下一轮预算",)]
    assert len(rows(old, "SELECT id FROM decisions")) == len(OUTCOMES)
