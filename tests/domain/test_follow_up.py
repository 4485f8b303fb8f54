"""Who is asked to look at what is said to be done, read from a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.follow_up import Holder, who_looks

LEADER = Holder(1, coordinates=False, depth=3, grant_id=10)
SECOND_LEADER = Holder(2, coordinates=False, depth=3, grant_id=11)
WORKSHOP_LEADER = Holder(3, coordinates=False, depth=2, grant_id=12)
PLANT_COORDINATOR = Holder(4, coordinates=True, depth=1, grant_id=13)
SECOND_COORDINATOR = Holder(5, coordinates=True, depth=1, grant_id=14)
FIRM_COORDINATOR = Holder(6, coordinates=True, depth=0, grant_id=15)
EVERYBODY = (FIRM_COORDINATOR, WORKSHOP_LEADER, SECOND_LEADER, LEADER, PLANT_COORDINATOR, SECOND_COORDINATOR)


@pytest.mark.parametrize(
    ("holders", "settled_by", "excluding", "asked"),
    [
        (EVERYBODY, 1, (), (1,)),
        (EVERYBODY, 2, (), (2,)),  # who settled it, though another came first
        (EVERYBODY, 1, (1,), (2,)),  # he did it himself: the other leader of the team
        (EVERYBODY, 99, (), (1,)),  # he has left
        (EVERYBODY, 1, (1, 2), (3,)),  # up the tree
        (EVERYBODY, 1, (1, 2, 3), (4, 5)),  # then the coordinators of that part, all of them
        (EVERYBODY, 1, (1, 2, 3, 4, 5), (6,)),
        (EVERYBODY, None, (), (1,)),
        ((FIRM_COORDINATOR,), 1, (), (6,)),
        (EVERYBODY, 1, range(1, 7), ()),
        ((), 1, (), ()),
    ],
)
def test_it_goes_to_the_nearest_who_has_no_part_in_it(holders, settled_by, excluding, asked):
    assert who_looks(holders, settled_by=settled_by, excluding=excluding) == asked


@given(st.permutations(EVERYBODY), st.sets(st.integers(1, 6)), st.integers(0, 7))
def test_in_whatever_order_they_come_it_is_the_same_people_and_nobody_with_a_part_in_it(holders, excluded, settled_by):
    asked = who_looks(holders, settled_by=settled_by, excluding=excluded)
    assert asked == who_looks(EVERYBODY, settled_by=settled_by, excluding=excluded)
    assert not excluded & set(asked)
    assert bool(asked) == bool({one.person_id for one in EVERYBODY} - excluded)
