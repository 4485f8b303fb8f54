"""Why something was decided, what a deferral waits for, and decisions that are made but not told yet.

Revision 0004, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD_WAKE_UP = "outcome <> 'deferred' OR wake_up_on IS NOT NULL OR trim(wake_up_when) <> ''"
NEW_WAKE_UP = "outcome <> 'deferred' OR wake_up_on IS NOT NULL OR occasion_id IS NOT NULL OR trim(wake_up_when) <> ''"
WAKE_UP = "ck_decisions_deferred_has_wake_up"
CLASSES = """UPDATE decisions SET outcome_class = CASE outcome
    WHEN 'accepted' THEN CASE WHEN
        (SELECT already_done FROM proposals WHERE proposals.id = decisions.proposal_id) THEN 'done' ELSE 'adopted' END
    WHEN 'deferred' THEN 'waits'
    WHEN 'inadmissible' THEN 'outside_or_planned'
    ELSE outcome END"""
NAMES = """UPDATE decisions SET wake_up_when = (SELECT name_zh FROM occasions WHERE occasions.id = decisions.occasion_id)
    WHERE occasion_id IS NOT NULL AND trim(wake_up_when) = ''"""


def outcome() -> sa.Enum:
    return sa.Enum(
        "accepted",
        "trial",
        "deferred",
        "declined",
        "inadmissible",
        "duplicate",
        name="outcome",
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def outcome_class() -> sa.Enum:
    return sa.Enum(
        "done",
        "adopted",
        "trial",
        "waits",
        "needs_study",
        "outside_or_planned",
        "duplicate",
        "declined",
        name="outcomeclass",
        native_enum=False,
        create_constraint=True,
        length=32,
    )


def upgrade() -> None:
    op.create_table(
        "decision_reasons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("outcome", outcome(), nullable=False),
        sa.Column("outcome_class", outcome_class(), nullable=True),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("needs_words", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_reasons")),
        sa.UniqueConstraint("code", name=op.f("uq_decision_reasons_code")),
    )
    op.create_table(
        "occasions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_by_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announced_by_id"], ["people.id"], name=op.f("fk_occasions_announced_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_occasions_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
        sa.UniqueConstraint("code", name=op.f("uq_occasions_code")),
    )
    op.create_index(op.f("ix_occasions_unit_id"), "occasions", ["unit_id"], unique=False)

    op.create_table(
        "prepared_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", outcome(), nullable=False),
        sa.Column("because_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("wake_up_on", sa.Date(), nullable=True),
        sa.Column("wake_up_when", sa.Text(), nullable=False),
        sa.Column("occasion_id", sa.Integer(), nullable=True),
        sa.Column("trial_ends_on", sa.Date(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'duplicate') = (duplicate_of_id IS NOT NULL)",
            name=op.f("ck_prepared_decisions_duplicate_has_original"),
        ),
        sa.CheckConstraint(
            "outcome <> 'deferred' OR wake_up_on IS NOT NULL OR occasion_id IS NOT NULL OR trim(wake_up_when) <> ''",
            name=op.f("ck_prepared_decisions_deferred_has_wake_up"),
        ),
        sa.CheckConstraint(
            "outcome <> 'inadmissible' OR trim(remedy) <> ''",
            name=op.f("ck_prepared_decisions_inadmissible_has_remedy"),
        ),
        sa.CheckConstraint(
            "outcome = 'accepted' OR trim(reason) <> ''", name=op.f("ck_prepared_decisions_reason_unless_accepted")
        ),
        sa.ForeignKeyConstraint(
            ["because_id"],
            ["decision_reasons.id"],
            name=op.f("fk_prepared_decisions_because_id_decision_reasons"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["proposals.id"],
            name=op.f("fk_prepared_decisions_duplicate_of_id_proposals"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["occasion_id"],
            ["occasions.id"],
            name=op.f("fk_prepared_decisions_occasion_id_occasions"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["people.id"],
            name=op.f("fk_prepared_decisions_prepared_by_id_people"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_prepared_decisions_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studios.id"], name=op.f("fk_prepared_decisions_studio_id_studios"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_decisions")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_prepared_decisions_proposal_id")),
    )
    op.create_index(op.f("ix_prepared_decisions_because_id"), "prepared_decisions", ["because_id"], unique=False)
    op.create_index(op.f("ix_prepared_decisions_occasion_id"), "prepared_decisions", ["occasion_id"], unique=False)
    op.create_index(
        op.f("ix_prepared_decisions_prepared_by_id"), "prepared_decisions", ["prepared_by_id"], unique=False
    )
    op.create_index(op.f("ix_prepared_decisions_studio_id"), "prepared_decisions", ["studio_id"], unique=False)

    with op.batch_alter_table("decisions") as batch_op:
        batch_op.add_column(sa.Column("outcome_class", outcome_class(), nullable=True))
        batch_op.add_column(sa.Column("because_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("remedy", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("occasion_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f(WAKE_UP), type_="check")
        batch_op.create_check_constraint(op.f(WAKE_UP), NEW_WAKE_UP)
        batch_op.create_index(op.f("ix_decisions_because_id"), ["because_id"])
        batch_op.create_index(op.f("ix_decisions_occasion_id"), ["occasion_id"])
        batch_op.create_foreign_key(
            op.f("fk_decisions_because_id_decision_reasons"),
            "decision_reasons",
            ["because_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            op.f("fk_decisions_occasion_id_occasions"), "occasions", ["occasion_id"], ["id"], ondelete="RESTRICT"
        )
    with op.batch_alter_table("decisions") as batch_op:
        batch_op.alter_column("remedy", server_default=None, existing_type=sa.Text(), existing_nullable=False)
    op.execute(CLASSES)


def downgrade() -> None:
    op.execute(NAMES)
    with op.batch_alter_table("decisions") as batch_op:
        batch_op.drop_constraint(op.f(WAKE_UP), type_="check")
        batch_op.drop_constraint(op.f("ck_decisions_outcomeclass"), type_="check")
        batch_op.create_check_constraint(op.f(WAKE_UP), OLD_WAKE_UP)
        batch_op.drop_constraint(op.f("fk_decisions_occasion_id_occasions"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_decisions_because_id_decision_reasons"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_decisions_occasion_id"))
        batch_op.drop_index(op.f("ix_decisions_because_id"))
        for column in ("occasion_id", "remedy", "because_id", "outcome_class"):
            batch_op.drop_column(column)
    for table in ("prepared_decisions", "occasions", "decision_reasons"):
        op.drop_table(table)
