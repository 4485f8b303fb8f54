"""Each attempt to deliver a mail, what the relay said when it took one, and addresses that take none."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

HELD = "held"


def upgrade() -> None:
    op.create_table(
        "refused_addresses",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("delays", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("refusals >= 0 AND delays >= 0", name=op.f("ck_refused_addresses_counts_not_negative")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_refused_addresses")),
    )
    op.create_table(
        "mail_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "sent",
                "postponed",
                "refused",
                "delayed",
                "returned",
                name="attemptoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["outgoing_mails.id"], name=op.f("fk_mail_attempts_mail_id_outgoing_mails"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_attempts")),
    )
    op.create_index(op.f("ix_mail_attempts_mail_id"), "mail_attempts", ["mail_id"])
    op.add_column("outgoing_mails", sa.Column("receipt", sa.Text(), server_default="", nullable=False))
    _allow([*_allowed(), HELD])


def downgrade() -> None:
    mails = sa.table("outgoing_mails", sa.column("state"))
    op.execute(mails.update().where(mails.c.state == HELD).values(state="failed"))
    _allow([state for state in _allowed() if state != HELD])
    op.drop_column("outgoing_mails", "receipt")
    op.drop_table("mail_attempts")
    op.drop_table("refused_addresses")


def _allowed() -> list[str]:
    """Return the states that a mail may have, whichever other migration has added some."""
    found = sa.inspect(op.get_bind()).get_check_constraints("outgoing_mails")
    rule = next(check["sqltext"] for check in found if check["name"] == "ck_outgoing_mails_mailstate")
    return re.findall(r"'(\w+)'", rule)


def _allow(states: Collection[str]) -> None:
    rule = f"state IN ({', '.join(repr(state) for state in states)})"
    with op.batch_alter_table("outgoing_mails") as changed:
        changed.drop_constraint(op.f("ck_outgoing_mails_mailstate"), type_="check")
        changed.create_check_constraint(op.f("ck_outgoing_mails_mailstate"), rule)
