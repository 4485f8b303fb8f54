"""Poster and script: who sees them, for which unit, and where they lead."""

import pytest
from sqlalchemy.orm import Session

from studio.operations import digest
from studio.settings import Settings
from tests.conftest import on_both_databases
from tests.factories.calls import call
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, october
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as

pytestmark = on_both_databases
PAGES = ["poster", "script"]


@pytest.fixture
def sent(session: Session, world: World, settings: Settings) -> None:
    october(session, world)
    call(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)


def test_the_poster_has_the_words_the_people_the_numbers_and_the_challenge(client, world, sent):
    sign_in_as(client, world.worker)
    page = client.get("/digest/2026-10/poster")
    text = main_text(page.text)
    for part in (
        "一个人就能装，老王说他可以歇会儿了。",
        "Person 000102, ROLL-A shop",
        "Person 000104",
        "77,500",
        "储气罐浮球排水改零气耗电子阀",
        "¥33,600",
        "棒材倍尺剪切尾料过长攻关",
        "60,000",
        "Open until 16 Dec",
    ):
        assert part in text
    assert "保密工装改造" not in text
    assert 'aria-label="http://127.0.0.1:8000/digest/2026-10"' in page.text


def test_a_unit_and_a_paper_are_chosen_in_the_address(client, world, sent):
    sign_in_as(client, world.worker)
    page = client.get(f"/digest/2026-10/poster?unit={world.plant.code}&size=a3").text
    assert 'class="poster poster-a3"' in page
    assert "poster-a3.css" in page
    assert '<option value="ROLL" selected>' in page
    assert "size=a4" in page
    assert "unit=ROLL" in page
    own = main_text(page)
    assert own.index("储气罐浮球排水改零气耗电子阀") < own.index("变速箱平衡吊具")


def test_a_team_that_is_not_in_the_list_stays_chosen(client, world, sent):
    sign_in_as(client, world.worker)
    assert '<option value="CAST-A" selected>' in client.get("/digest/2026-10/poster?unit=CAST-A").text


@pytest.mark.parametrize("size", ["", "a5", "A4", "../x"])
def test_any_other_paper_is_a4(client, world, sent, size):
    sign_in_as(client, world.worker)
    assert 'class="poster poster-a4"' in client.get("/digest/2026-10/poster", query_string={"size": size}).text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "address",
    ["2026-09/{}", "2026-13/{}", "x/{}", "2026-10/{}?unit=NONE", "2026-10/{}?unit=%00", "2026-10/{}?unit=%FF"],
)
def test_there_is_none_without_an_issue_or_for_no_unit(client, world, sent, page, address):
    sign_in_as(client, world.worker)
    assert client.get(f"/digest/{address.format(page)}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_the_root_of_the_tree_is_the_whole_firm(client, world, sent, page):
    sign_in_as(client, world.worker)
    whole = main_text(client.get(f"/digest/2026-10/{page}").text)
    assert main_text(client.get(f"/digest/2026-10/{page}?unit={world.company.code}").text) == whole


def test_the_script_is_read_out_by_anybody(client, world, sent):
    sign_in_as(client, world.leader)
    text = main_text(client.get(f"/digest/2026-10/script?unit={world.plant.code}").text)
    assert "One minute, please." in text
    assert "Who takes it on?" in text
    assert "Have a safe shift." in text


def test_the_issue_leads_to_both_and_team_leaders_find_theirs(client, world, sent):
    sign_in_as(client, world.leader)
    page = client.get("/digest/2026-10").text
    assert "/digest/2026-10/poster" in page
    assert f"/digest/2026-10/script?unit={world.team.code}" in page
