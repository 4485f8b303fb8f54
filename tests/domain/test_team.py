"""What a team may settle by itself, as a table: one line a reason."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.team import Limits, SmallMatter, beyond_the_team

LIMITS = Limits(kinds=frozenset({"suggestion", "renovation"}), cost=Decimal(300), benefit=Decimal(5000))
SMALL = SmallMatter(kind="suggestion", cost=Decimal(80), benefit=Decimal(1200), authors=frozenset({1}))
LEADERS = [7]


def code(matter=SMALL, limits=LIMITS, leaders=LEADERS):
    reason = beyond_the_team(matter, limits, leaders)
    return reason.code if reason else None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"kind": "renovation"}, None),
        ({"cost": None, "benefit": None}, None),
        ({"cost": Decimal(300), "benefit": Decimal(5000)}, None),
        ({"cost": Decimal("300.01")}, "cost_above"),
        ({"benefit": Decimal("5000.01")}, "benefit_above"),
        ({"cost": Decimal(301), "benefit": Decimal(5001)}, "cost_above"),
        ({"kind": "invention"}, "kind_too_large"),
        ({"kind": None}, "kind_open"),
        ({"urgent": True}, "urgent"),
        ({"confidential": True}, "confidential"),
        ({"urgent": True, "cost": Decimal(9000)}, "urgent"),
        ({"authors": frozenset({1, 7})}, "leader_is_author"),
        ({"authors": frozenset({7}), "urgent": True}, "leader_is_author"),
    ],
)
def test_each_limit_has_its_reason(change, expected):
    assert code(replace(SMALL, **change)) == expected


@pytest.mark.parametrize(
    ("limits", "leaders", "expected"),
    [
        (None, LEADERS, "no_limits"),
        (replace(LIMITS, kinds=frozenset()), LEADERS, "no_limits"),
        (LIMITS, [], "no_leader"),
        (LIMITS, [7, 8], None),
        (LIMITS, [8, 1], "leader_is_author"),
    ],
)
def test_a_team_needs_limits_and_a_leader_who_did_not_write_it(limits, leaders, expected):
    assert code(limits=limits, leaders=leaders) == expected


def test_safety_and_secrets_stay_with_the_team_where_the_limits_say_so():
    open_minded = replace(LIMITS, urgent=True, confidential=True)
    assert code(replace(SMALL, urgent=True, confidential=True), open_minded) is None


@given(
    cost=st.none() | st.decimals(0, 1000, places=2),
    benefit=st.none() | st.decimals(0, 10000, places=2),
    kind=st.sampled_from(["suggestion", "invention", None]),
    urgent=st.booleans(),
    confidential=st.booleans(),
)
def test_what_is_settled_in_a_team_is_within_every_limit(cost, benefit, kind, urgent, confidential):
    matter = SmallMatter(kind=kind, cost=cost, benefit=benefit, urgent=urgent, confidential=confidential)
    within = (cost or 0) <= 300 and (benefit or 0) <= 5000 and kind == "suggestion" and not urgent and not confidential
    assert (beyond_the_team(matter, LIMITS, LEADERS) is None) == within
