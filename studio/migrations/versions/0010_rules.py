"""Routing rules with drafts and a history, and who stands in for a studio."""

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COLUMNS = ("unit_codes", "kind_codes", "theme_codes", "words")
ACTS = ("made", "drafted", "changed", "switched_on", "switched_off", "discarded", "removed")
ONE_OF_A_KIND = sa.text("replaces_id IS NULL AND removed_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("studios") as studios:
        studios.add_column(sa.Column("stand_in_id", sa.Integer(), nullable=True))
        studios.add_column(sa.Column("stand_in_from", sa.Integer(), nullable=True))
        studios.create_foreign_key(
            op.f("fk_studios_stand_in_id_studios"), "studios", ["stand_in_id"], ["id"], ondelete="RESTRICT"
        )
        studios.create_check_constraint(
            op.f("ck_studios_stand_in_is_another"), "stand_in_id IS NULL OR stand_in_id <> id"
        )
        studios.create_check_constraint(
            op.f("ck_studios_stand_in_from_is_percent"),
            "stand_in_from IS NULL OR (stand_in_id IS NOT NULL AND stand_in_from BETWEEN 50 AND 1000)",
        )
    op.create_index(op.f("ix_studios_stand_in_id"), "studios", ["stand_in_id"])
    with op.batch_alter_table("routing_rules") as rules:
        rules.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        rules.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        rules.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        rules.add_column(sa.Column("fingerprint", sa.Text(), nullable=False, server_default=""))
    _sign_what_is_there(op.get_bind())
    with op.batch_alter_table("routing_rules") as rules:
        rules.alter_column("revision", server_default=None)
        rules.alter_column("fingerprint", server_default=None)
        rules.create_foreign_key(
            op.f("fk_routing_rules_replaces_id_routing_rules"),
            "routing_rules",
            ["replaces_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        rules.create_unique_constraint(op.f("uq_routing_rules_replaces_id"), ["replaces_id"])
        rules.create_check_constraint(
            op.f("ck_routing_rules_only_rules_hold"), "NOT active OR (replaces_id IS NULL AND removed_at IS NULL)"
        )
        rules.create_check_constraint(
            op.f("ck_routing_rules_replaces_another"), "replaces_id IS NULL OR replaces_id <> id"
        )
    op.create_index(
        "uq_routing_rules_fingerprint",
        "routing_rules",
        ["studio_id", "fingerprint"],
        unique=True,
        sqlite_where=ONE_OF_A_KIND,
        postgresql_where=ONE_OF_A_KIND,
    )
    op.create_table(
        "rule_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(*ACTS, name="ruleact", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was", JSON, nullable=True),
        sa.Column("now", JSON, nullable=True),
        sa.CheckConstraint("(act = 'made') = (was IS NULL)", name=op.f("ck_rule_changes_made_from_nothing")),
        sa.CheckConstraint(
            "(act IN ('removed', 'discarded')) = (now IS NULL)", name=op.f("ck_rule_changes_gone_to_nothing")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["routing_rules.id"], name=op.f("fk_rule_changes_rule_id_routing_rules"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_rule_changes_actor_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_changes")),
    )
    op.create_index(op.f("ix_rule_changes_rule_id"), "rule_changes", ["rule_id"])
    op.create_index(op.f("ix_rule_changes_actor_id"), "rule_changes", ["actor_id"])


def _sign_what_is_there(connection: sa.Connection) -> None:
    """Give each rule its fingerprint. Of equal ones the strongest stays: the others never decided anything."""
    columns = [sa.Column(name, JSON) for name in COLUMNS]
    rules = sa.Table(
        "routing_rules",
        sa.MetaData(),
        *(sa.Column(name, sa.Integer) for name in ("id", "studio_id", "priority")),
        sa.Column("active", sa.Boolean),
        sa.Column("fingerprint", sa.Text),
        *columns,
    )
    seen: set[tuple[int, str]] = set()
    for row in connection.execute(sa.select(rules).order_by(rules.c.active.desc(), rules.c.priority, rules.c.id)).all():
        spelled = json.dumps([sorted(set(getattr(row, name))) for name in COLUMNS], ensure_ascii=False)
        fingerprint = sha256(spelled.encode()).hexdigest()
        if (row.studio_id, fingerprint) in seen:
            connection.execute(rules.delete().where(rules.c.id == row.id))
        else:
            connection.execute(rules.update().where(rules.c.id == row.id).values(fingerprint=fingerprint))
        seen.add((row.studio_id, fingerprint))


def downgrade() -> None:
    """Drafts for rules that hold and removed rules go with the history; a rule that is off stays as one."""
    op.drop_table("rule_changes")
    op.execute("DELETE FROM routing_rules WHERE replaces_id IS NOT NULL")
    op.execute("DELETE FROM routing_rules WHERE removed_at IS NOT NULL")
    op.drop_index("uq_routing_rules_fingerprint", table_name="routing_rules")
    with op.batch_alter_table("routing_rules") as rules:
        rules.drop_constraint(op.f("ck_routing_rules_replaces_another"), type_="check")
        rules.drop_constraint(op.f("ck_routing_rules_only_rules_hold"), type_="check")
        rules.drop_constraint(op.f("uq_routing_rules_replaces_id"), type_="unique")
        rules.drop_constraint(op.f("fk_routing_rules_replaces_id_routing_rules"), type_="foreignkey")
        for name in ("replaces_id", "removed_at", "revision", "fingerprint"):
            rules.drop_column(name)
    op.drop_index(op.f("ix_studios_stand_in_id"), table_name="studios")
    with op.batch_alter_table("studios") as studios:
        studios.drop_constraint(op.f("ck_studios_stand_in_from_is_percent"), type_="check")
        studios.drop_constraint(op.f("ck_studios_stand_in_is_another"), type_="check")
        studios.drop_constraint(op.f("fk_studios_stand_in_id_studios"), type_="foreignkey")
        studios.drop_column("stand_in_from")
        studios.drop_column("stand_in_id")
