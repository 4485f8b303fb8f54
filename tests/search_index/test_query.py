"""What somebody typed, and what the house understands."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.query import Field, Measure, Query, parse

SHANGHAI = ZoneInfo("Asia/Shanghai")


def said(query: Query) -> list[str]:
    """Write the clauses down: - unwanted, | or, ! just so, field: where."""
    return [
        "-" * clause.unwanted
        + "|".join(
            (f"{term.field}:" if term.field is not Field.TEXT else "") + term.text + "!" * term.literal
            for term in clause.ways
        )
        for clause in query.clauses
    ]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("轴承 漏油", ["轴承", "漏油"]),
        ("轴承　漏油", ["轴承", "漏油"]),
        ('"轴承 座" 油', ["轴承 座!", "油"]),
        ("“轴承座”", ["轴承座!"]),
        ("「轴承座」", ["轴承座!"]),
        ("轴承 -油封", ["轴承", "-油封"]),
        ('轴承 -"油 封"', ["轴承", "-油 封!"]),
        ("行车 OR 天车 泵", ["行车|天车", "泵"]),
        ("行车 | 天车 或 桁车", ["行车|天车|桁车"]),
        ("title:导卫", ["title:导卫"]),
        ("标题：导卫", ["title:导卫"]),
        ('title:"导卫 轮"', ["title:导卫 轮!"]),
        ("-person:王建国 泵", ["-person:王建国", "泵"]),
        ("地点:三号炉", ["place:三号炉"]),
        ("轴承 轴承, (轴承) -", ["轴承"]),
        ("6ES7-1214C", ["6es7-1214c"]),
        ("軸承", ["轴承"]),
        ("ＢＥＡＲＩＮＧ", ["bearing"]),
    ],
)
def test_words_and_signs_mean_what_people_mean_by_them(typed: str, understood: list[str]) -> None:
    assert said(parse(typed)) == understood


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ('"轴承', ["轴承"]),
        ("-轴承", ["轴承"]),
        ("-轴承 -油封", ["轴承", "油封"]),
        ("OR 轴承", ["轴承"]),
        ("轴承 OR", ["轴承"]),
        ("轴承 OR OR 油", ["轴承|油"]),
        ("id:*", ["id"]),
        ("filed:昨天", ["filed:昨天"]),
        ("filed:2025-13", ["filed:2025-13"]),
        ("filed:", ["filed"]),
        ("title:", ["title"]),
        ("benefit:many", ["benefit:many"]),
        ("benefit:>=5..9", ["benefit:>=5..9"]),
        ("(轴承)", ["轴承"]),
        ("-5℃", ["5°c"]),
        ("*", []),
        ("\0", []),
    ],
)
def test_what_is_no_syntax_is_words(typed: str, understood: list[str]) -> None:
    assert said(parse(typed)) == understood
    assert not parse(typed).spans


def test_what_says_nothing_is_not_a_question_for_everything() -> None:
    assert parse("*").empty
    assert parse("\0").empty
    assert not parse("").empty
    assert not parse("year:2025").empty


def moment(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=SHANGHAI).timestamp())


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("year:2025", moment(2025), moment(2026) - 1),
        ("年：2025", moment(2025), moment(2026) - 1),
        ("filed:2025-02", moment(2025, 2, 1), moment(2025, 3, 1) - 1),
        ("filed:2024-02-29", moment(2024, 2, 29), moment(2024, 3, 1) - 1),
        ("日期:2025年3月", moment(2025, 3, 1), moment(2025, 4, 1) - 1),
        ("filed:2025-03..2025-06", moment(2025, 3, 1), moment(2025, 7, 1) - 1),
        ("filed:..2025", None, moment(2026) - 1),
        ("filed:>=2025-03-05", moment(2025, 3, 5), None),
        ("filed:<2025", None, moment(2025) - 1),
    ],
)
def test_days_begin_at_midnight_of_the_site(typed: str, low: int | None, high: int | None) -> None:
    (span,) = parse(typed, SHANGHAI).spans
    assert (span.measure, span.low, span.high) == (Measure.FILED, low, high)


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("benefit:>10000", 10_001, None),
        ("效益:1万..5万", 10_000, 50_000),
        ("benefit:>=0.5万", 5_000, None),
        ("benefit:<=300,000", None, 300_000),
        ("benefit:800", 800, 800),
    ],
)
def test_money_is_in_yuan_or_ten_thousands(typed: str, low: int | None, high: int | None) -> None:
    (span,) = parse(typed).spans
    assert (span.measure, span.low, span.high) == (Measure.BENEFIT, low, high)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*'"-:|OR .<>=', "title:", "filed:2025", "..", "轴承"])).map("".join)
)
def test_no_text_is_an_error_or_means_everything(text: str) -> None:
    query = parse(text)
    assert bool(query.clauses or query.spans or query.empty) == bool(text.strip())
    assert not query.clauses or query.spans or query.wanted
