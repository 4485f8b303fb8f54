"""Criteria belong to versions of rubrics; a review keeps the version it was made with.

The criteria in use become version 1 of the default rubric, and every review is one of that version: no score changes.
Criteria that were switched off go into a retired rubric, where the scores given on them still find them.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RUBRICS = sa.table(
    "rubrics",
    sa.column("id", sa.Integer),
    *(sa.column(name, sa.Text) for name in ("code", "name_zh", "name_en")),
    sa.column("position", sa.Integer),
    sa.column("active", sa.Boolean),
    sa.column("is_default", sa.Boolean),
)
VERSIONS = sa.table(
    "rubric_versions",
    sa.column("id", sa.Integer),
    sa.column("rubric_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("change", sa.Text),
)
CRITERIA = sa.table(
    "criteria", sa.column("active", sa.Boolean), sa.column("rubric_version_id", sa.Integer), sa.column("id", sa.Integer)
)
REVIEWS = sa.table("reviews", sa.column("rubric_version_id", sa.Integer), sa.column("id", sa.Integer))


def upgrade() -> None:
    _create_tables()
    op.add_column("criteria", sa.Column("rubric_version_id", sa.Integer(), nullable=True))
    op.add_column("criteria", sa.Column("lowest", sa.Integer(), nullable=True))
    op.add_column("criteria", sa.Column("highest", sa.Integer(), nullable=True))
    op.add_column("reviews", sa.Column("rubric_version_id", sa.Integer(), nullable=True))
    op.add_column("review_scores", sa.Column("lowest", sa.Integer(), nullable=True))
    op.add_column("review_scores", sa.Column("highest", sa.Integer(), nullable=True))
    _move_into_versions()
    with op.batch_alter_table("criteria") as table:
        for name in ("rubric_version_id", "lowest", "highest"):
            table.alter_column(name, existing_type=sa.Integer(), nullable=False)
        table.drop_column("active")
        table.drop_constraint(op.f("uq_criteria_code"), type_="unique")
        table.create_unique_constraint(op.f("uq_criteria_rubric_version_id_code"), ["rubric_version_id", "code"])
        table.create_unique_constraint(op.f("uq_criteria_id_lowest_highest"), ["id", "lowest", "highest"])
        table.create_check_constraint(op.f("ck_criteria_scale_rises"), "lowest >= 0 AND highest > lowest")
        table.create_foreign_key(
            op.f("fk_criteria_rubric_version_id_rubric_versions"),
            "rubric_versions",
            ["rubric_version_id"],
            ["id"],
            ondelete="CASCADE",
        )
    with op.batch_alter_table("reviews") as table:
        table.alter_column("rubric_version_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(
            op.f("fk_reviews_rubric_version_id_rubric_versions"),
            "rubric_versions",
            ["rubric_version_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_index(op.f("ix_reviews_rubric_version_id"), ["rubric_version_id"], unique=False)
    with op.batch_alter_table("review_scores") as table:
        table.alter_column("lowest", existing_type=sa.Integer(), nullable=False)
        table.alter_column("highest", existing_type=sa.Integer(), nullable=False)
        table.drop_constraint(op.f("ck_review_scores_score_in_range"), type_="check")
        table.drop_constraint(op.f("fk_review_scores_criterion_id_criteria"), type_="foreignkey")
        table.create_check_constraint(op.f("ck_review_scores_score_on_its_scale"), "score BETWEEN lowest AND highest")
        table.create_foreign_key(
            op.f("fk_review_scores_criterion_id_lowest_highest_criteria"),
            "criteria",
            ["criterion_id", "lowest", "highest"],
            ["id", "lowest", "highest"],
            ondelete="RESTRICT",
        )


def _create_tables() -> None:
    op.create_table(
        "rubrics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "trim(name_zh) <> '' AND trim(name_en) <> ''", name=op.f("ck_rubrics_named_in_both_languages")
        ),
        sa.CheckConstraint("active OR NOT is_default", name=op.f("ck_rubrics_default_is_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubrics")),
        sa.UniqueConstraint("code", name=op.f("uq_rubrics_code")),
    )
    op.create_index(
        "uq_rubrics_default",
        "rubrics",
        ["is_default"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "rubric_kinds",
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["kinds.id"], name=op.f("fk_rubric_kinds_kind_id_kinds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["rubrics.id"], name=op.f("fk_rubric_kinds_rubric_id_rubrics"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("kind_id", name=op.f("pk_rubric_kinds")),
    )
    op.create_index(op.f("ix_rubric_kinds_rubric_id"), "rubric_kinds", ["rubric_id"], unique=False)
    op.create_table(
        "rubric_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_rubric_versions_number_positive")),
        sa.CheckConstraint(
            "(created_at IS NULL) = (created_by_id IS NULL)", name=op.f("ck_rubric_versions_publication_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["rubric_id"], ["rubrics.id"], name=op.f("fk_rubric_versions_rubric_id_rubrics"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name=op.f("fk_rubric_versions_created_by_id_people"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_versions")),
        sa.UniqueConstraint("rubric_id", "number", name=op.f("uq_rubric_versions_rubric_id_number")),
    )
    op.create_table(
        "criterion_levels",
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("from_score", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.CheckConstraint("from_score >= 0", name=op.f("ck_criterion_levels_from_score_not_negative")),
        sa.CheckConstraint(
            "trim(text_zh) <> '' AND trim(text_en) <> ''", name=op.f("ck_criterion_levels_said_in_both_languages")
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["criteria.id"],
            name=op.f("fk_criterion_levels_criterion_id_criteria"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("criterion_id", "from_score", name=op.f("pk_criterion_levels")),
    )


def _move_into_versions() -> None:
    bind = op.get_bind()
    bind.execute(sa.text("UPDATE criteria SET lowest = 0, highest = 100"))
    bind.execute(sa.text("UPDATE review_scores SET lowest = 0, highest = 100"))
    in_use = bind.scalar(sa.select(sa.func.count()).select_from(CRITERIA).where(CRITERIA.c.active))
    reviews = bind.scalar(sa.select(sa.func.count()).select_from(REVIEWS))
    if in_use or reviews:
        version = _first_version("policy", "通用评分表", "General sheet", default=True)
        bind.execute(sa.update(CRITERIA).where(CRITERIA.c.active).values(rubric_version_id=version))
        bind.execute(sa.update(REVIEWS).values(rubric_version_id=version))
    left = CRITERIA.c.rubric_version_id.is_(None)
    if bind.scalar(sa.select(sa.func.count()).select_from(CRITERIA).where(left)):
        version = _first_version("former", "从前的评分项", "Criteria of the past", default=False)
        bind.execute(sa.update(CRITERIA).where(left).values(rubric_version_id=version))


def _first_version(code: str, name_zh: str, name_en: str, *, default: bool) -> int:
    bind = op.get_bind()
    names = {"code": code, "name_zh": name_zh, "name_en": name_en}
    bind.execute(sa.insert(RUBRICS).values(**names, position=1 if default else 99, active=default, is_default=default))
    rubric = bind.scalar(sa.select(RUBRICS.c.id).where(RUBRICS.c.code == code))
    bind.execute(sa.insert(VERSIONS).values(rubric_id=rubric, number=1, change=""))
    version = bind.scalar(sa.select(VERSIONS.c.id).where(VERSIONS.c.rubric_id == rubric))
    assert version is not None
    return int(version)


def downgrade() -> None:
    """Keep what the default rubric asks now as the criteria in use; scores on other scales become 0 to 100."""
    op.add_column("criteria", sa.Column("active", sa.Boolean(), nullable=True))
    bind = op.get_bind()
    newest = "SELECT max(v.id) FROM rubric_versions v JOIN rubrics r ON r.id = v.rubric_id WHERE r.is_default"
    bind.execute(sa.text(f"UPDATE criteria SET active = (rubric_version_id = coalesce(({newest}), 0))"))
    bind.execute(sa.text("UPDATE criteria SET code = code || '-' || id WHERE NOT active"))
    rising = "score = CAST(round((score - lowest) * 100.0 / (highest - lowest)) AS INTEGER), lowest = 0, highest = 100"
    with op.batch_alter_table("review_scores") as table:
        table.drop_constraint(op.f("ck_review_scores_score_on_its_scale"), type_="check")
        table.drop_constraint(op.f("fk_review_scores_criterion_id_lowest_highest_criteria"), type_="foreignkey")
        table.create_foreign_key(
            op.f("fk_review_scores_criterion_id_criteria"), "criteria", ["criterion_id"], ["id"], ondelete="RESTRICT"
        )
    bind.execute(sa.text(f"UPDATE review_scores SET {rising}"))
    with op.batch_alter_table("review_scores") as table:
        table.create_check_constraint(op.f("ck_review_scores_score_in_range"), "score BETWEEN 0 AND 100")
        table.drop_column("lowest")
        table.drop_column("highest")
    with op.batch_alter_table("reviews") as table:
        table.drop_index(op.f("ix_reviews_rubric_version_id"))
        table.drop_constraint(op.f("fk_reviews_rubric_version_id_rubric_versions"), type_="foreignkey")
        table.drop_column("rubric_version_id")
    op.drop_table("criterion_levels")
    with op.batch_alter_table("criteria") as table:
        table.alter_column("active", existing_type=sa.Boolean(), nullable=False)
        table.drop_constraint(op.f("fk_criteria_rubric_version_id_rubric_versions"), type_="foreignkey")
        table.drop_constraint(op.f("uq_criteria_rubric_version_id_code"), type_="unique")
        table.drop_constraint(op.f("uq_criteria_id_lowest_highest"), type_="unique")
        table.drop_constraint(op.f("ck_criteria_scale_rises"), type_="check")
        for name in ("rubric_version_id", "lowest", "highest"):
            table.drop_column(name)
        table.create_unique_constraint(op.f("uq_criteria_code"), ["code"])
    op.drop_table("rubric_versions")
    op.drop_table("rubric_kinds")
    op.drop_index("uq_rubrics_default", "rubrics")
    op.drop_table("rubrics")
