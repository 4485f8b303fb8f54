"""What attached documents say."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCUMENTS = (
    "application/pdf",
    f"{OFFICE}wordprocessingml.document",
    f"{OFFICE}spreadsheetml.sheet",
    f"{OFFICE}presentationml.presentation",
    "text/plain",
)
STATES = ("waiting", "read", "empty", "unreadable")
REASONS = ("locked", "broken", "too_large", "too_long", "too_much_memory", "crashed", "given_up", "missing")


def upgrade() -> None:
    op.create_table(
        "file_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("state", _one_of(STATES, "filetextstate"), nullable=False),
        sa.Column("reason", _one_of(REASONS, "unreadable"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_file_texts_sha256_is_hex")),
        sa.CheckConstraint("(state = 'waiting') = (read_at IS NULL)", name=op.f("ck_file_texts_waiting_is_unread")),
        sa.CheckConstraint("(state = 'read') = (text <> '')", name=op.f("ck_file_texts_text_only_if_read")),
        sa.CheckConstraint(
            "(state = 'unreadable') = (reason IS NOT NULL)", name=op.f("ck_file_texts_unreadable_has_reason")
        ),
        sa.CheckConstraint(
            "claimed_by IS NULL OR state = 'waiting'", name=op.f("ck_file_texts_claimed_while_waiting")
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_file_texts_claim_runs_out")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_file_texts_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_texts")),
        sa.UniqueConstraint("sha256", name=op.f("uq_file_texts_sha256")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_file_texts_waiting", "file_texts", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    # What is attached already waits to be read like what comes from now on; the worker begins with the newest.
    attachments = sa.table("attachments", sa.column("sha256"), sa.column("media_type"), sa.column("id"))
    texts = sa.table("file_texts", *map(sa.column, ("sha256", "media_type", "state", "text", "attempts")))
    documents = (
        sa.select(
            attachments.c.sha256,
            sa.func.min(attachments.c.media_type),
            sa.literal("waiting"),
            sa.literal(""),
            sa.literal(0),
        )
        .where(attachments.c.media_type.in_(DOCUMENTS))
        .group_by(attachments.c.sha256)
        .order_by(sa.func.max(attachments.c.id))
    )
    op.execute(sa.insert(texts).from_select([column.name for column in texts.columns], documents))


def downgrade() -> None:
    op.drop_table("file_texts")


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
