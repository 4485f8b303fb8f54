"""File, ask, answer, review, decide and find, on a phone and a desk PC, in both languages, with and without scripts.

Pages are used by what their words say, and the words come from the catalogue: a change of layout breaks nothing here.
"""

import re
import sqlite3
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.factories.world import PASSWORD
from tests.support.browser import Eye
from tests.support.server import Server, until
from tests.support.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

PROBLEM = "三号机换辊时导卫板老往左边跑，一个班要停两回，每回二十分钟。"
MEASURE = "导卫板左侧焊限位角铁，加两颗顶丝，换辊一推到底就对正。"
EFFECT = "换辊快十五分钟，导卫不再打滑。"
QUESTION, ANSWER = "顶丝用多大的？热胀会不会卡死？", "M12 的，留了两毫米热胀缝。"
PRAISE, VERDICT = "想法实在，图也清楚。", "十二月检修时两台一起改。"


def photo(colour: str) -> dict[str, str | bytes]:
    """A photo larger than the browser sends: it is made smaller on the way."""
    target = BytesIO()
    Image.new("RGB", (2400, 1800), colour).save(target, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def look_up(data: Path, question: str, *facts: object) -> list[str]:
    """Ask the database of the running server; only to know whom to sign in as."""
    with sqlite3.connect(data / "studio.sqlite") as connection:
        rows = connection.execute(question, facts).fetchall()
    connection.close()
    return [str(row[0]) for row in rows]


class Desk:
    """One person at a browser window, who goes by what the pages say."""

    def __init__(self, eye: Eye, browser: Browser, server: Server, employee_no: str) -> None:
        self.eye, self.server, self.words = eye, server, Words(eye.locale)
        self.page: Page = eye.open(browser, server.url)
        eye.sign_in(self.page, employee_no, PASSWORD, look=False)

    @property
    def main(self) -> Locator:
        """What the page is about, without what stands around it on every page."""
        return self.page.get_by_role("main")

    def visit(self, path: str) -> None:
        self.page.goto(path)
        self.eye.glance(self.page)

    def follow(self, says: str, **facts: object) -> None:
        """Follow a link of the page, by its English words."""
        self.main.get_by_role("link", name=self.words(says, **facts), exact=True).click()

    def open(self, title: str) -> None:
        """Follow the link that tells of a proposal."""
        self.main.get_by_role("link").filter(has_text=title).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)

    def unfold(self, says: str) -> None:
        """Open what is folded away; a summary has no role by which it could be found."""
        self.main.locator("summary", has_text=self.words(says)).click()

    def fill(self, label: str, text: str, **facts: object) -> None:
        """Write into the field with this label."""
        name = self.words(label, **facts)
        plain, suggesting = (self.main.get_by_role(role, name=name, exact=True) for role in ("textbox", "combobox"))
        plain.or_(suggesting).fill(text)

    def choose(self, group: str, option: str) -> None:
        """Take one of a few, all in sight."""
        answers = self.main.get_by_role("group", name=self.words(group))
        answers.get_by_role("radio", name=self.words(option), exact=True).check()

    def press(self, says: str, about: str = "") -> None:
        """Press the button that says this; in a list a reader of screens also hears about what."""
        self.main.get_by_role("button", name=f"{self.words(says)} {about}".strip(), exact=True).click()

    def write(self, **words: str) -> None:
        """Fill fields by their names: for tests that are about something else."""
        for name, text in words.items():
            self.page.locator(f"main [name={name}]").first.fill(text)

    def reads(self, *words: str) -> None:
        for word in words:
            expect(self.main).to_contain_text(word)

    def leave(self) -> None:
        self.page.context.close()


