"""What was opened before and is true no more: a form that somebody was quicker with, an address kept from last week."""

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_main_job import A_WORKER, PRAISE, THE_LEAD, THE_REVIEWER, Desk, fill_in_scores, look_up
from tests.factories.filed import decided_at, filed_at
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

A_SECRET = "SELECT number FROM proposals WHERE confidential AND number IS NOT NULL"


@pytest.fixture(params=[(PHONE, "zh_CN", True), (DESK, "en", False)], ids=["phone-scripts", "desk-plain"])
def eye(request: pytest.FixtureRequest) -> Eye:
    size, locale, scripts = request.param
    return Eye(size, locale, scripts=scripts)


def test_a_reviewer_whom_a_decision_overtook_keeps_his_words(browser: Browser, factory: Server, eye: Eye) -> None:
    number = filed_at(factory.data, f"盖板折边 {uuid4().hex[:8]}", author=A_WORKER)
    reviewer = Desk(eye, browser, factory, look_up(factory.data, THE_REVIEWER, number)[0])
    words = reviewer.words
    reviewer.visit(f"/proposals/{number}/review")
    reviewer.choose("What would you do?", "Accept")
    reviewer.fill("A word to the author and the lead", PRAISE)
    decided_at(factory.data, number)
    reviewer.press("Hand in my review")
    expect(reviewer.page.get_by_role("heading", level=1)).to_have_text(words("Somebody was a little quicker"))
    kept = reviewer.main.get_by_role("region", name=words("What you typed; nothing is lost"))
    expect(kept.get_by_role("textbox")).to_have_value(PRAISE)
    reviewer.follow("See how it stands now")
    reviewer.reads(words("Accepted"))
    expect(reviewer.main.get_by_role("link", name=words("Score it"), exact=True)).to_have_count(0)
    reviewer.leave()


def test_of_two_who_score_at_once_the_second_hands_in_again(browser: Browser, factory: Server, eye: Eye) -> None:
    number = filed_at(factory.data, f"盖板折边 {uuid4().hex[:8]}", author=A_WORKER)
    judges = [look_up(factory.data, question, number)[0] for question in (THE_REVIEWER, THE_LEAD)]
    slower, quicker = (Desk(eye, browser, factory, judge) for judge in judges)
    for one in (slower, quicker):
        one.visit(f"/proposals/{number}/review")
        fill_in_scores(one)
    quicker.press("Hand in my review")
    quicker.reads(quicker.words("Your review is in. Thank you."))
    slower.press("Hand in my review")
    again = "It has changed since you opened this page. Look at it once more, then hand in."
    expect(slower.page.get_by_role("alert")).to_contain_text(slower.words(again))
    slower.press("Hand in my review")
    slower.reads(slower.words("Your review is in. Thank you."))
    for one in (slower, quicker):
        one.leave()


def test_an_old_bookmark_says_what_became_of_it(browser: Browser, factory: Server, eye: Eye) -> None:
    title = f"盖板折边 {uuid4().hex[:8]}"
    number = filed_at(factory.data, title, author=A_WORKER)
    author = Desk(eye, browser, factory, A_WORKER)
    author.visit(f"/proposals/{number}")
    author.unfold("Take this proposal back")
    author.press("Take it back")
    author.reads(author.words("Withdrawn"))
    author.leave()

    reviewer = Desk(eye, browser, factory, look_up(factory.data, THE_REVIEWER, number)[0])
    reviewer.visit(f"/proposals/{number}")
    reviewer.reads(title, reviewer.words("Withdrawn"))
    reviewer.page.goto(f"/proposals/{number}/review")
    expect(reviewer.page.get_by_role("heading", level=1)).to_have_text(reviewer.words("Somebody was a little quicker"))
    reviewer.leave()


def test_a_bookmark_of_what_was_hidden_since_says_nothing_of_it(browser: Browser, factory: Server, eye: Eye) -> None:
    colleague = Desk(eye, browser, factory, A_WORKER)
    colleague.page.goto(f"/proposals/{look_up(factory.data, A_SECRET)[0]}")
    expect(colleague.page.get_by_role("heading", level=1)).to_have_text(colleague.words("Nothing here"))
    colleague.follow("Go to the home page")
    expect(colleague.page.get_by_role("region", name=colleague.words("What became of my proposals"))).to_be_visible()
    colleague.leave()
