"""An issue of the digest has a number, a note, and tells how far its sending has come; the day of sending is a row."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

MOMENT = sa.DateTime(timezone=True)
MOMENTS = ("note_at", "held_at", "released_at", "begun_at", "sent_at")
PEOPLE = ("note_by_id", "steered_by_id")


def upgrade() -> None:
    op.create_table(
        "digest_schedule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_digest_schedule_only_one")),
        sa.CheckConstraint("day BETWEEN 1 AND 28", name=op.f("ck_digest_schedule_day_of_every_month")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_digest_schedule_hour_of_a_day")),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name=op.f("fk_digest_schedule_set_by_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_schedule")),
    )
    op.create_index(op.f("ix_digest_schedule_set_by_id"), "digest_schedule", ["set_by_id"])
    with op.batch_alter_table("digest_issues") as issues:
        issues.add_column(sa.Column("number", sa.Integer(), nullable=True))
        for text in ("note_zh", "note_en"):
            issues.add_column(sa.Column(text, sa.Text(), nullable=False, server_default=""))
        issues.add_column(sa.Column("note_revision", sa.Integer(), nullable=False, server_default="0"))
        for moment in MOMENTS:
            issues.add_column(sa.Column(moment, MOMENT, nullable=True))
        for person in PEOPLE:
            issues.add_column(sa.Column(person, sa.Integer(), nullable=True))
    _number_them()
    _note_what_was_sent()
    with op.batch_alter_table("digest_issues") as issues:
        issues.alter_column("number", existing_type=sa.Integer(), nullable=False)
        for column in ("note_zh", "note_en", "note_revision"):
            issues.alter_column(column, server_default=None)
        issues.create_unique_constraint(op.f("uq_digest_issues_number"), ["number"])
        for person in PEOPLE:
            issues.create_foreign_key(
                op.f(f"fk_digest_issues_{person}_people"), "people", [person], ["id"], ondelete="SET NULL"
            )
            issues.create_index(op.f(f"ix_digest_issues_{person}"), [person])
        issues.create_check_constraint(op.f("ck_digest_issues_number_positive"), "number > 0")
        issues.create_check_constraint(
            op.f("ck_digest_issues_held_or_let_go"), "held_at IS NULL OR (released_at IS NULL AND begun_at IS NULL)"
        )
        issues.create_check_constraint(
            op.f("ck_digest_issues_sent_was_begun"), "sent_at IS NULL OR begun_at IS NOT NULL"
        )


def _number_them() -> None:
    op.execute(
        "UPDATE digest_issues SET number ="
        " (SELECT count(*) FROM digest_issues AS earlier WHERE earlier.month <= digest_issues.month)"
    )


def _note_what_was_sent() -> None:
    """Whatever has copies was begun. All but the newest is done; so is that one if the worker has said so since."""
    op.execute(
        "UPDATE digest_issues SET begun_at ="
        " (SELECT min(created_at) FROM deliveries WHERE issue_id = digest_issues.id)"
    )
    op.execute(
        "UPDATE digest_issues SET sent_at ="
        " (SELECT max(created_at) FROM deliveries WHERE issue_id = digest_issues.id)"
        " WHERE begun_at IS NOT NULL AND (month < (SELECT max(month) FROM digest_issues) OR EXISTS"
        " (SELECT 1 FROM job_leases WHERE job = 'digest' AND last_run_at >= digest_issues.begun_at))"
    )


def downgrade() -> None:
    with op.batch_alter_table("digest_issues") as issues:
        for name in ("number_positive", "held_or_let_go", "sent_was_begun"):
            issues.drop_constraint(op.f(f"ck_digest_issues_{name}"), type_="check")
        for person in PEOPLE:
            issues.drop_index(op.f(f"ix_digest_issues_{person}"))
            issues.drop_constraint(op.f(f"fk_digest_issues_{person}_people"), type_="foreignkey")
        issues.drop_constraint(op.f("uq_digest_issues_number"), type_="unique")
        for column in ("number", "note_zh", "note_en", "note_revision", *MOMENTS, *PEOPLE):
            issues.drop_column(column)
    op.drop_table("digest_schedule")
