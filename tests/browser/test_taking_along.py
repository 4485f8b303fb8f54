"""Taking a table along: seen coming, stopped, saved; and the same file without a script."""

import json
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def worker_of(server: Server) -> str:
    with sqlite3.connect(server.data / "studio.sqlite") as connection:
        (number,) = connection.execute(
            "SELECT employee_no FROM people JOIN proposals ON submitter_id = people.id ORDER BY proposals.id"
        ).fetchone()
    connection.close()
    return str(number)


def opened(browser: Browser, server: Server, eye: Eye) -> Page:
    page = eye.open(browser, server.url)
    eye.sign_in(page, worker_of(server), PASSWORD)
    page.goto("/archive")
    eye.look(page)
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_the_whole_table_arrives(browser: Browser, factory: Server, tmp_path: Path, *, scripts: bool) -> None:
    eye = Eye(PHONE, "en", "light", scripts=scripts)
    page = opened(browser, factory, eye)
    total = int(page.locator("#found").inner_text().split()[0])
    with page.expect_download() as coming:
        page.locator("[data-export]").last.click()
    coming.value.save_as(tmp_path / "found.json")
    assert coming.value.suggested_filename.startswith("Archive ")
    assert len(json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))) == total
    if scripts:
        expect(page.locator("[data-export-says]")).to_have_text("Done: the file is among your downloads.")
        expect(page.locator("#export")).to_be_hidden()
    page.context.close()


def test_it_can_be_stopped_and_a_cut_is_told(browser: Browser, factory: Server) -> None:
    eye = Eye(DESK, "en", "dark")
    page = opened(browser, factory, eye)
    waiting: list[Route] = []
    page.route("**/archive/export.csv*", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright looks at its arguments
    page.locator("[data-export]").nth(1).click()
    expect(page.locator("#export progress")).to_be_visible()
    eye.look(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-export-says]")).to_have_text("Stopped. Nothing was kept.")
    expect(page.locator("[data-export]").nth(1)).to_be_focused()
    waiting[0].abort()
    page.unroute("**/archive/export.csv*")
    whole = page.request.get("/archive/export.csv?framed=1")
    page.route(
        "**/archive/export.csv*", lambda route: route.fulfill(body=whole.body()[:-8], headers={"Studio-Rows": "7"})
    )
    page.locator("[data-export]").nth(1).click()
    expect(page.locator("[data-export-says]")).to_have_text("The connection broke. Please try again.")
    page.context.close()
