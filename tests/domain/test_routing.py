import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.routing import ProposalFacts, Reason, RoutingResult, RoutingRule, StudioFacts, route
from tests.benchmarks.bench_routing import SAMPLE, read_proposals, read_rules, read_studios

ROLL = StudioFacts("S-ROLL", "JZ-ROLL", ("导卫", "轧机调整", "飞剪"), capacity=16)
ELEC = StudioFacts("S-ELEC", "JZ-ROLL-W4", ("PLC", "变频器", "LF 精炼"), capacity=12)
ENER = StudioFacts("S-ENER", "JZ-ENER", ("压缩空气泄漏", "余热回收"))
STUDIOS = [ROLL, ELEC, ENER]
ROLLER = ProposalFacts(units=("JZ-ROLL-W1-B", "JZ-ROLL-W1", "JZ-ROLL", "JZ"))
STRANGER = ProposalFacts(units=("XX-1", "XX"))


def studios_of(result: RoutingResult) -> list[str]:
    return [found.studio for found in (result.best, *result.runners_up) if found]


def reason_for(proposal: ProposalFacts, *rules: RoutingRule, **kwargs: Any) -> Reason:
    reason = route(proposal, rules, STUDIOS, **kwargs).reason
    assert reason is not None
    return reason


def test_nothing_that_matches_goes_to_the_coordinators_desk():
    result = route(replace(STRANGER, title="食堂晚点关门"), [RoutingRule("S-ELEC", 10, words=("PLC",))], STUDIOS)
    assert result == RoutingResult(best=None, runners_up=())
    assert result.reason is None


def test_a_rule_matches_by_one_of_its_words():
    rule = RoutingRule("S-ENER", 18, words=("漏气", "空压机"))
    reason = reason_for(replace(STRANGER, measure="夜里关掉空压机"), rule)
    assert reason == Reason("rule_words", {"studio": "S-ENER", "words": ["空压机"], "load": None, "capacity": None})


@pytest.mark.parametrize(
    "other_column",
    [{"units": ("JZ-LOGI",)}, {"kinds": ("invention",)}, {"themes": ("safety",)}, {"words": ("叉车",)}],
)
def test_every_filled_column_of_a_rule_must_match(other_column):
    proposal = ProposalFacts(title="漏油", units=("JZ-MACH", "JZ"), kind="suggestion", themes=("quality",))
    filled = {"units": ("JZ",), "kinds": ("suggestion",), "themes": ("quality",), "words": ("漏油",)}
    assert reason_for(proposal, RoutingRule("S-ENER", 20, **filled)).code == "rule_words"
    unmatched = route(proposal, [RoutingRule("S-ENER", 20, **{**filled, **other_column})], STUDIOS)
    assert all(found.reason.code == "unit" for found in (unmatched.best, *unmatched.runners_up) if found)


@pytest.mark.parametrize(
    ("rule", "code", "told"),
    [
        (RoutingRule("S-ENER", 20, units=("JZ-ROLL-W1",)), "rule_unit", {"unit": "JZ-ROLL-W1"}),
        (RoutingRule("S-ENER", 20, kinds=("invention", "renovation")), "rule_kind", {"kinds": ["invention"]}),
        (RoutingRule("S-ENER", 20, themes=("energy", "cost")), "rule_theme", {"themes": ["cost"]}),
        (RoutingRule("S-ENER", 20, themes=("cost",), words=("水",)), "rule_words", {"words": ["水"]}),
        (RoutingRule("S-ENER", 20), "rule_all", {}),
    ],
)
def test_the_reason_says_what_the_rule_found(rule, code, told):
    proposal = ProposalFacts(title="水", units=ROLLER.units, kind="invention", themes=("quality", "cost"))
    reason = reason_for(proposal, rule)
    assert reason.code == code
    assert reason.params == {"studio": "S-ENER", **told, "load": None, "capacity": None}


def test_a_rule_for_a_unit_holds_for_the_units_below_it():
    rule = RoutingRule("S-ENER", 20, units=("JZ-ROLL",))
    assert studios_of(route(ROLLER, [rule], [ENER])) == ["S-ENER"]


