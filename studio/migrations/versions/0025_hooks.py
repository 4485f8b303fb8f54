"""Web hooks: robots and programs that are told, and the messages to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "hooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", _words("hookkind", "wecom", "dingtalk", "feishu", "signed"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("tested_at", moment, nullable=True),
        sa.Column("listens_since", moment, nullable=False),
        sa.Column("looked_until", moment, nullable=False),
        sa.Column("rests_until", moment, nullable=True),
        sa.Column("failing_since", moment, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("trim(name) <> ''", name=op.f("ck_hooks_name_not_blank")),
        sa.CheckConstraint("kind <> 'signed' OR secret <> ''", name=op.f("ck_hooks_program_has_secret")),
        _reference("hooks", "studio_id", "studios", "RESTRICT"),
        _reference("hooks", "unit_id", "units", "RESTRICT"),
        _reference("hooks", "made_by_id", "people", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hooks")),
    )
    for column in ("studio_id", "unit_id", "made_by_id"):
        op.create_index(op.f(f"ix_hooks_{column}"), "hooks", [column])
    op.create_table(
        "hook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", _words("mailstate", "queued", "sending", "sent", "failed", "held"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_hook_deliveries_sent_has_time")
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (claimed_by IS NOT NULL)", name=op.f("ck_hook_deliveries_sending_is_claimed")
        ),
        sa.CheckConstraint("state <> 'held'", name=op.f("ck_hook_deliveries_never_held")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_hook_deliveries_attempts_not_negative")),
        _reference("hook_deliveries", "hook_id", "hooks", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_deliveries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_hook_deliveries_message_id")),
    )
    op.create_index("ix_hook_deliveries_hook_id_state", "hook_deliveries", ["hook_id", "state"])
    op.create_table(
        "hook_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(event_id IS NULL) <> (issue_id IS NULL)", name=op.f("ck_hook_facts_one_thing")),
        _reference("hook_facts", "hook_id", "hooks", "CASCADE"),
        _reference("hook_facts", "delivery_id", "hook_deliveries", "CASCADE"),
        _reference("hook_facts", "event_id", "events", "CASCADE"),
        _reference("hook_facts", "issue_id", "digest_issues", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_facts")),
        sa.UniqueConstraint("hook_id", "event_id", name=op.f("uq_hook_facts_hook_id_event_id")),
        sa.UniqueConstraint("hook_id", "issue_id", name=op.f("uq_hook_facts_hook_id_issue_id")),
    )
    for column in ("delivery_id", "event_id", "issue_id"):
        op.create_index(op.f(f"ix_hook_facts_{column}"), "hook_facts", [column])


def downgrade() -> None:
    for table in ("hook_facts", "hook_deliveries", "hooks"):
        op.drop_table(table)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _reference(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)
