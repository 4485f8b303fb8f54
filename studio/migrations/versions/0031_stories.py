"""Coordinators tell what was put to use, with a photo before and one after."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("nameless", sa.Boolean(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("trim(headline) <> ''", name=op.f("ck_stories_has_a_headline")),
        sa.CheckConstraint("before_id <> after_id", name=op.f("ck_stories_photos_differ")),
        sa.CheckConstraint(
            "NOT nameless OR (before_id IS NULL AND after_id IS NULL)",
            name=op.f("ck_stories_nameless_without_photos"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_stories_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["before_id"], ["attachments.id"], name=op.f("fk_stories_before_id_attachments"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["attachments.id"], name=op.f("fk_stories_after_id_attachments"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["people.id"], name=op.f("fk_stories_told_by_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("code", name=op.f("uq_stories_code")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_stories_proposal_id")),
    )
    op.create_index(op.f("ix_stories_before_id"), "stories", ["before_id"])
    op.create_index(op.f("ix_stories_after_id"), "stories", ["after_id"])


def downgrade() -> None:
    op.drop_table("stories")
