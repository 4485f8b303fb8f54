import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.completeness import (
    MADE_TITLE_LIMIT,
    ProposalTexts,
    check_draft,
    check_submission,
    clean_line,
    clean_text,
    is_general_remark,
    open_questions,
    prepared,
    title_from,
    too_long,
)
from studio.domain.errors import Problem

COMPLETE = ProposalTexts(
    title="轴承油封按月色标先进先出",
    problem="同一货位新旧混放。",
    measure="用12种颜色的圆贴代表入库月份。",
    effect="呆滞件由267件降到41件。",
)
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_a_proposal_with_title_problem_measure_and_effect_is_complete():
    assert check_submission(prepared(COMPLETE)) == []


@pytest.mark.parametrize("question", ["problem", "measure", "effect"])
@pytest.mark.parametrize("answer", ["", "  \n ", "——", "……。", "\x00"])
def test_without_one_of_the_three_answers_it_is_a_general_remark(question, answer):
    texts = prepared(ProposalTexts("标题", **{"problem": "有", "measure": "有", "effect": "有"} | {question: answer}))
    assert is_general_remark(texts)
    assert open_questions(texts) == (question,)
    assert check_submission(texts) == [Problem(f"{question}_missing", question)]


def test_an_empty_form_names_all_that_is_missing_and_is_no_remark():
    empty = prepared(ProposalTexts())
    assert not is_general_remark(empty)
    assert [problem.code for problem in check_submission(empty)] == [
        "problem_missing",
        "measure_missing",
        "effect_missing",
    ]


def test_a_complete_proposal_is_no_general_remark():
    assert not is_general_remark(COMPLETE)


def test_an_empty_draft_can_be_saved():
    assert check_draft(prepared(ProposalTexts())) == []


def test_a_title_has_up_to_120_characters_and_a_text_up_to_4000():
    assert check_draft(ProposalTexts(title="题" * 120, problem="文" * 4000)) == []
    assert check_draft(ProposalTexts(title="题" * 10_000, effect="文" * 4001)) == [
        Problem("too_long", "title", {"limit": 120, "length": 10_000}),
        Problem("too_long", "effect", {"limit": 4000, "length": 4001}),
    ]


def test_too_long_a_text_is_found_at_submission_as_well():
    texts = ProposalTexts("标题", "文", "文", "文", location="处" * 4001)
    assert [problem.code for problem in check_submission(texts)] == ["too_long"]


def test_a_title_left_empty_is_made_from_the_problem():
    texts = prepared(ProposalTexts(problem="导卫轮断油看不见。去年堆钢6次。", measure="加视油管", effect="堆钢为零"))
    assert texts.title == "导卫轮断油看不见"
    assert check_submission(texts) == []


def test_a_title_that_says_nothing_is_made_too():
    assert prepared(ProposalTexts(title="……", problem="导卫轮断油看不见。")).title == "导卫轮断油看不见"


def test_a_title_that_was_written_is_kept():
    assert prepared(COMPLETE).title == COMPLETE.title


@pytest.mark.parametrize(
    ("problem", "title"),
    [
        ("拉出0.05mm深的环槽。磨量不够", "拉出0.05mm深的环槽"),
        ("The lamp is dark. Nobody sees.", "The lamp is dark"),
        ("第一行\n第二行", "第一行"),
        ("。。。真的漏油！", "真的漏油"),
        ("", ""),
        ("——", ""),
        ("长" * 30 + "，" + "短" * 30, "长" * 30),
        ("长" * 60, "长" * 39 + "…"),
        ("太慢了。每次换辊要等二十分钟。", "每次换辊要等二十分钟"),
        ("太慢了。", "太慢了"),
        ("1、盖板翘边绊人，", "盖板翘边绊人"),
        ("2. The lid sticks up.", "The lid sticks up"),
        ("- 漏油：", "漏油"),
        ("-20度就停机", "-20度就停机"),
        ("No. 3 pump leaks oil. It stinks.", "No. 3 pump leaks oil"),
        (
            "The rolling stand stops twice a shift because the guide moves to the left whenever rolls are changed",
            "The rolling stand stops twice a shift because the guide moves to the left…",
        ),
        (
            "When the rolls are changed the guide moves to the left, and then the stand stops twice in one shift",
            "When the rolls are changed the guide moves to the left",
        ),
    ],
)
def test_the_made_title_is_the_first_sentence(problem, title):
    assert title_from(problem) == title


def test_nul_and_control_characters_are_removed():
    assert clean_text("停\x00机\x07\x1b[0m\x7f") == "停机[0m"


def test_line_breaks_and_tabs_stay_and_are_plain():
    assert clean_text("一\r\n二\r三\u2028四\t五\x85六") == "一\n二\n三\n四\t五\n六"


def test_a_line_has_no_breaks_and_single_spaces():
    assert clean_line("  1 号\n\n炉 \t 漏水 ") == "1 号 炉 漏水"


@pytest.mark.parametrize("text", ["👷‍♀️ 好 👍🏽", "اقتراح للتحسين", "הצעה 3%", "Ø20—Φ40 ≥ 0.5 ㎡", "轴\u200f承"])
def test_emoji_and_right_to_left_text_are_kept(text):
    assert clean_text(text) == text


def test_overrides_of_the_writing_direction_are_removed():
    assert clean_text(f"图纸{BIDI_CONTROLS}exe.gpj") == "图纸exe.gpj"


def test_letters_are_composed():
    assert clean_text("e\u0301") == "\u00e9"


@given(st.text() | st.text(alphabet=f"a\u0301\x00 \n\r\t\ud800é轴{BIDI_CONTROLS}\ufeff\u200d👷"))
def test_a_clean_text_can_be_stored_and_stays_as_it_is(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean.encode().decode() == clean
    assert unicodedata.is_normalized("NFC", clean)
    assert not set(clean) & set(BIDI_CONTROLS + "\x00\r")


@given(st.text())
def test_a_made_title_fits_and_is_one_line(problem):
    title = title_from(clean_text(problem))
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in title)
    assert len(title) + wide <= 2 * MADE_TITLE_LIMIT
    assert title == clean_line(title)
    assert not title.endswith(("，", ",", "、", "：", ":"))


@given(st.builds(ProposalTexts, *[st.text()] * 6))
def test_preparing_twice_changes_nothing(texts):
    assert prepared(prepared(texts)) == prepared(texts)


@pytest.mark.parametrize(("length", "limit", "problems"), [(4, 4, 0), (5, 4, 1), (0, 4, 0)])
def test_a_text_is_as_long_as_it_may_be(length, limit, problems):
    found = too_long("字" * length, "words", limit)
    expected = [Problem("too_long", "words", {"limit": limit, "length": length})] * problems
    assert found == expected
