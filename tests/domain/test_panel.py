from hypothesis import given
from hypothesis import strategies as st

from studio.domain.panel import Judge, choose

LEAD, BUSY, FREE, THIRD = (
    Judge(1, leads=True, open_work=0),
    Judge(2, leads=False, open_work=5),
    Judge(3, leads=False, open_work=1),
    Judge(4, leads=False, open_work=9),
)
ALL = (LEAD, BUSY, FREE, THIRD)


def test_the_least_burdened_reviewers_are_asked_and_the_lead_last():
    assert choose(ALL, 2) == (3, 2)
    assert choose(ALL, 9) == (3, 2, 4, 1)


def test_among_equally_busy_ones_the_fewest_owed_answers_come_first():
    equal = (Judge(2, leads=False, open_work=3, owed_answers=2), Judge(3, leads=False, open_work=3, owed_answers=1))
    assert choose(equal, 2) == (3, 2)


def test_where_reviewers_are_too_few_the_lead_helps():
    assert choose((LEAD, FREE), 2) == (3, 1)
    assert choose((LEAD,), 2) == (1,)


def test_an_author_is_not_asked_and_another_is_found():
    assert choose(ALL, 2, excluding={3}) == (2, 4)


def test_a_deputy_stands_in_at_the_same_place():
    away = Judge(3, leads=False, open_work=1, away=True, deputy_id=4)
    assert choose((LEAD, BUSY, away, THIRD), 2) == (4, 2)


def test_without_a_deputy_the_next_one_is_asked():
    away = Judge(3, leads=False, open_work=1, away=True)
    assert choose((LEAD, BUSY, away, THIRD), 2) == (2, 4)


def test_a_deputy_who_wrote_it_or_is_away_or_a_stranger_does_not_count():
    away = Judge(3, leads=False, open_work=1, away=True, deputy_id=4)
    assert choose((LEAD, BUSY, away, THIRD), 2, excluding={4}) == (2, 1)
    both = (LEAD, BUSY, away, Judge(4, leads=False, open_work=9, away=True))
    assert choose(both, 2) == (2, 1)
    assert choose((LEAD, BUSY, Judge(3, leads=False, open_work=1, away=True, deputy_id=99)), 2) == (2, 1)


def test_an_author_who_is_away_sends_no_deputy():
    away = Judge(3, leads=False, open_work=1, away=True, deputy_id=4)
    assert choose((BUSY, away), 2, excluding={3}) == (2,)


judges = st.lists(
    st.builds(
        Judge,
        person_id=st.integers(1, 8),
        leads=st.booleans(),
        open_work=st.integers(0, 9),
        away=st.booleans(),
        deputy_id=st.none() | st.integers(1, 8),
    ),
    unique_by=lambda judge: judge.person_id,
)


@given(judges, st.integers(1, 4), st.sets(st.integers(1, 8)))
def test_nobody_is_asked_twice_or_against_the_rules(judges, size, excluding):
    chosen = choose(judges, size, excluding=excluding)
    present = {judge.person_id for judge in judges if not judge.away}
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= present - excluding
    assert len(chosen) == min(size, len(present - excluding))
    assert set(choose(judges, 99, excluding=excluding)) == present - excluding
