"""One proposal in a browser: photos compared by keyboard, thanks without losing the place, two printed pages."""

import re
import sqlite3
from io import BytesIO

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.factories.world import PASSWORD
from tests.support.browser import DESK, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PAIRED = """SELECT number FROM proposals AS p WHERE state = 'verified'
    AND (SELECT count(DISTINCT role) FROM attachments WHERE proposal_id = p.id AND role IN ('before', 'after')) = 2"""
COLLEAGUE = """SELECT employee_no FROM people AS p WHERE active AND NOT EXISTS (SELECT 1 FROM contributors
    WHERE person_id = p.id) AND NOT EXISTS (SELECT 1 FROM role_grants WHERE person_id = p.id)"""
SHIFTS = """() => new Promise(done => new PerformanceObserver(list => done(
    list.getEntries().filter(e => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0)
  )).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 500))"""


def found(factory: Server, question: str) -> str:
    with sqlite3.connect(factory.data / "studio.sqlite") as database:
        return str(database.execute(question).fetchone()[0])


def test_photos_are_compared_by_keyboard_and_thanks_said_in_place(browser: Browser, factory: Server) -> None:
    eye = Eye(size=DESK, locale="en")
    page = eye.open(browser, factory.url)
    eye.sign_in(page, found(factory, COLLEAGUE), PASSWORD)
    page.goto(f"/proposals/{found(factory, PAIRED)}")
    assert page.evaluate(SHIFTS) == 0, "nothing moves while the page is put together"
    page.get_by_role("button", name="Lay them on each other").press("Enter")
    rule = page.get_by_role("slider")
    expect(rule).to_be_focused()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(rule).to_have_value("60")
    assert page.locator(".comparing").evaluate("pair => pair.style.getPropertyValue('--at')") == "40%"
    eye.look(page)
    page.get_by_role("button", name="Side by side").press("Enter")
    expect(rule).to_have_count(0)

    page.get_by_role("button", name="Say thank you").press("Enter")
    expect(page.get_by_role("button", name="Take my thanks back")).to_be_focused()
    expect(page.locator("[data-told]")).to_have_text(re.compile("find it in the app"))
    page.locator(".share summary").press("Enter")
    expect(page.get_by_label("Address of this proposal")).to_have_value(re.compile(r"/p/\d{4}-\d{5}$"))
    page.get_by_role("button", name="Copy it").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    eye.look(page)
    page.get_by_role("button", name="Take my thanks back").press("Enter")
    expect(page.get_by_role("button", name="Say thank you")).to_be_visible()
    assert len(PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages) <= 2


def test_without_a_script_the_photos_stand_side_by_side_and_one_tap_thanks(browser: Browser, factory: Server) -> None:
    eye = Eye(locale="en", scripts=False)
    page = eye.open(browser, factory.url)
    eye.sign_in(page, found(factory, COLLEAGUE), PASSWORD)
    page.goto(f"/proposals/{found(factory, PAIRED)}")
    assert page.locator(".photo img").count() == 2
    expect(page.locator(".compare-row button")).to_be_hidden()
    page.get_by_role("button", name="Say thank you").click()
    expect(page.get_by_role("button", name="Take my thanks back")).to_be_visible()
    page.get_by_role("button", name="Take my thanks back").click()
    expect(page.get_by_role("button", name="Say thank you")).to_be_visible()