def test_more_of_its_words_beat_a_lower_priority():
    one_word = RoutingRule("S-ELEC", 20, words=("传感器",))
    more_words = RoutingRule("S-ROLL", 30, words=("轧辊", "冷床"))
    proposal = replace(STRANGER, problem="冷床上的轧辊没有传感器")
    assert studios_of(route(proposal, [one_word, more_words], STUDIOS)) == ["S-ROLL", "S-ELEC"]


def test_equal_rules_go_by_priority():
    rules = [RoutingRule("S-ROLL", 30, words=("冷床",)), RoutingRule("S-ELEC", 20, words=("轧辊",))]
    proposal = replace(STRANGER, problem="冷床与轧辊")
    assert studios_of(route(proposal, rules, STUDIOS)) == ["S-ELEC", "S-ROLL"]


def test_rules_below_ten_decide_alone_and_by_priority():
    rules = [
        RoutingRule("S-ROLL", 20, words=("轧辊", "冷床", "飞剪")),
        RoutingRule("S-ENER", 5, themes=("safety",), words=("轧辊", "冷床")),
        RoutingRule("S-ENER", 9, themes=("safety",)),
        RoutingRule("S-ELEC", 1, themes=("safety",)),
    ]
    proposal = replace(ROLLER, title="冷床飞剪轧辊", themes=("safety",))
    result = route(proposal, rules, STUDIOS)
    assert studios_of(result) == ["S-ELEC", "S-ENER", "S-ROLL"]
    assert result.reason is not None
    assert result.reason.code == "rule_theme"


def test_the_title_says_more_than_a_word_in_passing():
    proposal = replace(STRANGER, title="导卫加润滑", measure="接到变频器旁边")
    assert studios_of(route(proposal, [], STUDIOS)) == ["S-ROLL", "S-ELEC"]


def test_without_a_rule_specialities_draw_the_proposal():
    reason = reason_for(replace(STRANGER, title="飞剪", measure="导卫也要换"))
    assert reason == Reason("speciality", {"studio": "S-ROLL", "words": ["飞剪", "导卫"], "load": None, "capacity": 16})


def test_a_speciality_of_which_a_good_part_occurs_counts_too():
    reason = reason_for(replace(STRANGER, title="压缩空气管道"))
    assert reason.params["words"] == ["压缩空气泄漏"]
    assert route(replace(STRANGER, title="空气不好"), [], [ENER]).best is None


def test_a_word_that_several_studios_list_says_less():
    sharing = [replace(ROLL, specialities=("量具", "导卫")), replace(ELEC, specialities=("量具", "找正"))]
    alone = replace(ENER, specialities=("三坐标",))
    proposal = replace(STRANGER, problem="量具和三坐标")
    assert studios_of(route(proposal, [], [*sharing, alone]))[0] == "S-ENER"


def test_the_studio_of_the_authors_own_unit_is_near():
    reason = reason_for(replace(ROLLER, title="看不清"))
    assert reason == Reason("unit", {"studio": "S-ROLL", "unit": "JZ-ROLL", "load": None, "capacity": 16})


def test_the_nearer_of_two_homes_counts_more():
    electrician = replace(ROLLER, units=("JZ-ROLL-W4-C", "JZ-ROLL-W4", "JZ-ROLL", "JZ"))
    assert studios_of(route(electrician, [], STUDIOS)) == ["S-ELEC", "S-ROLL"]


def test_a_studio_is_near_to_the_units_that_its_rules_name():
    rule = RoutingRule("S-ENER", 20, units=("XX",), words=("空压机",))
    assert reason_for(replace(STRANGER, title="shelf"), rule).code == "unit"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("换plc模块", True),
        ("ＰＬＣ死机", True),
        ("PLC2号柜", True),
        ("LF炉的LF精炼", True),
        ("LF 精炼", True),
        ("a shelf for parts", False),
        ("PLCC", False),
    ],
)
def test_latin_words_are_found_whole_whatever_their_case_width_and_spacing(text, found):
    assert (route(replace(STRANGER, title=text), [], [ELEC]).best is not None) is found


