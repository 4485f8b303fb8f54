"""Every page can be used by everybody: axe finds nothing, nothing sticks out, and every target is as large as a thumb.

The tour (``tests/support/tour.py``) leads to every page that a role can open. It is gone round in the sample factory,
in a firm in which nothing has happened yet, with every form sent empty, and with the longest words there are.
"""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from http.client import NOT_FOUND
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.factories.furniture import people_alone
from tests.factories.long_words import lengthen
from tests.support.browser import DESK, PHONE
from tests.support.reach import SEND_EMPTY, Judge
from tests.support.server import Server, running, studio
from tests.support.tour import NOBODY_YET, REFUSALS, Stop, look_up, stops

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

ONE_EACH = pytest.mark.parametrize(("size", "locale"), [(PHONE, "zh_CN"), (DESK, "en")], ids=["phone", "desk"])
FORMS = (
    "sign-in", "file", "file-machine", "password", "tokens", "opinion-request", "opinion-give", "review", "ask",
    "decide", "transfer", "away", "congress", "call-new", "calendar-new", "answer-rule", "occasion", "rule-new",
    "rule-edit", "glossary", "hook-new-robot", "rubric-new", "machine-new", "machine-table",
)  # fmt: skip
"""Pages whose form asks for something."""


def go_round(judge: Judge, chosen: Iterable[Stop], people: dict[str, str], *, bare: bool = False) -> None:
    """Open each page as the person who may, and judge it. A ``bare`` site has no such machine: then the refusal is."""
    for who, pages in groupby(chosen, key=lambda stop: stop.who):
        page = judge.enter(people.get(who, ""))
        for stop in pages:
            answer = page.goto(stop.path)
            if stop.name in REFUSALS or (bare and answer and answer.status == NOT_FOUND):
                judge.eye.wrong.clear()  # the browser says that it was refused
            judge.judge(stop.name)
            judge.read(stop.name)
        judge.leave()


@ONE_EACH
def test_every_page(browser: Browser, factory: Server, size: tuple[int, int], locale: str) -> None:
    facts = look_up(factory.data)
    assert [name for name, fact in facts.items() if fact == "none"] == []
    judge = Judge(browser, factory.url, size, locale)
    go_round(judge, stops(facts), facts)
    assert judge.problems == []


def test_where_nothing_has_happened_yet(browser: Browser, tmp_path: Path) -> None:
    people_alone(tmp_path)
    studio(tmp_path, "init")
    with running(tmp_path) as server:
        judge = Judge(browser, server.url, PHONE, "zh_CN")
        go_round(judge, [stop for stop in stops({}) if stop.who in NOBODY_YET], NOBODY_YET, bare=True)
    assert judge.problems == []


def test_where_nobody_is_yet(browser: Browser, tmp_path: Path) -> None:
    studio(tmp_path, "init")
    with running(tmp_path) as server:
        judge = Judge(browser, server.url, PHONE, "zh_CN")
        judge.enter("").goto("/setup")
        judge.judge("setup")
        judge.leave()
    assert judge.problems == []


@ONE_EACH
def test_every_form_that_was_sent_empty(browser: Browser, factory: Server, size: tuple[int, int], locale: str) -> None:
    facts = look_up(factory.data)
    judge = Judge(browser, factory.url, size, locale)
    asked = [stop for stop in stops(facts) if stop.name in FORMS]
    for who, pages in groupby(asked, key=lambda stop: stop.who):
        page = judge.enter(facts.get(who, ""))
        for stop in pages:
            page.goto(stop.path)
            page.evaluate(SEND_EMPTY)  # answered by another page, or by a script of this one
            told = page.locator("[data-focus], .error-summary")
            with suppress(TookTooLong):
                told.first.wait_for()
            judge.eye.wrong.clear()  # the browser says that it was refused
            if told.count() != 1:
                judge.note(stop.name, "sent empty", ["it does not say what is wrong"])
                continue
            expect(told).to_be_focused()
            judge.judge(f"{stop.name} sent empty")
        judge.leave()
    assert judge.problems == []


@ONE_EACH
def test_the_longest_words_stay_inside(
    browser: Browser, factory: Server, tmp_path: Path, size: tuple[int, int], locale: str
) -> None:
    data = copied(factory.data, tmp_path / "long")
    facts = look_up(data)
    lengthen(data)
    with running(data, STUDIO_DEMO="1") as server:
        judge = Judge(browser, server.url, size, locale)
        for who, pages in groupby(stops(facts), key=lambda stop: stop.who):
            page = judge.enter(facts.get(who, ""))
            for stop in pages:
                page.goto(stop.path)
                judge.wide(stop.name)
            judge.leave()
    assert judge.problems == []


def copied(site: Path, to: Path) -> Path:
    """Copy a data directory whose server runs."""
    shutil.copytree(site, to, ignore=shutil.ignore_patterns("studio.sqlite*", "server.log"))
    with sqlite3.connect(site / "studio.sqlite") as source, sqlite3.connect(to / "studio.sqlite") as target:
        source.backup(target)
    source.close()
    target.close()
    return to
