"""Campaigns and challenges are records."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("campaign", "challenge", name="callkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("prize", sa.Numeric(14, 2), nullable=True),
        sa.Column("prizes", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("studio_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("trim(title) <> ''", name=op.f("ck_calls_has_a_title")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_calls_ends_after_it_begins")),
        sa.CheckConstraint("prize >= 0", name=op.f("ck_calls_prize_not_negative")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_calls_studio_id_studios"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("code", name=op.f("uq_calls_code")),
    )
    op.create_index(op.f("ix_calls_closes_on"), "calls", ["closes_on"])
    op.create_index(op.f("ix_calls_studio_id"), "calls", ["studio_id"])
    op.create_table(
        "call_units",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_units_call_id_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_call_units_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("call_id", "unit_id", name=op.f("pk_call_units")),
    )
    op.create_index(op.f("ix_call_units_unit_id"), "call_units", ["unit_id"])


def downgrade() -> None:
    op.drop_table("call_units")
    op.drop_table("calls")
