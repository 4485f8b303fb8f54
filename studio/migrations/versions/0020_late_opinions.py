"""Sessions that were signed out; a second opinion has a deadline; a deferral whose occasion is gone has a line."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"

NEW_VERBS = ("reschedule",)
NEW_DEADLINES = ("opinion",)


def upgrade() -> None:
    op.create_table(
        "ended_sessions",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ended_sessions")),
    )
    op.create_index(op.f("ix_ended_sessions_ended_at"), "ended_sessions", ["ended_at"])
    _allow("events", "verb", [*_allowed("events", "verb"), *NEW_VERBS])
    _allow("deadline_notices", "deadline", [*_allowed("deadline_notices", "deadline"), *NEW_DEADLINES])


def downgrade() -> None:
    for table, column, new in (("deadline_notices", "deadline", NEW_DEADLINES), ("events", "verb", NEW_VERBS)):
        rows = sa.table(table, sa.column(column))
        op.execute(rows.delete().where(rows.c[column].in_(new)))
        _allow(table, column, [word for word in _allowed(table, column) if word not in new])
    op.drop_table("ended_sessions")


def _allowed(table: str, column: str) -> list[str]:
    """Return the words that a column may hold, whichever other migration has added some."""
    found = sa.inspect(op.get_bind()).get_check_constraints(table)
    rule = next(check["sqltext"] for check in found if check["name"] == f"ck_{table}_{column}")
    return re.findall(r"'(\w+)'", rule)


def _allow(table: str, column: str, words: Collection[str]) -> None:
    rule = f"{column} IN ({', '.join(repr(word) for word in words)})"
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        changed.create_check_constraint(op.f(f"ck_{table}_{column}"), rule)
