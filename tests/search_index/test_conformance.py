"""What every engine must do, said through the port alone."""

from dataclasses import replace

import pytest

from search_index.port import FacetCount, SearchEngine, SearchQuery, Sort
from tests.search_index.documents import READER, change, document, find, ids, put

ROLLER = document(
    1, "支承辊中心架改锡青铜托瓦", "卧车车8米支承辊，托瓦转速上60r/min就发热。用Ｍ16×60螺栓，PLC换成6ES7-1214C。"
)
GUIDE = document(
    2, "导卫轮断油报警", "预精轧滚动导卫的轴承抱死，红钢被刮。Replaced the worn bearings twice.", names="于子豪 007439"
)
SEAL = document(3, "轴承油封先进先出", "备件二库有轴承、骨架油封3400多种。", names="叶思琪 003799\nP003")


@pytest.fixture
def archive(engine: SearchEngine) -> SearchEngine:
    return put(engine, ROLLER, GUIDE, SEAL)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("托瓦", {1}),
        ("架改", {1}),  # across a word boundary
        ("承辊中心架改锡", {1}),
        ("6es7-1214c", {1}),
        ("ES7-12", {1}),
        ("m16×60", {1}),
        ("６０Ｒ／ｍｉｎ", {1}),
        ("2026-00002", {2}),
        ("007439", {2}),
        ("p003", {3}),
        ("子豪", {2}),
        ("bearing", {2}),
        ("replacing", {2}),
        ("轴承", {2, 3}),
        ("轴承 红钢", {2}),
        ("轴承 托瓦", set()),
        ('"worn bearings"', {2}),
        ('"bearings worn"', set()),
        ("轴", {2, 3}),
        ("辊", {1}),
    ],
)
def test_every_piece_of_text_is_found(archive: SearchEngine, asked: str, found: set[int]) -> None:
    assert set(find(archive, asked)) == found


@pytest.mark.parametrize("odd", ["*", "id:*", "-", "--", "NOT", "?", "[a TO", "\x00", "(", "~", "🙂", "\u202e"])
def test_an_odd_query_is_plain_words_and_never_everything(archive: SearchEngine, odd: str) -> None:
    assert len(find(archive, odd)) < 3


@pytest.mark.parametrize("broken", ['"轴承', "轴承*", "(轴承", "轴承)", "“轴承”", "轴承，", "-轴承", "\x00轴承\x00"])
def test_a_broken_query_finds_its_words(archive: SearchEngine, broken: str) -> None:
    assert set(find(archive, broken)) == {2, 3}


def test_an_endless_query_is_answered(archive: SearchEngine) -> None:
    assert find(archive, "轴承油封 " * 5000) == [3]
    assert find(archive, "导" * 10_000) == []


def test_no_text_browses_the_newest_first(archive: SearchEngine) -> None:
    assert find(archive, "") == [3, 2, 1]
    assert find(archive, " \n") == [3, 2, 1]


def test_a_title_hit_comes_before_a_body_hit(archive: SearchEngine) -> None:
    change(archive, document(9, "别的事", "轴承坏了"))
    assert find(archive, "轴承")[0] == 3


def test_a_whole_word_comes_before_a_part_of_one(engine: SearchEngine) -> None:
    put(engine, document(1, "甲", "更换发动机"), document(2, "乙", "开动机器"), document(3, "丙", "发电机"))
    assert find(engine, "发动") == [1]
    assert find(engine, "动机") in ([1, 2], [2, 1])
    put(engine, document(1, "甲", "做人要有动机。"), document(2, "乙", "更换发动机壳。"))
    assert find(engine, "动机") == [1, 2]


def test_benefit_and_date_sort(engine: SearchEngine) -> None:
    put(engine, document(1, benefit=500), document(2, benefit=90_000), document(3, benefit=500))
    assert find(engine, "导卫", sort=Sort.BENEFIT) == [2, 3, 1]
    assert find(engine, "导卫", sort=Sort.NEWEST) == [3, 2, 1]


def test_what_reviews_came_to_sorts_and_what_has_none_comes_last(engine: SearchEngine) -> None:
    put(engine, *(replace(document(number), score=score) for number, score in ((1, 705), (2, 912), (3, 0), (4, 705))))
    assert find(engine, "导卫", sort=Sort.SCORE) == [2, 4, 1, 3]


@pytest.mark.parametrize("sort", Sort)
def test_all_hits_are_those_of_all_pages_in_their_order(engine: SearchEngine, sort: Sort) -> None:
    made = [document(number, "导卫" if number % 3 else "别的", benefit=number % 5) for number in range(1, 40)]
    put(engine, *made, document(99, audience=["person:7"]))
    for text, filters in (("导卫", {}), ("", {}), ("没有这回事", {}), ("导卫", {"year": ["2026"]})):
        query = SearchQuery(text=text, audience=READER, sort=sort, filters=filters, per_page=7)
        pages = [ids(engine.search(replace(query, page=page))) for page in range(1, 8)]
        assert list(engine.all_hits(replace(query, page=3))) == [one for page in pages for one in page]


