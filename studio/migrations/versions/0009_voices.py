"""Mentions, second opinions, referrals to the workers' congress; five new verbs."""

import re
from collections.abc import Collection

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW_VERBS = ("request_opinion", "give_opinion", "decline_opinion", "refer_to_congress", "record_congress_answer")
RECOMMENDATIONS = sa.Enum(
    "accept", "trial", "defer", "decline", name="recommendation", native_enum=False, create_constraint=True, length=32
)
ANSWERS = sa.Enum(
    "adopted", "not_adopted", "advice", name="congressanswer", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    _create_mentions()
    _create_second_opinions()
    _create_congress_referrals()
    _allow_verbs([*_allowed_verbs(), *NEW_VERBS])


def downgrade() -> None:
    events = sa.table("events", sa.column("verb"))
    op.execute(events.delete().where(events.c.verb.in_(NEW_VERBS)))
    _allow_verbs([verb for verb in _allowed_verbs() if verb not in NEW_VERBS])
    op.drop_table("congress_referrals")
    op.drop_table("second_opinions")
    op.drop_table("mentions")


def _create_mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(said) <> ''", name=op.f("ck_mentions_said_not_blank")),
        _points("mentions", "comment_id", "comments", "CASCADE"),
        _points("mentions", "person_id", "people"),
        sa.PrimaryKeyConstraint("comment_id", "person_id", name=op.f("pk_mentions")),
    )
    op.create_index(op.f("ix_mentions_person_id"), "mentions", ["person_id"])
    unseen = sa.text("seen_at IS NULL")
    op.create_index("ix_mentions_unseen", "mentions", ["person_id"], sqlite_where=unseen, postgresql_where=unseen)


def _create_second_opinions() -> None:
    op.create_table(
        "second_opinions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("deciding_studio_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("recommendation", RECOMMENDATIONS, nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(question) <> ''", name=op.f("ck_second_opinions_question_not_blank")),
        sa.CheckConstraint("studio_id <> deciding_studio_id", name=op.f("ck_second_opinions_another_studio")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (words IS NULL)",
            name=op.f("ck_second_opinions_answer_is_whole"),
        ),
        sa.CheckConstraint(
            "words IS NULL OR trim(words) <> ''", name=op.f("ck_second_opinions_answer_not_blank")
        ),
        sa.CheckConstraint(
            "recommendation IS NULL OR answered_at IS NOT NULL",
            name=op.f("ck_second_opinions_recommends_in_an_answer"),
        ),
        sa.CheckConstraint(
            "answered_by_id IS NULL OR answered_by_id <> asked_by_id",
            name=op.f("ck_second_opinions_nobody_answers_himself"),
        ),
        _points("second_opinions", "proposal_id", "proposals", "CASCADE"),
        _points("second_opinions", "studio_id", "studios"),
        _points("second_opinions", "deciding_studio_id", "studios"),
        _points("second_opinions", "asked_by_id", "people"),
        _points("second_opinions", "answered_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_opinions")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_second_opinions_proposal_id")),
    )
    op.create_index(op.f("ix_second_opinions_studio_id"), "second_opinions", ["studio_id"])


def _create_congress_referrals() -> None:
    op.create_table(
        "congress_referrals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("session_name", sa.Text(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=True),
        sa.Column("referred_by_id", sa.Integer(), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", ANSWERS, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("dealt_with_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("trim(question) <> ''", name=op.f("ck_congress_referrals_question_not_blank")),
        sa.CheckConstraint(
            "(recorded_at IS NULL) = (answer IS NULL) AND (recorded_at IS NULL) = (dealt_with_on IS NULL)"
            " AND (recorded_at IS NULL) = (recorded_by_id IS NULL)",
            name=op.f("ck_congress_referrals_answer_is_whole"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer = 'adopted' OR trim(words) <> ''", name=op.f("ck_congress_referrals_says_why")
        ),
        _points("congress_referrals", "proposal_id", "proposals", "CASCADE"),
        _points("congress_referrals", "referred_by_id", "people"),
        _points("congress_referrals", "recorded_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_congress_referrals")),
    )
    op.create_index(op.f("ix_congress_referrals_proposal_id"), "congress_referrals", ["proposal_id"])
    still_open = sa.text("recorded_at IS NULL")
    op.create_index(
        "uq_congress_referrals_open",
        "congress_referrals",
        ["proposal_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _points(table: str, column: str, target: str, ondelete: str = "RESTRICT") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def _allowed_verbs() -> list[str]:
    """Return the verbs that an event may have, whichever other migration has added some."""
    found = sa.inspect(op.get_bind()).get_check_constraints("events")
    return re.findall(r"'(\w+)'", next(check["sqltext"] for check in found if check["name"] == "ck_events_verb"))


def _allow_verbs(verbs: Collection[str]) -> None:
    rule = f"verb IN ({', '.join(repr(verb) for verb in verbs)})"
    with op.batch_alter_table("events") as table:
        table.drop_constraint(op.f("ck_events_verb"), type_="check")
        table.create_check_constraint(op.f("ck_events_verb"), rule)
