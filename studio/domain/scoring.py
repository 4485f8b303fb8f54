"""What the scores of a panel come to: weighted means, spread and grade.

Scores run from 0 to 100. Figures are computed exactly and rounded half up to one place, because a grade and
the reward that hangs on it must not depend on how a computer stores 79.95.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

LOWEST_SCORE, HIGHEST_SCORE = 0, 100


class Grade(StrEnum):
    """The class of prize that a proposal's score belongs to."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    ENCOURAGEMENT = "encouragement"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class GradeBands:
    """The lowest score of each grade; the defaults are the ones usual in firms' written rules."""

    first: Decimal = Decimal(90)
    second: Decimal = Decimal(80)
    third: Decimal = Decimal(70)
    encouragement: Decimal = Decimal(60)

    def __post_init__(self) -> None:
        if not self.first > self.second > self.third > self.encouragement > 0:
            raise ValueError("a better grade needs a higher score")

    def grade(self, score: Decimal) -> Grade:
        """Return the grade of a score that has been rounded to the place it is shown with."""
        bands = (
            (self.first, Grade.FIRST),
            (self.second, Grade.SECOND),
            (self.third, Grade.THIRD),
            (self.encouragement, Grade.ENCOURAGEMENT),
        )
        return next((grade for lowest, grade in bands if score >= lowest), Grade.NONE)


DEFAULT_BANDS = GradeBands()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the rubric; weights need not sum to 100."""

    code: str
    weight: int | Decimal

    def __post_init__(self) -> None:
        if not self.weight > 0:
            raise ValueError(f"criterion {self.code} needs a weight")


Scores = Mapping[str, int]
"""One reviewer's scores by criterion code."""


@dataclass(frozen=True, slots=True)
class PanelResult:
    """What the reviews of one proposal come to, each figure rounded to one place.

    `spread` is the best minus the worst review, `deviation` the standard deviation of the reviews as a whole
    population; both are 0 for a single review. `per_criterion` keeps the order of the rubric.
    """

    reviews: int
    mean: Decimal
    spread: Decimal
    deviation: Decimal
    per_criterion: Mapping[str, Decimal]
    grade: Grade


def review_score(rubric: Sequence[Criterion], scores: Scores) -> Decimal:
    """Return the weighted mean of one review, 0 to 100 with one decimal.

    Raises ValueError when a criterion is not scored, is unknown or lies outside 0 to 100.
    """
    return _rounded(_weighted(rubric, scores))


def panel_result(
    rubric: Sequence[Criterion], reviews: Sequence[Scores], bands: GradeBands = DEFAULT_BANDS
) -> PanelResult | None:
    """Return what the reviews come to, or None while there is no review.

    Nothing is rounded before the end, so the panel's mean does not drift with the number of reviewers.
    """
    if not reviews:
        return None
    totals = [_weighted(rubric, scores) for scores in reviews]
    mean = _rounded(_mean(totals))
    return PanelResult(
        reviews=len(reviews),
        mean=mean,
        spread=_rounded(max(totals) - min(totals)),
        deviation=_rounded(_deviation(totals)),
        per_criterion={
            criterion.code: _rounded(_mean([Fraction(scores[criterion.code]) for scores in reviews]))
            for criterion in rubric
        },
        grade=bands.grade(mean),
    )


def _weighted(rubric: Sequence[Criterion], scores: Scores) -> Fraction:
    codes = [criterion.code for criterion in rubric]
    if not codes or len(set(codes)) != len(codes):
        raise ValueError("a rubric names each of its criteria once")
    if scores.keys() != set(codes):
        raise ValueError(f"scores for {sorted(scores)} do not fit the criteria {sorted(codes)}")
    if not all(LOWEST_SCORE <= score <= HIGHEST_SCORE for score in scores.values()):
        raise ValueError(f"a score lies between {LOWEST_SCORE} and {HIGHEST_SCORE}")
    weights = {criterion.code: Fraction(criterion.weight) for criterion in rubric}
    return sum((weights[code] * scores[code] for code in codes), Fraction(0)) / sum(weights.values())


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _deviation(values: Sequence[Fraction]) -> Fraction:
    centre = _mean(values)
    variance = _mean([(value - centre) ** 2 for value in values])
    return Fraction((Decimal(variance.numerator) / variance.denominator).sqrt())


def _rounded(value: Fraction) -> Decimal:
    """Round a figure that is not negative to one place, half up."""
    return Decimal(floor(value * 10 + Fraction(1, 2))).scaleb(-1)
