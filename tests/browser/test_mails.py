"""A copy of the digest is read in two screens, on a phone and at a desk, in both languages, whoever its reader is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Preferences, Proposal, Role, RoleGrant
from studio.mail import digest as mail
from studio.mail.editions import room
from studio.mail.rendering import render
from studio.operations import digest
from studio.settings import Settings
from studio.transactions import writing
from tests.factories.calls import call
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, filed, october, used
from tests.factories.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SCREENS = {390: room.SCREEN, 700: 900}
"""Heights of a window by its width."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HEIGHT = "document.documentElement.scrollHeight"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page()
    yield made
    made.close()


def too_much_happened(session: Session, world: World) -> None:
    """Give every section of every edition more than it can hold, under the longest titles."""
    october(session, world)
    for number in range(12):
        used(session, world, f"{number}号{'很长的名称' * 9}", 43900, author=world.mate)
        filed(session, world, f"{number}号{'提了还没答' * 9}", author=world.worker)
    for number in range(3):
        call(session, world, "谁来揭榜" * (6 + number))
    with writing(session):
        world.lead.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.company))
        for proposal in session.scalars(select(Proposal)):
            proposal.studio = world.studio


@pytest.mark.parametrize("full", [False, True], ids=["usual", "too much"])
def test_a_copy_has_two_screens_at_most(session: Session, world: World, settings: Settings, page: Page, *, full: bool):
    (too_much_happened if full else october)(session, world)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    people = session.scalars(select(Person).order_by(Person.id)).unique().all()
    with writing(session):
        for person in people:
            person.preferences = Preferences(locale="zh_CN")
    too_long, longest = [], 0
    for locale in ("zh_CN", "en"):
        for person in people:
            assert person.preferences is not None
            person.preferences.locale = locale
            html = render(mail.message(edition, person), settings).html
            for width, screen in SCREENS.items():
                page.set_viewport_size({"width": width, "height": screen})
                page.set_content(html)
                height = page.evaluate(HEIGHT)
                longest = max(longest, height / screen)
                if height > 2 * screen or page.evaluate(SIDEWAYS):
                    too_long.append((person.name, locale, width, height, mail.compose_for(edition, person)))
    session.rollback()
    assert too_long == []
    assert longest > 1 or not full, "the room is used"
