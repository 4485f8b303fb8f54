"""What people are told of proposals, in the app and by mail, each kind of event as they choose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"

GROUPS = (
    "request",
    "decision",
    "answer",
    "mention",
    "assignment",
    "deadline",
    "work",
    "benefit",
    "filing",
    "wake_up",
)
PARTS = (
    "author",
    "writer",
    "lead",
    "reviewer",
    "team_leader",
    "asked",
    "doer",
    "follower",
    "named",
    "safety",
    "concerned",
)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NEVER_BY_MAIL = dict.fromkeys(GROUPS, "app")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("topic", _one_of("noticegroup", GROUPS), nullable=False),
        sa.Column("part", _one_of("noticepart", PARTS), nullable=False),
        sa.Column("once", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("words", JSON, nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(mail_at IS NULL) = (words IS NULL)", name=op.f("ck_notifications_waits_with_its_words")
        ),
        sa.CheckConstraint("mail_at IS NULL OR mailed_at IS NULL", name=op.f("ck_notifications_waits_or_has_left")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_notifications_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_notifications_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("once", name=op.f("uq_notifications_once")),
    )
    op.create_index(op.f("ix_notifications_proposal_id"), "notifications", ["proposal_id"])
    op.create_index(op.f("ix_notifications_person_id_proposal_id"), "notifications", ["person_id", "proposal_id"])
    _partial_index("ix_notifications_unseen", "person_id", "seen_at IS NULL")
    _partial_index("ix_notifications_waiting", "mail_at", "mail_at IS NOT NULL")
    with op.batch_alter_table("preferences") as changed:
        changed.add_column(sa.Column("notices", JSON, nullable=False, server_default="{}"))
    preferences = sa.table("preferences", sa.column("notices", JSON), sa.column("notices_by_mail", sa.Boolean()))
    op.execute(preferences.update().where(~preferences.c.notices_by_mail).values(notices=NEVER_BY_MAIL))
    with op.batch_alter_table("preferences") as changed:
        changed.alter_column("notices", server_default=None)
        changed.drop_column("notices_by_mail")


def downgrade() -> None:
    with op.batch_alter_table("preferences") as changed:
        changed.add_column(sa.Column("notices_by_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    preferences = sa.table("preferences", sa.column("notices", JSON), sa.column("notices_by_mail", sa.Boolean()))
    op.execute(preferences.update().where(preferences.c.notices == NEVER_BY_MAIL).values(notices_by_mail=False))
    with op.batch_alter_table("preferences") as changed:
        changed.alter_column("notices_by_mail", server_default=None)
        changed.drop_column("notices")
    op.drop_table("notifications")


def _one_of(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _partial_index(name: str, column: str, where: str) -> None:
    op.create_index(
        op.f(name), "notifications", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
