"""Headless Chromium, and an eye that looks at every page it shows."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
"""So that Chromium itself talks to nobody, and starts as root in a container."""
PHONE, DESK, NARROWEST = (390, 844), (1440, 900), 320
AXE_RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
TOO_WIDE = """() => {
  const root = document.documentElement, wide = root.clientWidth;
  if (root.scrollWidth <= wide) return [];
  const name = e => [e.parentElement.parentElement, e.parentElement, e].map(one => `${one?.tagName}.${one?.className}`);
  const out = e => e.getBoundingClientRect().right > wide + 0.5 || (e.scrollWidth > e.clientWidth + 1
    && e.getBoundingClientRect().left + e.scrollWidth > wide + 0.5 && getComputedStyle(e).overflowX === "visible");
  const inner = [...document.body.querySelectorAll("*:not(svg *)")].filter(e => out(e) && ![...e.children].some(out));
  return [`${root.scrollWidth} px by ${[...new Set(inner.map(e => name(e).join(" ")))].slice(0, 5).join(" and ")}`];
}"""
"""Names what sticks out where a page scrolls sideways."""
Theme = Literal["light", "dark"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium; without one the test is skipped, and fails where every test has to run."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI runs every test, but there is no Chromium here")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Eye:
    """Sees one browser's pages. What went wrong behind them is collected; ``look`` judges what is shown."""

    size: tuple[int, int] = PHONE
    locale: str = "zh_CN"
    theme: Theme = "light"
    scripts: bool = True
    wrong: list[str] = field(default_factory=list)

    def open(self, browser: Browser, url: str) -> Page:
        """Open a window of a person of its own, with cookies of its own."""
        context: BrowserContext = browser.new_context(
            base_url=url,
            viewport={"width": self.size[0], "height": self.size[1]},
            locale=self.locale.replace("_", "-"),
            color_scheme=self.theme,
            java_script_enabled=self.scripts,
        )
        context.set_default_timeout(15_000)
        context.on("request", self._request)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        self.host = urlsplit(url).netloc
        return page

    def look(self, page: Page) -> None:
        """Judge the page as it stands: nothing wrong behind it, no sideways scrolling at 320 px, axe content."""
        where = f"{urlsplit(page.url).path} {self.size[0]} px {self.locale} {self.theme}"
        assert not self.wrong, f"{where}: {self.wrong}"
        if not self.scripts:
            return
        page.set_viewport_size({"width": NARROWEST, "height": self.size[1]})
        too_wide = page.evaluate(TOO_WIDE)
        page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        assert not too_wide, f"{where} is wider than {NARROWEST} px: {too_wide}"
        assert not page.evaluate(TOO_WIDE), f"{where} scrolls sideways"
        found = Axe().run(page, options=AXE_RULES)
        assert found.violations_count == 0, f"{where}\n{found.generate_report()}"

    def glance(self, page: Page) -> None:
        """Judge the least of it, where ``test_reachable`` judges the same page: nothing wrong, nothing sticking out."""
        where = f"{urlsplit(page.url).path} {self.size[0]} px {self.locale} {self.theme}"
        assert not self.wrong, f"{where}: {self.wrong}"
        if self.scripts:
            assert not page.evaluate(TOO_WIDE), f"{where} scrolls sideways"

    def speak(self, page: Page) -> None:
        """Open the sign-in page and choose this eye's language there."""
        page.goto("/sign-in")
        if page.locator("html").get_attribute("lang") != self.locale.replace("_", "-"):
            page.locator(f'footer button[name=locale][value="{self.locale}"]').click()
        expect(page.locator("html")).to_have_attribute("lang", self.locale.replace("_", "-"))

    def sign_in(self, page: Page, employee_no: str, password: str, *, look: bool = True) -> None:
        """Sign in by the form, in this eye's language."""
        self.speak(page)
        if look:
            self.look(page)
        page.locator("[name=employee_no]").fill(employee_no)
        page.locator("[name=password]").fill(password)
        page.locator("main form button[type=submit]").last.click()
        expect(page).not_to_have_url(re.compile("sign-in"))
        if look:
            self.look(page)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.wrong.append(f"asks another host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"console: {message.text} {message.location.get('url', '')}")
