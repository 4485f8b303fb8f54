import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.errors import Problem
from studio.domain.shares import Share, check_shares, even_split, fair_split, shared_out


def codes(*shares: tuple[str, int], submitter: str = "003127") -> list[str]:
    return [problem.code for problem in check_shares([Share(*share) for share in shares], submitter)]


def test_shares_that_make_up_the_whole_are_fine():
    assert codes(("003127", 60), ("007509", 25), ("010033", 15)) == []
    assert codes(("003127", 100)) == []


def test_shares_sum_to_a_hundred():
    shares = [Share("003127", 60), Share("007509", 30)]
    assert check_shares(shares, "003127") == [Problem("shares_not_whole", "contributors", {"total": 90})]


def test_each_share_is_at_least_one_percent():
    assert codes(("003127", 100), ("007509", 0)) == ["share_out_of_range"]
    assert codes(("003127", 101), ("007509", -1)) == ["share_out_of_range", "share_out_of_range"]


def test_a_row_is_named_by_its_place_in_the_form():
    shares = [Share("003127", 100), Share("007509", 0)]
    assert check_shares(shares, "003127")[0].params == {"row": 2, "percent": 0}


def test_nobody_shares_twice():
    assert codes(("003127", 50), ("003127", 50)) == ["person_twice"]
    assert codes(("003127", 40), ("007509", 20), ("007509", 20), ("007509", 20)) == ["person_twice"]


def test_the_submitter_has_a_share():
    assert codes(("007509", 100)) == ["submitter_without_share"]
    assert codes() == ["submitter_without_share", "shares_not_whole"]


@pytest.mark.parametrize(("people", "split"), [(1, [100]), (2, [50, 50]), (3, [34, 33, 33]), (100, [1] * 100)])
def test_an_even_split_gives_the_left_over_percent_to_the_first(people, split):
    assert even_split(people) == split


@pytest.mark.parametrize("people", [0, -1, 101])
def test_percent_cannot_be_shared_among_nobody_or_too_many(people):
    with pytest.raises(ValueError, match="share"):
        even_split(people)


@given(st.integers(1, 100))
def test_an_even_split_is_whole_fair_and_accepted(people):
    split = even_split(people)
    assert sum(split) == 100
    assert max(split) - min(split) <= 1
    assert check_shares([Share(person, percent) for person, percent in enumerate(split)], 0) == []


@pytest.mark.parametrize(
    ("given_ones", "shares"),
    [([None], [100]), ([None, None, None], [34, 33, 33]), ([None, 30], [70, 30]), ([None, 40, None], [30, 40, 30])],
)
def test_what_the_given_shares_leave_is_split_evenly(given_ones, shares):
    assert shared_out(given_ones) == shares


@pytest.mark.parametrize("given_ones", [[None, 100], [None, None, 99], [50, 50], [None, 101], []])
def test_nobody_is_left_with_nothing(given_ones):
    with pytest.raises(ValueError, match="left for"):
        shared_out(given_ones)


@given(st.lists(st.none() | st.integers(1, 30), max_size=11))
def test_shares_that_are_handed_out_always_sum_to_a_hundred(others):
    given_ones = [None, *others]
    open_ones, left = given_ones.count(None), 100 - sum(one or 0 for one in others)
    if left < open_ones:
        return
    shares = shared_out(given_ones)
    assert sum(shares) == 100
    assert min(shares) >= 1
    assert [share for share, one in zip(shares, given_ones, strict=True) if one] == [one for one in others if one]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-5, 105)), max_size=6), st.integers(0, 4))
def test_no_problem_is_found_exactly_when_every_rule_holds(rows, submitter):
    people = [person for person, _ in rows]
    percents = [percent for _, percent in rows]
    fine = (
        sum(percents) == 100
        and all(1 <= percent <= 100 for percent in percents)
        and len(set(people)) == len(people)
        and submitter in people
    )
    assert (check_shares([Share(*row) for row in rows], submitter) == []) is fine


def split(first: dict[str, int], later: dict[str, int]) -> dict[object, int]:
    """Return what the page would suggest for two groups of people."""
    parts = ([Share(person, percent) for person, percent in group.items()] for group in (first, later))
    return {share.person: share.percent for share in fair_split(*parts)}


def test_who_was_first_has_two_thirds():
    assert split({"a": 100}, {"b": 100}) == {"a": 67, "b": 33}
    assert split({"a": 60, "b": 40}, {"c": 50, "d": 50}) == {"a": 40, "b": 27, "c": 17, "d": 16}


def test_who_stands_in_both_has_both():
    assert split({"a": 100}, {"a": 100}) == {"a": 100}
    assert split({"a": 100}, {"a": 50, "b": 50}) == {"a": 83, "b": 17}


def test_more_people_than_percents_cannot_share():
    with pytest.raises(ValueError, match="101"):
        split({str(number): 1 for number in range(101)}, {})
    with pytest.raises(ValueError, match="0 people"):
        split({}, {})


groups = st.dictionaries(st.integers(0, 60).map(str), st.integers(1, 100), min_size=1, max_size=50)


@given(groups, groups)
def test_a_suggestion_is_whole_and_leaves_nobody_out(first, later):
    suggested = split(first, later)
    assert sum(suggested.values()) == 100
    assert min(suggested.values()) >= 1
    assert suggested.keys() == first.keys() | later.keys()
