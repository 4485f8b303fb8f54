"""What teams settle by themselves: limits by unit, the leader who has a proposal in hand, a state of its own.

Revision 0006, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

STATES = (
    "draft",
    "submitted",
    "under_review",
    "information_requested",
    "accepted",
    "trial",
    "deferred",
    "declined",
    "inadmissible",
    "duplicate",
    "withdrawn",
    "in_implementation",
    "implemented",
    "verified",
)
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
    "escalate",
    "undo_duplicate",
    "note_repeat",
    "drop_repeat",
)
WITH_THE_TEAM = "team_check"
NEW_STATES = (*STATES[:2], WITH_THE_TEAM, *STATES[2:])
NEW_VERBS = (VERBS[0], "ask_team", "pass_on", *VERBS[1:])

OLD_RULES = {
    "decision_has_time": "state IN ('draft', 'submitted', 'under_review', 'information_requested', 'withdrawn')"
    " OR decided_at IS NOT NULL",
    "review_has_studio": "state NOT IN ('under_review', 'information_requested') OR studio_id IS NOT NULL",
}
NEW_RULES = {
    "decision_has_time": "state IN ('draft', 'submitted', 'team_check', 'under_review', 'information_requested',"
    " 'withdrawn') OR decided_at IS NOT NULL",
    "review_has_studio": "state <> 'under_review' AND (state <> 'information_requested' OR team_leader_id IS NOT NULL)"
    " OR studio_id IS NOT NULL",
    "team_check_has_leader": "state <> 'team_check' OR team_leader_id IS NOT NULL",
    "team_or_studio": "team_leader_id IS NULL OR studio_id IS NULL",
}


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _exchange(batch: "op.BatchOperations", table: str, gone: dict[str, str], new: dict[str, str]) -> None:
    for name in gone:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
    for name, sql in new.items():
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sql)


def _words(states: tuple[str, ...], verbs: tuple[str, ...]) -> dict[str, str]:
    """Return the checks of events."""
    return {
        "verb": _one_of("verb", verbs),
        "old_state": _one_of("old_state", states),
        "new_state": _one_of("new_state", states),
    }


def upgrade() -> None:
    op.create_table(
        "team_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind_codes", JSON, nullable=False),
        sa.Column("cost_limit", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("benefit_limit", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("cost_limit >= 0 AND benefit_limit >= 0", name=op.f("ck_team_limits_money_not_negative")),
        sa.CheckConstraint("days BETWEEN 1 AND 30", name=op.f("ck_team_limits_days_in_range")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_team_limits_unit_id_units"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_limits")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_team_limits_unit_id")),
    )
    with op.batch_alter_table("proposals") as batch:
        batch.add_column(sa.Column("team_leader_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_proposals_team_leader_id_people"), "people", ["team_leader_id"], ["id"], ondelete="RESTRICT"
        )
        gone = {**OLD_RULES, "proposalstate": ""}
        _exchange(batch, "proposals", gone, {**NEW_RULES, "proposalstate": _one_of("state", NEW_STATES)})
    op.create_index("ix_proposals_team_leader_id_state", "proposals", ["team_leader_id", "state"])
    with op.batch_alter_table("events") as batch:
        _exchange(batch, "events", _words(STATES, VERBS), _words(NEW_STATES, NEW_VERBS))
    with op.batch_alter_table("decisions") as batch:
        batch.add_column(sa.Column("by_team", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.create_check_constraint(
            op.f("ck_decisions_teams_say_yes_or_no"), "NOT by_team OR outcome IN ('accepted', 'declined')"
        )


def downgrade() -> None:
    """What a team has in hand waits for the coordinator; its open questions are closed without an answer."""
    op.execute(
        "UPDATE information_requests SET answer = '', answered_at = asked_at WHERE answered_at IS NULL AND proposal_id"
        " IN (SELECT id FROM proposals WHERE team_leader_id IS NOT NULL AND state = 'information_requested')"
    )
    op.execute(
        "UPDATE proposals SET state = 'submitted', reviewer_id = NULL, team_leader_id = NULL"
        " WHERE team_leader_id IS NOT NULL AND state IN ('team_check', 'information_requested')"
    )
    op.execute("DELETE FROM events WHERE verb IN ('ask_team', 'pass_on')")
    op.execute("UPDATE events SET old_state = 'submitted' WHERE old_state = 'team_check'")
    op.execute("UPDATE events SET new_state = 'submitted' WHERE new_state = 'team_check'")
    with op.batch_alter_table("decisions") as batch:
        batch.drop_constraint(op.f("ck_decisions_teams_say_yes_or_no"), type_="check")
        batch.drop_column("by_team")
    with op.batch_alter_table("events") as batch:
        _exchange(batch, "events", _words(NEW_STATES, NEW_VERBS), _words(STATES, VERBS))
    op.drop_index("ix_proposals_team_leader_id_state", table_name="proposals")
    with op.batch_alter_table("proposals") as batch:
        gone = {**NEW_RULES, "proposalstate": ""}
        _exchange(batch, "proposals", gone, {**OLD_RULES, "proposalstate": _one_of("state", STATES)})
        batch.drop_constraint(op.f("fk_proposals_team_leader_id_people"), type_="foreignkey")
        batch.drop_column("team_leader_id")
    op.drop_table("team_limits")
