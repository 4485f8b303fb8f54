"""What judges see of their panel, how they leave it, and how they say that they are away."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Absence, Person, Proposal
from studio.operations import routing
from studio.transactions import writing
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = PageClient
    return app.test_client()


def page(client: FlaskClient, person: Person, proposal: Proposal) -> str:
    sign_in_as(client, person)
    return main_text(client.get(f"/proposals/{proposal.number}").text)


def test_judges_see_who_is_asked_and_how_many_are_in(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    assert "0 of 2 reviews" in page(client, world.lead, proposal)
    stories.reviewed(session, world, proposal, world.reviewer)
    text = page(client, world.lead, proposal)
    assert "1 of 2 reviews" in text
    assert "has scored" in text
    for outsider in (world.worker, world.stranger):
        assert "of 2 reviews" not in page(client, outsider, proposal)


def test_the_desk_says_how_many_are_in(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    stories.reviewed(session, world, proposal, world.reviewer)
    sign_in_as(client, world.second_reviewer)
    assert "1 of 2 reviews" in main_text(client.get("/desk").text)


def test_a_judge_leaves_the_panel_with_a_word_and_another_is_asked(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    address = f"/proposals/{proposal.number}/step-aside"
    sign_in_as(client, world.reviewer)
    empty = client.post(address, data={"revision": proposal.revision, "words": " "})
    assert empty.status_code == 422
    done = client.post(address, data={"revision": proposal.revision, "words": "我徒弟写的"})
    assert done.status_code == 302
    session.expire_all()
    assert world.lead.id in proposal.panel_ids
    assert client.post(address, data={"revision": proposal.revision, "words": "再来"}).status_code == 403
    assert "let somebody else judge it" in page(client, world.worker, proposal)
    assert "我徒弟写的" not in page(client, world.lead, proposal)


def test_only_who_was_asked_is_offered_to_leave(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    assert "I should not judge this one" in page(client, world.reviewer, proposal)
    for person in (world.lead, world.worker, world.coordinator):
        assert "I should not judge this one" not in page(client, person, proposal)


def test_a_judge_says_when_he_is_away_and_comes_back(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.reviewer)
    day = world.at.date()
    days = {"first_on": day.isoformat(), "last_on": (day + timedelta(days=3)).isoformat()}
    assert client.post("/account/away", data={**days, "deputy_no": world.lead.employee_no}).status_code == 302
    text = main_text(client.get("/account/away").text)
    assert f"{world.lead.name_en} stands in." in text
    absence_id = session.query(Absence).one().id
    assert client.post(f"/account/away/{absence_id}/take-back").status_code == 302
    assert client.post(f"/account/away/{absence_id}/take-back").status_code == 404
    assert "stands in." not in main_text(client.get("/account/away").text)


@pytest.mark.parametrize("first_on", ["", "soon", "2026-02-31", "9999-12-31"])
def test_a_wrong_day_is_explained_and_everything_stays_in_the_form(
    session: Session, world: World, client: FlaskClient, first_on: str
):
    sign_in_as(client, world.reviewer)
    answer = client.post("/account/away", data={"first_on": first_on, "last_on": "2026-11-20", "deputy_no": "000201"})
    assert answer.status_code == 422
    assert 'value="000201"' in answer.text
    assert session.query(Absence).count() == 0


def test_who_judges_nothing_has_no_such_page(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.worker)
    assert client.get("/account/away").status_code == 403
    assert client.post("/account/away", data={}).status_code == 403


def test_what_a_former_studio_said_is_not_counted_for_the_present_panel(
    session: Session, world: World, client: FlaskClient
):
    proposal = stories.filed(session, world)
    for judge in (world.reviewer, world.second_reviewer):
        stories.reviewed(session, world, proposal, judge)
    with writing(session):
        routing.transfer(
            session, proposal, "S-CAST", actor=world.lead, at=world.at, words="他们更懂", calendar=stories.CALENDAR
        )
    assert "0 of 2 reviews" in page(client, world.other_lead, proposal)
