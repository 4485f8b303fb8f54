"""Shared terminals with PINs and badges, and forms that are filled in on paper."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0026"

PAPER = "paper"


def upgrade() -> None:
    _kiosks()
    op.create_table(
        "pins",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("wrong_tries >= 0", name=op.f("ck_pins_wrong_tries_not_negative")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_pins_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pins")),
    )
    op.create_table(
        "badges",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(number) <> ''", name=op.f("ck_badges_number_not_blank")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_badges_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_badges")),
        sa.UniqueConstraint("person_id", name=op.f("uq_badges_person_id")),
    )
    with op.batch_alter_table("sign_in_attempts") as tries:
        tries.add_column(sa.Column("kiosk_id", sa.Integer(), nullable=True))
        tries.create_foreign_key(
            op.f("fk_sign_in_attempts_kiosk_id_kiosks"), "kiosks", ["kiosk_id"], ["id"], ondelete="RESTRICT"
        )
        tries.create_index(op.f("ix_sign_in_attempts_kiosk_id"), ["kiosk_id"])
    _paper_forms()
    _allow([*_allowed(), PAPER])


def downgrade() -> None:
    files = sa.table("attachments", sa.column("role"))
    op.execute(files.update().where(files.c.role == PAPER).values(role="document"))
    _allow([role for role in _allowed() if role != PAPER])
    op.drop_table("paper_forms")
    with op.batch_alter_table("sign_in_attempts") as tries:
        tries.drop_index(op.f("ix_sign_in_attempts_kiosk_id"))
        tries.drop_constraint(op.f("fk_sign_in_attempts_kiosk_id_kiosks"), type_="foreignkey")
        tries.drop_column("kiosk_id")
    op.drop_table("badges")
    op.drop_table("pins")
    op.drop_table("kiosks")


def _kiosks() -> None:
    op.create_table(
        "kiosks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=True),
        sa.Column("code_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("secret_digest", sa.Text(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_key", sa.Text(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_address", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(name) <> ''", name=op.f("ck_kiosks_name_not_blank")),
        sa.CheckConstraint("(code_digest IS NULL) = (code_ends_at IS NULL)", name=op.f("ck_kiosks_code_has_an_end")),
        sa.CheckConstraint(
            "(secret_digest IS NULL) = (enrolled_at IS NULL)", name=op.f("ck_kiosks_secret_once_enrolled")
        ),
        sa.CheckConstraint(
            "code_digest IS NULL OR secret_digest IS NULL", name=op.f("ck_kiosks_code_until_enrolled")
        ),
        sa.CheckConstraint(
            "session_key IS NULL OR (secret_digest IS NOT NULL AND revoked_at IS NULL)",
            name=op.f("ck_kiosks_session_needs_a_terminal"),
        ),
        sa.CheckConstraint(
            "revoked_at IS NULL OR code_digest IS NULL", name=op.f("ck_kiosks_nothing_opens_what_is_revoked")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_kiosks_unit_id_units"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name=op.f("fk_kiosks_made_by_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_kiosks_code_digest")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_kiosks_secret_digest")),
    )
    op.create_index(op.f("ix_kiosks_unit_id"), "kiosks", ["unit_id"])


def _paper_forms() -> None:
    op.create_table(
        "paper_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(proposal_id IS NULL) = (written_on IS NULL)", name=op.f("ck_paper_forms_keyed_in_with_its_day")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_paper_forms_unit_id_units"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["people.id"], name=op.f("fk_paper_forms_printed_by_id_people"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_paper_forms_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_forms")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_paper_forms_proposal_id")),
    )
    op.create_index(op.f("ix_paper_forms_unit_id"), "paper_forms", ["unit_id"])


def _allowed() -> list[str]:
    """Return the roles that a file may have, whichever other migration has added some."""
    found = sa.inspect(op.get_bind()).get_check_constraints("attachments")
    rule = next(check["sqltext"] for check in found if check["name"] == "ck_attachments_attachmentrole")
    return re.findall(r"'(\w+)'", rule)


def _allow(roles: Collection[str]) -> None:
    rule = f"role IN ({', '.join(repr(role) for role in roles)})"
    with op.batch_alter_table("attachments") as changed:
        changed.drop_constraint(op.f("ck_attachments_attachmentrole"), type_="check")
        changed.create_check_constraint(op.f("ck_attachments_attachmentrole"), rule)
