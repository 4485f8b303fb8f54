"""What the scores of a panel come to: weighted means, spread and grade.

Each criterion has a scale of its own; before scores meet, the lowest of a scale counts 0 and the highest 100. Figures
are computed exactly and rounded half up to one place, because a grade and the reward that hangs on it must not depend
on how a computer stores 79.95.
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
    """One line of the rubric, scored from `lowest` to `highest`; weights need not sum to 100."""

    code: str
    weight: int | Decimal
    lowest: int = LOWEST_SCORE
    highest: int = HIGHEST_SCORE

    def __post_init__(self) -> None:
        if not self.weight > 0:
            raise ValueError(f"criterion {self.code} needs a weight")
        if not self.lowest < self.highest:
            raise ValueError(f"criterion {self.code} needs a scale that rises")

    def normalised(self, score: int | Fraction) -> Fraction:
        """Return what a score counts between 0 and 100. Raises ValueError for one that is not on the scale."""
        if not self.lowest <= score <= self.highest:
            raise ValueError(f"a score for {self.code} lies between {self.lowest} and {self.highest}")
        return Fraction(100 * (score - self.lowest)) / (self.highest - self.lowest)


Scores = Mapping[str, int]
"""One reviewer's scores by criterion code."""


@dataclass(frozen=True, slots=True)
class PanelResult:
    """What the reviews of one proposal come to, each figure rounded to one place.

    `spread` is the best minus the worst review, `deviation` the standard deviation of the reviews as a whole
    population; both are 0 for a single review. `per_criterion` keeps the order of the rubric and lies between 0 and
    100 like the mean; `given` is the same on each criterion's own scale.
    """

    reviews: int
    mean: Decimal
    spread: Decimal
    deviation: Decimal
    per_criterion: Mapping[str, Decimal]
    given: Mapping[str, Decimal]
    grade: Grade


def review_score(rubric: Sequence[Criterion], scores: Scores) -> Decimal:
    """Return the weighted mean of one review, 0 to 100 with one decimal.

    Raises ValueError when a criterion is not scored, is unknown or lies outside its scale.
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
    given = {criterion: _mean([Fraction(scores[criterion.code]) for scores in reviews]) for criterion in rubric}
    return PanelResult(
        reviews=len(reviews),
        mean=mean,
        spread=_rounded(max(totals) - min(totals)),
        deviation=_rounded(_deviation(totals)),
        per_criterion={criterion.code: _rounded(criterion.normalised(score)) for criterion, score in given.items()},
        given={criterion.code: _rounded(score) for criterion, score in given.items()},
        grade=bands.grade(mean),
    )


def _weighted(rubric: Sequence[Criterion], scores: Scores) -> Fraction:
    codes = [criterion.code for criterion in rubric]
    if not codes or len(set(codes)) != len(codes):
        raise ValueError("a rubric names each of its criteria once")
    if scores.keys() != set(codes):
        raise ValueError(f"scores for {sorted(scores)} do not fit the criteria {sorted(codes)}")
    whole = sum(Fraction(criterion.weight) for criterion in rubric)
    weighed = (Fraction(criterion.weight) * criterion.normalised(scores[criterion.code]) for criterion in rubric)
    return sum(weighed, Fraction(0)) / whole


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _deviation(values: Sequence[Fraction]) -> Fraction:
    centre = _mean(values)
    variance = _mean([(value - centre) ** 2 for value in values])
    return Fraction((Decimal(variance.numerator) / variance.denominator).sqrt())


def _rounded(value: Fraction) -> Decimal:
    """Round a figure that is not negative to one place, half up."""
    return Decimal(floor(value * 10 + Fraction(1, 2))).scaleb(-1)
