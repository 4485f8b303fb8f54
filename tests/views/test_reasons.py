"""Reasons in the administration, and occasions that get another name or are switched off."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import DecisionReason, Occasion, Verb
from studio.operations.catalogue import fill_empty_lists
from studio.transactions import writing
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

ROOT = "/administration/reasons"
OCCASION = "/coordination/occasions/overhaul"


@pytest.fixture
def client(app: Flask, session: Session, world: World) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = PageClient
    with writing(session):
        fill_empty_lists(session)
    return app.test_client()


@pytest.fixture
def admin(client: FlaskClient, world: World) -> FlaskClient:
    sign_in_as(client, world.admin)
    return client


def named(session: Session, name: str) -> DecisionReason | None:
    session.expire_all()
    return session.scalars(select(DecisionReason).where(DecisionReason.name_en == name)).one_or_none()


def test_a_reason_is_added_worded_ordered_retired_and_thrown_away(session: Session, admin: FlaskClient) -> None:
    data = {"outcome": "trial", "name_zh": "先试点", "name_en": "Pilot first", "outcome_class": "", "needs_words": "y"}
    assert admin.post(ROOT, data={**data, "name_en": ""}).status_code == 422
    assert admin.post(ROOT, data=data).status_code == 302
    made = named(session, "Pilot first")
    assert made is not None
    address = f"{ROOT}/{made.code}"
    assert "Pilot first" in main_text(admin.get(ROOT).text)
    changed = {**data, "name_en": "A pilot first", "outcome_class": "needs_study"}
    assert admin.post(address, data={**changed, "name_zh": " "}).status_code == 422
    assert admin.post(address, data=changed).status_code == 302
    assert admin.post(f"{address}/move", data={"to": "up"}).status_code == 302
    assert admin.post(f"{address}/active", data={"active": "no"}).status_code == 302
    assert "retired" in main_text(admin.get(address).text)
    assert admin.post(f"{address}/remove").status_code == 302
    assert named(session, "A pilot first") is None
    assert admin.get(address).status_code == 404


def test_one_that_was_given_offers_no_way_to_throw_it_away_and_says_why(
    session: Session, world: World, admin: FlaskClient
) -> None:
    ends = (world.at + timedelta(days=5)).date()
    made = stories.filed(session, world)
    stories.decided(session, world, made, Verb.START_TRIAL, reason_code="prove_safe", trial_ends_on=ends)
    page = admin.get(f"{ROOT}/prove_safe").text
    assert "given once" in main_text(page)
    assert "Throw it away" not in page
    answer = admin.post(f"{ROOT}/prove_safe/remove", follow_redirects=True)
    assert "A decision names this reason" in answer.text


def test_the_list_costs_the_same_however_long_it_is(session: Session, admin: FlaskClient) -> None:
    def statements() -> int:
        with listening() as heard:
            admin.get(ROOT)
        return heard.count

    admin.get(ROOT)
    before = statements()
    for number in range(5):
        data = {"outcome": "trial", "name_zh": f"第{number}", "name_en": f"No {number}", "outcome_class": ""}
        admin.post(ROOT, data=data)
    admin.get(ROOT)  # shows what was flashed
    assert statements() == before


def test_an_occasion_gets_another_name_and_is_switched_off_with_a_day_for_what_waits(
    session: Session, world: World, client: FlaskClient
) -> None:
    made = stories.filed(session, world)
    stories.decided(session, world, made, Verb.DEFER, reason_code="no_window", occasion_code="overhaul")
    sign_in_as(client, world.coordinator)
    assert "1 proposal waits for it" in main_text(client.get(OCCASION).text)
    names = {"name_zh": "春季大修", "name_en": "The spring overhaul"}
    assert client.post(OCCASION, data={**names, "act": "name"}).status_code == 302
    refused = client.post(OCCASION, data={**names, "act": "off"})
    assert refused.status_code == 422
    assert "Proposals still wait for it: 1." in main_text(refused.text)
    assert client.post(OCCASION, data={**names, "act": "off", "until": "2027-03-01"}).status_code == 302
    session.expire_all()
    occasion = session.scalars(select(Occasion).where(Occasion.code == "overhaul")).one()
    assert (occasion.name_zh, occasion.active, str(made.wake_up_on)) == ("春季大修", False, "2027-03-01")
    assert "switched off" in main_text(client.get("/coordination/occasions").text)
    assert client.post(OCCASION, data={**names, "act": "on"}).status_code == 302


def test_who_coordinates_nothing_gets_no_further(world: World, client: FlaskClient) -> None:
    sign_in_as(client, world.lead)
    assert (client.get(OCCASION).status_code, client.get(ROOT).status_code) == (403, 403)
