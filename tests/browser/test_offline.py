"""Handing in without a network: it waits on the phone and goes once, whatever happens on the way."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.factories.world import PASSWORD
from tests.support.browser import NAMES, PHONE, QUIET, Eye
from tests.support.network import Network, network
from tests.support.server import Server, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

EYE = Eye(PHONE, "en", "light")
AUTHOR, COLLEAGUE = "003880", "006907"
WORDS = {
    "problem": "盖板边上翘起来三公分多，推小车过去咣当一下。",
    "measure": "盖板重新折边，四角加限位角铁。",
    "effect": "不再绊人，小车推着也顺当。",
}
WAITING = "section[data-waiting]:visible [data-rows] > li"
KEPT_PAGES = "caches.match('/offline', {ignoreVary: true}).then(Boolean)"
NOTHING_KEPT = """Promise.all([caches.keys(), Waiting.all(), Waiting.fact('writer')])
    .then(([pages, items, writer]) => !pages.length && !items.length && !writer)"""
A_KIOSK = """document.addEventListener("readystatechange",
    () => document.documentElement.setAttribute("data-kiosk", ""), { once: true })"""
AT_ONCE = """document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-owner]");
    if (form) form.requestSubmit(document.querySelector("#send"));
}, { once: true })"""
LARGE = 400_000
"""Bytes that a photo has at least, so that a network can break in the middle of it."""


@pytest.fixture
def net(factory: Server) -> Iterator[Network]:
    with network(factory.port) as made:
        yield made


@dataclass
class Phone:
    """Somebody's phone on the site."""

    page: Page
    net: Network
    title: str = ""

    def sign_in(self, employee_no: str = AUTHOR) -> "Phone":
        """Come in; the browser then keeps the form by itself."""
        EYE.speak(self.page)
        self.enter(employee_no)
        if self.page.evaluate("Boolean(navigator.serviceWorker && self.indexedDB)"):
            self.until(KEPT_PAGES)
            self.page.wait_for_function("navigator.serviceWorker.controller")
        return self

    def enter(self, employee_no: str) -> None:
        self.page.locator("[name=employee_no]").fill(employee_no)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main form button[type=submit]").last.click()
        expect(self.page).not_to_have_url(re.compile("sign-in"))

    def until(self, promise: str) -> None:
        """Wait until what a script promises is true; Playwright itself would take the promise for it."""
        until(lambda: self.page.evaluate(promise), what=promise)

    def write(self, **other: str) -> None:
        """Answer the three questions on the form that is open."""
        self.title = f"盖板折边 {uuid4().hex[:8]}"
        for name, text in {"title": self.title, **WORDS, **other}.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def hand_in(self) -> None:
        self.page.locator("#send").click()

    def reconnect(self) -> None:
        """Put the cable back in; a phone tells its pages so."""
        self.net.mend()
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def sees_it_wait(self, saying: str) -> None:
        expect(self.page.locator(WAITING)).to_have_count(1)
        expect(self.page.locator(WAITING)).to_contain_text(self.title)
        expect(self.page.locator(WAITING)).to_contain_text(saying)


@contextmanager
def phone(browser: Browser, net: Network, workers: Literal["allow", "block"] = "allow") -> Iterator[Phone]:
    context = browser.new_context(
        base_url=net.url, viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en", service_workers=workers
    )
    context.set_default_timeout(15_000)
    yield Phone(context.new_page(), net)
    context.close()


