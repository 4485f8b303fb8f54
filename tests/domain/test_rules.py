"""What may stand in a routing rule, and how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.rules import (
    COLUMNS,
    LONGEST_WORD,
    MOST_UNITS,
    MOST_WORDS,
    Known,
    RuleDraft,
    changed,
    check,
    from_snapshot,
    prepared,
    read_words,
    seal_of,
    snapshot,
)

KNOWN = Known(frozenset({"S-A", "S-B"}), frozenset({"U", "V"}), frozenset({"suggestion"}), frozenset({"safety"}))
GOOD = RuleDraft(priority=10, studio="S-A", units=("U",), words=("导卫",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("导卫\n轧机\r\n\n飞剪", ("导卫", "轧机", "飞剪")),
        ("导卫;轧机；飞剪、冷床，活套,换辊|加热炉", ("导卫", "轧机", "飞剪", "冷床", "活套", "换辊", "加热炉")),
        ("  LF 精炼 ; ; guide   roll ", ("LF 精炼", "guide roll")),
        ("", ()),
        (" ；\n、", ()),
    ],
)
def test_words_are_parted_as_people_part_them(text: str, words: tuple[str, ...]) -> None:
    assert read_words(text) == words


@given(st.lists(st.text(max_size=9), max_size=9))
def test_words_that_were_read_are_read_the_same_again(texts: list[str]) -> None:
    words = prepared(RuleDraft(1, "S-A", words=tuple(texts))).words
    assert read_words(";".join(words)) == words
    assert prepared(RuleDraft(1, "S-A", words=words)).words == words


def test_spellings_of_one_word_are_one_word_and_the_first_stays() -> None:
    draft = prepared(RuleDraft(1, "S-A", units=("U", "V", "U"), words=("PLC", "导卫", "ＰＬＣ", "plc")))
    assert (draft.units, draft.words) == (("U", "V"), ("PLC", "导卫"))


def test_a_good_rule_has_no_problem() -> None:
    assert check(GOOD, KNOWN) == []


@pytest.mark.parametrize(
    ("draft", "problems"),
    [
        (RuleDraft(10, "S-A"), [("rule_asks_nothing", "")]),
        (RuleDraft(10, "S-X", words=("导卫",)), [("studio_unknown", "studio")]),
        (RuleDraft(1000, "S-A", words=("导卫",)), [("priority_out_of_range", "priority")]),
        (RuleDraft(-1, "S-A", words=("导卫",)), [("priority_out_of_range", "priority")]),
        (RuleDraft(10, "S-A", units=("U", "?")), [("unit_unknown", "units")]),
        (RuleDraft(10, "S-A", kinds=("?",)), [("kind_unknown", "kinds")]),
        (RuleDraft(10, "S-A", themes=("?",)), [("theme_unknown", "themes")]),
        (RuleDraft(10, "S-A", words=("导卫", "轧")), [("word_too_short", "words")]),
        (RuleDraft(10, "S-A", units=("U",), words=("a",)), [("word_too_short", "words")]),
        (RuleDraft(10, "S-A", units=("U",), words=("锤",)), []),
        (RuleDraft(10, "S-A", words=("长" * (LONGEST_WORD + 1),)), [("word_too_long", "words")]),
        (RuleDraft(10, "S-A", words=tuple(f"词{n}" for n in range(MOST_WORDS + 1))), [("words_too_many", "words")]),
        (
            RuleDraft(10, "S-A", units=tuple("U" for _ in range(MOST_UNITS + 1))),
            [("units_too_many", "units")],
        ),
        (
            RuleDraft(1000, "S-X", units=("?",), words=("z",)),
            [
                ("priority_out_of_range", "priority"),
                ("studio_unknown", "studio"),
                ("unit_unknown", "units"),
                ("word_too_short", "words"),
            ],
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(draft: RuleDraft, problems: list[tuple[str, str]]) -> None:
    assert [(problem.code, problem.field) for problem in check(draft, KNOWN)] == problems


def test_a_rule_below_ten_decides_alone() -> None:
    drafts = [RuleDraft(priority, "S-A", words=("导卫",)) for priority in (0, 9, 10, 999)]
    assert [draft.decides_alone for draft in drafts] == [True, True, False, False]


def test_a_rule_comes_back_from_its_history_as_it_was() -> None:
    draft = RuleDraft(7, "S-A", ("U", "V"), ("suggestion",), ("safety",), ("导卫", "PLC"))
    kept = snapshot(draft, {"name_zh": "甲", "name_en": ""}, active=True)
    assert from_snapshot(kept) == draft
    assert kept["studio_names"] == {"name_zh": "甲", "name_en": ""}


def test_what_a_change_changed_is_named() -> None:
    def shot(draft: RuleDraft) -> dict[str, object]:
        return snapshot(draft, {}, active=True)

    other = RuleDraft(20, "S-A", units=("U",), words=("导卫", "轧机"))
    assert changed(shot(GOOD), shot(GOOD)) == ()
    assert changed(shot(GOOD), shot(other)) == ("priority", "words")
    assert changed(None, shot(GOOD)) == ("priority", "studio", "units", "words")
    assert changed(shot(GOOD), None) == changed(None, shot(GOOD))
    assert set(COLUMNS) <= {"units", "kinds", "themes", "words"}


def test_the_seal_breaks_when_a_rule_or_the_choice_changes_and_not_otherwise() -> None:
    seal = seal_of([(1, 1), (2, 5)], [2])
    assert seal == seal_of([(2, 5), (1, 1)], [2, 2])
    others = [seal_of([(1, 2), (2, 5)], [2]), seal_of([(1, 1)], [2]), seal_of([(1, 1), (2, 5)], [1])]
    assert len({seal, *others}) == 4
