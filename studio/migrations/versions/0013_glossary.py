"""What means the same on the shop floor."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "glossary_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("words LIKE '%_;_%'", name=op.f("ck_glossary_rows_two_words_at_least")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["people.id"], name=op.f("fk_glossary_rows_changed_by_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_rows")),
        sa.UniqueConstraint("words", name=op.f("uq_glossary_rows_words")),
    )


def downgrade() -> None:
    op.drop_table("glossary_rows")