def photo() -> dict[str, str | bytes]:
    """A photo of a rough surface: noise, which no camera makes small."""
    target = BytesIO()
    Image.effect_noise((1500, 1100), 90).convert("RGB").save(target, "JPEG", quality=80)
    assert len(target.getvalue()) > LARGE
    return {"name": "盖板.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def filed(data: Path, title: str) -> list[tuple[str, str, int]]:
    """Return number, author and count of files of every proposal with this title."""
    with sqlite3.connect(data / "studio.sqlite") as connection:
        rows = connection.execute(
            """SELECT coalesce(number, state), employee_no,
                (SELECT count(*) FROM attachments WHERE proposal_id = proposals.id)
               FROM proposals JOIN people ON submitter_id = people.id WHERE title = ?""",
            (title,),
        ).fetchall()
    connection.close()
    return [(str(number), str(author), int(files)) for number, author, files in rows]


def arrived_once(server: Server, it: Phone, files: int = 0) -> str:
    """Wait for the slip and prove that there is one proposal; return its number."""
    it.page.wait_for_url("**/receipt")
    expect(it.page.locator("main")).to_contain_text(it.title)
    ((number, author, attached),) = filed(server.data, it.title)
    assert (author, attached) == (AUTHOR, files)
    expect(it.page.locator(".plate").first).to_have_text(number)
    return number


def test_the_form_opens_without_a_network_and_what_is_handed_in_goes_by_itself(
    browser: Browser, factory: Server, net: Network
) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        net.cut()
        it.page.goto("/mine")
        expect(it.page.locator("h1")).to_have_text("No network just now")
        EYE.look(it.page)
        it.page.goto("/file?machine=EQ-R108")
        expect(it.page.locator("[name=location]")).to_have_value("EQ-R108")
        it.write()
        it.page.locator("input[name=before]").set_input_files(photo())  # type: ignore[arg-type] # it takes such a dict
        expect(it.page.locator(".photo-here")).to_be_visible()
        it.hand_in()
        expect(it.page.locator("[data-handed]")).to_contain_text("It waits on the phone, goes by itself")
        expect(it.page.locator("[data-handed]")).to_be_focused()
        it.sees_it_wait("Waits for a network")
        expect(it.page.locator(WAITING)).to_contain_text("photos and files: 1")
        EYE.look(it.page)
        it.page.goto("/")
        it.sees_it_wait("Waits for a network")
        it.page.get_by_role("link", name="Write on").click()
        expect(it.page.locator("[name=title]")).to_have_value(it.title)
        it.page.locator("[name=effect]").fill("一句更好的话。")
        it.hand_in()
        it.sees_it_wait("Waits for a network")
        it.reconnect()
        arrived_once(factory, it, files=1)
        expect(it.page.locator("main")).not_to_contain_text("Waiting on this device")


def test_a_photo_that_breaks_off_in_the_middle_and_an_answer_that_is_lost(
    browser: Browser, factory: Server, net: Network
) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        it.page.goto("/file")
        net.cut()
        it.write()
        it.page.locator("input[name=before]").set_input_files(photo())  # type: ignore[arg-type] # it takes such a dict
        expect(it.page.locator(".photo-here")).to_be_visible()
        it.page.wait_for_timeout(3000)  # the draft has found out that there is no network
        net.mend()
        net.bytes_left, net.bytes_per_second = LARGE // 2, LARGE // 8
        it.hand_in()
        it.sees_it_wait("On its way")
        until(lambda: not net.up)
        it.sees_it_wait("Waits for a network")
        assert [state for state, *_ in filed(factory.data, it.title)] in ([], ["draft"])
        net.mend()
        net.bytes_per_second = LARGE // 4
        it.page.route("**/file/kept?*", lambda route: lose_the_next_answer(route, net))
        it.page.evaluate("dispatchEvent(new Event('online'))")
        it.sees_it_wait("On its way")
        EYE.look(it.page)
        until(lambda: not net.up)
        it.sees_it_wait("Waits for a network")
        ((number, _author, files),) = filed(factory.data, it.title)
        assert files == 1
        it.page.unroute("**/file/kept?*")
        it.reconnect()
        assert arrived_once(factory, it, files=1) == number


def lose_the_next_answer(route: Route, net: Network) -> None:
    """Let the question come back and what follows only reach the server."""
    answer = route.fetch()
    net.answers = False
    route.fulfill(response=answer)


def test_it_goes_after_the_browser_was_closed(browser: Browser, factory: Server, net: Network, tmp_path: Path) -> None:
    def start() -> tuple[BrowserContext, Phone]:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=next(filter(None, map(shutil.which, NAMES))),
            args=list(QUIET),
            base_url=net.url,
            locale="en",
        )
        return context, Phone(context.pages[0], net)

    context, it = start()
    it.sign_in()
    net.cut()
    it.page.goto("/file")
    it.write()
    it.hand_in()
    it.sees_it_wait("Waits for a network")
    title = it.title
    context.close()
    net.mend()

    context, it = start()
    it.title = title
    it.page.goto("/sign-in")
    if it.page.url.endswith("/sign-in"):
        it.enter(AUTHOR)
    it.page.goto("/")
    went = it.page.locator("[data-went] > li")
    expect(went).to_contain_text(title)
    ((number, author, _files),) = filed(factory.data, title)
    assert author == AUTHOR
    expect(went).to_contain_text(number)
    expect(it.page.locator(WAITING)).to_have_count(0)
    went.locator("[data-seen]").click()
    expect(it.page.locator("section[data-waiting]")).to_be_hidden()
    context.close()


def test_nobody_else_sends_or_sees_it_and_its_author_need_only_sign_in(
    browser: Browser, factory: Server, net: Network
) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        net.cut()
        it.page.goto("/file")
        it.write()
        it.hand_in()
        it.sees_it_wait("Waits for a network")
        it.page.context.clear_cookies()
        it.reconnect()
        it.sees_it_wait("Sign in, then it goes by itself.")
        it.page.goto("/")
        expect(it.page).to_have_url(re.compile("sign-in"))
        expect(it.page.locator("[data-left=waits] [data-count]")).to_have_text("1")
        assert it.title not in it.page.content()

        it.enter(COLLEAGUE)
        it.page.goto("/file")
        it.until(KEPT_PAGES)
        assert it.title not in it.page.content()
        expect(it.page.locator("section[data-waiting]")).to_be_hidden()
        expect(it.page.locator("[name=problem]")).to_have_value("")
        it.page.goto("/account")
        it.page.locator('form[action$="/sign-out"] button').click()
        expect(it.page.locator("[data-left=waits]")).to_be_visible()
        assert filed(factory.data, it.title) == []

        it.enter(AUTHOR)
        it.page.goto("/")
        expect(it.page.locator("[data-went]")).to_contain_text(it.title)
        EYE.look(it.page)
        assert [author for _number, author, _files in filed(factory.data, it.title)] == [AUTHOR]