def test_of_two_that_fit_alike_the_less_busy_one_goes_first():
    twins = [replace(ROLL, code="S-A", unit="XX"), replace(ROLL, code="S-B", unit="XX")]
    proposal = replace(STRANGER, title="导卫")
    assert studios_of(route(proposal, [], twins)) == ["S-A", "S-B"]
    busy = route(proposal, [], twins, {"S-A": 16, "S-B": 3})
    assert studios_of(busy) == ["S-B", "S-A"]
    assert busy.reason is not None
    assert (busy.reason.params["load"], busy.reason.params["capacity"]) == (3, 16)


def test_a_full_desk_does_not_send_work_to_a_studio_that_knows_nothing_of_it():
    result = route(replace(ROLLER, title="导卫和飞剪"), [], STUDIOS, {"S-ROLL": 400, "S-ELEC": 0})
    assert studios_of(result)[0] == "S-ROLL"


def test_an_inactive_studio_gets_nothing():
    rule = RoutingRule("S-ROLL", 1, words=("导卫",))
    assert route(replace(ROLLER, title="导卫"), [rule], [replace(ROLL, active=False)]).best is None


def test_a_rule_for_a_studio_that_is_gone_is_passed_over():
    assert route(replace(STRANGER, title="导卫"), [RoutingRule("S-OLD", 1)], [ENER]).best is None


def test_runners_up_have_their_own_reasons_and_all_can_be_kept_as_json():
    proposal = replace(ROLLER, title="PLC 与导卫", themes=("energy",))
    result = route(proposal, [RoutingRule("S-ENER", 15, themes=("energy",))], STUDIOS, {"S-ROLL": 2})
    reasons = [found.reason for found in (result.best, *result.runners_up) if found]
    assert [reason.params["studio"] for reason in reasons] == studios_of(result)
    assert {reason.code for reason in reasons} == {"rule_theme", "speciality"}
    assert json.loads(json.dumps([asdict(reason) for reason in reasons])) == [asdict(reason) for reason in reasons]


WORDS = st.sampled_from(["导卫", "飞剪", "PLC", "余热", "漏气", "水"])
UNITS = st.sampled_from(["JZ-ROLL", "JZ-ENER", "XX"])
RULES = st.lists(
    st.builds(
        RoutingRule,
        studio=st.sampled_from([studio.code for studio in STUDIOS]),
        priority=st.integers(1, 30),
        units=st.lists(UNITS, max_size=1).map(tuple),
        themes=st.lists(st.sampled_from(["energy", "safety"]), max_size=1).map(tuple),
        words=st.lists(WORDS, max_size=2).map(tuple),
    ),
    max_size=5,
)
PROPOSALS = st.builds(
    ProposalFacts,
    title=st.lists(WORDS).map("".join),
    measure=st.lists(WORDS).map("".join),
    units=st.lists(UNITS, max_size=1).map(tuple),
    themes=st.lists(st.sampled_from(["energy", "safety"]), max_size=1).map(tuple),
)


@given(PROPOSALS, RULES, st.randoms())
def test_the_order_in_which_rules_and_studios_are_read_changes_nothing(proposal, rules, random):
    shuffled = route(proposal, random.sample(rules, len(rules)), random.sample(STUDIOS, len(STUDIOS)))
    result = route(proposal, rules, STUDIOS)
    assert studios_of(shuffled) == studios_of(result)
    assert len(set(studios_of(result))) == len(studios_of(result))


def test_the_samples_proposals_mostly_find_their_studio():
    rules, studios = read_rules(SAMPLE), read_studios(SAMPLE)
    found = [(studios_of(route(proposal, rules, studios)), wanted) for proposal, wanted in read_proposals(SAMPLE)]
    right = sum(ranking[:1] == [wanted] for ranking, wanted in found)
    in_two = sum(wanted in ranking[:2] for ranking, wanted in found)
    assert right >= 0.70 * len(found)
    assert in_two >= 0.80 * len(found)
