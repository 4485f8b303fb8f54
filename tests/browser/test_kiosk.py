"""A shift at a terminal: badge, PIN, filing, the warning, the sign-out by itself, and nothing to go back to."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_main_job import EFFECT, MEASURE, PROBLEM, look_up
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

WORKER, BADGE, PIN = "003880", "0009912345", "7049"
AN_ADMINISTRATOR = """SELECT employee_no FROM people JOIN role_grants AS g ON person_id = people.id
    WHERE g.role = 'administrator'"""
IDLE, WARNING = 60, 15
"""Seconds; the browser's clock is set forward, so nobody waits for them."""


def enrolled(browser: Browser, server: Server, eye: Eye) -> Page:
    """Have a terminal made and open its door."""
    office = Eye(DESK, eye.locale)
    desk = office.open(browser, server.url)
    office.sign_in(desk, look_up(server.data, AN_ADMINISTRATOR)[0], PASSWORD)
    desk.goto(f"/administration/people/{WORKER}")
    desk.locator("[name=badge]").fill(BADGE)
    desk.locator("form:has([name=badge]) button").click()
    desk.goto("/administration/kiosks")
    desk.locator("[name=name]").fill("总装车间门口")
    desk.locator("form:has([name=name]) button").click()
    code = desk.locator("code.given").first.inner_text()
    office.look(desk)
    desk.context.close()
    page = eye.open(browser, server.url)
    page.clock.install()
    page.goto("/kiosk/enrol")
    page.locator("#code").fill(code)
    page.locator(".kiosk-next").click()
    page.wait_for_url("**/kiosk")
    return page


def first_time(page: Page) -> None:
    page.goto("/kiosk/first-time")
    for name, text in {"number": WORKER, "password": PASSWORD, "pin": PIN, "again": PIN}.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator(".kiosk-next").click()
    page.wait_for_url("**/kiosk/start")


def out(page: Page) -> None:
    page.locator(".kiosk-out").click()
    page.wait_for_url("**/kiosk")


def test_a_shift_at_a_terminal(browser: Browser, factory: Server) -> None:
    eye = Eye(PHONE, "zh_CN", "dark")
    page = enrolled(browser, factory, eye)
    eye.look(page)
    first_time(page)
    eye.look(page)
    out(page)

    # A reader types wherever the focus is, and ends with Enter; the PIN is pressed on the pad.
    page.locator(".kiosk-label").first.click()
    page.keyboard.type(BADGE)
    page.keyboard.press("Enter")
    for digit in PIN:
        page.locator(f"[data-key='{digit}']").click()
    eye.look(page)
    page.locator("#next").click()
    page.wait_for_url("**/kiosk/start")

    page.locator(".kiosk-big").click()
    for name, text in {"problem": PROBLEM, "measure": MEASURE, "effect": EFFECT}.items():
        page.locator(f"main [name={name}]").fill(text)
    eye.look(page)
    page.locator("#send").click()
    page.wait_for_url("**/receipt")
    eye.look(page)
    receipt = page.url

    page.clock.fast_forward((IDLE - WARNING + 1) * 1000)
    expect(page.locator("#kiosk-warning")).to_be_visible()
    eye.look(page)
    page.locator("#kiosk-here").click()
    expect(page.locator("#kiosk-warning")).to_be_hidden()
    page.clock.fast_forward((IDLE + 1) * 1000)
    page.wait_for_url("**/kiosk")

    for _ in range(3):
        page.go_back()
        page.wait_for_url("**/kiosk")
        expect(page.locator("body")).not_to_contain_text(PROBLEM[:10])
    page.goto(receipt)
    expect(page).to_have_url(re.compile("/kiosk$"))
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0]
    page.context.close()


def test_without_scripts_two_plain_fields_do(browser: Browser, factory: Server) -> None:
    eye = Eye(DESK, "en", scripts=False)
    page = enrolled(browser, factory, eye)
    first_time(page)
    out(page)
    page.locator("#number").fill(WORKER)
    page.locator("#pin").fill("9999")
    page.locator("#next").click()
    expect(page.locator("#errors")).to_be_visible()
    page.locator("#pin").fill(PIN)
    page.locator("#next").click()
    page.wait_for_url("**/kiosk/start")
    page.context.close()
