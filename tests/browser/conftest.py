"""One Chromium and one served sample factory for all browser tests.

Both end with this package: while Playwright runs, its event loop would be in the way of other tests.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.factories.furniture import furnish
from tests.factories.world import PASSWORD
from tests.support.browser import chromium
from tests.support.server import Server, running, studio

PATIENCE_MS = 20_000
"""So long a machine that does much else may take until a page shows what is expected of it."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def factory(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample factory behind a real server with its worker. Asked for a browser first: without one it is idle."""
    data = tmp_path_factory.mktemp("factory")
    studio(data, "init")
    studio(data, "sample", "load", "--password", PASSWORD)
    furnish(data)
    with running(data, STUDIO_DEMO="1") as server:
        yield server