def test_among_equal_hits_the_newest_comes_first(engine: SearchEngine) -> None:
    put(engine, *(document(number, "导卫加油" if number == 2 else "别的事") for number in range(1, 6)))
    assert find(engine, "导卫") == [2, 5, 4, 3, 1]


def test_who_lacks_the_token_neither_finds_nor_counts(engine: SearchEngine) -> None:
    put(engine, document(1, state=["accepted"]), document(2, audience=["person:7", "studio:3"], state=["declined"]))
    stranger = engine.search(SearchQuery(text="导卫", audience=READER))
    assert (stranger.total, ids(stranger)) == (1, [1])
    assert stranger.facets["state"] == (FacetCount("accepted", 1),)
    member = engine.search(SearchQuery(text="导卫", audience=READER | {"studio:3"}))
    assert set(ids(member)) == {1, 2}
    assert engine.search(SearchQuery(audience=frozenset())).total == 0


def test_a_facet_ignores_its_own_filter_only(engine: SearchEngine) -> None:
    put(
        engine,
        document(1, kind=["design"], year=["2025"]),
        document(2, kind=["design"], year=["2026"]),
        document(3, kind=["suggestion"], year=["2026"]),
    )
    page = engine.search(SearchQuery(text="导卫", audience=READER, filters={"kind": {"design"}}))
    assert page.total == 2
    assert page.facets["kind"] == (FacetCount("design", 2), FacetCount("suggestion", 1))
    assert page.facets["year"] == (FacetCount("2025", 1), FacetCount("2026", 1))
    assert find(engine, "导卫", filters={"kind": {"design", "suggestion"}, "year": {"2026"}}) == [3, 2]
    assert find(engine, "导卫", filters={"kind": {"none"}}) == []
    assert find(engine, "导卫", filters={"kind": set()}) == [3, 2, 1]


def test_pages_do_not_overlap_and_the_page_past_the_end_is_empty(engine: SearchEngine) -> None:
    put(engine, *(document(number) for number in range(1, 8)))
    query = SearchQuery(text="导卫", audience=READER, per_page=3)
    pages = [engine.search(replace(query, page=page)) for page in (1, 2, 3, 4, 99)]
    assert [ids(page) for page in pages] == [[7, 6, 5], [4, 3, 2], [1], [], []]
    assert {page.total for page in pages} == {7}
    assert ids(engine.search(replace(query, page=0))) == [7, 6, 5]


def test_a_change_replaces_and_a_removal_removes(archive: SearchEngine) -> None:
    change(archive, document(2, "吊具防脱", "加一道销子", revision=2), removed=[3])
    assert find(archive, "轴承") == []
    assert find(archive, "吊具") == [2]
    assert archive.revisions() == {1: 1, 2: 2}


def test_many_small_changes_are_kept_in_few_parts(archive: SearchEngine) -> None:
    for revision in range(2, 40):
        change(archive, document(2, f"第{revision}稿", revision=revision), document(100 + revision))
    assert find(archive, "39稿") == [2]
    assert find(archive, "38稿") == []
    assert archive.status().documents == 3 + 38
    assert archive.status().parts < 12
    assert archive.revisions()[2] == 39


def test_matches_are_marked_and_markup_stays_text(engine: SearchEngine) -> None:
    put(engine, document(1, "<b>轴承</b>座", "前" * 300 + "。换ＢＥＡＲＩＮＧＳ再上油" + "后" * 300))
    hit = engine.search(SearchQuery(text="轴承 bearing", audience=READER)).hits[0]
    assert hit.title == (("<b>", False), ("轴承", True), ("</b>座", False))
    assert hit.snippet[:3] == (("…", False), ("换", False), ("ＢＥＡＲＩＮＧＳ", True))
    assert hit.snippet[-1] == ("…", False)
    assert hit.number == "2026-00001"


def test_similar_finds_the_twin_and_says_by_which_words(archive: SearchEngine) -> None:
    twin = archive.similar("轧机导卫轮又断油了，要加报警", READER, limit=2)
    assert twin[0].proposal_id == 2
    assert twin[0].title == "导卫轮断油报警"
    assert "报警" in twin[0].shared
    assert 0 < twin[0].score <= 1
    assert archive.similar("轧机导卫轮断油", frozenset({"person:8"}), limit=2) == ()
    assert archive.similar("", READER, limit=2) == ()


def test_a_text_is_compared_with_others_and_not_with_itself(archive: SearchEngine) -> None:
    text = "导卫轮断油报警，另有一句别人没有的话：扳手贴码"
    change(archive, document(9, "导卫轮断油报警", text))
    alone = archive.similar(text, READER, limit=5)
    others = archive.similar(text, READER, limit=5, but=9)
    assert alone[0].proposal_id == 9
    assert others[0].proposal_id == 2
    assert not {"扳手", "贴码"} & set(others[0].shared)
    assert others[0].score > alone[1].score
    assert archive.similar(text, READER, limit=5, but=77) == alone


def test_particles_of_english_make_nothing_alike(archive: SearchEngine) -> None:
    change(archive, document(9, "Oil mist", "we put it on the line and that is it"))
    assert archive.similar("put that on the floor and is it", READER, limit=5) == ()
