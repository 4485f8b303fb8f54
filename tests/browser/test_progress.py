"""What takes time shows how far it is: files on their way, mails that leave, work of the administrator."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.benchmarks.bench_lightness import look_up
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye
from tests.support.lightness import SLOW_3G
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
TABLE = "设备编号,设备名称,单位编码\n" + "".join(f"EQ-NEW{n},新设备{n},JZ-ROLL-W1-A\n" for n in range(9000))
IMPORT, WORK = "/administration/machines/import", "/administration/work"


@contextmanager
def administrator(browser: Browser, server: Server, eye: Eye) -> Iterator[Page]:
    page = eye.open(browser, server.url)
    eye.sign_in(page, look_up(server.data)["administrator"], PASSWORD)
    yield page
    page.context.close()


def slowly(page: Page) -> None:
    """Let the page send as over a bad network."""
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", {**SLOW_3G, "uploadThroughput": 20_000})


def note(server: Server, done: int) -> None:
    """Write down how far the index is, as whoever rebuilds it does."""
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with closing(sqlite3.connect(server.data / "studio.sqlite")) as connection, connection:
        connection.execute(
            """INSERT OR REPLACE INTO slow_works
            (kind, holder, begun_at, paced_at, seen_at, done, total, failed, ended_at)
            VALUES ('index', 'h:1', :at, :at, :at, :done, 100, 0, :ended)""",
            {"at": at, "done": done, "ended": at if done == 100 else None},
        )


def test_a_file_on_its_way_can_be_seen_and_stopped_and_arrives_all_the_same(browser: Browser, factory: Server) -> None:
    eye = Eye(PHONE, "en", "light")
    with administrator(browser, factory, eye) as page:
        page.goto(IMPORT)
        slowly(page)
        table: FilePayload = {"name": "machines.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
        page.locator("#file").set_input_files(table)
        look = page.get_by_role("button", name="Preview")
        look.click()
        expect(page.locator("[data-percent]")).to_have_text(re.compile(r"^[1-9]\d? %$"))
        expect(page.locator("[data-left]")).to_have_text(re.compile(r"^about \d+ seconds left$"))
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("[data-sending-says]")).to_have_text("Stopped. Nothing was sent; everything is still here.")
        expect(look).to_be_focused()
        eye.look(page)
        page.context.new_cdp_session(page).send("Network.disable")
        page.goto(IMPORT)
        page.locator("#file").set_input_files(table)
        look.click()
        expect(page.locator(".alert")).to_contain_text("9000", timeout=60_000)
        eye.look(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_page_of_slow_work_keeps_itself_fresh(browser: Browser, factory: Server, *, scripts: bool) -> None:
    eye = Eye(DESK, "en", "dark", scripts=scripts)
    with administrator(browser, factory, eye) as page:
        note(factory, 42)
        page.goto(WORK)
        expect(page.locator(".work-far strong")).to_have_text("42 %")
        eye.look(page)
        if not scripts:
            page.get_by_role("link", name="Look again every few seconds").click()
        note(factory, 77)
        expect(page.locator(".work-far strong")).to_have_text("77 %", timeout=15_000)
        note(factory, 100)
        expect(page.locator(".works")).to_contain_text("Done on", timeout=15_000)
        if scripts:
            expect(page.locator("[data-watched-says]")).to_have_text("It has come to its end.")
        eye.look(page)
