"""Searches that are kept, addresses for feed readers, and what the reviews of a decided proposal came to."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GIVEN = """
    SELECT decisions.id, reviews.id, criteria.code, criteria.weight, review_scores.lowest, review_scores.highest,
        review_scores.score
    FROM decisions JOIN reviews ON reviews.proposal_id = decisions.proposal_id
        JOIN review_scores ON review_scores.review_id = reviews.id
        JOIN criteria ON criteria.id = review_scores.criterion_id
    WHERE decisions.superseded_at IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("trim(name) <> ''", name=op.f("ck_saved_searches_name_not_blank")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_saved_searches_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_searches_person_id_name")),
        sa.UniqueConstraint("person_id", "query", name=op.f("uq_saved_searches_person_id_query")),
    )
    op.add_column("people", sa.Column("feed_stamp", sa.Text(), nullable=True))
    op.add_column("decisions", sa.Column("score", sa.Numeric(4, 1), nullable=True))
    _fill_scores()


def _fill_scores() -> None:
    """What was decided before is scored by its reviews, as ``studio.domain.scoring`` does."""
    decisions = sa.table("decisions", sa.column("id", sa.Integer()), sa.column("score", sa.Numeric(4, 1)))
    reviews: dict[int, dict[int, dict[str, tuple[Fraction, Fraction]]]] = defaultdict(lambda: defaultdict(dict))
    for decision, review, code, weight, lowest, highest, score in op.get_bind().execute(sa.text(GIVEN)):
        reviews[decision][review][code] = (Fraction(weight), Fraction(100 * (score - lowest), highest - lowest))
    for decision, given in reviews.items():
        shared = set.intersection(*(set(scores) for scores in given.values()))
        if shared:
            mean = sum(_weighted(scores, shared) for scores in given.values()) / len(given)
            rounded = Decimal(floor(mean * 10 + Fraction(1, 2))).scaleb(-1)
            op.execute(sa.update(decisions).where(decisions.c.id == decision).values(score=rounded))


def _weighted(scores: dict[str, tuple[Fraction, Fraction]], shared: set[str]) -> Fraction:
    total = sum(scores[code][0] * scores[code][1] for code in shared)
    return Fraction(total) / sum(scores[code][0] for code in shared)


def downgrade() -> None:
    op.drop_column("decisions", "score")
    op.drop_column("people", "feed_stamp")
    op.drop_table("saved_searches")
