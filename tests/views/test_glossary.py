"""The glossary's pages."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import GlossaryRow
from search_index import sync
from studio.services import Services
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.sending import send
from tests.support.statements import listening


@pytest.fixture
def keeper(client: FlaskClient, world: World) -> FlaskClient:
    sign_in_as(client, world.coordinator)
    return client


def only_row(session: Session) -> GlossaryRow:
    session.expire_all()
    return session.scalars(select(GlossaryRow)).one()


def test_a_row_is_added_found_changed_and_taken_away(keeper: FlaskClient, session: Session) -> None:
    assert "No rows yet" in main_text(keeper.get("/glossary").text)
    assert send(keeper, "/glossary", words="行车；天车").location == "/glossary"
    row = only_row(session)
    address = f"/glossary/{row.id}"
    assert "天车" in main_text(keeper.get("/glossary?q=天").text)
    assert "No row has this word yet." in main_text(keeper.get("/glossary?q=泵").text)
    sent = {"words": "行车\n桥吊", "seen": str(row.revision), "act": "save"}
    assert send(keeper, address, **sent).location == "/glossary"
    assert only_row(session).words == "行车;桥吊"
    late = send(keeper, address, **{**sent, "words": "行车；吊车"})
    assert late.status_code == 409
    assert "行车; 桥吊" in main_text(late.text)
    assert "行车；吊车" in late.text
    gone = send(keeper, address, seen=str(only_row(session).revision), act="remove")
    assert gone.location == "/glossary"
    assert keeper.get(address).status_code == 404


def test_what_is_no_row_is_said_and_the_words_stay(keeper: FlaskClient) -> None:
    answer = send(keeper, "/glossary", words="行车")
    assert answer.status_code == 422
    assert "A row needs two different words at least." in main_text(answer.text)
    assert re.search(r">\s*行车</textarea>", answer.text)


def test_it_is_not_for_everybody(client: FlaskClient, world: World) -> None:
    sign_in_as(client, world.lead)
    assert client.get("/glossary").status_code == 403
    assert client.post("/glossary", data={"words": "行车；天车"}).status_code == 403


def test_the_archive_finds_the_other_word(
    keeper: FlaskClient, session: Session, world: World, services: Services
) -> None:
    stories.filed(session, world, title="天车轨道压板松动")
    sync.sync(session, services.search)
    assert "天车轨道" not in keeper.get("/archive?q=桥式起重机").text
    send(keeper, "/glossary", words="天车；桥式起重机")
    keeper.application.extensions.pop("studio_glossary")  # a minute passes
    page = keeper.get("/archive?q=桥式起重机").text
    assert "<mark>天车</mark>轨道压板松动" in page


def test_the_list_costs_the_same_for_many_rows(keeper: FlaskClient) -> None:
    costs = []
    for number in range(3):
        send(keeper, "/glossary", words=f"甲{number}；乙{number}")
        with listening() as heard:
            keeper.get("/glossary")
        costs.append(heard.count)
    assert len(set(costs)) == 1
