"""Make a picture of every page of the sample factory into ./pictures, and say what is wrong with what is seen.

pictures.py [PAGE …]    all pages, or those whose name begins so; each on a phone and a desk PC, in both languages
                        and both themes, as pictures/PAGE-WIDTH-LANGUAGE-THEME.png; mail-… are copies of the digest,
                        kiosk-… what a shared terminal shows, none-… the pages of a firm in which nothing has
                        happened yet

Which pages there are says ``tests/support/tour.py``.
"""

import itertools
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page

from studio.settings import DEMO_PIN
from tests.factories.furniture import TERMINAL_SECRET, furnish, people_alone
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye, Theme, chromium
from tests.support.server import ROOT, Server, running, studio
from tests.support.tour import NOBODY_YET, REFUSALS, Stop, look_up, stops
from views.kiosk_session import COOKIE

PICTURES = ROOT / "pictures"
THEMES: tuple[Theme, ...] = ("light", "dark")
MAILS = {
    "mail-worker": ("author", "month"),
    "mail-asked": ("worker", "month"),
    "mail-master": ("lead", "month"),
    "mail-leader": ("leader", "month"),
    "mail-coordinator": ("coordinator", "month"),
    "mail-photos": ("author", "photographed"),
}
"""Whose copies of the digest are looked at, and of which month."""
MAIL_SIZES = ((360, 800), (700, 1000))
TERMINAL = {"kiosk-enrol": "/kiosk/enrol", "kiosk-first-time": "/kiosk/first-time", "kiosk-door": "/kiosk"}
"""What a terminal shows to whoever comes."""
AT_TERMINAL = {"kiosk-file": "/file", "kiosk-archive": "/archive", "kiosk-start": "/kiosk/start"}
"""What it shows to somebody who came in."""


def eyes() -> Iterator[Eye]:
    """Yield one of each size, language and theme."""
    yield from itertools.starmap(Eye, itertools.product((PHONE, DESK), ("zh_CN", "en"), THEMES))


def take(page: Page, eye: Eye, stop: Stop) -> str:
    """Make one picture and return what is wrong with what it shows."""
    page.goto(stop.path)
    shoot(page, eye, stop.name)
    try:
        eye.look(page)
    except AssertionError as problem:
        return "" if stop.name.removeprefix("none-") in REFUSALS else f"{stop.name}: {problem}"
    finally:
        eye.wrong.clear()
    return ""


def shoot(page: Page, eye: Eye, name: str) -> None:
    """Make a picture of what the page shows."""
    page.screenshot(path=PICTURES / f"{name}-{eye.size[0]}-{eye.locale}-{eye.theme}.png", full_page=True)


def take_all(browser: Browser, server: Server, chosen: list[Stop], people: dict[str, str]) -> Iterator[str]:
    """Make the pictures and yield what is wrong."""
    for eye in eyes():
        for who, of_one in itertools.groupby(chosen, key=lambda stop: stop.who):
            page = eye.open(browser, server.url)
            if who:
                eye.sign_in(page, people[who], PASSWORD, look=False)
            else:
                eye.speak(page)
            for stop in of_one:
                if problem := take(page, eye, stop):
                    yield problem
            page.context.close()


def take_terminal(browser: Browser, server: Server, number: str) -> Iterator[str]:
    """Make the pictures of a shared terminal: who comes, mistypes, comes in, and walks away."""
    for eye in eyes():
        page = eye.open(browser, server.url)
        eye.speak(page)
        page.context.add_cookies([{"name": COOKIE, "value": TERMINAL_SECRET, "url": server.url}])
        page.clock.install()
        yield from filter(None, [take(page, eye, Stop(name, "", path)) for name, path in TERMINAL.items()])
        page.locator("#number").fill(number)
        page.locator("#next").click()
        page.locator("#pin").fill(DEMO_PIN[::-1])
        shoot(page, eye, "kiosk-pin")
        page.locator("#next").click()
        page.locator("#errors").wait_for()
        shoot(page, eye, "kiosk-wrong")
        page.locator("#number").fill(number)
        page.locator("#next").click()
        page.locator("#pin").fill(DEMO_PIN)
        page.locator("#next").click()
        page.wait_for_url("**/kiosk/start")
        eye.wrong.clear()  # the browser says that the first try was refused
        yield from filter(None, [take(page, eye, Stop(name, "", path)) for name, path in AT_TERMINAL.items()])
        page.clock.fast_forward(patience(page) - 5_000)
        page.locator("#kiosk-warning").wait_for()
        shoot(page, eye, "kiosk-warning")
        page.context.close()


def patience(page: Page) -> int:
    """Return after how many milliseconds without a touch a terminal signs out."""
    return int(page.locator("#kiosk-bar").get_attribute("data-idle") or 0) * 1000


def take_mails(browser: Browser, data: Path, wanted: list[str]) -> None:
    """Make pictures of copies of the digest as a mail program shows them."""
    facts = look_up(data)
    chosen = [name for name in MAILS if not wanted or name.startswith(tuple(wanted))]
    for name, locale in itertools.product(chosen, ("zh_CN", "en")):
        mail = data / f"{name}.html"
        reader, month = (facts[fact] for fact in MAILS[name])
        asked = ("--month", month, "--as", reader, "--html", str(mail))
        studio(data, "digest", "preview", *asked, STUDIO_LOCALE=locale)
        for size, theme in itertools.product(MAIL_SIZES, THEMES):
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
            page.goto(mail.as_uri())
            page.screenshot(path=PICTURES / f"{name}-{size[0]}-{locale}-{theme}.png", full_page=True)
            page.close()


def of_the_sample(browser: Browser, data: Path, wanted: list[str]) -> Iterator[str]:
    """Load the sample factory, serve it and make its pictures."""
    studio(data, "init")
    studio(data, "sample", "load", "--password", PASSWORD)
    furnish(data)
    facts = look_up(data)
    chosen = [stop for stop in stops(facts) if not wanted or stop.name.startswith(tuple(wanted))]
    with running(data, STUDIO_DEMO="1") as server:
        yield from take_all(browser, server, chosen, facts)
        if not wanted or any(name.startswith("kiosk") for name in wanted):
            yield from take_terminal(browser, server, facts["with_pin"])
        take_mails(browser, data, wanted)


def of_nothing(browser: Browser, data: Path, wanted: list[str]) -> Iterator[str]:
    """Make pictures of a site in which there are people and nothing else."""
    people_alone(data)
    studio(data, "init")
    empty = [Stop(f"none-{one.name}", one.who, one.path) for one in stops({}) if one.who in NOBODY_YET]
    chosen = [stop for stop in empty if not wanted or stop.name.startswith(tuple(wanted))]
    if chosen:
        with running(data) as server:
            yield from take_all(browser, server, chosen, NOBODY_YET)


def main() -> None:
    """Make both factories and look at them."""
    PICTURES.mkdir(exist_ok=True)
    wanted = sys.argv[1:]
    problems: list[str] = []
    with chromium() as browser:
        for factory in (of_the_sample, of_nothing):
            with tempfile.TemporaryDirectory(prefix="studio-pictures-") as folder:
                problems += factory(browser, Path(folder), wanted)
    pictures = len(list(PICTURES.glob("*.png")))
    sys.stdout.write("\n".join([*problems, f"{pictures} pictures in {PICTURES}, {len(problems)} problems", ""]))


if __name__ == "__main__":
    main()
