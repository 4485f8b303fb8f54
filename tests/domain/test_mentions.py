"""Who is called in a text, as people on a phone write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Person
from studio.domain import mentions

WANG = Person(id=1, employee_no="002906", name="王建国", name_en="Wang Jianguo", active=True)
LONGER = Person(id=2, employee_no="002907", name="王建国强", name_en="Wang Jian", active=True)
GONE = Person(id=3, employee_no="002908", name="李四", name_en="", active=False)
NAMESAKE = Person(id=4, employee_no="002909", name="李四", name_en="", active=True)
TWIN = Person(id=5, employee_no="002910", name="张伟", name_en="", active=True)
OTHER_TWIN = Person(id=6, employee_no="002911", name="张伟", name_en="", active=True)
EVERYBODY = [WANG, LONGER, GONE, NAMESAKE, TWIN, OTHER_TWIN]


def called(text):
    """Return for each call what was taken for the name and whom it may mean."""
    found = []
    for call in mentions.calls(text):
        length, people = mentions.meant(call, EVERYBODY)
        found.append((call.words[:length], [person.id for person in people]))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@王建国 请看", [("王建国", [1])]),
        ("@王建国请看一下", [("王建国", [1])]),
        ("请@王建国，再量一次", [("王建国", [1])]),
        ("＠００２９０６请看", [("００２９０６", [1])]),
        ("@002906", [("002906", [1])]),
        ("@王建国强也来", [("王建国强", [2])]),
        ("@wang jianguo please", [("wang jianguo", [1])]),
        ("@Wang Jian, and you?", [("Wang Jian", [2])]),
        ("@王建国@李四", [("王建国", [1]), ("李四", [4])]),
        ("@张伟 看看", [("张伟", [5, 6])]),
        ("@没有这人 看看", [("", [])]),
        ("@00290 少一位", [("", [])]),
        ("@0029061 多一位", [("", [])]),
        ("@王建\n国", [("", [])]),
    ],
)
def test_the_longest_name_that_somebody_has_is_meant(text, expected):
    assert called(text) == expected


@pytest.mark.parametrize(
    "text", ["", "没人", "写信到 wang@example.com", "φ12@200", "@ 王建国", "5 @ 3", "@", "@@", "@，"]
)
def test_a_mail_address_a_spacing_and_a_lone_sign_call_nobody(text):
    assert mentions.calls(text) == []


def test_who_has_left_is_meant_only_where_nobody_else_has_his_name():
    (call,) = mentions.calls("@李四")
    assert mentions.meant(call, [GONE, NAMESAKE])[1] == [NAMESAKE]
    assert mentions.meant(call, [GONE])[1] == [GONE]


def test_everything_that_may_be_meant_is_looked_for_at_once():
    keys = mentions.keys(mentions.calls("@王建国请看 @Li Wei"))
    assert {"王", "王建", "王建国", "王建国请看", "li", "li wei"} <= keys
    assert not {"l", "li w"} & keys


@given(st.text(alphabet="@＠王建国强李四张伟请 \n0296Wang，", max_size=60))
def test_cutting_a_text_at_its_names_loses_nothing(text):
    parts = list(mentions.parts(text, EVERYBODY))
    assert "".join(part.text for part in parts) == text
    for part in parts:
        if part.person is not None:
            assert part.text[0] in "@＠"
            assert mentions.key_of(part.text[1:]) in {
                mentions.key_of(said) for said in (part.person.employee_no, part.person.name, part.person.name_en)
            }


def test_a_name_changed_since_is_found_as_it_was_said():
    also = [(mentions.key_of("小王"), WANG)]
    assert [part.person for part in mentions.parts("@小王 来", [WANG], also=also)] == [None, WANG, None]
