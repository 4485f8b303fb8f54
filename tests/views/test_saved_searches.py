"""Searches that are kept: from the archive in one tap, what is new in them, letting go."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person
from search_index.sync import sync
from studio.operations import saved_searches
from studio.queries import saved_searches as queries
from studio.queries.asked import Asked
from studio.services import Services
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.forms import forms_of
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    app.test_client_class = PageClient
    client = app.test_client()
    sign_in_as(client, world.mate)
    return client


def press(client: FlaskClient, page: str, action: str, **typed: str) -> str:
    """Send the first form of a page that leads to ``action``, and return where that leads."""
    form = next(one for one in forms_of(client.get(page).text, page) if re.fullmatch(action, one.action))
    answer = client.post(form.action, data=form.fill(**typed).data(form.button()))
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def kept(session: Session, person: Person) -> list[str]:
    session.rollback()
    return [search.query for search in queries.of_person(session, person.id)]


@on_both_databases
def test_one_tap_keeps_what_the_page_asks(session: Session, world: World, client: FlaskClient):
    address = "/archive?q=天车&state=accepted&sort=newest&page=4"
    back = press(client, address, "/searches")
    assert back == "/archive?q=%E5%A4%A9%E8%BD%A6&state=accepted&sort=newest"
    assert "Kept as “天车 · Accepted”" in main_text(client.get(back).text)
    press(client, address, "/searches")
    assert kept(session, world.mate) == ["q=%E5%A4%A9%E8%BD%A6&state=accepted&sort=newest"]


@on_both_databases
def test_what_is_filed_after_the_last_look_is_new(
    session: Session, world: World, services: Services, client: FlaskClient, clock: Clock
):
    stories.filed(session, world, title="天车老事")
    press(client, "/archive?q=天车", "/searches")
    for title in ("天车新事", "天车又一件", "别的事"):
        stories.filed(session, world, title=title, problem="没有。", at=world.at + timedelta(hours=1))
    stories.filed(session, world, title="天车密件", confidential=True, at=world.at + timedelta(hours=1))
    clock.at = world.at + timedelta(hours=2)
    assert "2 new" in main_text(client.get("/searches").text)  # by the database
    sync(session, services.search)
    assert "2 new" in main_text(client.get("/searches").text)
    assert press(client, "/searches", r"/searches/\d+/open") == "/archive?q=%E5%A4%A9%E8%BD%A6"
    assert "nothing new" in main_text(client.get("/searches").text)


def test_the_list_costs_the_same_with_one_and_three(
    session: Session, world: World, services: Services, client: FlaskClient
):
    stories.filed(session, world, title="天车")
    sync(session, services.search)
    counts = []
    for texts in (["天车"], ["行车", "盖板"]):
        for text in texts:
            with writing(session):
                saved_searches.keep(session, Asked(text=text), text, actor=world.mate, at=world.at)
        client.get("/searches")
        with listening() as heard:
            client.get("/searches")
        counts.append(heard.count)
    assert counts[0] == counts[1]


def test_a_name_is_changed_and_a_bad_one_stays_in_the_field(session: Session, world: World, client: FlaskClient):
    press(client, "/archive?q=天车", "/searches")
    press(client, "/archive?q=行车", "/searches")
    press(client, "/searches", r"/searches/\d+/name", name="起重机")
    page = client.get("/searches").text
    assert "起重机" in main_text(page)
    form = next(one for one in forms_of(page, "/searches") if one.value("name") == "行车")
    answer = client.post(form.action, data=form.fill(name="起重机").data(form.button()))
    assert answer.status_code == 422
    assert "Another search of yours has this name" in main_text(answer.text)
    assert 'value="起重机"' in answer.text


def test_letting_go_and_letting_go_again(session: Session, world: World, client: FlaskClient):
    press(client, "/archive?q=天车", "/searches")
    form = next(one for one in forms_of(client.get("/searches").text, "/") if one.action.endswith("/forget"))
    for _ in range(2):
        assert client.post(form.action, data=form.data(form.button())).status_code == 302
    assert kept(session, world.mate) == []
    assert "No searches yet" in main_text(client.get("/searches").text)


def test_letting_go_is_taken_back_in_one_tap_with_its_name(session: Session, world: World, client: FlaskClient):
    press(client, "/archive?q=天车", "/searches")
    press(client, "/searches", r"/searches/\d+/name", name="起重机")
    press(client, "/searches", r"/searches/\d+/forget")
    page = client.get("/searches").text
    assert "This search is not kept any more." in page

    back = next(one for one in forms_of(page, "/searches") if one.value("name") == "起重机")
    assert client.post(back.action, data=back.data(back.button())).status_code == 302
    session.rollback()
    assert [(one.name, one.query) for one in queries.of_person(session, world.mate.id)] == [
        ("起重机", Asked("天车").query)
    ]
    assert "not kept any more" not in client.get("/searches").text, "offered once"


def test_the_fiftieth_is_the_last(session: Session, world: World, client: FlaskClient):
    with writing(session):
        for number in range(saved_searches.MOST):
            asked = Asked(text=f"词{number}")
            saved_searches.keep(session, asked, asked.text, actor=world.mate, at=world.at)
    assert press(client, "/archive?q=天车", "/searches") == "/searches"
    assert "You keep 50 searches already" in client.get("/searches").text


def test_anothers_is_not_there(session: Session, app: Flask, world: World, client: FlaskClient):
    press(client, "/archive?q=天车", "/searches")
    client.get("/searches")  # reads that it is kept
    (search,) = queries.of_person(session, world.mate.id)
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in_as(client, world.admin)
    assert "天车" not in main_text(client.get("/searches").text)
    for act in ("open", "name"):
        assert client.post(f"/searches/{search.id}/{act}", data={"name": "我的"}).status_code == 404
    client.post(f"/searches/{search.id}/forget")
    assert kept(session, world.mate)
    assert client.post("/searches/99999999999/open").status_code == 404


@pytest.mark.parametrize("query", ["", "%00%ff", "q=" + "长" * 9000, "sort=worst&state=nonsense&studio=999", "&&=&="])
def test_whatever_is_sent_is_kept_as_a_question_or_not_at_all(
    session: Session, app: Flask, world: World, client: FlaskClient, query: str
):
    app.config["WTF_CSRF_ENABLED"] = False
    answer = client.post("/searches", data={"query": query})
    assert answer.status_code == 302
    assert client.get(answer.location).status_code == 200
    assert client.get("/searches").status_code == 200
