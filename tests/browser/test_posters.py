"""A poster comes out of the printer as exactly one page: a true rule at its edge, nothing cut, nothing covered."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttachmentRole, Contributor, Person, Proposal, Unit
from studio.files.uploads import limits_of
from studio.operations import attachments, digest
from studio.operations.accounts import HASHER
from studio.queries import digest as digest_facts
from studio.services import services
from studio.transactions import writing
from tests.factories.calls import call
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, say, used
from tests.factories.world import PASSWORD, World
from tests.files.samples import picture
from tests.support.browser import DESK, PHONE, Eye, Theme
from tests.support.server import Server, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PAPERS = {"a4": (210, 297), "a3": (297, 420)}
PIXELS_A_MM, POINTS_A_MM = 96 / 25.4, 72 / 25.4
FULL = 7
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
SENTENCE = "一个人就能装，老王说他可以歇会儿了。"
LONG_SENTENCE = "原来三个人抬着装还磕花键，现在一个人推着就进去了，老王说这回总算能歇会儿了。"
SHEETS = [*product(MONTHS, ("", "ROLL", "CAST"), ("a4",)), ("2026-03", "", "a3"), ("2026-04", "CAST", "a3")]
NO_BREAKS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
WRONG = """() => {
  const box = e => e.getBoundingClientRect(), poster = document.querySelector(".poster"), at = box(poster);
  const name = e => `${e.tagName}.${e.className.baseVal ?? e.className}`;
  const wrong = [...poster.querySelectorAll("*")].filter(e => !e.closest(".mm-rule") && box(e).width)
    .filter(e => box(e).bottom > at.bottom + 1 || box(e).right > at.right + 1).map(e => `${name(e)} sticks out`);
  const rows = [...poster.children].filter(e => !e.matches(".mm-rule"));
  rows.slice(1).forEach((e, i) => { if (box(e).top < box(rows[i]).bottom - 1) wrong.push(`${name(e)} covers`); });
  const inStory = [...poster.querySelector(".poster-story").children];
  inStory.slice(1).forEach((e, i) => { if (box(e).top < box(inStory[i]).bottom - 1) wrong.push(`${name(e)} covers`); });
  for (const e of poster.querySelectorAll(".poster-words, .poster-story, .poster-cols, .poster-foot, .poster-tally"))
    if (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1) wrong.push(`${name(e)} is cut`);
  for (const e of poster.querySelectorAll(".poster-photo img")) if (box(e).height < 60) wrong.push("a flat photo");
  return wrong;
}"""
"""What sticks out, lies on something else, or is cut without dots that say so."""


@pytest.fixture
def months(session: Session, world: World) -> None:
    """A month without anything, one with a single idea, a full one, and two with the longest of everything."""
    with writing(session):
        session.get_one(Person, world.worker.id).password_hash = HASHER.hash(PASSWORD)
        plant = session.get_one(Unit, world.other_plant.id)
        plant.name_zh, plant.name_en = "第二轧钢厂棒线材精整与热处理联合车间党支部", NO_BREAKS
    _frozen(session, "2026-01", [])
    _frozen(session, "2026-02", [used(session, world, "导卫轮加断油报警", 0)])
    full = [used(session, world, f"储气罐浮球排水改零气耗电子阀{number}号", 33_600 + number) for number in range(7)]
    say(session, full[6], world.mate, SENTENCE)
    _photos(session, full[6], world)
    _frozen(session, "2026-03", full)
    longest = [used(session, world, _title(number), 98_765_432, author=world.stranger) for number in range(6)]
    say(session, longest[0], world.mate, LONG_SENTENCE)
    _photos(session, longest[0], world)
    _lengthen(session, longest)
    _frozen(session, "2026-04", longest)
    silent = [used(session, world, _title(number), 98_765_432, author=world.stranger) for number in range(6)]
    _lengthen(session, silent)
    _frozen(session, "2026-05", silent)
    today = datetime.now(UTC).date()  # the server's clock is the real one
    first, last = today - timedelta(days=3), today + timedelta(days=9)
    aim = "降到 0.80% 以下，" * 200
    call(
        session,
        world,
        "丙" * 120,
        wanted=aim,
        prize=Decimal(12_345_678),
        units=[world.other_plant],
        opens_on=first,
        closes_on=last,
    )
    call(session, world, opens_on=first, closes_on=last + timedelta(days=9))


def _title(number: int) -> str:
    return "乙" * 120 if number % 2 else f"{NO_BREAKS} {'甲' * 39}"


def _lengthen(session: Session, proposals: Sequence[Proposal]) -> None:
    """Give them the longest texts that no headline can be taken from, and a dozen authors with long names."""
    with writing(session):
        people = [one for one in session.scalars(select(Person)).unique() if one.employee_no != "000101"]
        for person in (one for one in people if not one.grants):
            person.name, person.name_en = "阿卜杜热合曼·买买提吐尔逊", NO_BREAKS
        for proposal in proposals:
            proposal.problem = proposal.effect = "没有一个句号的长篇大论" * 360
            others = [one for one in people if one.id != proposal.submitter_id]
            proposal.contributors[0].share = 100 - len(others)
            proposal.contributors += [Contributor(person=one, share=1, position=9) for one in others]


def _frozen(session: Session, month: str, proposals: Sequence[Proposal]) -> None:
    """Make an issue that tells of these alone."""
    ids = {one.id for one in proposals}
    with writing(session):
        made = digest.make_issue(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=services().settings)
        stories = digest_facts.stories_among(session, sorted(ids, reverse=len(ids) == FULL))
        told = {"implemented": sorted(ids), "verified": [], "decided": [], "stories": stories}
        numbers = dict.fromkeys(made.facts["numbers"], 0) if not ids else made.facts["numbers"]
        made.month, made.facts = month, {**made.facts, **told, "numbers": numbers}


def _photos(session: Session, proposal: Proposal, world: World) -> None:
    settings = services().settings
    for role, size in ((AttachmentRole.BEFORE, (640, 480)), (AttachmentRole.AFTER, (480, 900))):
        kept = attachments.prepare_attachment(
            BytesIO(picture("JPEG", size)), "photo.jpg", limits=limits_of(settings), store=services().files, field=""
        )
        with writing(session):
            author = session.get_one(Person, proposal.submitter_id or 0)
            attachments.attach(session, proposal, kept, role=role, actor=author, at=world.at, files_per_proposal=9)


@pytest.fixture
def server(months: None, tmp_path: Path, browser: Browser) -> Iterator[Server]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def page(server: Server, browser: Browser, request: pytest.FixtureRequest) -> Page:
    eye = Eye(DESK, request.param, "dark")
    page = eye.open(browser, server.url)
    eye.sign_in(page, "000101", PASSWORD)
    return page


@pytest.mark.parametrize("page", ["zh_CN", "en"], indirect=True)
def test_it_is_one_page_whatever_the_month_was_like(page: Page, tmp_path: Path) -> None:
    for month, unit, size in SHEETS:
        wide, high = PAPERS[size]
        where = f"/digest/{month}/poster?unit={unit}&size={size}"
        page.emulate_media(media="print")
        page.goto(where)
        assert page.evaluate(WRONG) == [], where
        rule = page.evaluate("document.querySelector('.mm-rule').getBoundingClientRect().height")
        assert rule / PIXELS_A_MM == pytest.approx(high, abs=0.1), where
        paper = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=False)))
        boxes = [(float(one.mediabox.width), float(one.mediabox.height)) for one in paper.pages]
        assert boxes == [pytest.approx((wide * POINTS_A_MM, high * POINTS_A_MM), abs=1)], where


@pytest.mark.parametrize("page", ["zh_CN"], indirect=True)
def test_it_shows_the_photos_and_the_code_leads_to_the_issue(page: Page, server: Server) -> None:
    page.goto("/digest/2026-03/poster")
    photos = page.locator(".poster-photo img")
    assert photos.count() == 2
    assert all(one.evaluate("e => e.complete && e.naturalWidth > 0") for one in photos.all())
    assert page.locator(".poster-foot .qr").get_attribute("aria-label") == f"{server.url}/digest/2026-03"
    assert page.locator(".poster h1").inner_text() == SENTENCE


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "light"), (DESK, "dark")])
def test_both_pages_read_well_on_a_screen(
    server: Server, browser: Browser, size: tuple[int, int], theme: Theme
) -> None:
    eye = Eye(size, "zh_CN", theme)
    page = eye.open(browser, server.url)
    eye.sign_in(page, "000101", PASSWORD)
    for month, kind in product(("2026-01", "2026-05"), ("poster", "script")):
        page.goto(f"/digest/{month}/{kind}?unit=ROLL")
        eye.look(page)
