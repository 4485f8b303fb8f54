"""A blank form is one A4 page, whatever the unit is called, and its square code leads to the page that keys it in."""

from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.test_main_job import Desk, look_up, photo
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

A_LEADER = """SELECT employee_no FROM people JOIN role_grants AS g ON person_id = people.id
    WHERE g.role = 'team_leader' ORDER BY length((SELECT name_en FROM units WHERE id = g.unit_id)) DESC"""
MATE = (
    "SELECT name FROM people WHERE active AND unit_id = (SELECT unit_id FROM people WHERE employee_no = ?) ORDER BY id"
)
A4 = (595, 842)
"""In points."""


@pytest.mark.parametrize(("size", "locale"), [(PHONE, "zh_CN"), (DESK, "en")], ids=["phone", "desk"])
def test_from_blank_form_to_proposal(browser: Browser, factory: Server, size: tuple[int, int], locale: str) -> None:
    number = look_up(factory.data, A_LEADER)[0]
    leader = Desk(Eye(size, locale), browser, factory, number)
    page = leader.page
    leader.visit("/paper")
    page.locator("[name=sheets]").fill("3")
    page.locator("form:has([name=sheets]) button").click()
    page.wait_for_url("**/sheets/**")
    leader.eye.look(page)
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert [tuple(round(side) for side in sheet.mediabox[2:]) for sheet in printed.pages] == [A4] * 3

    scanned = page.locator(".blank .qr").nth(1).get_attribute("aria-label")
    leader.visit(scanned or "")
    page.locator("[name=original]").set_input_files(photo("white"))  # type: ignore[arg-type] # it takes such a dict
    leader.write(
        submitter_no=look_up(factory.data, MATE, number)[0],
        written_on=page.locator("[name=written_on]").get_attribute("max") or "",
        problem="手写的字，三号机换辊停两回。",
        measure="焊个限位角铁。",
        effect="一个班少停四十分钟。",
    )
    leader.eye.look(page)
    page.locator(".paper-key button[type=submit]").click()
    page.wait_for_url("**/receipt")
    leader.eye.look(page)
    page.context.close()
