"""A studio's page: everybody sees who it is and what it does, few see how much waits there."""

from studio.operations import stories
from studio.operations.stories import Telling
from studio.transactions import writing
from tests.factories.calls import call
from tests.factories.digest import october
from tests.support.pages import main_text
from tests.support.people import sign_in_as


def test_everybody_sees_who_it_is_what_goes_to_it_and_what_came_of_it(client, session, world):
    month = october(session, world)
    call(session, world, "谁来揭榜", studio=world.studio)
    with writing(session):
        stories.tell(session, month["used"], Telling("气不再白放了"), actor=world.coordinator, at=world.at)
    sign_in_as(client, world.stranger)
    text = main_text(client.get("/studios/S-ROLL").text)
    for words in ("Studio S-ROLL", "Person 000201", "Person 000202", "ROLL shop", "导卫", "谁来揭榜", "气不再白放了",
                  "小推车装刹车", "Try it out"):  # fmt: skip
        assert words in text
    assert "保密工装改造" not in text
    assert "Studio S-CAST" in main_text(client.get("/studios").text)
    assert client.get("/studios/NONE").status_code == 404


def test_how_much_waits_is_for_its_judges_and_its_coordinator(client, session, world):
    october(session, world)
    for person, sees in (
        (world.reviewer, True),
        (world.coordinator, True),
        (world.worker, False),
        (world.other_lead, False),
        (world.admin, False),
    ):
        sign_in_as(client, person)
        assert ("2 proposals are open here" in main_text(client.get("/studios/S-ROLL").text)) is sees


def test_one_that_takes_nothing_and_has_nobody_says_so(client, session, world):
    with writing(session):
        world.other_studio.active = False
        for one in world.other_studio.memberships:
            one.person.active = False
    sign_in_as(client, world.worker)
    text = main_text(client.get("/studios/S-CAST").text)
    assert "It takes no proposals now." in text
    assert "Nobody at present." in text
    assert "no lead at present" in main_text(client.get("/studios").text)
