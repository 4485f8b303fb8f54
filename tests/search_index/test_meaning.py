"""What is found although it was typed otherwise; every engine must do so."""

from dataclasses import replace

import pytest

from search_index.port import SearchEngine, SearchQuery
from search_index.synonyms import Synonyms
from tests.search_index.documents import READER, document, find, put

SHOP = Synonyms([["行车", "天车", "桥式起重机"], ["减速机", "减速箱"], ["MAG 焊", "活性气体保护焊"]])


@pytest.fixture
def archive(engine: SearchEngine) -> SearchEngine:
    return put(
        engine,
        document(
            1, "天车减速箱漏油处理", "油封换成双唇的，M16×60螺栓重新打力矩。", names="王建国 002906", benefit=50_000
        ),
        document(2, "行车轨道压板松动", "PLC 6ES7 1214C 报警。", names="李重阳 003799", benefit=800),
        document(3, "导卫轮油气管断油", "Replaced the bearings twice; 阀门DN150。MAG 焊补。", names="单于飞 007439"),
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("行车", [2, 1]),  # as typed first, then the synonym
        ("桥式起重机", [2, 1]),
        ("活性气体保护焊", [3]),  # the synonym has a space in it
        ("行车减速机", [1]),  # both words of a longer one by their synonyms
        ("漏油减速箱", [1]),  # the same words in another order
        ("6ES71214C", [2]),
        ("6es7-1214c", [2]),
        ("m16*60", [1]),
        ("M16 x 60", [1]),
        ("dn-150", [3]),
        ("天車", [1, 2]),
        ("replacing", [3]),
        ("hangche", [2]),
        ("tianchejiansuxiang", [1]),
        ("tcjsx", [1]),
        ("wangjianguo", [1]),
        ("lichongyang", [2]),
        ("lizhongyang", [2]),
        ("wjg", [1]),
        ("导位轮", [3]),  # sounds the same
        ("导土轮", [3]),  # any character
        ("轮导油", []),
        ("bearngs", [3]),
        ("reqlaced", [3]),
        ("002907", []),  # a number is never another number
    ],
)
def test_it_is_found_in_another_spelling(archive: SearchEngine, typed: str, found: list[int]) -> None:
    assert find(archive, typed, synonyms=SHOP) == found


def test_quotes_ask_for_just_that(archive: SearchEngine) -> None:
    assert find(archive, '"行车"', synonyms=SHOP) == [2]
    assert find(archive, '"hangche"') == []
    assert find(archive, '"replacing"') == []


def test_unwanted_words_are_left_out_as_they_stand(archive: SearchEngine) -> None:
    assert find(archive, "行车 -轨道", synonyms=SHOP) == [1]
    assert find(archive, "行车 -天车", synonyms=SHOP) == [2]


def test_either_of_two(archive: SearchEngine) -> None:
    assert set(find(archive, "导卫 OR 漏油")) == {1, 3}


def test_fields(archive: SearchEngine) -> None:
    assert find(archive, "title:油") == [3, 1]
    assert find(archive, "title:油封") == []
    assert find(archive, "person:王建国") == [1]
    assert find(archive, "person:轨道") == []
    assert find(archive, "number:00002") == [2]
    assert find(archive, "benefit:>=1万") == [1]
    assert find(archive, "filed:2026-01-03..2026-01-04") == [3, 2]
    assert find(archive, "year:2025") == []


def test_the_place_is_a_field(engine: SearchEngine) -> None:
    put(engine, replace(document(1, "甲", "三号炉旁"), place="三号炉"), document(2, "乙", "三号炉的料送到二号炉"))
    assert set(find(engine, "三号炉")) == {1, 2}
    assert find(engine, "地点:三号炉") == [1]


def test_what_was_mistyped_is_proposed(archive: SearchEngine) -> None:
    page = archive.search(SearchQuery(text="导位轮 bearngs", audience=READER))
    assert page.meant == "导卫轮 bearings"
    assert archive.search(SearchQuery(text="导卫轮", audience=READER)).meant == ""


def test_a_proposed_spelling_never_betrays_what_the_reader_may_not_see(engine: SearchEngine) -> None:
    put(engine, document(1, "秘方配比", audience=["person:9"]), document(2, "导卫"))
    page = engine.search(SearchQuery(text="密方配比", audience=READER))
    assert (page.total, page.meant) == (0, "")
    assert engine.search(SearchQuery(text="密方配比", audience=frozenset({"person:9"}))).meant == "秘方配比"


def test_who_may_not_see_the_exact_hit_is_still_shown_the_near_ones(engine: SearchEngine) -> None:
    put(engine, document(1, "轴成", audience=["person:9"]), document(2, "轴承"))
    assert find(engine, "轴成") == [2]


def test_a_hidden_word_of_the_same_sound_does_not_end_the_guessing(engine: SearchEngine) -> None:
    put(engine, document(1, "导卫轮", audience=["person:9"]), document(2, "导土轮"))
    assert find(engine, "导位轮") == [2]


def test_more_is_found_but_not_shown(engine: SearchEngine) -> None:
    put(engine, replace(document(1, "甲", "乙"), more="评论里说的丙丁"))
    hit = engine.search(SearchQuery(text="丙丁", audience=READER)).hits[0]
    assert hit.snippet == (("乙", False),)
