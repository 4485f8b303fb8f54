"""What everybody with a role does: phone and desk, both languages, with scripts and without.

Pages are used by what their words say, and the words come from the catalogue.
"""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_main_job import A_WORKER, EFFECT, MEASURE, PROBLEM, THE_LEAD, Desk, look_up
from tests.factories.filed import earlier_issue_at, filed_at, in_use_at
from tests.support.browser import Eye
from tests.support.server import Server
from tests.support.tour import look_up as facts_of
from tests.support.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

A_CHECKER, AN_OFFICER = (
    f"""SELECT employee_no FROM people JOIN role_grants AS g ON person_id = people.id JOIN units ON units.id = g.unit_id
        WHERE g.role = '{role}' AND units.parent_id IS NULL"""
    for role in ("finance_checker", "safety_officer")
)
MATE_OF = """SELECT mate.employee_no FROM people AS mate JOIN people AS leader USING (unit_id)
    WHERE leader.employee_no = ? AND mate.id <> leader.id AND mate.active ORDER BY mate.id"""


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


def test_a_coordinator_tells_a_story(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    headline = f"再也不用两个人抬 {uuid4().hex[:8]}"
    coordinator = Desk(eye, browser, factory, facts_of(factory.data)["coordinator"])
    coordinator.visit("/stories")
    coordinator.follow("Tell a story")
    expect(coordinator.page.get_by_role("heading", level=1)).to_have_text(words("Tell a story"))
    coordinator.main.get_by_role("listitem").get_by_role("link").last.click()
    coordinator.fill("Headline", headline)
    coordinator.fill("A few words", "以前换辊两个人抬，现在一推到底。")
    coordinator.press("Tell it to everybody")
    coordinator.reads(words("It is told. Everybody reads it now, in front of the others."), headline)

    reader = Desk(eye, browser, factory, A_WORKER)
    reader.visit("/stories")
    reader.open(headline)
    for person in (coordinator, reader):
        person.leave()


def test_a_coordinator_sends_an_issue_out(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    month, note = earlier_issue_at(factory.data), f"大家辛苦了 {uuid4().hex[:8]}"
    facts = facts_of(factory.data)
    coordinator = Desk(eye, browser, factory, facts["coordinator"])
    coordinator.visit(f"/coordination/digest/{month}")
    coordinator.fill("In Chinese", note)
    coordinator.press("Save the note")
    coordinator.reads(words("Written. It stands on top of the issue."))
    coordinator.fill("Staff number (empty: your own copy)", facts["worker"])
    coordinator.press("Show")
    coordinator.reads(note)
    expect(coordinator.page.get_by_label(words("Staff number whose copy to show"))).to_have_value(facts["worker"])

    coordinator.visit(f"/coordination/digest/{month}")
    coordinator.follow("Send it all the same…")
    coordinator.reads(words("The word in front is written. From now on nobody can change it."))
    coordinator.press("Yes, send it")
    coordinator.reads(words("It goes out within a minute or two."))
    coordinator.leave()


def test_what_was_put_off_comes_back_when_a_coordinator_says_so(
    browser: Browser, factory: Server, eye: Eye, words: Words
) -> None:
    title, occasion = f"盖板折边 {uuid4().hex[:8]}", f"二号线大修 {uuid4().hex[:8]}"
    number = filed_at(factory.data, title, author=A_WORKER)
    coordinator = Desk(eye, browser, factory, facts_of(factory.data)["coordinator"])
    coordinator.visit("/coordination")
    coordinator.follow("What deferrals wait for")
    coordinator.unfold("Something else to wait for")
    coordinator.fill("What is waited for, in Chinese", occasion)
    coordinator.press("Put it on the list")
    coordinator.reads(words("It is on the list. Leads can choose it when they put something off."), occasion)

    lead = Desk(eye, browser, factory, look_up(factory.data, THE_LEAD, number)[0])
    lead.visit(f"/proposals/{number}/decide")
    lead.choose("Your decision", "Good, but not yet: conditions are missing")
    because = lead.main.get_by_role("combobox", name=words("Main reason"))
    fitting = because.locator(f"optgroup[label='{words('Put it off')}'] option").first
    because.select_option(label=fitting.text_content() or "")
    lead.fill("Reason", "大修时一起改。")
    lead.main.get_by_role("combobox", name=words("Or when this has come")).select_option(label=occasion)
    lead.press("This is my decision")
    lead.reads(words("Decided. The author sees it at once, with your reason."), words("Put off"), occasion)

    coordinator.visit("/coordination/occasions")
    coordinator.press("It has come: take them up again", occasion)
    back = "%(num)s proposal is back on its desk.", "%(num)s proposals are back on their desks."
    coordinator.reads(words.several(*back, 1))
    lead.visit(f"/desk?pile=all&words={number}")
    lead.open(title)
    for person in (coordinator, lead):
        person.leave()


def test_finance_checks_what_is_saved(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    title = f"盖板折边 {uuid4().hex[:8]}"
    in_use_at(factory.data, title, author=A_WORKER, claimed=9600)
    checker = Desk(eye, browser, factory, look_up(factory.data, A_CHECKER)[0])
    checker.visit("/?all=1")
    waiting = checker.page.get_by_role("region", name=words("Waiting for you"))
    told = waiting.get_by_role("link").filter(has_text=title)
    expect(told).to_contain_text(words("Check what it saves"))
    told.click()
    checker.fill("Checked benefit in the first year, in yuan", "8800")
    checker.press("Confirm the benefit")
    checker.reads(words("The checked benefit is recorded."))
    checker.visit("/?all=1")
    expect(told).to_have_count(0)
    checker.leave()


def test_a_safety_officer_hears_at_once(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    """He alone has no act of his own: he is told, and says what he thinks as everybody may."""
    title, advice = f"吊具护栏缺一截 {uuid4().hex[:8]}", "先拉警戒绳，今天就装。"
    worker = Desk(eye, browser, factory, A_WORKER)
    worker.visit("/file")
    worker.fill("What is wrong now?", PROBLEM)
    worker.fill("What would you change?", MEASURE)
    worker.fill("What good will it do?", EFFECT)
    worker.fill("Its name, if you like", title)
    worker.main.get_by_role("checkbox", name=words("This is a safety matter")).check()
    worker.press("Hand it in")
    fast = "A safety matter takes the fast lane: a first answer within 8 working hours."
    worker.reads(words(f"{fast} The safety officer sees it at the same time."))

    officer = Desk(eye, browser, factory, look_up(factory.data, AN_OFFICER)[0])
    officer.visit("/")
    news = officer.page.get_by_role("region", name=words("New for you"))
    told = news.get_by_role("link").filter(has_text=title)
    expect(told).to_contain_text(words("A safety proposal was filed"))
    told.click()
    officer.fill("Your words", advice)
    officer.press("Say it")
    officer.reads(advice)
    for person in (worker, officer):
        person.leave()


def test_an_administrator_adds_a_web_hook_and_takes_it_away(
    browser: Browser, factory: Server, eye: Eye, words: Words
) -> None:
    name = f"报表程序 {uuid4().hex[:8]}"
    administrator = Desk(eye, browser, factory, facts_of(factory.data)["administrator"])
    administrator.visit("/administration")
    administrator.follow("Web hooks")
    administrator.follow("Add a web hook")
    administrator.choose("Who is told?", "A program (signed JSON)")
    administrator.fill("What is it called?", name)
    administrator.fill("Address", "http://127.0.0.1:9/hook")
    administrator.main.get_by_role("group", name=words("What is told?")).get_by_role("checkbox").first.check()
    administrator.press("Add it")
    administrator.reads(words("The secret of this hook:"), name)
    administrator.unfold("Remove it")
    administrator.press("Remove it")
    administrator.reads(words("Removed. Nothing is sent there any more."))
    expect(administrator.main).not_to_contain_text(name)
    administrator.leave()


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
    page.get_by_role(
        "button", name=re.compile(rf"^{words('Remove the role')}\s+{words('Safety officer')}$")
    ).last.click()
    administrator.reads(words("The role is gone."))

    administrator.visit("/administration/machines/new")
    page.get_by_label(words("Code, as on the plate")).fill(code)
    page.get_by_label(words("Name in Chinese")).fill("辊道")
    page.get_by_label(words("Unit it belongs to")).select_option(index=1)
    page.get_by_role("button", name=words("Put it on the list")).click()
    administrator.reads(words("It is on the list. Print its label and put it up."), code)
    page.context.close()
