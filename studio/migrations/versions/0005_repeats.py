"""A repeat points at a final original, proved by the database; people follow proposals; three new verbs."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW_VERBS = ("undo_duplicate", "note_repeat", "drop_repeat")
ORIGINAL_RULE = "original_id IS NULL OR (original_id = id AND duplicate_of_id IS NULL)"
STEP_UP = sa.text(
    """UPDATE proposals SET duplicate_of_id = (SELECT o.duplicate_of_id FROM proposals AS o
        WHERE o.id = proposals.duplicate_of_id)
    WHERE duplicate_of_id IN (SELECT o.id FROM proposals AS o WHERE o.duplicate_of_id IS NOT NULL)"""
)
"""Lets each repeat of a repeat point one step further up."""


def upgrade() -> None:
    op.create_table(
        "followers",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_followers_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_followers_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name=op.f("pk_followers")),
    )
    op.create_index(op.f("ix_followers_person_id"), "followers", ["person_id"], unique=False)
    op.add_column("proposals", sa.Column("original_id", sa.Integer(), nullable=True))
    connection = op.get_bind()
    while connection.execute(STEP_UP).rowcount:
        pass
    connection.execute(
        sa.text(
            """UPDATE proposals SET original_id = id
            WHERE id IN (SELECT r.duplicate_of_id FROM proposals AS r WHERE r.duplicate_of_id IS NOT NULL)"""
        )
    )
    with op.batch_alter_table("proposals") as table:
        table.create_unique_constraint(op.f("uq_proposals_original_id"), ["original_id"])
        table.create_check_constraint(op.f("ck_proposals_original_repeats_nothing"), ORIGINAL_RULE)
        table.create_foreign_key(
            op.f("fk_proposals_duplicate_of_id_original"),
            "proposals",
            ["duplicate_of_id"],
            ["original_id"],
            ondelete="RESTRICT",
        )
    _allow_verbs([*_allowed_verbs(), *NEW_VERBS])


def downgrade() -> None:
    events = sa.table("events", sa.column("verb"))
    op.execute(events.delete().where(events.c.verb.in_(NEW_VERBS)))
    _allow_verbs([verb for verb in _allowed_verbs() if verb not in NEW_VERBS])
    with op.batch_alter_table("proposals") as table:
        table.drop_constraint(op.f("ck_proposals_original_repeats_nothing"), type_="check")
        table.drop_constraint(op.f("fk_proposals_duplicate_of_id_original"), type_="foreignkey")
        table.drop_constraint(op.f("uq_proposals_original_id"), type_="unique")
        table.drop_column("original_id")
    op.drop_table("followers")


def _allowed_verbs() -> list[str]:
    """Return the verbs that an event may have, whichever other migration has added some."""
    found = sa.inspect(op.get_bind()).get_check_constraints("events")
    return re.findall(r"'(\w+)'", next(check["sqltext"] for check in found if check["name"] == "ck_events_verb"))


def _allow_verbs(verbs: Collection[str]) -> None:
    rule = f"verb IN ({', '.join(repr(verb) for verb in verbs)})"
    with op.batch_alter_table("events") as table:
        table.drop_constraint(op.f("ck_events_verb"), type_="check")
        table.create_check_constraint(op.f("ck_events_verb"), rule)
