"""What waits after the decision is found by who does it."""

from alembic import op

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The first page asks what is in somebody's hands.
    op.create_index("ix_proposals_implemented_by_id_state", "proposals", ["implemented_by_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_proposals_implemented_by_id_state", table_name="proposals")
