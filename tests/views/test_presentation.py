from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from views import languages, moments, presentation
from views.forms.fields import parse_yuan
from views.icons import five_blocks, icon
from views.wall import ruler

CHINESE, ENGLISH = languages.LANGUAGES["zh_CN"], languages.LANGUAGES["en"]
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def tied(words: str) -> str:
    """No line ends between a number and what it counts."""
    return words.replace(" ", languages.TIED)


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        ("0", "0 元", "¥0"),
        ("300", "300 元", "¥300"),
        ("300.50", "300.5 元", "¥300.5"),
        ("128000", "12.8 万元", "¥128,000"),
        ("10000", "1 万元", "¥10,000"),
        ("12345678.90", "1,234.57 万元", "¥12,345,678.9"),
    ],
)
def test_money_is_said_in_the_readers_way(yuan: str, zh: str, en: str) -> None:
    assert CHINESE.money(Decimal(yuan)) == tied(zh)
    assert ENGLISH.money(Decimal(yuan)) == en


def test_days_are_near_words_and_the_year_shows_only_when_it_is_another(app: Flask) -> None:
    today = NOW.date()
    assert CHINESE.relative_day(today, today) == "今天"
    assert CHINESE.relative_day(today + timedelta(days=1), today) == "明天"
    assert CHINESE.relative_day(today + timedelta(days=5), today) == "11月25日"
    assert CHINESE.day(today.replace(year=2025), today) == "2025年11月20日"
    assert ENGLISH.day(today, today) == tied("20 Nov")
    assert ENGLISH.day(today.replace(year=2025), today) == tied("20 Nov 2025")


def test_moments_are_told_in_the_sites_zone(app: Flask) -> None:
    with app.test_request_context():
        assert moments.clock_time(NOW) == "09:00"
        assert moments.iso(NOW) == "2026-11-20T09:00:00+08:00"
        assert moments.moment(None) == ""


def test_titles_break_between_words_and_stay_text() -> None:
    assert presentation.by_word("盖板<b>翘边") == "盖板<wbr>&lt;<wbr>b<wbr>&gt;<wbr>翘边"


def test_a_title_never_breaks_before_a_comma_or_after_an_opening_quote() -> None:
    assert presentation.by_word("清了三天，快补。“好用”") == "清<wbr>了<wbr>三天，<wbr>快补。<wbr>“好用”"


def test_plain_text_becomes_paragraphs_and_stays_text() -> None:
    told = presentation.paragraphs("一行\n二行\n\n<script>三行")
    assert told == "<p>一行<br>二行</p><p>&lt;script&gt;三行</p>"
    assert presentation.paragraphs(None) == ""


def test_a_qr_code_is_a_picture_without_inline_style() -> None:
    code = presentation.qr("http://studio.example/proposals/2026-00001")
    assert code.startswith('<svg class="qr"')
    assert "style=" not in code


def test_five_blocks_are_always_five() -> None:
    for done in range(6):
        assert five_blocks(done).count("<rect") == 5
    assert five_blocks(3, last="stop").count('class="stop"') == 1
    assert 'aria-hidden="true"' in icon("pen")


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [("12000", 12_000), ("12,000.50", Decimal("12000.50")), ("1.2万", 12_000), ("￥300元", 300), ("0", 0)],
)
def test_amounts_are_read_as_people_write_them(typed: str, yuan: Decimal) -> None:
    assert parse_yuan(typed) == yuan


@pytest.mark.parametrize("typed", ["a lot", "-5", "NaN", "Infinity", "1e30", "万"])
def test_what_is_no_amount_is_not_guessed(typed: str) -> None:
    assert parse_yuan(typed) is None


def test_the_rule_of_a_poster_is_a_true_one() -> None:
    for length, last in ((297, 29), (420, 41)):
        shown = ruler(length)
        assert shown.numbers == tuple(range(1, last + 1))
        assert shown.ones.count("M") + shown.fives.count("M") + shown.tens.count("M") == length + (length % 10 != 0)
        assert shown.tens.startswith("M0 0h9M0 10h9")
