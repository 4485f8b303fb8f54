"""Which teams stand on the wall: those that took part, and none so small that a figure would be about one person."""

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.honours import FEWEST_PEOPLE, TookPart, shown

teams = st.lists(st.builds(TookPart, st.integers(1, 99), st.integers(0, 40), st.integers(0, 40)))


def test_the_fullest_team_comes_first_whatever_its_size_and_equals_stay_in_order():
    large, small, other = TookPart(1, 4, 40), TookPart(2, 3, 6), TookPart(3, 2, 20)
    assert shown([large, small, other]) == [small, large, other]


def test_who_did_nothing_and_who_is_too_few_is_not_shown():
    assert shown([TookPart(1, 0, 20), TookPart(2, 1, FEWEST_PEOPLE - 1), TookPart(3, 1, 0)]) == []
    assert shown([TookPart(1, 1, FEWEST_PEOPLE)]) == [TookPart(1, 1, FEWEST_PEOPLE)]


@given(teams)
def test_a_share_is_a_share_and_nobody_is_invented(given_teams):
    found = shown(given_teams)
    assert all(0 < team.share <= 1 and team in given_teams for team in found)
    assert [team.share for team in found] == sorted((team.share for team in found), reverse=True)
