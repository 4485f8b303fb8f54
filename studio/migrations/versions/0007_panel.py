"""Panels: who is asked to judge a proposal, how many by kind, and when somebody is away."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

VERBS_BEFORE = (
    "submit", "ask_team", "pass_on", "route", "transfer", "review", "request_information", "answer_information_request", "accept",
    "start_trial", "defer", "decline", "mark_inadmissible", "mark_duplicate", "withdraw", "start_implementation",
    "report_implementation", "verify_implementation", "check_benefit", "reopen", "appeal", "wake_up", "comment", "note",
    "attach", "remove_attachment", "escalate", "undo_duplicate", "note_repeat", "drop_repeat",
)  # fmt: skip


def change_verbs(names: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("events") as events:
        events.drop_constraint(op.f("ck_events_verb"), type_="check")
        events.create_check_constraint(op.f("ck_events_verb"), f"verb IN ({listed})")


def upgrade() -> None:
    change_verbs((*VERBS_BEFORE, "step_aside"))
    with op.batch_alter_table("kinds") as kinds:
        kinds.add_column(sa.Column("panel_size", sa.Integer(), nullable=False, server_default="2"))
    op.execute("UPDATE kinds SET panel_size = 1 WHERE code = 'suggestion'")
    with op.batch_alter_table("kinds") as kinds:
        kinds.alter_column("panel_size", server_default=None)
        kinds.create_check_constraint(op.f("ck_kinds_panel_has_somebody"), "panel_size BETWEEN 1 AND 9")
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_absences_ends_after_it_begins")),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name=op.f("ck_absences_deputy_is_another")),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["people.id"], name=op.f("fk_absences_deputy_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"])
    op.create_table(
        "panel_seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_for",
            sa.Enum(
                "stepped_aside", "away", "left", name="seatend", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_for IS NULL)", name=op.f("ck_panel_seats_ended_with_a_reason")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= seated_at", name=op.f("ck_panel_seats_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_panel_seats_person_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_panel_seats_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seats")),
    )
    op.create_index(op.f("ix_panel_seats_person_id"), "panel_seats", ["person_id"])
    op.create_index(op.f("ix_panel_seats_proposal_id"), "panel_seats", ["proposal_id"])
    op.create_index(
        "uq_panel_seats_open",
        "panel_seats",
        ["proposal_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    # Whoever owed the first answer of an open proposal was the one who was asked.
    op.execute(
        "INSERT INTO panel_seats (proposal_id, person_id, seated_at) SELECT id, reviewer_id, submitted_at FROM proposals "
        "WHERE state IN ('under_review', 'information_requested') AND reviewer_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("panel_seats")
    op.drop_table("absences")
    with op.batch_alter_table("kinds") as kinds:
        kinds.drop_constraint(op.f("ck_kinds_panel_has_somebody"), type_="check")
        kinds.drop_column("panel_size")
    op.execute("DELETE FROM events WHERE verb = 'step_aside'")
    change_verbs(VERBS_BEFORE)
