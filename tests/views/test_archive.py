"""Searching: what is found, by whom, and what an address may say."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person, Proposal
from search_index.sync import sync
from studio.jobs import reading
from studio.services import Services
from studio.transactions import writing
from tests.conftest import with_both_engines
from tests.factories import stories
from tests.factories.documents import attached
from tests.factories.world import World
from tests.support.pages import PageClient, main_text, parse, text_of
from tests.support.people import sign_in_as
from tests.support.statements import listening

pytestmark = with_both_engines


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = PageClient
    return app.test_client()


def titles(client: FlaskClient, person: Person, address: str) -> list[str]:
    sign_in_as(client, person)
    answer = client.get(address)
    assert answer.status_code == 200
    return list(_titles(answer.text))


def _titles(page: str) -> Iterator[str]:
    yield from (text_of(found) for found in parse(page).iter("h3") if found.find("a") is not None)


@pytest.fixture
def three(session: Session, world: World, services: Services) -> list[Proposal]:
    """Three proposals in the index: two of the rolling plant, one confidential."""
    found = [
        stories.filed(session, world, title="天车驾驶室空调滤尘"),
        stories.filed(session, world, title="浇注天车口令灯", author=world.stranger, problem="两个包长靠喊。"),
        stories.filed(session, world, title="天车图纸不外传", confidential=True),
    ]
    sync(session, services.search)
    return found


def test_two_characters_find_it_and_are_marked(three: list[Proposal], world: World, client: FlaskClient):
    sign_in_as(client, world.mate)
    page = client.get("/archive?q=天车").text
    assert "<mark>天车</mark>" in page
    assert "2 proposals" in main_text(page)
    assert "天车图纸不外传" not in page


def test_confidential_ones_are_found_by_those_who_may_read_them(
    three: list[Proposal], world: World, client: FlaskClient
):
    assert "天车图纸不外传" in titles(client, world.worker, "/archive?q=图纸")
    assert titles(client, world.stranger, "/archive?q=图纸") == []
    assert titles(client, world.admin, "/archive?q=图纸") == []


def with_documents(session: Session, services: Services, *documents: tuple[Proposal, str]) -> None:
    """Attach documents, and let the worker read and index them."""
    for proposal, words in documents:
        attached(session, services, proposal, words, name="管路图.pdf")
    reading.read_waiting(session, services, worker="a", stopping=lambda: False)
    sync(session, services.search)


def test_what_was_found_in_a_file_only_says_in_which_and_where(
    session: Session, three: list[Proposal], world: World, services: Services, client: FlaskClient
):
    with_documents(session, services, (three[0], "液压站的回油管路天车走向"), (three[2], "液压站密级图纸"))
    sign_in_as(client, world.mate)
    page = client.get("/archive?q=液压站").text
    assert "In the file 管路图.pdf:" in main_text(page)
    assert "<mark>液压站</mark>的回油管路" in page
    assert "密级" not in page
    assert "1 proposal" in main_text(page)
    assert "In the file" not in client.get("/archive?q=天车").text, "it is marked in the title"
    assert "密级图纸" in main_text(_page(client, world.worker, "/archive?q=密级"))


def _page(client: FlaskClient, person: Person, address: str) -> str:
    sign_in_as(client, person)
    return client.get(address).text


def test_a_file_never_finds_what_hides_its_names(
    session: Session, three: list[Proposal], world: World, services: Services, client: FlaskClient
):
    with_documents(session, services, (three[0], "提案人：叶思琪，液压站"))
    with writing(session):
        three[0].anonymous = True
    assert "In the file" not in _page(client, world.mate, "/archive?q=液压站"), "even while the index lags behind"
    sync(session, services.search)
    assert titles(client, world.mate, "/archive?q=液压站") == []


def test_files_cost_one_statement_however_many_are_shown(
    session: Session, three: list[Proposal], world: World, services: Services, client: FlaskClient
):
    with_documents(session, services, (three[0], "液压站一"))
    sign_in_as(client, world.mate)
    client.get("/archive?q=液压站")
    with listening() as one:
        client.get("/archive?q=液压站")
    with_documents(session, services, (three[0], "液压站二"), (three[1], "液压站三"), (three[1], "液压站四"))
    with listening() as more:
        client.get("/archive?q=液压站")
    assert one.count == more.count


def test_an_index_that_lags_behind_leaks_nothing(
    session: Session, three: list[Proposal], world: World, client: FlaskClient
):
    with writing(session):
        three[0].confidential = True
    assert titles(client, world.stranger, "/archive?q=天车") == ["浇注天车口令灯"]
    assert "1 proposal" in main_text(client.get("/archive?q=天车").text)


def test_filters_narrow_and_are_taken_away_again(three: list[Proposal], world: World, client: FlaskClient):
    assert titles(client, world.mate, "/archive") == ["浇注天车口令灯", "天车驾驶室空调滤尘"]
    chosen = f"/archive?studio={three[0].studio_id}"
    assert titles(client, world.mate, chosen) == ["天车驾驶室空调滤尘"]
    page = client.get(chosen).text
    assert "take away" in page
    assert 'name="studio"' in page  # a new word keeps the filters


@pytest.mark.parametrize("unit", ["plant", "company", "team"])
def test_a_unit_finds_what_lies_below_it(three: list[Proposal], world: World, client: FlaskClient, unit: str):
    assert "天车驾驶室空调滤尘" in titles(client, world.mate, f"/archive?unit={getattr(world, unit).id}")


@pytest.mark.parametrize(
    "query",
    [
        "q=*", "q=id:*", "q=%00天车", "q=" + "长" * 10_000, "q=<script>alert(1)</script>", "q=💡 مرحبا",
        "q=' OR 1=1 --",
        "studio=abc", "state=nonsense", "year=abcd", "unit=-1", "unit=99999999999999999999", "sort=worst", "page=abc",
        "page=0", "page=99999999999", "kind=" + "x" * 500, "&".join(f"theme=t{i}" for i in range(200)), "q=%ff%fe",
    ],
)  # fmt: skip
def test_no_address_breaks_the_page(three: list[Proposal], world: World, client: FlaskClient, query: str):
    sign_in_as(client, world.mate)
    answer = client.get(f"/archive?{query}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "query", ["", "?q=天车", "?q=天车+空调", "?q=天车&year=2026", "?unit=1&kind=x&theme=safety&state=under_review",
              "?q=%00%25_", "?studio=abc", "?unit=x&year=y", "?sort=benefit"]
)  # fmt: skip
def test_without_an_index_the_database_answers(session: Session, world: World, client: FlaskClient, query: str):
    stories.filed(session, world, title="天车驾驶室空调滤尘")
    stories.filed(session, world, title="天车图纸不外传", confidential=True)
    sign_in_as(client, world.mate)
    answer = client.get(f"/archive{query}")
    assert answer.status_code == 200
    assert "taking a break" in main_text(answer.text)
    assert "图纸不外传" not in answer.text
    if query in {"", "?q=天车", "?q=天车+空调", "?sort=benefit"}:
        assert list(_titles(answer.text)) == ["天车驾驶室空调滤尘"]


def test_nothing_found_gives_advice(three: list[Proposal], world: World, client: FlaskClient):
    sign_in_as(client, world.mate)
    text = main_text(client.get("/archive?q=没有这回事").text)
    assert "Nothing for “没有这回事”" in text
    assert "Nobody has filed it" in text


def test_past_the_end_is_empty_and_the_total_stays(three: list[Proposal], world: World, client: FlaskClient):
    assert titles(client, world.mate, "/archive?q=天车&page=7") == []
    text = main_text(client.get("/archive?q=天车&page=7").text)
    assert "2 proposals" in text
    assert "To the first page" in text


def test_the_archive_costs_the_same_with_one_and_three(
    session: Session, world: World, services: Services, client: FlaskClient
):
    stories.filed(session, world)
    sync(session, services.search)
    sign_in_as(client, world.mate)
    client.get("/archive")
    counts = []
    for _ in range(2):
        with listening() as heard:
            client.get("/archive")
        counts.append(heard.count)
        stories.filed(session, world)
        stories.filed(session, world)
        sync(session, services.search)
    assert counts[0] == counts[1]
