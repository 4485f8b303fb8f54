"""Which call a proposal answers."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    with op.batch_alter_table("proposals") as proposals:
        proposals.add_column(sa.Column("call_id", sa.Integer(), nullable=True))
        proposals.create_foreign_key(
            op.f("fk_proposals_call_id_calls"), "calls", ["call_id"], ["id"], ondelete="RESTRICT"
        )
        proposals.create_index(op.f("ix_proposals_call_id"), ["call_id"])


def downgrade() -> None:
    with op.batch_alter_table("proposals") as proposals:
        proposals.drop_index(op.f("ix_proposals_call_id"))
        proposals.drop_constraint(op.f("fk_proposals_call_id_calls"), type_="foreignkey")
        proposals.drop_column("call_id")
