"""What a line of text names clearly is one machine, however it is spelt; what is less clear is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ProposalState
from studio.domain.machines import CHAPTERS, Directory, Names, key_of, leads_back

FIRM = {
    1: ("EQ-R108", "3 号倍尺飞剪", "Dividing flying shear No. 3"),
    2: ("EQ-R101", "1 号步进式加热炉", ""),
    3: ("1#/2号炉", "台车炉", ""),
    4: ("PL-E02", "一号空压站", ""),
    5: ("EQ-R901", "棒材成品跨1#打捆机", ""),
    6: ("PL-R01", "棒材成品跨", ""),
    7: ("7", "大门", "Gate"),
    8: ("EQ-A1", "桥式起重机", ""),
    9: ("EQ-A2", "桥式起重机", ""),
}
DIRECTORY = Directory(Names(i, key_of(code), key_of(name), key_of(en)) for i, (code, name, en) in FIRM.items())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("EQ-R108", 1),
        ("ｅｑ－ｒ１０８", 1),
        ("eq r108", 1),
        ("EQ—R108 出口侧导板", 1),
        ("在EQ-R108旁边", 1),
        ("EQ-R108 3 号倍尺飞剪", 1),
        ("EQ-R108 Dividing flying shear No. 3", 1),
        ("dividing flying shear no. 3, outlet", 1),
        ("棒材3#倍尺飞剪", 1),
        ("1＃／2号炉", 3),
        ("1号/2号炉 台车炉", 3),
        ("二线棒材成品跨 1 号打捆机旁", 5),
        ("棒材成品跨挂牌工位", 6),
        ("7", 7),
        ("7 大门", 7),
        ("7 Gate", 7),
        ("大门", 7),
        ("EQ-A2 桥式起重机", 9),
    ],
)
def test_a_machine_is_found_by_its_code_or_its_whole_name(text: str, meant: int) -> None:
    assert DIRECTORY.named_in(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "——",
        "EQ-R1081",
        "XEQ-R108",
        "EQ-R10 8号料仓",  # the shear is R108, and this is something else
        "EQ-R108和EQ-R101",  # two machines
        "13号倍尺飞剪",
        "十一号空压站",
        "7号柱",  # a code of a single number is in too many a text
        "西大门口",  # and so is a short name
        "桥式起重机",  # there are two
        "倍尺飞剪",
        "一号空压站、棒材成品跨",
    ],
)
def test_what_is_not_clear_names_nothing(text: str) -> None:
    assert DIRECTORY.named_in(text) is None


@given(
    capitals=st.lists(st.booleans(), min_size=6, max_size=6),
    marks=st.lists(st.sampled_from(["", "-", " ", "－", "　", "_", "—"]), min_size=3, max_size=3),
    before=st.text(alphabet="天车旁边的，。 ", max_size=5),
    after=st.text(alphabet="出口侧，。 ", max_size=5),
)
def test_spelling_never_matters(capitals: list[bool], marks: list[str], before: str, after: str) -> None:
    letters = [one.upper() if capital else one for one, capital in zip("eqr108", capitals, strict=True)]
    written = "".join(map("".join, zip(letters, [*marks, "", "", ""], strict=True)))
    assert DIRECTORY.named_in(f"{before}{written}{after}") == 1


@given(st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    assert DIRECTORY.named_in(text) in {None, *FIRM}


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)


def test_what_stands_in_itself_at_last_is_noticed() -> None:
    assert leads_back("a", {"a": "b", "b": "c", "c": "a"})
    assert not leads_back("a", {"a": "b", "b": "c", "c": "b"})
    assert not leads_back("a", {"a": "b"})


def test_a_machine_remembers_whatever_was_filed_and_not_taken_back() -> None:
    assert set(ProposalState) - set(CHAPTERS) == {ProposalState.DRAFT, ProposalState.WITHDRAWN}
