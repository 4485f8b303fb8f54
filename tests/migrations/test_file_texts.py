"""What was attached before the texts of documents were read waits to be read, each document once."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from models import Base
from studio import migrations
from tests.conftest import on_both_databases

pytestmark = on_both_databases
AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def test_documents_of_before_wait_the_newest_last(database: str) -> None:
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    migrations.downgrade(database, "0013")
    with engine.begin() as connection:
        proposals, attachments = (Base.metadata.tables[name] for name in ("proposals", "attachments"))
        for key in (1, 2):
            connection.execute(proposals.insert().values(_proposal(proposals, key)))
        files = [
            (1, "a", "application/pdf"),
            (1, "b", "image/jpeg"),
            (1, "c", "text/plain"),
            (2, "a", "application/pdf"),
        ]
        for proposal_id, letter, media_type in files:
            facts: dict[str, Any] = {"proposal_id": proposal_id, "sha256": letter * 64, "media_type": media_type}
            more = {"role": "document", "filename": letter, "size": 1, "caption": "", "created_at": AT}
            connection.execute(attachments.insert().values(facts | more))
    migrations.upgrade(database, "0014")
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT sha256, media_type, state, attempts FROM file_texts ORDER BY id"))
        found = [(sha256[0], *rest) for sha256, *rest in rows]
    engine.dispose()
    assert found == [("c", "text/plain", "waiting", 0), ("a", "application/pdf", "waiting", 0)]


def _proposal(table: sa.Table, key: int) -> dict[str, Any]:
    blank: dict[str, Any] = {
        column.name: "" if isinstance(column.type, sa.Text) else False
        for column in table.columns
        if not column.nullable and isinstance(column.type, sa.Text | sa.Boolean)
    }
    facts = {"id": key, "legacy_key": str(key), "state": "withdrawn", "revision": 1, "created_at": AT, "updated_at": AT}
    return blank | facts
