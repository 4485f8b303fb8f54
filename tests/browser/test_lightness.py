"""Pages weigh little, nothing in them moves while they come, and they ask nobody but this site."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.benchmarks.bench_lightness import COLD_KB, PAGES, WARM_KB, look_up
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye
from tests.support.lightness import PLAIN_HTTP, Scale
from tests.support.server import Caller, Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
KILOBYTE = 1024
SEEN = {"worker": ("home", "file", "archive-found", "photographed", "digest"), "lead": ("desk",)}
"""The pages whose shifts are measured: those with photos, with much, and those that everybody sees."""


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_what_is_seen_stands_still_and_weighs_little(
    browser: Browser, factory: Server, *, size: tuple[int, int]
) -> None:
    facts = look_up(factory.data)
    for who, names in SEEN.items():
        eye = Eye(size, "zh_CN", "light")
        page = eye.open(browser, factory.url)
        scale = Scale(page)
        first = scale.cold("/sign-in")
        eye.sign_in(page, facts[who], PASSWORD)
        for name in names:
            visit = scale.warm(PAGES[who][name].format(**facts))
            assert not eye.wrong, eye.wrong
            assert (name, visit.shift, visit.moved) == (name, 0, ())
        page.context.close()
        assert first.weight < COLD_KB * KILOBYTE
        assert (first.shift, first.moved) == (0, ())


def test_no_page_is_heavier_than_its_budget(factory: Server) -> None:
    facts = look_up(factory.data)
    weights = {name: weight for name, weight in _weights(factory, facts)}  # noqa: C416 - dict() is no better to read
    assert len(weights) == sum(map(len, PAGES.values()))
    assert {name: weight for name, weight in weights.items() if weight > WARM_KB * KILOBYTE} == {}


def _weights(server: Server, facts: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Fetch each page as a browser does over plain HTTP and yield what its body weighs."""
    for who, pages in PAGES.items():
        caller = Caller(server)
        if who:
            caller.sign_in(facts[who], PASSWORD)
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            for name, path in pages.items():
                address = quote(path.format(**facts), safe="/?=&%")
                connection.request("GET", address, headers={"Cookie": caller.cookie, **PLAIN_HTTP})
                answer = connection.getresponse()
                body = answer.read()
                assert (name, answer.status, answer.getheader("Content-Encoding")) == (name, 200, "gzip")
                assert b"</html>" in gzip.decompress(body)
                yield name, len(body)
