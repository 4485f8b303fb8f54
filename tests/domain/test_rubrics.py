"""What keeps a rubric from being published."""

from dataclasses import replace
from decimal import Decimal

import pytest

from studio.domain.rubrics import (
    MOST_CRITERIA,
    MOST_LEVELS,
    CriterionDraft,
    LevelDraft,
    RubricDraft,
    check,
    prepared,
)
from studio.operations.rubric_templates import TEMPLATES

GOOD = CriterionDraft("实效", "Effect", Decimal(35), levels=(LevelDraft(60, "好一点", "Better"),))
OTHER = CriterionDraft("质量", "Quality", Decimal("12.5"), 1, 5)


def sheet(*criteria):
    return RubricDraft("评分表", "Sheet", criteria)


def found(draft):
    return [(problem.code, problem.field) for problem in check(prepared(draft))]


def test_a_good_sheet_has_no_problem():
    assert found(sheet(GOOD, OTHER)) == []


@pytest.mark.parametrize("code", TEMPLATES)
def test_what_comes_with_the_program_could_be_published(code):
    draft = TEMPLATES[code]
    assert prepared(draft) == draft
    assert found(draft) == []
    codes = [criterion.code for criterion in draft.criteria]
    assert all(codes)
    assert len(set(codes)) == len(codes)


def test_points_of_the_sheets_make_a_hundred():
    for code in ("policy", "rationalisation", "proposal_sheet"):
        assert sum(criterion.weight for criterion in TEMPLATES[code].criteria) == 100
    assert {(one.lowest, one.highest) for one in TEMPLATES["kaizen"].criteria} == {(1, 5)}


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"name_zh": " \x00"}, [("name_in_both_languages", "name_zh_0")]),
        ({"name_en": ""}, [("name_in_both_languages", "name_en_0")]),
        ({"name_en": "x" * 41}, [("too_long", "name_en_0")]),
        ({"hint_zh": "长" * 301}, [("too_long", "hint_zh_0")]),
        ({"weight": Decimal(0)}, [("weight_out_of_range", "weight_0")]),
        ({"weight": Decimal(-1)}, [("weight_out_of_range", "weight_0")]),
        ({"weight": Decimal("0.005")}, [("weight_out_of_range", "weight_0")]),
        ({"weight": Decimal("1000.01")}, [("weight_out_of_range", "weight_0")]),
        ({"weight": Decimal("NaN")}, [("weight_out_of_range", "weight_0")]),
        ({"lowest": 100}, [("scale_does_not_rise", "highest_0")]),
        ({"lowest": -1}, [("scale_does_not_rise", "highest_0")]),
        ({"highest": 1001}, [("scale_does_not_rise", "highest_0")]),
        ({"levels": (LevelDraft(101, "高", "high"),)}, [("level_off_the_scale", "levels_zh_0")]),
        (
            {"levels": (LevelDraft(60, "一", "one"), LevelDraft(60, "二", "two"))},
            [("levels_do_not_rise", "levels_zh_0")],
        ),
        (
            {"levels": (LevelDraft(80, "一", "one"), LevelDraft(60, "二", "two"))},
            [("levels_do_not_rise", "levels_zh_0")],
        ),
        ({"levels": (LevelDraft(60, "一", ""),)}, [("level_in_both_languages", "levels_en_0")]),
        ({"levels": (LevelDraft(60, " ", "one"),)}, [("level_in_both_languages", "levels_zh_0")]),
        ({"levels": (LevelDraft(60, "一", "x" * 201),)}, [("too_long", "levels_en_0")]),
        (
            {"levels": tuple(LevelDraft(at, "一", "one") for at in range(MOST_LEVELS + 1))},
            [("too_many_levels", "levels_zh_0")],
        ),
    ],
)
def test_each_mistake_is_said_at_its_field(changed, problems):
    assert found(sheet(replace(GOOD, **changed), OTHER)) == problems


def test_a_sheet_has_a_name_and_one_to_twelve_criteria():
    assert found(RubricDraft("", "", (GOOD,))) == [
        ("name_in_both_languages", "name_zh"),
        ("name_in_both_languages", "name_en"),
    ]
    assert found(sheet()) == [("rubric_empty", "")]
    many = [replace(OTHER, name_zh=f"项{n}", name_en=f"Item {n}") for n in range(MOST_CRITERIA + 1)]
    assert found(sheet(*many)) == [("too_many_criteria", "")]


def test_two_criteria_of_one_name_are_named_both():
    twice = replace(OTHER, name_zh="实效")
    assert found(sheet(GOOD, twice)) == [("criterion_twice", "name_zh_0"), ("criterion_twice", "name_zh_1")]