def test_the_main_job(browser: Browser, factory: Server, eye: Eye, words: Words) -> None:
    title = f"导卫板加限位块 {uuid4().hex[:8]}"
    worker = Desk(eye, browser, factory, A_WORKER)
    number = file_it(worker, title)
    [reviewer_no] = look_up(factory.data, THE_REVIEWER, number)
    [lead_no] = look_up(factory.data, THE_LEAD, number)

    reviewer = Desk(eye, browser, factory, reviewer_no)
    reviewer.visit(f"/desk?words={number}")
    reviewer.open(title)
    reviewer.reads(PROBLEM, MEASURE, EFFECT)
    for taken in ("Before", "After"):
        expect(reviewer.main.get_by_role("figure", name=words(taken)).get_by_role("img")).to_be_visible()
    reviewer.follow("Ask for more")
    reviewer.fill("What would you like to know?", QUESTION)
    reviewer.press("Send the question")
    reviewer.reads(words("Your question is on its way. The clock stands still until the answer comes."), QUESTION)

    worker.visit("/")
    waiting = worker.page.get_by_role("region", name=words("Waiting for you"))
    waiting.get_by_role("link").filter(has_text=title).click()
    worker.reads(QUESTION)
    worker.fill("Your answer", ANSWER)
    worker.press("Send the answer")
    worker.reads(ANSWER)

    reviewer.visit(f"/desk?words={number}")
    reviewer.open(title)
    reviewer.reads(ANSWER)
    reviewer.follow("Score it")
    fill_in_scores(reviewer)
    reviewer.press("Hand in my review")
    reviewer.reads(words("Your review is in. Thank you."), PRAISE)

    lead = reviewer if lead_no == reviewer_no else Desk(eye, browser, factory, lead_no)
    lead.visit(f"/desk?pile=all&words={number}")
    lead.open(title)
    lead.follow("Decide")
    lead.reads(PRAISE)
    lead.choose("Your decision", "Accept: let us do it")
    lead.fill("Reason", VERDICT)
    lead.press("This is my decision")
    lead.reads(words("Decided. The author sees it at once, with your reason."), words("Accepted"), VERDICT)

    worker.visit("/mine")
    worker.open(title)
    worker.reads(words("Accepted"), VERDICT, PRAISE)
    for path in ("/digest", "/account"):
        worker.visit(path)
    find_it(worker, title, number)
    for person in {worker, reviewer, lead}:
        person.leave()


A_WORKER = "003880"
THE_REVIEWER = "SELECT employee_no FROM people JOIN proposals ON reviewer_id = people.id WHERE number = ?"
THE_LEAD = """SELECT employee_no FROM people JOIN studio_memberships AS m ON m.person_id = people.id
    JOIN proposals ON proposals.studio_id = m.studio_id WHERE number = ? AND m.role = 'lead'"""


def file_it(worker: Desk, title: str) -> str:
    """Fill the form with two photos and a co-author, send it, and return the number on the slip."""
    page, words = worker.page, worker.words
    worker.visit("/")
    page.get_by_role("link", name=words("Write a proposal")).filter(visible=True).first.click()
    worker.fill("What is wrong now?", PROBLEM)
    worker.fill("What would you change?", MEASURE)
    worker.fill("What good will it do?", EFFECT)
    worker.fill("Its name, if you like", title)
    photos = page.get_by_role("group", name=words("Two photos say it all"))
    for taken, colour in (("Before", "grey"), ("After", "green")):
        photos.get_by_label(words(taken)).set_input_files(photo(colour))  # type: ignore[arg-type] # it takes such a dict
        if worker.eye.scripts:  # it travels at once, and its small picture takes its place
            expect(photos.get_by_role("img", name=words(taken))).to_be_visible()
    worker.unfold("Who worked on it")
    worker.fill("Colleague %(number)s", look_up(worker.server.data, A_MATE)[0], number=1)
    worker.fill("Share %%", "30")
    worker.eye.look(page)
    worker.press("Hand it in")
    page.wait_for_url("**/receipt")
    worker.eye.look(page)
    worker.reads(title, words("Who answers, and by when"), words("Why this studio"))
    number = page.get_by_text(re.compile(r"^\d{4}-\d{5}$")).first.inner_text()
    expect(page).to_have_url(re.compile(f"/proposals/{number}/receipt$"))
    return number


A_MATE = f"""SELECT mate.employee_no FROM people AS mate JOIN people AS worker USING (unit_id)
    WHERE worker.employee_no = '{A_WORKER}' AND mate.employee_no <> '{A_WORKER}' AND mate.active LIMIT 1"""


def fill_in_scores(reviewer: Desk) -> None:
    """Score every criterion, each of which says how much it counts; recommend, and say why."""
    expect(reviewer.page.get_by_role("heading", level=1)).to_have_text(reviewer.words("Your scores"))
    criteria = reviewer.main.get_by_role("textbox", name=re.compile(r"\d+%$"))
    for criterion in criteria.all():
        criterion.fill("80")
    assert criteria.count() > 1
    reviewer.choose("What would you do?", "Accept")
    reviewer.fill("A word to the author and the lead", PRAISE)


def find_it(worker: Desk, title: str, number: str) -> None:
    """Search for two characters and the rare rest of the title; the worker beside the server has indexed it."""
    page, words = worker.page, worker.words
    hit = worker.main.get_by_role("link").filter(has_text=title[-8:])

    def found() -> bool:
        box = page.get_by_role("searchbox", name=words("Search the archive"), exact=True)
        box.filter(visible=True).first.fill(f"限位 {title[-8:]}")
        box.filter(visible=True).first.press("Enter")
        page.wait_for_load_state()
        return hit.count() > 0

    worker.visit("/archive")
    until(found, what="finding it")
    worker.eye.look(page)
    hit.click()
    expect(page).to_have_url(re.compile(f"/proposals/{number}$"))
