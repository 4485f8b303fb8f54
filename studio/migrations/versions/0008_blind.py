"""Names that are hidden: kinds judged blind, and proposals filed without a name."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

VERBS_BEFORE = (
    "submit", "ask_team", "pass_on", "route", "transfer", "review", "request_information", "answer_information_request", "accept",
    "start_trial", "defer", "decline", "mark_inadmissible", "mark_duplicate", "withdraw", "start_implementation",
    "report_implementation", "verify_implementation", "check_benefit", "reopen", "appeal", "wake_up", "comment", "note",
    "attach", "remove_attachment", "escalate", "undo_duplicate", "note_repeat", "drop_repeat", "step_aside",
)  # fmt: skip

RULES = {
    "anonymous_has_submitter": "NOT anonymous OR submitter_id IS NOT NULL",
    "blind_once_submitted": "NOT blind OR submitted_at IS NOT NULL",
    "hidden_from_team": "NOT (anonymous OR blind) OR team_leader_id IS NULL",
}


def change_verbs(names: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("events") as events:
        events.drop_constraint(op.f("ck_events_verb"), type_="check")
        events.create_check_constraint(op.f("ck_events_verb"), f"verb IN ({listed})")


def add_switches(table: str, *names: str) -> None:
    with op.batch_alter_table(table) as batch:
        for name in names:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table(table) as batch:
        for name in names:
            batch.alter_column(name, server_default=None)


def upgrade() -> None:
    change_verbs((*VERBS_BEFORE, "reveal"))
    add_switches("kinds", "blind")
    add_switches("proposals", "anonymous", "blind")
    with op.batch_alter_table("proposals") as proposals:
        for name, sql in RULES.items():
            proposals.create_check_constraint(op.f(f"ck_proposals_{name}"), sql)


def downgrade() -> None:
    """A program that hides nothing would show the names; what was promised to stay hidden becomes confidential."""
    op.execute(
        "UPDATE proposals SET confidential = true, indexed_revision = NULL"
        " WHERE anonymous OR (blind AND decided_at IS NULL)"
    )
    with op.batch_alter_table("proposals") as proposals:
        for name in RULES:
            proposals.drop_constraint(op.f(f"ck_proposals_{name}"), type_="check")
        proposals.drop_column("anonymous")
        proposals.drop_column("blind")
    with op.batch_alter_table("kinds") as kinds:
        kinds.drop_column("blind")
    op.execute("DELETE FROM events WHERE verb = 'reveal'")
    change_verbs(VERBS_BEFORE)
