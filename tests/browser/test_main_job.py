"""File, ask, answer, review, decide and find, on a phone and a desk PC, in both languages, with and without scripts."""

import re
import sqlite3
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye, Theme
from tests.support.server import Server, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SEEN_AS: dict[tuple[tuple[int, int], str], Theme] = {
    (PHONE, "zh_CN"): "light",
    (PHONE, "en"): "dark",
    (DESK, "zh_CN"): "dark",
    (DESK, "en"): "light",
}
"""Each width and each language in both themes, without every combination."""
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
    """One person at a browser window."""

    def __init__(self, eye: Eye, browser: Browser, server: Server, employee_no: str) -> None:
        self.eye, self.server = eye, server
        self.page: Page = eye.open(browser, server.url)
        eye.sign_in(self.page, employee_no, PASSWORD, look=False)

    def visit(self, path: str) -> None:
        self.page.goto(path)
        self.eye.glance(self.page)

    def write(self, **words: str) -> None:
        for name, text in words.items():
            self.page.locator(f"main [name={name}]").first.fill(text)

    def press(self, form: str) -> None:
        """Press the button of a form that ends it."""
        self.page.locator(f"{form} button[type=submit]:not([name=later])").last.click()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()

    def reads(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_main_job(browser: Browser, factory: Server, size: tuple[int, int], locale: str, *, scripts: bool) -> None:
    eye = Eye(size, locale, SEEN_AS[size, locale], scripts)
    title = f"导卫板加限位块 {uuid4().hex[:8]}"
    [worker_no] = look_up(factory.data, A_WORKER)
    worker = Desk(eye, browser, factory, worker_no)
    number = file_it(worker, title)
    [reviewer_no] = look_up(factory.data, THE_REVIEWER, number)
    [lead_no] = look_up(factory.data, THE_LEAD, number)

    reviewer = Desk(eye, browser, factory, reviewer_no)
    reviewer.visit("/desk")
    reviewer.visit(f"/proposals/{number}")
    reviewer.reads(title, PROBLEM, MEASURE, EFFECT)
    expect(reviewer.page.locator("main figure img")).to_have_count(2)
    reviewer.visit(f"/proposals/{number}/ask")
    reviewer.write(question=QUESTION)
    reviewer.press("main form:has([name=question])")
    reviewer.reads(QUESTION)

    worker.visit("/")
    worker.visit(f"/proposals/{number}")
    worker.write(answer=ANSWER)
    worker.press('main form[action$="/answer"]')
    worker.reads(ANSWER)

    reviewer.visit(f"/proposals/{number}/review")
    for field in reviewer.page.locator("main [name^=score_]").all():
        field.fill("80")
    reviewer.choose("recommendation", "accept")
    reviewer.write(comment=PRAISE)
    reviewer.press("main form:has([name=comment])")
    reviewer.reads(PRAISE)

    lead = reviewer if lead_no == reviewer_no else Desk(eye, browser, factory, lead_no)
    lead.visit(f"/proposals/{number}/decide")
    lead.reads(PRAISE)
    lead.choose("verb", "accept")
    lead.write(reason=VERDICT)
    lead.press("main form:has([name=reason])")
    lead.reads(VERDICT)

    worker.visit(f"/proposals/{number}")
    worker.reads(VERDICT, PRAISE, title)
    for path in ("/mine", "/digest", "/account"):
        worker.visit(path)
    find_it(worker, title, number)
    for person in {worker, reviewer, lead}:
        person.page.context.close()


A_WORKER = "SELECT employee_no FROM people WHERE employee_no = '003880'"
THE_REVIEWER = "SELECT employee_no FROM people JOIN proposals ON reviewer_id = people.id WHERE number = ?"
THE_LEAD = """SELECT employee_no FROM people JOIN studio_memberships AS m ON m.person_id = people.id
    JOIN proposals ON proposals.studio_id = m.studio_id WHERE number = ? AND m.role = 'lead'"""


def file_it(worker: Desk, title: str) -> str:
    """Fill the form with two photos and a co-author, send it, and return the number on the slip."""
    page, scripts = worker.page, worker.eye.scripts
    worker.visit("/file")
    worker.write(title=title, problem=PROBLEM, measure=MEASURE, effect=EFFECT)
    for place, colour in (("before", "grey"), ("after", "green")):
        page.locator(f"input[name={place}]").set_input_files(photo(colour))  # type: ignore[arg-type] # it takes such a dict
        if scripts:  # it travels at once, and its small picture takes its place
            expect(page.locator(f".shot-taken:has(input[name={place}]) img")).to_be_visible()
    page.locator("#people > summary").click()
    [mate] = look_up(worker.server.data, A_MATE)
    page.locator("#who-1").fill(mate)
    page.locator("#percent-1").fill("30")
    worker.eye.look(page)
    page.locator("#send").click()
    page.wait_for_url("**/receipt")
    worker.eye.look(page)
    worker.reads(title)
    found = re.search(r"/proposals/([^/]+)/receipt", page.url)
    assert found
    expect(page.locator(".plate").first).to_have_text(found.group(1))
    return found.group(1)


A_MATE = """SELECT mate.employee_no FROM people AS mate JOIN people AS worker USING (unit_id)
    WHERE worker.employee_no = '003880' AND mate.employee_no <> '003880' AND mate.active LIMIT 1"""


def find_it(worker: Desk, title: str, number: str) -> None:
    """Search for two characters and the rare rest of the title; the worker beside the server has indexed it."""
    page = worker.page

    def found() -> bool:
        page.goto(f"/archive?q=限位 {title[-8:]}")
        return page.locator(f'main a[href*="/proposals/{number}"]').count() > 0

    until(found, what="finding it")
    worker.eye.look(page)
    worker.visit("/archive")
    expect(page.locator("main")).to_contain_text(number[:4])
