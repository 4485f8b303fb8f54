"""Thanking and passing on, as the page offers it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studio.operations import thanking
from studio.transactions import writing
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


def test_one_tap_thanks_and_another_takes_it_back(session: Session, world: World, client: FlaskClient):
    address = f"/proposals/{stories.filed(session, world).number}"
    sign_in_as(client, world.stranger)
    assert "Say thank you" in main_text(client.get(address).text)
    assert client.post(f"{address}/thank").location == f"{address}#regards"
    said = main_text(client.get(address).text)
    assert "You: thank you!" in said
    assert "Take my thanks back" in said
    sign_in_as(client, world.worker)
    own = main_text(client.get(address).text)
    assert "thank you!" in own
    assert "Say thank you" not in own
    assert client.post(f"{address}/thank").status_code == 403
    sign_in_as(client, world.stranger)
    client.post(f"{address}/thank/undo")
    assert "thank you!" not in main_text(client.get(address).text)


def test_the_thankful_cost_as_many_statements_for_three_as_for_one(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.stranger)
    client.get("/mine")  # what the house keeps for a minute is read once

    def statements() -> int:
        with listening() as heard:
            client.get(f"/proposals/{proposal.number}")
        return heard.count

    def thank(*people):
        with writing(session):
            for person in people:
                thanking.thank(session, proposal, actor=person, at=world.at)

    thank(world.lead)
    one = statements()
    thank(world.reviewer, world.finance)
    assert statements() == one


def test_the_short_address_leads_to_the_page_and_says_nothing_of_what_is_hidden(
    session: Session, world: World, client: FlaskClient
):
    secret = stories.filed(session, world, confidential=True)
    sign_in_as(client, world.lead)
    assert client.get(f"/p/{secret.number}").location == f"/proposals/{secret.number}"
    drawn = client.get(f"/p/{secret.number}/qr.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert "private" in drawn.headers["Cache-Control"]
    sign_in_as(client, world.stranger)
    for address in (f"/p/{secret.number}", f"/p/{secret.number}/qr.svg", "/p/2026-99999"):
        assert client.get(address).status_code == 404


def test_the_author_is_told_what_comes_next_and_nobody_else(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    address = f"/proposals/{proposal.number}"
    sign_in_as(client, world.worker)
    assert "Until then you need do nothing." in main_text(client.get(address).text)
    sign_in_as(client, world.stranger)
    assert "need do nothing" not in main_text(client.get(address).text)
    stories.asked(session, world, proposal)
    sign_in_as(client, world.worker)
    assert "It is your turn: as soon as your answer is there, it goes on." in main_text(client.get(address).text)
