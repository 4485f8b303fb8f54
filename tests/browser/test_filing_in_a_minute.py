"""Filing on a phone: few touches, one kind question where an answer is missing, colleagues by a few letters."""

import base64
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_main_job import EFFECT, MEASURE, PROBLEM, Desk, look_up, photo
from tests.support.browser import PHONE, Eye
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WORKER = "003880"
SHRUNK = """async text => {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const small = await Photos.shrink(new File([bytes], "held upright.JPG", { type: "image/jpeg" }));
  const picture = await createImageBitmap(small);
  const paper = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  paper.drawImage(picture, 0, 0);
  const corner = [...paper.getImageData(5, 5, 1, 1).data];
  return [small.name, small.size < bytes.length, picture.width, picture.height, corner];
}"""

AS_IT_IS = """async text => {
  const file = new File([atob(text)], "x.jpg", { type: "image/jpeg" });
  return await Photos.shrink(file) === file;
}"""


class Thumb:
    """Counts what a worker has to do."""

    def __init__(self, page: Page) -> None:
        self.page, self.touches, self.fields = page, 0, 0

    def touch(self, place: str) -> None:
        self.page.locator(place).first.click()
        self.touches += 1

    def write(self, name: str, text: str) -> None:
        self.touch(f"[name={name}]")
        self.page.keyboard.insert_text(text)
        self.fields += 1


def test_a_proposal_with_a_photo_takes_six_touches_and_three_fields(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(PHONE, "zh_CN"), browser, factory, WORKER)
    page, thumb = worker.page, Thumb(worker.page)
    page.goto("/")
    thumb.touch('a[href="/file"]:visible')
    with page.expect_file_chooser() as camera:
        thumb.touch(".shot-add")
    camera.value.set_files(photo("grey"))  # type: ignore[arg-type] # it takes such a dict
    for name, text in (("problem", PROBLEM), ("measure", MEASURE), ("effect", EFFECT)):
        thumb.write(name, text)
    expect(page.locator(".shot-taken img").first).to_be_visible()
    thumb.touch("#send")
    page.wait_for_url("**/receipt")
    assert (thumb.touches, thumb.fields) == (6, 3)
    expect(page.locator(".slip-title")).to_have_text("三号机换辊时导卫板老往左边跑，一个班要停两回，每回二十分钟")
    worker.eye.look(page)
    page.context.close()


@pytest.mark.parametrize(
    ("missing", "said"), [("measure", "要是您说了算"), ("effect", "改了以后好在哪儿"), ("problem", "现在哪儿不好")]
)
def test_what_is_missing_is_asked_at_once_and_alone(browser: Browser, factory: Server, missing: str, said: str) -> None:
    worker = Desk(Eye(PHONE, "zh_CN"), browser, factory, WORKER)
    page, texts = worker.page, {"problem": PROBLEM, "measure": MEASURE, "effect": EFFECT}
    worker.visit("/file")
    worker.write(**{name: text for name, text in texts.items() if name != missing})
    page.locator("#send").click()
    expect(page.locator(f"#{missing}-plea")).to_contain_text(said)
    expect(page.locator(".third-plea:visible")).to_have_count(1)
    expect(page.locator(f"[name={missing}]")).to_be_focused()
    worker.eye.look(page)
    page.locator(f"#{missing}-plea button").first.click()
    expect(page.locator(f"[name={missing}]")).to_be_focused()
    page.keyboard.insert_text("限位角铁")
    page.locator("#send").click()
    page.wait_for_url("**/receipt")
    page.context.close()


def test_without_scripts_the_page_asks_for_it_alone(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(PHONE, "en", scripts=False), browser, factory, WORKER)
    page = worker.page
    worker.visit("/file")
    worker.write(problem=PROBLEM, effect=EFFECT)
    page.locator("#send").click()
    expect(page.locator("#errors")).to_contain_text("One sentence to go: say what you would change.")
    expect(page.locator("textarea:visible")).to_have_count(1)
    page.locator(".kept-rest > summary").click()
    expect(page.locator("[name=problem]")).to_have_value(PROBLEM)
    worker.write(measure=MEASURE)
    page.locator("#send").click()
    page.wait_for_url("**/receipt")
    page.context.close()


def test_colleagues_by_a_few_letters_and_their_shares(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(PHONE, "zh_CN"), browser, factory, WORKER)
    page = worker.page
    worker.visit("/file")
    worker.write(problem=PROBLEM, measure=MEASURE, effect=EFFECT)
    page.locator("#people > summary").click()
    page.locator("#who-1").focus()
    expect(page.locator("#colleagues [role=option]").first).to_be_visible()  # the own team, before a letter is typed
    page.keyboard.type("lsh")
    expect(page.locator("#colleagues")).to_contain_text("林书恒")
    worker.eye.look(page)
    page.locator("#colleagues [role=option]", has_text="林书恒").click()
    expect(page.locator("#who-1")).to_have_value("林书恒 010699")
    expect(page.locator("#split [role=status]")).to_contain_text("50% · 林书恒 50%")
    page.locator("#add-person").click()
    expect(page.locator("#who-2")).to_be_focused()
    page.keyboard.type("qian mei zhi")
    expect(page.locator("#colleagues")).to_contain_text("钱美芝")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#split [role=status]")).to_contain_text("34% · 林书恒 33% · 钱美芝 33%")
    page.locator("[data-split=mine]").click()
    expect(page.locator("#split [role=status]")).to_contain_text("44% · 林书恒 28% · 钱美芝 28%")
    page.locator("[data-step='5']").first.click()
    expect(page.locator("#split [role=status]")).to_contain_text("42% · 林书恒 30% · 钱美芝 28%")
    page.locator("#percent-1").fill("100")
    expect(page.locator("#split")).to_have_class("split split-wrong")
    worker.eye.look(page)
    page.locator("#percent-1").fill("30")
    page.locator("#send").click()
    page.wait_for_url("**/receipt")
    assert shares(factory, page.url.split("/")[-2]) == ["42", "30", "28"]
    page.context.close()


def shares(server: Server, number: str) -> list[str]:
    asked = """SELECT share FROM contributors JOIN proposals AS p ON p.id = proposal_id WHERE number = ?
        ORDER BY contributors.position"""
    return look_up(server.data, asked, number)


def test_a_photo_is_made_small_and_stands_upright(browser: Browser, factory: Server) -> None:
    worker = Desk(Eye(PHONE, "zh_CN"), browser, factory, WORKER)
    page = worker.page
    worker.visit("/file")
    assert page.evaluate(SHRUNK, _held_upright()) == ["held upright.jpg", True, 1200, 1600, [254, 0, 0, 255]]
    broken = base64.b64encode(b"\xff\xd8\xff no photo" * 1000).decode()
    assert page.evaluate(AS_IT_IS, broken) is True
    page.context.close()


def _held_upright() -> str:
    """Return a large photo as phones make them: lying on its side, with a note that says how to turn it."""
    target, facts = BytesIO(), Image.Exif()
    facts[0x0112] = 6  # its left edge belongs on top
    picture = Image.effect_noise((2400, 1800), 60).convert("RGB")
    picture.paste((254, 0, 0), (0, 1600, 200, 1800))
    picture.save(target, "JPEG", exif=facts, quality=95)
    return base64.b64encode(target.getvalue()).decode()
