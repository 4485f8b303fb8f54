from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.precedents import AGAINST, lessons
from studio.domain.routing import (
    NO_EXPERIENCE,
    Experience,
    Precedent,
    ProposalFacts,
    RoutingResult,
    RoutingRule,
    StudioFacts,
    route,
)

NEW = ProposalFacts(
    title="水泵密封漏水",
    location="一号泵房",
    units=("PUMP-A", "PUMP", "FIRM"),
    themes=("cost",),
)
STUDIOS = [StudioFacts("S-A", ""), StudioFacts("S-B", ""), StudioFacts("S-C", "")]


def precedent(number: int, studio: str, **facts: Any) -> Precedent:
    return Precedent(f"2025-{number:05}", studio, **{"likeness": 0.5, **facts})


def learned(*precedents: Precedent, **facts: Any) -> RoutingResult:
    return route(replace(NEW, **facts), [], STUDIOS, experience=Experience(precedents))


def test_an_empty_archive_teaches_nothing():
    assert lessons(NEW, []) == {}
    assert route(NEW, [], STUDIOS, experience=NO_EXPERIENCE) == RoutingResult()


def test_the_studio_of_the_most_similar_ones_is_first_and_they_are_named():
    found = learned(*(precedent(number, "S-B", likeness=0.9) for number in (1, 2, 3, 4)), precedent(5, "S-A"))
    assert found.best is not None
    assert found.best.studio == "S-B"
    assert found.best.reason.code == "precedents"
    assert found.best.reason.params["precedents"] == ["2025-00001", "2025-00002", "2025-00003"]


@pytest.mark.parametrize(
    "alike",
    [
        {"likeness": 0.8},
        {"title": "水泵密封换了"},
        {"location": "一号泵房东侧"},
        {"units": ("PUMP-A", "PUMP", "FIRM")},
        {"units": ("PUMP-B", "PUMP", "FIRM")},
        {"themes": ("cost", "safety")},
    ],
)
def test_each_way_of_being_alike_gives_a_precedent_more_weight(alike):
    twins = [precedent(1, "S-A"), precedent(2, "S-B", **alike)]
    found = lessons(NEW, twins)
    assert found["S-B"].share > found["S-A"].share


def test_only_the_root_in_common_or_a_unit_never_seen_is_no_nearness():
    nowhere = lessons(NEW, [precedent(1, "S-A")])
    assert lessons(NEW, [precedent(1, "S-A", units=("MILL", "FIRM"))]) == nowhere
    assert lessons(replace(NEW, units=("NEW-1", "NEW")), [precedent(1, "S-A", units=("PUMP",))]) == nowhere


def test_a_single_weak_precedent_only_suggests():
    found = learned(precedent(1, "S-B", likeness=0.3))
    assert found.best is None
    assert [candidate.studio for candidate in found.ranking] == ["S-B"]
    assert found.reason is None


def test_many_of_one_mind_decide_alone():
    assert learned(*(precedent(number, "S-B", likeness=0.9) for number in range(9))).best is not None


def test_a_transfer_moves_evidence_from_the_studio_that_had_it():
    kept = [precedent(1, "S-A"), precedent(2, "S-A"), precedent(3, "S-B")]
    moved = [precedent(1, "S-A"), precedent(2, "S-B", taken_from=("S-A",)), precedent(3, "S-B")]
    before, after = lessons(NEW, kept), lessons(NEW, moved)
    assert after["S-B"].share > before["S-B"].share
    assert after["S-A"].share < before["S-A"].share - before["S-A"].share * AGAINST / 2
    assert lessons(NEW, [precedent(1, "S-B", taken_from=("S-A",))])["S-A"].share < 0


def test_what_was_learned_never_overrules_a_rule_that_decides():
    crowd = Experience(tuple(precedent(number, "S-B", likeness=1.0) for number in range(20)))
    found = route(NEW, [RoutingRule("S-A", 1)], STUDIOS, experience=crowd)
    assert [candidate.studio for candidate in found.ranking] == ["S-A", "S-B"]


def test_a_studio_that_is_gone_is_not_suggested():
    closed = [replace(STUDIOS[0], active=False), STUDIOS[1]]
    assert route(NEW, [], closed, experience=Experience((precedent(1, "S-A"), precedent(2, "S-OLD")))).ranking == ()


def test_what_is_written_of_a_studio_suggests_it():
    writing = [replace(STUDIOS[0], about=("密封",)), STUDIOS[1]]
    found = route(NEW, [], writing)
    assert found.best is None
    assert [(one.studio, one.reason.code) for one in found.ranking] == [("S-A", "about")]


PRECEDENTS = st.lists(
    st.builds(
        Precedent,
        number=st.integers(1, 99999).map("2025-{:05}".format),
        studio=st.sampled_from(["S-A", "S-B", "S-C"]),
        likeness=st.floats(0, 1),
        title=st.sampled_from(["", "水泵密封", "pump seal", "门"]),
        location=st.sampled_from(["", "一号泵房", "二号门"]),
        units=st.sampled_from([(), ("PUMP-A", "PUMP"), ("MILL",)]),
        themes=st.sampled_from([(), ("cost",), ("cost", "safety")]),
        taken_from=st.sampled_from([(), ("S-A",)]),
    ),
    max_size=30,
    unique_by=lambda one: one.number,
)


@given(PRECEDENTS, st.randoms())
def test_the_order_of_the_precedents_changes_nothing(precedents, random):
    shuffled = random.sample(precedents, len(precedents))
    ours, theirs = lessons(NEW, precedents), lessons(NEW, shuffled)
    assert {code: lesson.numbers for code, lesson in ours.items()} == {
        code: lesson.numbers for code, lesson in theirs.items()
    }
    assert all(ours[code].share == pytest.approx(theirs[code].share) for code in ours)


@given(PRECEDENTS)
def test_shares_are_parts_of_a_whole(precedents):
    found = lessons(NEW, precedents)
    assert all(-1 <= lesson.share <= 1 for lesson in found.values())
    assert sum(max(0, lesson.share) for lesson in found.values()) <= 1
