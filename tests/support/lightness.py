"""What a page weighs on its way and how long a phone waits for it, as Chromium measures both."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

PLAIN_HTTP = {"Accept-Encoding": "gzip, deflate"}
"""All that browsers take over plain HTTP, except from this very machine; brotli would flatter the numbers."""
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 ms before each answer, 400 kbit/s; in ms and bytes a second."""
CHEAP_PHONE = 4
"""How many times slower than this machine a cheap phone is."""
WATCH_SHIFTS = """() => { window.shifts = 0; window.moved = [];
  const what = ({node, previousRect: from, currentRect: to}) =>
    `${node?.nodeName}.${node?.className} ${from.x},${from.y},${from.height} to ${to.x},${to.y},${to.height}`;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    window.shifts += entry.value; window.moved.push(...entry.sources.map(what)); }
  }).observe({type: "layout-shift", buffered: true}); }"""
READ_DOWN = """async () => {
  const wait = () => new Promise(done => setTimeout(done, 120));
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) { scrollTo(0, y); await wait(); }
  await wait();
  return window.shifts; }"""
USABLE = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
"""Words are there and scripts, which are all deferred, have run: whoever taps or types now is heard."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as it came: bytes of all answers with their headings, ms until it could be used, its layout shift.

    ``moved`` says what shifted, from where to where.
    """

    weight: int
    usable: float
    shift: float
    moved: tuple[str, ...]


class Scale:
    """Weighs one window's pages. ``slow`` puts it on slow 3G and a cheap phone.

    The service worker steps aside: what it fetches for a page is not counted as the page's.
    """

    def __init__(self, page: Page, *, slow: bool = False) -> None:
        self._page = page
        self._weight = 0
        self._tools: CDPSession = page.context.new_cdp_session(page)
        self._tools.send("Network.enable")
        self._tools.send("Network.setBypassServiceWorker", {"bypass": True})
        page.set_extra_http_headers(PLAIN_HTTP)
        self._tools.on("Network.loadingFinished", self._came)
        if slow:
            self._tools.send("Network.emulateNetworkConditions", SLOW_3G)
            self._tools.send("Emulation.setCPUThrottlingRate", {"rate": CHEAP_PHONE})

    def cold(self, path: str) -> Visit:
        """Open a page as somebody who was never here."""
        self._tools.send("Network.clearBrowserCache")
        return self.warm(path)

    def warm(self, path: str) -> Visit:
        """Open a page with what the browser has kept, and read it down to its end."""
        self._page.goto("about:blank")
        self._weight = 0
        answer = self._page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        usable = float(self._page.evaluate(USABLE))
        self._page.evaluate(WATCH_SHIFTS)
        shift = float(self._page.evaluate(READ_DOWN))
        return Visit(self._weight, usable, shift, tuple(self._page.evaluate("window.moved")))

    def _came(self, answer: dict[str, Any]) -> None:
        self._weight += int(answer["encodedDataLength"])
