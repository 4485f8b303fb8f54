"""What mails said moves out of their rows and back; a forgotten one stays forgotten."""

from datetime import UTC, datetime

import sqlalchemy as sa

from studio import migrations
from tests.conftest import on_both_databases
from tests.migrations.test_digest_issues import insert

pytestmark = on_both_databases
BEFORE = "0033"


def test_mails_keep_their_words_both_ways(database: str) -> None:
    migrations.downgrade(database, BEFORE)
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    headers = {"List-Id": "<digest.studio>"}
    with engine.begin() as connection:
        for key, text in ((1, "采纳了。"), (2, "")):
            said = {"text": text, "html": f"<p>{text}</p>" if text else "", "headers": headers if text else {}}
            sent = {"state": "sent", "sent_at": datetime(2026, 11, 1, tzinfo=UTC)}
            insert(connection, "outgoing_mails", id=key, message_id=f"<{key}@a>", once=str(key), **sent, **said)
        insert(connection, "mail_attempts", id=1, mail_id=1, outcome="sent")
    migrations.upgrade(database)
    assert _rows(engine, "SELECT mail_id, text, html, headers FROM mail_words") == [
        (1, "采纳了。", "<p>采纳了。</p>", headers)
    ]
    migrations.downgrade(database, BEFORE)
    assert _rows(engine, "SELECT id, text, html, headers FROM outgoing_mails ORDER BY id") == [
        (1, "采纳了。", "<p>采纳了。</p>", headers),
        (2, "", "", {}),
    ]
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM mail_attempts")) == 1, "what hangs on it stays"
    engine.dispose()


def _rows(engine: sa.Engine, question: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(question).columns(headers=sa.JSON))]
