"""A shift at a terminal: badge, PIN, filing, the warning, the sign-out by itself, and nothing to go back to.

Pages are used by what their words say, and the words come from the catalogue.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_main_job import A_WORKER, EFFECT, MEASURE, PROBLEM, Desk
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server
from tests.support.tour import look_up as facts_of
from tests.support.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

BADGE, PIN, WRONG_PIN = "0009912345", "7049", "9999"
IDLE, WARNING = 60, 15
"""Seconds; the browser's clock is set forward, so nobody waits for them."""


def enrolled(browser: Browser, server: Server, eye: Eye, words: Words) -> Page:
    """Have an administrator give out a badge and a terminal's code, and open the terminal's door."""
    office = Desk(Eye(DESK, eye.locale), browser, server, facts_of(server.data)["administrator"])
    office.visit(f"/administration/people/{A_WORKER}")
    office.fill("What the scanner reads from the badge", BADGE)
    office.press("Save the badge")
    office.visit("/administration")
    office.follow("Shared terminals")
    office.fill("Where does it stand?", "总装车间门口")
    office.press("Make the code")
    code = office.main.get_by_role("status").get_by_role("code").first.inner_text()
    office.eye.look(office.page)
    office.leave()
    page = eye.open(browser, server.url)
    if eye.scripts:
        page.clock.install()
    page.goto("/kiosk/enrol")
    speak(page, eye)
    page.get_by_label(words("The code for this terminal"), exact=True).fill(code)
    press(page, words("Make it a terminal"))
    page.wait_for_url("**/kiosk")
    return page


def speak(page: Page, eye: Eye) -> None:
    """Choose one's language at the door, which always opens in that of the house."""
    if page.locator("html").get_attribute("lang") != eye.locale.replace("_", "-"):
        press(page, {"en": "English", "zh_CN": "中文"}[eye.locale])
    expect(page.locator("html")).to_have_attribute("lang", eye.locale.replace("_", "-"))


def press(page: Page, says: str) -> None:
    page.get_by_role("button", name=says, exact=True).click()


def first_time(page: Page, words: Words) -> None:
    """Come in once with the password, and choose a PIN."""
    page.get_by_role("link", name=words("No PIN yet, or it does not work: with the password")).click()
    typed = {"Staff number": A_WORKER, "Password": PASSWORD, "A PIN for next time": PIN, "The PIN once more": PIN}
    for label, text in typed.items():
        page.get_by_label(words(label), exact=True).fill(text)
    press(page, words("Come in"))
    page.wait_for_url("**/kiosk/start")


def come_in_by_the_pad(page: Page, eye: Eye, words: Words) -> None:
    """A reader types wherever the last touch left the focus, and ends with Enter; the PIN is pressed, or typed."""
    press(page, words("Clear"))
    page.get_by_text(words("Press your staff number"), exact=True).click()
    page.keyboard.type(BADGE)
    page.keyboard.press("Enter")
    expect(page.get_by_label(words("Now your PIN"), exact=True)).to_be_focused()
    if eye.size == PHONE:
        for digit in PIN:
            press(page, digit)
        eye.look(page)
        press(page, words("Come in"))
    else:
        page.keyboard.type(PIN)
        page.keyboard.press("Enter")


def come_in_by_two_fields(page: Page, eye: Eye, words: Words) -> None:
    """Without scripts the reader's Enter leads on to the PIN, because nobody comes in without one."""
    pin = page.get_by_label(words("Now your PIN"), exact=True)
    page.get_by_label(words("Press your staff number"), exact=True).click()
    page.keyboard.type(BADGE)
    page.keyboard.press("Enter")
    expect(pin).to_be_focused()
    pin.fill(WRONG_PIN)
    press(page, words("Come in"))
    refusal = words("Number and PIN do not fit together. Look at both and try again.")
    expect(page.get_by_role("alert")).to_have_text(refusal)
    eye.wrong.clear()  # what is refused is an error to the browser, and to nobody else
    pin.fill(PIN)
    press(page, words("Come in"))


def write_it(page: Page, eye: Eye, words: Words) -> None:
    """Hand a proposal in, and be told so."""
    page.get_by_role("link", name=words("Write a proposal"), exact=True).click()
    texts = {"What is wrong now?": PROBLEM, "What would you change?": MEASURE, "What good will it do?": EFFECT}
    for question, text in texts.items():
        page.get_by_role("textbox", name=words(question), exact=True).fill(text)
    eye.look(page)
    press(page, words("Hand it in"))
    page.wait_for_url("**/receipt")
    eye.look(page)


def fall_asleep(page: Page, eye: Eye, words: Words) -> None:
    """Be asked, say that one is there, and then walk away."""
    asked = page.get_by_role("dialog", name=words("Are you still there?"))
    page.clock.fast_forward((IDLE - WARNING + 1) * 1000)
    expect(asked).to_be_visible()
    eye.look(page)
    asked.get_by_role("button", name=words("I am still here")).click()
    expect(asked).to_be_hidden()
    page.clock.fast_forward((IDLE + 1) * 1000)


def test_a_shift_at_a_terminal(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    page = enrolled(browser, factory, eye, words)
    speak(page, eye)
    eye.look(page)
    first_time(page, words)
    eye.look(page)
    press(page, words("Done, sign me out"))
    page.wait_for_url("**/kiosk")

    speak(page, eye)
    come_in = come_in_by_the_pad if eye.scripts else come_in_by_two_fields
    come_in(page, eye, words)
    page.wait_for_url("**/kiosk/start")
    write_it(page, eye, words)
    receipt = page.url
    if eye.scripts:
        fall_asleep(page, eye, words)
    else:
        press(page, words("Done, sign me out"))
    page.wait_for_url("**/kiosk")

    for _ in range(3):
        page.go_back()
        page.wait_for_url("**/kiosk")
        expect(page.locator("body")).not_to_contain_text(PROBLEM[:10])
    page.goto(receipt)
    expect(page).to_have_url(re.compile("/kiosk$"))
    if eye.scripts:
        kept = page.evaluate(
            "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
        )
        assert kept == [0, 0, 0]
    page.context.close()
