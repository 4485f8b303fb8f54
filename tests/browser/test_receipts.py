"""A receipt comes out as exactly one page of A5, or as one slip of 80 mm that is no longer than its words."""

import sqlite3
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.test_main_job import EFFECT, MEASURE, PROBLEM, Desk
from tests.support.browser import DESK, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
POINTS_A_MM = 72 / 25.4
NO_BREAKS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
WRONG = """() => {
  const box = e => e.getBoundingClientRect(), paper = document.querySelector(".paper"), at = box(paper);
  const parts = [...paper.children], wrong = [];
  for (const e of paper.querySelectorAll("*"))
    if (box(e).width && (box(e).bottom > at.bottom + 1 || box(e).right > at.right + 1)) wrong.push(e.tagName);
  parts.slice(1).forEach((e, i) => { if (box(e).top < box(parts[i]).bottom - 1) wrong.push(`${e.className} covers`); });
  for (const e of parts) if (box(e).height < 10) wrong.push(`${e.className} is flat`);
  return wrong;
}"""
"""What sticks out of the paper, lies on something else, or was pressed flat."""


def filed(worker: Desk, title: str) -> str:
    worker.page.goto("/file")
    worker.write(title=title, problem=PROBLEM, measure=MEASURE, effect=EFFECT)
    worker.page.locator("#send").click()
    worker.page.wait_for_url("**/receipt")
    return worker.page.url.split("/")[-2]


def lengthen(server: Server, number: str) -> None:
    """Give the studio a long reason for having it."""
    with sqlite3.connect(server.data / "studio.sqlite") as connection:
        connection.execute(
            "UPDATE assignments SET words = ? WHERE proposal_id = (SELECT id FROM proposals WHERE number = ?)",
            (f"{NO_BREAKS} 这件事归他们看，" * 30, number),
        )
    connection.close()


def printed(page: Page) -> list[tuple[float, float]]:
    """Return the size of each page that comes out of the printer, in millimetres."""
    paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=False)))
    sizes = [(float(one.mediabox.width), float(one.mediabox.height)) for one in paper.pages]
    return [(wide / POINTS_A_MM, high / POINTS_A_MM) for wide, high in sizes]


@pytest.mark.parametrize(("locale", "title"), [("zh_CN", "导卫板加限位块"), ("en", f"{NO_BREAKS} {'甲' * 39}")])
def test_it_is_one_page_on_either_paper(browser: Browser, factory: Server, locale: str, title: str) -> None:
    worker = Desk(Eye(DESK, locale, "dark"), browser, factory, "003880")
    page, number = worker.page, filed(worker, title)
    if locale == "en":
        lengthen(factory, number)
    worker.visit(f"/proposals/{number}/receipt?paper=a5")
    assert page.evaluate(WRONG) == []
    assert printed(page) == [pytest.approx((148, 210), abs=0.5)]
    worker.visit(f"/proposals/{number}/receipt?paper=slip")
    assert page.evaluate(WRONG) == []
    high = page.locator(".paper").evaluate("e => e.getBoundingClientRect().height / 96 * 25.4")
    assert printed(page) == [pytest.approx((80, high + 1), abs=1)]
    assert page.locator(".paper .qr").get_attribute("aria-label") == f"{factory.url}/proposals/{number}"
    page.context.close()


def test_without_scripts_a_slip_is_one_page_too(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(DESK, "zh_CN", "light", scripts=False), browser, factory, "003880")
    number = filed(worker, "油嘴够不着")
    worker.page.locator(".slip-acts a").first.click()
    expect(worker.page.locator(".paper-no")).to_have_text(number)
    assert printed(worker.page) == [pytest.approx((80, 220), abs=0.5)]
    worker.page.context.close()


def test_one_touch_on_the_receipt_prints_the_slip(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(DESK, "zh_CN", "light"), browser, factory, "003880")
    page = worker.page
    page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; }")
    filed(worker, "油枪没处挂")
    page.locator(".slip-acts a").first.click()
    page.wait_for_url("**/receipt?paper=slip")
    page.wait_for_function("window.printed === 1")
    page.context.close()
