"""Label sheets come out of the printer on exactly A4, each label where the stationer cut it."""

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.factories.world import PASSWORD
from tests.support.browser import DESK, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PIXELS_A_MM = 96 / 25.4
LONGEST = "卧式数控深孔钻镗床（含冷却过滤系统与自动排屑装置、液压站及三号地坑排水泵）" + "MWMWMWMWMW" * 8
PLACES = """() => [...document.querySelectorAll(".sheet")].map(sheet => {
  const box = e => e.getBoundingClientRect(), from = box(sheet);
  const sticksOut = (one, at) => one.right > at.right + 0.5 || one.bottom > at.bottom + 0.5 || one.top < at.top - 0.5;
  return [...sheet.querySelectorAll(".label")].map(label => {
    const at = box(label), inner = [...label.querySelectorAll("svg, div, b, span")].map(box);
    const outside = inner.filter(one => sticksOut(one, at)).length, code = box(label.querySelector("svg")).width;
    return [at.left - from.left, at.top - from.top, at.width, at.height, code, outside];
  });
})"""
"""Where each label of each sheet stands, in pixels, how wide its code is, and how much of it sticks out."""


@pytest.fixture
def keeper(factory: Server, browser: Browser) -> Page:
    """An administrator at a desk, with one machine of the longest code and name among the others."""
    with sqlite3.connect(factory.data / "studio.sqlite") as connection:
        connection.execute(
            "UPDATE machines SET code = ?, code_key = ?, name_zh = ? WHERE code = 'EQ-C101'",
            ("WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWWW-WWW-1", "w" * 31 + "1", LONGEST),
        )
        held = (
            "SELECT employee_no FROM people JOIN role_grants AS g ON person_id = people.id WHERE role = 'administrator'"
        )
        number = connection.execute(held).fetchone()[0]
    connection.close()
    eye = Eye(DESK, "zh_CN", "dark")
    page = eye.open(browser, factory.url)
    eye.sign_in(page, number, PASSWORD)
    return page


@pytest.mark.parametrize(
    ("layout", "columns", "wide", "high", "code"), [("small", 3, 70, 37, 29), ("large", 2, 105, 74, 50)]
)
def test_a_sheet_is_one_a4_page_and_no_label_is_cut(
    keeper: Page, tmp_path: Path, layout: str, columns: int, wide: float, high: float, code: float
) -> None:
    keeper.goto(f"/administration/machines/labels?layout={layout}")
    keeper.emulate_media(media="print")
    sheets = keeper.evaluate(PLACES)
    each = columns * round(296 / high)
    for sheet in sheets:
        for number, (left, top, width, height, square, outside) in enumerate(sheet):
            row, column = divmod(number, columns)
            expected = (column * wide, 0.25 + row * high, wide, high, code)
            seen = tuple(pixels / PIXELS_A_MM for pixels in (left, top, width, height, square))
            assert seen == pytest.approx(expected, abs=0.1)
            assert outside == 0
    assert [len(sheet) for sheet in sheets[:-1]] == [each] * (len(sheets) - 1)

    paper = keeper.pdf(path=tmp_path / "labels.pdf", prefer_css_page_size=True, print_background=False)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert len(boxes) == len(sheets) > 1
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
