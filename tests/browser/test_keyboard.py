"""The main job with the keys alone, and what helps who cannot see a pointer: order, a ring, names, and no motion."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_main_job import A_WORKER, THE_REVIEWER, look_up
from tests.browser.test_proposal_page import PAIRED
from tests.factories.filed import filed_at
from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye
from tests.support.server import Server
from tests.support.tour import look_up as facts_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

AT_HAND = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  const name = `${e.tagName} ${e.getAttribute("href") || e.name || e.id}`;
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return {name, ring: ring || style.boxShadow !== "none", top: box.top + scrollY, seen};
}"""
"""What has the focus, whether a ring shows it, and where it stands."""
MOVING = """() => [...document.querySelectorAll("*")].filter(e => {
  const style = getComputedStyle(e), long = seconds => parseFloat(seconds) > 0.01;
  return `${style.transitionDuration},${style.animationDuration}`.split(",").some(long);
}).map(e => `${e.tagName}.${e.className}`)"""
LANDMARKS = ("banner", "navigation", "search", "main", "heading", "contentinfo")
STEPS = 400
"""More than the longest page has places to stop at."""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is looked for has the focus, as somebody without a mouse does."""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no Tab leads to {selector} on {page.url}")


def signed_in(browser: Browser, server: Server, who: str, locale: str = "zh_CN", size: tuple[int, int] = DESK) -> Page:
    """Come in by the keys as somebody of the tour, or with a staff number."""
    eye = Eye(size, locale)
    page = eye.open(browser, server.url)
    eye.speak(page)
    tab_to(page, "[name=employee_no]")
    page.keyboard.type(facts_of(server.data).get(who, who))
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("sign-in"))
    return page


def test_filing_and_finding_by_keys_alone(browser: Browser, factory: Server) -> None:
    page = signed_in(browser, factory, "worker")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    tab_to(page, "[name=q]")
    page.keyboard.type("天车")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/archive"))
    tab_to(page, "main a[href*='/proposals/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/proposals/"))

    page.goto("/file")
    tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator("[data-focus], .error-summary")).to_be_focused()
    for name in ("problem", "measure", "effect", "title"):
        tab_to(page, f"main [name={name}]")
        page.keyboard.type("盖板翘边，推车过去咣当一下")
    tab_to(page, "#send")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    page.context.close()


def test_scoring_by_keys_alone(browser: Browser, factory: Server) -> None:
    number = filed_at(factory.data, f"盖板折边 {uuid4().hex[:8]}", author=A_WORKER)
    page = signed_in(browser, factory, look_up(factory.data, THE_REVIEWER, number)[0], "en")
    page.goto(f"/proposals/{number}/review")
    criteria = page.get_by_role("textbox", name=re.compile(r"\d+%$"))
    assert criteria.count() > 1
    for criterion in criteria.all():
        tab_to(page, f"#{criterion.get_attribute('id')}")
        page.keyboard.type("85")
    tab_to(page, "[name=recommendation]")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Try it out first", exact=True)).to_be_checked()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="Accept", exact=True)).to_be_checked()
    tab_to(page, "main [name=comment]")
    page.keyboard.type("Sound, and the drawing is clear.")
    tab_to(page, "main form:has([name=comment]) button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Sound, and the drawing is clear.")
    page.context.close()


def test_photos_are_laid_on_each_other_by_keys_alone(browser: Browser, factory: Server) -> None:
    page = signed_in(browser, factory, "worker", "en")
    page.goto(f"/proposals/{look_up(factory.data, PAIRED)[0]}")
    tab_to(page, ".compare-row button")
    page.keyboard.press("Enter")
    rule = page.get_by_role("slider", name="How much of the photo after is seen")
    expect(rule).to_be_focused()
    for key, value in (("ArrowRight", "52"), ("ArrowLeft", "50"), ("Home", "0"), ("End", "100")):
        page.keyboard.press(key)
        expect(rule).to_have_value(value)
    page.keyboard.press("Tab")
    expect(rule).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(rule).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Side by side")).to_be_focused()
    page.keyboard.press("Enter")
    expect(rule).to_have_count(0)
    page.context.close()


def test_deciding_by_keys_alone(browser: Browser, factory: Server) -> None:
    number = facts_of(factory.data)["decidable"]
    page = signed_in(browser, factory, "lead", "en")
    page.goto(f"/proposals/{number}/decide")
    tab_to(page, "[name=verb]")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.name + document.activeElement.checked") == "verbtrue"
    page.keyboard.press("ArrowUp")
    tab_to(page, "main [name=reason]")
    page.keyboard.type("Both machines at the December overhaul.")
    tab_to(page, "main form:has([name=reason]) button[type=submit]:not([name=later])")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Both machines at the December overhaul.")
    page.context.close()


@pytest.mark.parametrize(
    ("who", "path"), [("worker", "/"), ("worker", "/file"), ("worker", "/archive"), ("reviewer", "/desk")]
)
def test_the_focus_is_always_seen_and_goes_downwards(browser: Browser, factory: Server, who: str, path: str) -> None:
    page = signed_in(browser, factory, who)
    page.goto(path)
    assert page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(AT_HAND))
        if stops[-1]["name"].startswith("BODY"):  # the last of them all: next comes the browser's own bar
            stops.pop()
            break
    assert len(stops) > 9
    assert [one["name"] for one in stops if not (one["ring"] and one["seen"])] == []
    inside = page.evaluate("document.querySelector('main').getBoundingClientRect().top + scrollY")
    assert stops[-1]["top"] >= inside
    page.context.close()


def test_nothing_moves_for_who_asked_for_that(browser: Browser, factory: Server) -> None:
    page = signed_in(browser, factory, "reviewer")
    page.emulate_media(reduced_motion="reduce")
    for path in ("/", "/desk", "/file", "/archive"):
        page.goto(path)
        assert page.evaluate(MOVING) == [], path
    page.context.close()


def test_with_the_colours_of_the_machine_buttons_and_fields_keep_an_edge(browser: Browser, factory: Server) -> None:
    page = signed_in(browser, factory, "worker", size=PHONE)
    page.emulate_media(forced_colors="active")
    page.goto("/file")
    edges = page.locator("main .btn:not(.btn-link):visible, main .form-control:visible").evaluate_all(
        "all => all.map(e => [e.className, getComputedStyle(e).borderTopWidth, getComputedStyle(e).borderTopStyle])"
    )
    assert edges
    assert [one for one in edges if one[1] == "0px" or one[2] == "none"] == []
    page.context.close()


def test_a_screen_reader_hears_where_it_is_and_what_fields_are_for(browser: Browser, factory: Server) -> None:
    page = signed_in(browser, factory, "worker", "en")
    page.goto("/")
    heard = page.locator("body").aria_snapshot()
    assert [part for part in LANDMARKS if f"- {part}" not in heard] == []
    for path in ("/", "/file", "/archive"):
        page.goto(path)
        heard = page.locator("body").aria_snapshot()
        unnamed = re.findall(r"^\s*- (?:button|link|textbox|combobox|checkbox|radio)(?::|$)", heard, re.MULTILINE)
        assert unnamed == [], path
    page.context.close()
