"""What waits after the decision is found by who does it; who changed which rubric is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The first page asks what is in somebody's hands.
    op.create_index("ix_proposals_implemented_by_id_state", "proposals", ["implemented_by_id", "state"])
    op.create_table(
        "rubric_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "published",
                "chosen",
                "retired",
                "taken_back",
                name="rubricact",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rubric_id", sa.Integer(), nullable=True),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rubric_id IS NOT NULL OR (act = 'chosen' AND kind_id IS NOT NULL)",
            name=op.f("ck_rubric_entries_about_something"),
        ),
        sa.CheckConstraint(
            "(act = 'published') = (version_number IS NOT NULL)",
            name=op.f("ck_rubric_entries_version_was_published"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_rubric_entries_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["kinds.id"], name=op.f("fk_rubric_entries_kind_id_kinds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["rubrics.id"], name=op.f("fk_rubric_entries_rubric_id_rubrics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_entries")),
    )
    op.create_index(op.f("ix_rubric_entries_rubric_id"), "rubric_entries", ["rubric_id"])
    # What was published before is known from the versions themselves.
    op.execute(
        "INSERT INTO rubric_entries (act, rubric_id, version_number, by_id, at) SELECT 'published', rubric_id, number, "
        "created_by_id, created_at FROM rubric_versions WHERE created_by_id IS NOT NULL ORDER BY created_at, id"
    )
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(sa.Column("end_unknown", sa.Boolean(), server_default=sa.false(), nullable=False))
        decisions.add_column(sa.Column("trial_told_at", sa.DateTime(timezone=True), nullable=True))
    # Nobody may invent until when these were meant to be tried.
    op.execute(
        f"UPDATE decisions SET end_unknown = {sa.true().compile(op.get_bind())} "
        "WHERE outcome = 'trial' AND trial_ends_on IS NULL"
    )
    with op.batch_alter_table("decisions") as decisions:
        decisions.create_check_constraint(
            op.f("ck_decisions_trial_has_an_end"), "outcome <> 'trial' OR trial_ends_on IS NOT NULL OR end_unknown"
        )


def downgrade() -> None:
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_constraint(op.f("ck_decisions_trial_has_an_end"), type_="check")
        decisions.drop_column("trial_told_at")
        decisions.drop_column("end_unknown")
    op.drop_table("rubric_entries")
    op.drop_index("ix_proposals_implemented_by_id_state", table_name="proposals")
