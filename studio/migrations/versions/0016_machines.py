"""Machines and places are records, and proposals point at them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "machines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("machine", "place", name="machinekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("within_id", sa.Integer(), nullable=True),
        sa.Column("in_use_until", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("trim(code) <> '' AND trim(code_key) <> ''", name=op.f("ck_machines_has_a_code")),
        sa.CheckConstraint("trim(name_zh) <> ''", name=op.f("ck_machines_has_a_name")),
        sa.CheckConstraint("within_id IS NULL OR within_id <> id", name=op.f("ck_machines_not_within_itself")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_machines_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["within_id"], ["machines.id"], name=op.f("fk_machines_within_id_machines"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machines")),
        sa.UniqueConstraint("code_key", name=op.f("uq_machines_code_key")),
    )
    op.create_index(op.f("ix_machines_unit_id"), "machines", ["unit_id"])
    op.create_index(op.f("ix_machines_within_id"), "machines", ["within_id"])
    with op.batch_alter_table("proposals") as proposals:
        proposals.add_column(sa.Column("machine_id", sa.Integer(), nullable=True))
        proposals.create_foreign_key(
            op.f("fk_proposals_machine_id_machines"), "machines", ["machine_id"], ["id"], ondelete="RESTRICT"
        )
        proposals.create_index(op.f("ix_proposals_machine_id"), ["machine_id"])


def downgrade() -> None:
    with op.batch_alter_table("proposals") as proposals:
        proposals.drop_index(op.f("ix_proposals_machine_id"))
        proposals.drop_constraint(op.f("fk_proposals_machine_id_machines"), type_="foreignkey")
        proposals.drop_column("machine_id")
    op.drop_index(op.f("ix_machines_within_id"), table_name="machines")
    op.drop_index(op.f("ix_machines_unit_id"), table_name="machines")
    op.drop_table("machines")
