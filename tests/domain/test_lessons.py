"""What transfers between the same two studios have in common."""

from studio.domain.lessons import Transfer, lessons

TREE = {"A1": ("A1", "A", "ROOT"), "A2": ("A2", "A", "ROOT"), "B1": ("B1", "B", "ROOT")}
BACKGROUND = [frozenset({"问题", "操作工"})] * 30 + [frozenset({"盖板"})] * 3


def moved(key: int, unit: str = "A1", words: str = "", *, ways: str = "X>Y", themes: tuple[str, ...] = ()) -> Transfer:
    before, after = ways.split(">")
    return Transfer(key, before, after, TREE[unit], themes, frozenset(words.split()))


def test_once_is_chance() -> None:
    assert lessons([moved(1), moved(2, ways="Y>X")], []) == []


def test_the_same_proposal_handed_on_twice_is_one() -> None:
    assert lessons([moved(1), moved(1)], []) == []


def test_the_most_frequent_way_comes_first() -> None:
    found = lessons([moved(key) for key in (1, 2)] + [moved(key, ways="Y>X") for key in (3, 4, 5)], [])
    assert [(one.before, one.after, one.ids) for one in found] == [("Y", "X", (3, 4, 5)), ("X", "Y", (1, 2))]


def test_the_lowest_unit_that_all_share_is_named_and_never_the_whole_firm() -> None:
    [same_team] = lessons([moved(1), moved(2)], [])
    [same_plant] = lessons([moved(1), moved(2), moved(3, "A2")], [])
    [anywhere] = lessons([moved(1, "A1"), moved(2, "B1")], [])
    assert same_team.units == (("A1", 2),)
    assert same_plant.units == (("A", 3), ("A1", 2))
    assert anywhere.units == ()


def test_themes_that_several_share_are_counted() -> None:
    [lesson] = lessons([moved(1, themes=("safety", "energy")), moved(2, themes=("safety",))], [])
    assert lesson.themes == (("safety", 2),)


def test_words_tell_that_are_shared_and_rare_elsewhere() -> None:
    texts = ["漏气 压缩空气 问题 操作工", "漏气 压缩空气 问题", "漏气 盖板 问题"]
    [lesson] = lessons([moved(key, words=text) for key, text in enumerate(texts)], BACKGROUND)
    assert lesson.words == (("漏气", 3), ("压缩空气", 2))


def test_a_piece_of_a_telling_word_is_not_named_again() -> None:
    [lesson] = lessons([moved(key, words="压缩空气 压缩 空气 漏气") for key in (1, 2, 3)], BACKGROUND)
    assert len(lesson.words) == len(
        {word for word, _ in lesson.words if not any(word != o and word in o for o, _ in lesson.words)}
    )
