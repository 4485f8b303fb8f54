"""Guesses at what may have been meant."""

import pytest

from search_index.spelling import gaps, misspelt, one_letter_away, swapped


@pytest.mark.parametrize(
    ("left", "right", "near"),
    [
        ("bearing", "bearng", True),
        ("bearng", "bearing", True),
        ("bearing", "baering", True),
        ("bearing", "bearimg", True),
        ("bearing", "bearing", False),
        ("bearing", "bering's", False),
        ("6es7", "6es8", True),
        ("abcd", "acbd", True),
        ("abcd", "badc", False),
    ],
)
def test_one_letter_wrong_missing_too_many_or_changed_over(left: str, right: str, *, near: bool) -> None:
    assert one_letter_away(left, right) is near


def test_a_number_without_letters_is_never_another_number() -> None:
    assert list(misspelt("2026", ["2025", "2027"])) == []
    assert list(swapped("1234")) == []


def test_short_chinese_words_have_no_unknown_character() -> None:
    assert list(gaps("轴承")) == []
    assert [(gap.before, gap.after) for gap in gaps("导卫轮")] == [("", "卫轮"), ("导", "轮"), ("导卫", "")]
