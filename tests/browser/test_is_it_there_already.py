"""What is there already is told while one types, moves nothing and loses nothing; without scripts a button tells it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_main_job import EFFECT, MEASURE, Desk, look_up
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

A_TITLE = "SELECT title FROM proposals WHERE state = 'verified' AND NOT confidential ORDER BY id"
WORKER = "003880"


def top_of_the_next_question(page: Page) -> float:
    return float(page.locator("[name=measure]").evaluate("e => e.getBoundingClientRect().top + scrollY"))


@pytest.mark.parametrize(("size", "locale"), [(PHONE, "zh_CN"), (DESK, "en")], ids=["phone", "desk"])
def test_while_one_types(browser: Browser, factory: Server, size: tuple[int, int], locale: str) -> None:
    worker = Desk(Eye(size, locale), browser, factory, WORKER)
    page, title = worker.page, look_up(factory.data, A_TITLE)[0]
    worker.visit("/file")
    before = top_of_the_next_question(page)
    page.locator("[name=title]").fill(title)
    found = page.locator("#alike details")
    expect(found).to_be_visible()
    assert top_of_the_next_question(page) == before
    if size == PHONE:  # at a desk it stands open beside the form
        found.locator("summary").click()
    expect(found.locator("li").first).to_contain_text(title)
    worker.eye.look(page)
    with page.context.expect_page() as opened:
        found.locator("a").first.click()
    expect(opened.value.locator("h1")).to_contain_text(title)
    expect(page.locator("[name=title]")).to_have_value(title)
    page.context.close()


def test_without_a_network_it_is_silent(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(PHONE, "zh_CN"), browser, factory, WORKER)
    page = worker.page
    worker.visit("/file")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.context.set_offline(True)
    page.locator("[name=title]").fill(look_up(factory.data, A_TITLE)[0])
    expect(page.locator("#saved")).to_have_class("saved saved-not")
    expect(page.locator("#alike button")).to_be_visible()
    assert not errors
    page.context.close()


def test_without_scripts_a_button_tells_it_and_it_can_be_filed(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(PHONE, "zh_CN", scripts=False), browser, factory, WORKER)
    page, title = worker.page, look_up(factory.data, A_TITLE)[0]
    worker.visit("/file")
    worker.write(title=title)
    page.locator("#alike button").click()
    expect(page.locator("#alike details li").first).to_contain_text(title)
    expect(page.locator("[name=title]")).to_have_value(title)
    worker.write(problem="三号机也有这个毛病。", measure=MEASURE, effect=EFFECT)
    page.locator("#send").click()
    page.wait_for_url("**/receipt")
    worker.reads(title)
    page.context.close()
