"""No name is too long for the narrowest phone."""

import pytest
from playwright.sync_api import Browser, Page

from tests.factories.world import PASSWORD
from tests.support.browser import NARROWEST, TOO_WIDE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WORKER = "002350"
NAMES = """longest => [...document.querySelectorAll(
  ".door-help, .site-footer span, .demo-table td:nth-child(2), .hello h1, .hello .second, .todo-body > *, " +
  ".mine-title, .mine .second, .call-title a, .initial ~ .who, .refusal h1, .brand-org")]
  .map(place => { place.textContent = longest; }).length"""


def _stays_within(page: Page, path: str, longest: str) -> None:
    page.goto(path)
    assert page.evaluate(NAMES, longest) > 0, path
    assert page.evaluate(TOO_WIDE) == [], path


@pytest.mark.parametrize("width", [NARROWEST, 1024])
def test_eighty_letters_without_a_gap_make_no_page_scroll_sideways(
    factory: Server, browser: Browser, width: int
) -> None:
    eye = Eye((width, 640), "en")
    page = eye.open(browser, factory.url)
    longest = "W" * 80
    _stays_within(page, "/sign-in", longest)
    eye.sign_in(page, WORKER, PASSWORD)
    for path in ("/", "/mine", "/no-such-page"):
        _stays_within(page, path, longest)
