"""Who gets a studio's work while it takes none or is full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.routing import ProposalFacts, RoutingRule, route
from studio.domain.stand_ins import Receiver, circle, reachable, receiver_of, resolved

CODES = "ABCDEF"


def studio(code: str, stand_in: str | None = None, start: int | None = None, *, takes: bool = True) -> Receiver:
    return Receiver(code, f"U-{code}", capacity=10, active=True, takes=takes, stand_in=stand_in, stand_in_from=start)


def taker(code: str, studios: list[Receiver], load: dict[str, int] | None = None) -> str | None:
    others = {one.code: one for one in studios}
    found = receiver_of(others[code], others, load or {})
    return found.code if found else None


@pytest.mark.parametrize(
    ("ways", "way"),
    [
        ({}, ()),
        ({"A": "B", "B": "C"}, ()),
        ({"A": "A"}, ("A", "A")),
        ({"A": "B", "B": "A"}, ("A", "B", "A")),
        ({"A": "B", "B": "C", "C": "B"}, ("B", "C", "B")),
        ({"A": "B", "C": "D", "D": "E", "E": "C"}, ("C", "D", "E", "C")),
    ],
)
def test_a_circle_is_named_by_its_way(ways: dict[str, str], way: tuple[str, ...]) -> None:
    assert circle(ways) == way


@given(st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES)))
def test_there_is_a_circle_exactly_if_somebody_comes_back(ways: dict[str, str]) -> None:
    def comes_back(start: str) -> bool:
        here: str | None = ways.get(start)
        for _ in CODES:
            if here is None or here == start:
                break
            here = ways.get(here)
        return here == start

    assert bool(circle(ways)) is any(comes_back(code) for code in ways)


def test_one_that_takes_proposals_keeps_its_work() -> None:
    assert taker("A", [studio("A", "B"), studio("B")], {"A": 99}) == "A"


def test_one_that_is_off_hands_on_along_the_whole_way() -> None:
    studios = [studio("A", "B", takes=False), studio("B", "C", takes=False), studio("C")]
    assert taker("A", studios) == "C"
    assert reachable(studios) == {"A", "B", "C"}


def test_one_that_is_off_and_has_nobody_leaves_it_to_the_coordinator() -> None:
    studios = [studio("A", "B", takes=False), studio("B", takes=False)]
    assert taker("A", studios) is None
    assert reachable(studios) == frozenset()


@pytest.mark.parametrize(("load", "found"), [(14, "A"), (15, "B"), (16, "B")])
def test_one_that_is_full_hands_on_from_its_own_limit(load: int, found: str) -> None:
    assert taker("A", [studio("A", "B", 150), studio("B")], {"A": load}) == found


def test_where_all_are_full_the_first_keeps_it() -> None:
    studios = [studio("A", "B", 100), studio("B", "C", 100), studio("C", takes=False)]
    assert taker("A", studios, {"A": 10, "B": 10}) == "A"
    assert taker("B", studios, {"A": 10, "B": 10}) == "B"


@given(st.dictionaries(st.sampled_from(CODES), st.sampled_from(CODES)), st.sets(st.sampled_from(CODES)))
def test_whoever_takes_it_takes_proposals_even_if_circles_got_in(ways: dict[str, str], off: set[str]) -> None:
    studios = [studio(code, ways.get(code), takes=code not in off) for code in CODES]
    for code in CODES:
        found = taker(code, studios)
        assert found not in off
        assert code in off or found == code


RULES = [RoutingRule("A", 10, words=("导卫",)), RoutingRule("B", 20, words=("导卫", "轧机"))]
FACTS = ProposalFacts(title="导卫换样板")


def test_the_stand_in_gets_what_would_have_gone_there_and_it_is_said() -> None:
    studios = [studio("A", "C", takes=False), studio("B"), studio("C")]
    before = route(FACTS, RULES, studios)
    after = resolved(before, studios, {"C": 3})
    assert before.best is not None
    assert after.best is not None
    assert after.reason is not None
    assert (before.best.studio, after.best.studio) == ("A", "C")
    assert after.reason.code == "stand_in_closed"
    assert after.reason.params == {"studio": "C", "instead": "A", "load": 3, "capacity": 10}
    assert [one.studio for one in after.runners_up] == ["B"]


def test_a_studio_is_named_once_where_it_stands_best() -> None:
    studios = [studio("A", "B", 100), studio("B")]
    after = resolved(route(FACTS, RULES, studios), studios, {"A": 10})
    assert after.best is not None
    assert after.reason is not None
    assert (after.best.studio, after.reason.code, after.runners_up) == ("B", "stand_in_full", ())


def test_one_that_may_not_be_asked_stands_in_for_nobody() -> None:
    studios = [studio("A", "C", takes=False), studio("B")]
    after = resolved(route(FACTS, RULES, studios), studios)
    assert after.best is not None
    assert after.best.studio == "B"


def test_without_stand_ins_nothing_changes() -> None:
    studios = [studio("A"), studio("B")]
    chosen = route(FACTS, RULES, studios, {"A": 50, "B": 2})
    assert resolved(chosen, studios, {"A": 50, "B": 2}) == chosen
