"""The clock: shift calendars, days that differ, deadline rules, and who has been told of a deadline.

Revision 0003, after 0001. Nothing changes for what is open: without rows the public calendar and the usual limits hold.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VERBS = (
    "submit",
    "route",
    "transfer",
    "review",
    "request_information",
    "answer_information_request",
    "accept",
    "start_trial",
    "defer",
    "decline",
    "mark_inadmissible",
    "mark_duplicate",
    "withdraw",
    "start_implementation",
    "report_implementation",
    "verify_implementation",
    "check_benefit",
    "reopen",
    "appeal",
    "wake_up",
    "comment",
    "note",
    "attach",
    "remove_attachment",
)
NEW_VERBS = ("escalate",)


def upgrade() -> None:
    _allow((*VERBS, *NEW_VERBS))
    op.create_table(
        "shift_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("keeps_holidays", sa.Boolean(), nullable=False),
        sa.CheckConstraint("trim(name_zh) <> ''", name=op.f("ck_shift_calendars_name_not_blank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_calendars")),
    )
    op.create_table(
        "working_spans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_working_spans_weekday_of_a_week")),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", name=op.f("ck_working_spans_opens_within_the_day")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 1440", name=op.f("ck_working_spans_no_longer_than_a_day")),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["shift_calendars.id"],
            name=op.f("fk_working_spans_calendar_id_shift_calendars"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_spans")),
        sa.UniqueConstraint("calendar_id", "weekday", "opens", name=op.f("uq_working_spans_calendar_id_weekday_opens")),
    )
    op.create_table(
        "unit_calendars",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["shift_calendars.id"],
            name=op.f("fk_unit_calendars_calendar_id_shift_calendars"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_calendars_unit_id_units"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_calendars")),
    )
    op.create_index(op.f("ix_unit_calendars_calendar_id"), "unit_calendars", ["calendar_id"], unique=False)
    op.create_table(
        "calendar_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"],
            ["people.id"],
            name=op.f("fk_calendar_exceptions_entered_by_id_people"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_calendar_exceptions_unit_id_units"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_exceptions")),
        sa.UniqueConstraint("unit_id", "day", name=op.f("uq_calendar_exceptions_unit_id_day")),
    )
    op.create_index(op.f("ix_calendar_exceptions_day"), "calendar_exceptions", ["day"], unique=False)
    op.create_table(
        "deadline_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Text(), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=True),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("latest_hours", sa.Integer(), nullable=False),
        sa.Column("decision_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer_hours BETWEEN 1 AND 999", name=op.f("ck_deadline_rules_answer_takes_time")),
        sa.CheckConstraint(
            "latest_hours BETWEEN answer_hours AND 999", name=op.f("ck_deadline_rules_latest_not_before_answer")
        ),
        sa.CheckConstraint("decision_days BETWEEN 1 AND 365", name=op.f("ck_deadline_rules_decision_takes_days")),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["kinds.id"], name=op.f("fk_deadline_rules_kind_id_kinds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["themes.id"], name=op.f("fk_deadline_rules_theme_id_themes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_deadline_rules_unit_id_units"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_rules")),
        sa.UniqueConstraint("matches", name=op.f("uq_deadline_rules_matches")),
    )
    for column in ("kind_id", "theme_id", "unit_id"):
        op.create_index(op.f(f"ix_deadline_rules_{column}"), "deadline_rules", [column], unique=False)
    op.create_table(
        "deadline_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "deadline",
            sa.Enum("answer", "decision", name="deadline", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "step",
            sa.Enum(
                "reminder",
                "reviewer",
                "lead",
                "coordinator",
                name="deadlinestep",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("round >= 0", name=op.f("ck_deadline_notices_round_not_negative")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_deadline_notices_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_notices")),
        sa.UniqueConstraint(
            "proposal_id",
            "round",
            "deadline",
            "step",
            name=op.f("uq_deadline_notices_proposal_id_round_deadline_step"),
        ),
    )


def downgrade() -> None:
    op.drop_table("deadline_notices")
    op.drop_table("deadline_rules")
    op.drop_table("calendar_exceptions")
    op.drop_table("unit_calendars")
    op.drop_table("working_spans")
    op.drop_table("shift_calendars")
    events = sa.table("events", sa.column("verb", sa.Text()))
    op.execute(sa.delete(events).where(events.c.verb.in_(NEW_VERBS)))
    _allow(VERBS)


def _allow(verbs: tuple[str, ...]) -> None:
    """Let events have these verbs and no others."""
    with op.batch_alter_table("events") as table:
        table.drop_constraint(op.f("ck_events_verb"), type_="check")
        table.create_check_constraint(op.f("ck_events_verb"), sa.column("verb", sa.String(32)).in_(verbs))
