from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.scoring import Criterion, Grade, GradeBands, panel_result, review_score

RUBRIC = (
    Criterion("innovation", 25),
    Criterion("quality", 20),
    Criterion("effect", 35),
    Criterion("contribution", 20),
)
RUBRICS = st.lists(st.integers(1, 60), min_size=4, max_size=4).map(
    lambda weights: tuple(Criterion(criterion.code, weight) for criterion, weight in zip(RUBRIC, weights, strict=True))
)
REVIEWS = st.lists(
    st.fixed_dictionaries({criterion.code: st.integers(0, 100) for criterion in RUBRIC}), min_size=1, max_size=7
)


def all_scored(score: int) -> dict[str, int]:
    return {criterion.code: score for criterion in RUBRIC}


def test_a_review_is_the_weighted_mean_of_its_criteria():
    scores = {"innovation": 66, "quality": 88, "effect": 88, "contribution": 84}
    assert review_score(RUBRIC, scores) == Decimal("81.7")


def test_half_a_tenth_is_rounded_up():
    even = (Criterion("a", 1), Criterion("b", 3))
    assert review_score(even, {"a": 81, "b": 80}) == Decimal("80.3")  # 80.25, which a float would make 80.2


def test_weights_need_not_sum_to_a_hundred():
    assert review_score((Criterion("a", 2), Criterion("b", 1)), {"a": 90, "b": 60}) == Decimal("80.0")


def test_a_weight_may_have_decimals():
    halves = (Criterion("a", Decimal("12.50")), Criterion("b", Decimal("87.50")))
    assert review_score(halves, {"a": 100, "b": 0}) == Decimal("12.5")


def test_the_panel_shows_mean_spread_and_each_criterion():
    one = {"innovation": 66, "quality": 88, "effect": 88, "contribution": 84}
    other = {"innovation": 62, "quality": 84, "effect": 86, "contribution": 80}
    result = panel_result(RUBRIC, [one, other])
    assert result is not None
    assert result.reviews == 2
    assert result.mean == Decimal("80.1")  # of 81.7 and 78.4
    assert result.spread == Decimal("3.3")
    assert result.deviation == Decimal("1.7")
    assert result.per_criterion == {
        "innovation": Decimal(64),
        "quality": Decimal(86),
        "effect": Decimal(87),
        "contribution": Decimal(82),
    }
    assert list(result.per_criterion) == [criterion.code for criterion in RUBRIC]
    assert result.grade is Grade.SECOND


def test_nothing_is_said_before_the_first_review():
    assert panel_result(RUBRIC, []) is None


def test_a_single_review_has_no_spread():
    result = panel_result(RUBRIC, [all_scored(75)])
    assert result is not None
    assert (result.mean, result.spread, result.deviation) == (Decimal(75), Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", Grade.FIRST),
        ("90.0", Grade.FIRST),
        ("89.9", Grade.SECOND),
        ("80", Grade.SECOND),
        ("79.9", Grade.THIRD),
        ("70", Grade.THIRD),
        ("69.9", Grade.ENCOURAGEMENT),
        ("60", Grade.ENCOURAGEMENT),
        ("59.9", Grade.NONE),
        ("0", Grade.NONE),
    ],
)
def test_each_grade_starts_at_its_band(score, grade):
    assert GradeBands().grade(Decimal(score)) is grade


def test_the_grade_follows_the_figure_that_is_shown():
    nearly = panel_result(
        (Criterion("a", 1),), [{"a": 90}] * 19 + [{"a": 89}]
    )  # 89.95 is shown as 90.0, so it is a first
    assert nearly is not None
    assert (nearly.mean, nearly.grade) == (Decimal("90.0"), Grade.FIRST)


@pytest.mark.parametrize(
    "scores",
    [
        {},
        {"innovation": 50},
        {**all_scored(50), "charm": 50},
        {**all_scored(50), "effect": 101},
        {**all_scored(50), "effect": -1},
    ],
)
def test_scores_that_do_not_fit_the_rubric_are_refused(scores):
    with pytest.raises(ValueError, match="score"):
        review_score(RUBRIC, scores)


def test_a_rubric_that_cannot_weigh_is_refused():
    with pytest.raises(ValueError, match="weight"):
        Criterion("innovation", 0)
    with pytest.raises(ValueError, match="rubric"):
        review_score((), {})
    with pytest.raises(ValueError, match="rubric"):
        review_score((Criterion("a", 1), Criterion("a", 1)), {"a": 1})
    with pytest.raises(ValueError, match="grade"):
        GradeBands(second=Decimal(95))


def test_thirds_that_add_up_to_a_half_are_rounded_up():
    thirds = (Criterion("a", 1), Criterion("b", 2))
    reviews = [{"a": 0, "b": 0}] * 19 + [{"a": 3, "b": 0}]
    result = panel_result(thirds, reviews)  # a mean of 1/20, though each review is a matter of thirds
    assert result is not None
    assert result.mean == Decimal("0.1")


