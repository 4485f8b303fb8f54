"""How far work has come that takes long: one row for each kind of it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "slow_works",
        sa.Column(
            "kind",
            sa.Enum(
                "index",
                "import",
                "backup",
                name="slowworkkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_slow_works_counts_not_negative")),
        sa.CheckConstraint("total = 0 OR done <= total", name=op.f("ck_slow_works_not_more_than_all")),
        sa.CheckConstraint("total = 0 OR paced_at IS NOT NULL", name=op.f("ck_slow_works_counted_has_pace")),
        sa.CheckConstraint("NOT failed OR ended_at IS NOT NULL", name=op.f("ck_slow_works_failed_has_ended")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_slow_works")),
    )


def downgrade() -> None:
    op.drop_table("slow_works")
