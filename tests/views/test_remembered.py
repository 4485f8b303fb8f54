from markupsafe import Markup

from studio.wording.language import speaking
from views.remembered import Shelf, remembered


def test_a_part_is_said_once_for_the_same_facts(app):
    asked: list[int] = []

    def context() -> dict[str, object]:
        asked.append(len(asked))
        return {"section": "home", "duties": ()}

    with app.test_request_context():
        parts = [remembered("macros/tabbar.html", facts, context) for facts in ("the same", "the same", "others")]
    assert parts[0] == parts[1] == parts[2]
    assert asked == [0, 1]


def test_each_language_has_its_own(app):
    def part() -> Markup:
        return remembered("macros/tabbar.html", "facts", lambda: {"section": "", "duties": ()})

    with app.test_request_context():
        with speaking("zh_CN"):
            chinese = part()
        with speaking("en"):
            english = part()
    assert "首页" in chinese
    assert "Home" in english


def test_what_nobody_asked_for_longest_goes_first():
    shelf = Shelf(most=10)
    shelf.put("a", Markup("12345"))
    shelf.put("b", Markup("12345"))
    assert shelf.take("a") == "12345"
    shelf.put("c", Markup("1"))
    assert (shelf.take("a"), shelf.take("b"), shelf.take("c")) == ("12345", None, "1")


def test_putting_a_part_again_takes_no_more_room():
    shelf = Shelf(most=10)
    for _ in range(5):
        shelf.put("a", Markup("1234567890"))
    assert shelf.take("a") == "1234567890"
    shelf.put("b", Markup("1"))
    assert shelf.take("a") is None


def test_a_part_too_large_for_the_shelf_is_not_kept():
    shelf = Shelf(most=3)
    shelf.put("a", Markup("1234"))
    assert shelf.take("a") is None
    shelf.put("b", Markup("123"))
    assert shelf.take("b") == "123"
