"""One Chromium and one served sample factory for all browser tests.

Both end with this package: while Playwright runs, its event loop would be in the way of other tests.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.factories.furniture import furnish
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye, Theme, chromium
from tests.support.server import Server, running, studio
from tests.support.words import Words

PATIENCE_MS = 20_000
"""So long a machine that does much else may take until a page shows what is expected of it."""
SEEN_AS: dict[tuple[tuple[int, int], str], Theme] = {
    (PHONE, "zh_CN"): "light",
    (PHONE, "en"): "dark",
    (DESK, "zh_CN"): "dark",
    (DESK, "en"): "light",
}
"""Each width and each language in both themes, without every combination."""


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=["zh_CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return PHONE if request.param == PHONE else DESK


@pytest.fixture
def eye(size: tuple[int, int], locale: str, *, scripts: bool) -> Eye:
    """Who looks at a journey; it is gone through in every size and language, with scripts and without."""
    return Eye(size, locale, SEEN_AS[size, locale], scripts)


@pytest.fixture
def words(locale: str) -> Words:
    """What the pages of a journey say in its language."""
    return Words(locale)


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