@given(RUBRICS, REVIEWS)
def test_the_mean_is_the_exact_one_rounded_half_up(rubric, reviews):
    result = panel_result(rubric, reviews)
    assert result is not None
    weights = sum(criterion.weight for criterion in rubric)
    exact = Fraction(
        sum(criterion.weight * scores[criterion.code] for scores in reviews for criterion in rubric),
        weights * len(reviews),
    )
    assert result.mean == Decimal(int(exact * 10 + Fraction(1, 2))) / 10


@given(REVIEWS)
def test_the_mean_lies_within_the_reviews_and_the_deviation_within_the_spread(reviews):
    result = panel_result(RUBRIC, reviews)
    assert result is not None
    each = [review_score(RUBRIC, scores) for scores in reviews]
    assert min(each) <= result.mean <= max(each)
    assert 0 <= result.deviation <= result.spread


@given(REVIEWS, st.randoms())
def test_the_order_of_the_reviewers_does_not_matter(reviews, random):
    shuffled = random.sample(reviews, len(reviews))
    assert panel_result(RUBRIC, shuffled) == panel_result(RUBRIC, reviews)


SCALES = st.tuples(st.integers(0, 50), st.integers(1, 200)).map(lambda ends: (ends[0], ends[0] + ends[1]))


@st.composite
def panels(draw):
    """A rubric on any scales and some reviews by it."""
    scales = draw(st.lists(SCALES, min_size=1, max_size=6))
    rubric = tuple(
        Criterion(f"c{number}", draw(st.integers(1, 60)), lowest, highest)
        for number, (lowest, highest) in enumerate(scales)
    )
    one = st.fixed_dictionaries({c.code: st.integers(c.lowest, c.highest) for c in rubric})
    return rubric, draw(st.lists(one, min_size=1, max_size=5))


@pytest.mark.parametrize(
    ("lowest", "highest", "score", "counts"),
    [(0, 100, 73, 73), (1, 5, 1, 0), (1, 5, 3, 50), (1, 5, 5, 100), (0, 30, 15, 50), (0, 30, 26, Fraction(260, 3))],
)
def test_the_ends_of_every_scale_count_0_and_100(lowest, highest, score, counts):
    assert Criterion("a", 1, lowest, highest).normalised(score) == counts


def test_points_add_up_where_each_criterion_weighs_as_much_as_it_has_points():
    sheet = tuple(Criterion(code, points, 0, points) for code, points in (("a", 30), ("b", 30), ("c", 20), ("d", 20)))
    result = panel_result(sheet, [{"a": 25, "b": 26, "c": 18, "d": 13}])
    assert result is not None
    assert (result.mean, result.grade) == (Decimal("82.0"), Grade.SECOND)
    assert result.given == {"a": Decimal(25), "b": Decimal(26), "c": Decimal(18), "d": Decimal(13)}
    assert result.per_criterion["c"] == Decimal("90.0")


@given(panels())
def test_whatever_the_scales_every_figure_lies_between_0_and_100(panel):
    result = panel_result(*panel)
    assert result is not None
    figures = [result.mean, result.spread, result.deviation, *result.per_criterion.values()]
    assert all(0 <= figure <= 100 for figure in figures)
    assert result.grade is GradeBands().grade(result.mean)


@given(panels(), st.data())
def test_a_higher_score_never_lowers_the_mean(panel, data):
    rubric, reviews = panel
    criterion = data.draw(st.sampled_from(rubric))
    which = data.draw(st.integers(0, len(reviews) - 1))
    better = [dict(scores) for scores in reviews]
    better[which][criterion.code] = data.draw(st.integers(reviews[which][criterion.code], criterion.highest))
    before, after = panel_result(rubric, reviews), panel_result(rubric, better)
    assert before is not None
    assert after is not None
    assert after.mean >= before.mean


@given(panels(), st.integers(1, 9), st.integers(0, 20), st.integers(1, 7))
def test_stretched_and_moved_scales_and_heavier_weights_change_nothing(panel, stretch, shift, heavier):
    rubric, reviews = panel
    other = tuple(
        Criterion(c.code, c.weight * heavier, c.lowest * stretch + shift, c.highest * stretch + shift) for c in rubric
    )
    moved = [{code: score * stretch + shift for code, score in scores.items()} for scores in reviews]
    before, after = panel_result(rubric, reviews), panel_result(other, moved)
    assert before is not None
    assert after is not None
    assert (after.mean, after.spread, after.deviation) == (before.mean, before.spread, before.deviation)
    assert after.per_criterion == before.per_criterion


@pytest.mark.parametrize(("lowest", "highest"), [(5, 5), (5, 1)])
def test_a_scale_that_does_not_rise_is_refused(lowest, highest):
    with pytest.raises(ValueError, match="scale"):
        Criterion("a", 1, lowest, highest)