def test_two_windows_send_it_once(browser: Browser, factory: Server, net: Network) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        net.cut()
        it.page.goto("/file")
        it.write()
        it.hand_in()
        it.sees_it_wait("Waits for a network")
        other = it.page.context.new_page()
        other.goto("/archive")
        sent: list[str] = []
        it.page.context.on(
            "request", lambda request: sent.append(request.method) if "/file/kept" in request.url else None
        )
        net.mend()
        for page in (it.page, other):
            page.evaluate("void Offline.go()")
        arrived_once(factory, it)
        assert sent.count("POST") == 1


def test_signing_out_leaves_nothing_behind(browser: Browser, factory: Server, net: Network) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        it.page.goto("/account")
        loaded = it.page.url
        net.cut()
        window = it.page.context.new_page()
        window.goto("/file")
        writer = Phone(window, net)
        writer.write()
        writer.hand_in()
        writer.sees_it_wait("Waits for a network")
        window.close()
        assert it.page.url == loaded
        it.page.get_by_role("button", name="Sign out", exact=True).click()
        question = it.page.get_by_role("alertdialog")
        expect(question).to_contain_text("Not sent yet: 1.")
        expect(question).to_be_focused()
        question.get_by_role("button", name="Stay signed in").click()
        expect(question).to_be_hidden()
        it.page.get_by_role("button", name="Sign out", exact=True).click()
        net.mend()
        question.get_by_role("button", name="Sign out and delete it").click()
        expect(it.page.locator("[data-left=nothing]")).to_be_visible()
        it.until(NOTHING_KEPT)
        assert filed(factory.data, writer.title) == []


def test_what_the_server_refuses_waits_with_its_words_and_can_be_mended(
    browser: Browser, factory: Server, net: Network
) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        net.cut()
        it.page.goto("/file")
        it.write(measure="", effect="")  # where one is missing, the page itself asks for it
        it.hand_in()
        it.sees_it_wait("Waits for a network")
        it.page.goto("/")
        it.reconnect()
        it.sees_it_wait("say what good it will do")
        EYE.look(it.page)
        it.page.get_by_role("link", name="Mend it").click()
        expect(it.page.locator("#errors")).to_be_focused()
        expect(it.page.locator("#effect-error")).to_be_visible()
        EYE.look(it.page)
        it.page.locator("[name=measure]").fill(WORDS["measure"])
        it.page.locator("[name=effect]").fill(WORDS["effect"])
        it.hand_in()
        arrived_once(factory, it)

        it.page.goto("/file")
        it.write(measure="", effect="")
        it.hand_in()
        expect(it.page.locator("#errors")).to_be_focused()
        expect(it.page.locator("#measure-error")).to_be_visible()
        it.page.locator("[name=measure]").fill(WORDS["measure"])
        it.page.locator("[name=effect]").fill(WORDS["effect"])
        it.hand_in()
        arrived_once(factory, it)


def test_who_is_quicker_than_the_database_is_answered_all_the_same(
    browser: Browser, factory: Server, net: Network
) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        it.page.add_init_script(AT_ONCE)
        it.page.goto("/file")
        expect(it.page.locator("#errors")).to_be_focused()


def test_without_a_worker_it_waits_and_without_a_database_the_form_is_plain(
    browser: Browser, factory: Server, net: Network
) -> None:
    with phone(browser, net, workers="block") as it:
        it.page.context.add_init_script("delete Navigator.prototype.serviceWorker")
        it.sign_in()
        it.page.goto("/file")
        net.cut()
        it.write()
        it.hand_in()
        expect(it.page.locator("[data-handed]")).to_contain_text("Open any page here when there is a network")
        it.sees_it_wait("Waits for a network")
        it.reconnect()
        arrived_once(factory, it)
    with phone(browser, net) as it:
        it.page.context.add_init_script("Object.defineProperty(self, 'indexedDB', {value: undefined})")
        it.sign_in()
        it.page.goto("/file")
        it.write()
        it.hand_in()
        arrived_once(factory, it)


def test_a_shared_terminal_keeps_nothing(browser: Browser, factory: Server, net: Network) -> None:
    with phone(browser, net) as it:
        it.sign_in()
        it.page.context.add_init_script(A_KIOSK)
        it.page.goto("/file")
        it.until(
            """Promise.all([caches.keys(), indexedDB.databases(), navigator.serviceWorker.getRegistrations()])
                .then(kept => kept.every(one => !one.length))"""
        )
        it.write()
        it.hand_in()
        arrived_once(factory, it)
        assert it.page.evaluate("Waiting.all()") == []
