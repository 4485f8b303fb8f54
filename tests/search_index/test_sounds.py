"""How characters are said."""

import pytest

from search_index.sounds import homophones, may_be_said, readings, spoken_pairs, typed_pairs


def test_a_character_has_its_commonest_readings_without_tones() -> None:
    assert readings("轴") == ("zhou",)
    assert set(readings("行")) >= {"xing", "hang"}
    assert readings("绿")[0] == "lv"
    assert readings("x") == readings("嗯") == ()


def test_homophones_leave_out_the_character_itself() -> None:
    assert "成" in homophones("承")
    assert "承" not in homophones("承")
    assert homophones("7") == ()


@pytest.mark.parametrize("typed", ["hangche", "xingche", "hc", "xc", "che"])
def test_what_is_typed_in_pinyin_is_among_what_is_spoken(typed: str) -> None:
    spoken = spoken_pairs("行车减速箱")
    assert any(set(pairs) <= spoken for pairs in typed_pairs(typed))


@pytest.mark.parametrize("typed", ["chehang", "ch", "beng", "7", "轴", ""])
def test_what_is_not_spoken_is_not_found(typed: str) -> None:
    spoken = spoken_pairs("行车减速箱")
    assert not any(set(pairs) <= spoken for pairs in typed_pairs(typed))


def test_letters_that_can_be_cut_in_two_ways_are() -> None:
    assert ["xian"] in list(typed_pairs("xian"))
    assert ["xi'an"] in list(typed_pairs("xian"))


def test_names_on_two_lines_are_two_names() -> None:
    assert "qi'yu" not in spoken_pairs("叶思琪\n于子豪")


@pytest.mark.parametrize("typed", ["y", "ye", "yes", "ysq", "yesiqi", "yesq", "ysiq"])
def test_a_name_is_typed_by_its_sounds_or_their_first_letters(typed: str) -> None:
    assert may_be_said(typed, "叶思琪")


@pytest.mark.parametrize("typed", ["siqi", "yesiqix", "yq", "叶"])
def test_another_name_is_not(typed: str) -> None:
    assert not may_be_said(typed, "叶思琪")


def test_a_whole_name_is_said_to_the_end() -> None:
    assert [typed for typed in ("yesiqi", "xiesiqi", "ysq", "yesi") if may_be_said(typed, "叶思琪", whole=True)] == [
        "yesiqi",
        "xiesiqi",
    ]
