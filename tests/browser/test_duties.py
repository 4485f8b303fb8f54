"""What team leaders, coordinators and administrators do: phone and desk, both languages, with scripts and without.

Pages are used by what their words say, and the words come from the catalogue.
"""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_main_job import SEEN_AS, Desk, look_up
from tests.factories.filed import filed_at
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server
from tests.support.tour import look_up as facts_of
from tests.support.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

MATE_OF = """SELECT mate.employee_no FROM people AS mate JOIN people AS leader USING (unit_id)
    WHERE leader.employee_no = ? AND mate.id <> leader.id AND mate.active ORDER BY mate.id"""


@pytest.fixture(params=["scripts", "plain"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "scripts")


@pytest.fixture(params=["zh_CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def eye(request: pytest.FixtureRequest, locale: str, *, scripts: bool) -> Eye:
    return Eye(request.param, locale, SEEN_AS[request.param, locale], scripts)


@pytest.fixture
def words(locale: str) -> Words:
    return Words(locale)


def test_a_team_leader_settles_what_is_small(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    leader_no = facts_of(factory.data)["leader"]
    author_no = look_up(factory.data, MATE_OF, leader_no)[0]
    title = f"盖板折边 {uuid4().hex[:8]}"
    number = filed_at(factory.data, title, author=author_no, kind="suggestion")
    leader = Desk(eye, browser, factory, leader_no)
    leader.visit("/team")
    leader.page.get_by_role("listitem").filter(has_text=number).get_by_role("link").first.click()
    expect(leader.page.get_by_role("heading", level=1)).to_have_text(title)
    leader.visit("/team")
    leader.page.get_by_role("button", name=re.compile(rf"^{words('Approve')}\s+{number}$")).click()
    leader.reads(words("Approved. The author sees it at once."))
    author = Desk(eye, browser, factory, author_no)
    author.visit(f"/proposals/{number}")
    author.reads(words("Accepted"))
    for person in (leader, author):
        person.page.context.close()


def test_a_coordinator_finds_a_studio_and_calls_for_something(
    browser: Browser, factory: Server, eye: Eye, words: Words
) -> None:
    facts = facts_of(factory.data)
    title, called = f"饭堂插队 {uuid4().hex[:8]}", f"攻关 {uuid4().hex[:8]}"
    number = filed_at(factory.data, title, author=facts["administrator"])
    coordinator = Desk(eye, browser, factory, facts["coordinator"])
    page = coordinator.page
    coordinator.visit("/coordination")
    row = page.get_by_role("listitem").filter(has_text=number)
    row.get_by_role("combobox", name=words("Studio"), exact=True).select_option(index=1)
    row.get_by_label(words("A word to the studio")).fill("麻烦看看。")
    row.get_by_role("button", name=words("Send"), exact=True).click()
    coordinator.reads(words("%(number)s is with the studio now.", number=number))

    coordinator.visit("/calls")
    page.get_by_role("link", name=words("Put up a new one")).click()
    page.get_by_label(words("Challenge: one hard problem that somebody takes on")).check()
    page.get_by_label(words("What it is called")).fill(called)
    page.get_by_label(words("How things are now, and what would help")).fill("一轧棒材剪切尾料占成材量的 1.35%。")
    page.get_by_label(words("What is to be reached")).fill("降到 0.80% 以下")
    today = datetime.now(UTC).date()
    page.get_by_label(words("First day")).fill(today.isoformat())
    page.get_by_label(words("Last day")).fill((today + timedelta(days=9)).isoformat())
    page.get_by_role("button", name=words("Save"), exact=True).click()
    coordinator.reads(words("It is up. Everybody sees it while it is open."), called)
    page.context.close()


def test_an_administrator_gives_a_role_and_adds_a_machine(
    browser: Browser, factory: Server, eye: Eye, words: Words
) -> None:
    facts = facts_of(factory.data)
    administrator = Desk(eye, browser, factory, facts["administrator"])
    page, code = administrator.page, f"T-{uuid4().hex[:6].upper()}"
    administrator.visit("/administration")
    page.get_by_role("main").get_by_role("link", name=words("People and roles")).click()
    page.get_by_label(words("Staff number, name, job or unit")).fill(facts["author"])
    page.get_by_role("button", name=words("Find"), exact=True).click()
    page.get_by_role("row").filter(has_text=facts["author"]).get_by_role("link").click()
    page.get_by_role("combobox", name=words("Role"), exact=True).select_option(label=words("Safety officer"))
    page.get_by_role("button", name=words("Give the role")).click()
    administrator.reads(words("The role holds from now on."))
    page.get_by_role("button", name=re.compile(rf"^{words('Take away')}\s+{words('Safety officer')}$")).last.click()
    administrator.reads(words("The role is gone."))

    administrator.visit("/administration/machines/new")
    page.get_by_label(words("Code, as on the plate")).fill(code)
    page.get_by_label(words("Name in Chinese")).fill("辊道")
    page.get_by_label(words("Unit it belongs to")).select_option(index=1)
    page.get_by_role("button", name=words("Put it on the list")).click()
    administrator.reads(words("It is on the list. Print its label and put it up."), code)
    page.context.close()
