"""Who exported which reviews when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "review_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_review_exports_ends_after_it_begins")),
        sa.CheckConstraint("row_count > 0", name=op.f("ck_review_exports_rows_positive")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_review_exports_person_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_review_exports_studio_id_studios"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_exports")),
    )
    op.create_index(op.f("ix_review_exports_person_id"), "review_exports", ["person_id"])
    op.create_index(op.f("ix_review_exports_studio_id"), "review_exports", ["studio_id"])


def downgrade() -> None:
    op.drop_table("review_exports")
