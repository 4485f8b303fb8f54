from hypothesis import given
from hypothesis import strategies as st

from search_index.highlight import SNIPPET_LENGTH, mark, snippet
from tests.search_index.documents import terms_of

anything = st.text(st.characters(codec="utf-8"), max_size=300)


def test_overlapping_terms_are_marked_once() -> None:
    assert mark("轴承座", ("轴承", "承座")) == (("轴承座", True),)


def test_wide_letters_are_marked_where_they_stand() -> None:
    assert mark("温度４５℃以上", ("45°c",)) == (("温度", False), ("４５℃", True), ("以上", False))


def test_chinese_sentences_follow_each_other_without_a_space() -> None:
    assert snippet("太慢。\n加限位块\ntoo slow", ()) == (("太慢。加限位块 too slow", False),)


def test_a_snippet_starts_with_the_sentence_of_the_match() -> None:
    text = "第一句话很长" * 30 + "。主轴承发热。" + "后面还有" * 60
    assert snippet(text, ("轴承",))[:3] == (("…", False), ("主", False), ("轴承", True))


@given(anything, anything)
def test_marking_loses_no_character(text: str, asked: str) -> None:
    assert "".join(piece for piece, _ in mark(text, terms_of(asked))) == text


@given(anything, anything)
def test_a_snippet_is_short_and_taken_from_the_text(text: str, asked: str) -> None:
    shown = "".join(piece for piece, _ in snippet(text, terms_of(asked)))
    assert len(shown) <= SNIPPET_LENGTH + 2
    assert shown.strip("…") in text.replace("\n", " ")
