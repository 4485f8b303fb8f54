"""The coordinator's page: what no rule caught goes on in one click."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Proposal, ProposalState
from studio.queries import administration, coordination
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
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


def stray(session: Session, world: World, **facts: Any) -> Proposal:
    """File what no rule catches: a headquarters matter without any studio's word."""
    return stories.filed(session, world, author=world.finance, title="会议室登记", location="", **facts)


@on_both_databases
def test_what_no_rule_caught_is_sent_on(session: Session, world: World, client: FlaskClient):
    proposal = stray(session, world)
    assert proposal.state is ProposalState.SUBMITTED
    sign_in_as(client, world.coordinator)
    assert "会议室登记" in main_text(client.get("/coordination").text)
    data = {"revision": proposal.revision, "studio_code": "S-CAST", "words": "请看看"}
    assert client.post(f"/coordination/{proposal.number}/assign", data=data).status_code == 302
    session.expire_all()
    assert proposal.studio is not None
    assert proposal.studio.code == "S-CAST"
    assert client.post(f"/coordination/{proposal.number}/assign", data=data).status_code == 409
    assert "Everything has found its studio" in main_text(client.get("/coordination").text)


@pytest.mark.parametrize("code", ["", "NOPE", "S-CAST\x00x"])
def test_an_unknown_studio_is_refused_with_the_words_kept(
    session: Session, world: World, client: FlaskClient, code: str
):
    proposal = stray(session, world)
    sign_in_as(client, world.coordinator)
    data = {"revision": proposal.revision, "studio_code": code, "words": "写好的话"}
    answer = client.post(f"/coordination/{proposal.number}/assign", data=data)
    assert answer.status_code == 422
    assert "写好的话" in answer.text


def test_late_ones_and_loads_are_shown(session: Session, world: World, client: FlaskClient, clock: Clock):
    stories.filed(session, world, title="拖了很久的")
    clock.at = world.at + timedelta(days=30)
    sign_in_as(client, world.coordinator)
    text = main_text(client.get("/coordination").text)
    assert "拖了很久的" in text
    assert "Studio S-ROLL11020" in text.replace(" ", "").replace("StudioS", "Studio S")


def test_the_latest_comes_first_and_what_waits_for_its_author_is_not_late(session: Session, world: World):
    answered = stories.filed(session, world, title="答复过的")
    stories.reviewed(session, world, answered, world.reviewer)
    waiting = stories.asked(session, world, stories.filed(session, world, title="等提出人的"))
    unanswered = stories.filed(session, world, at=world.at + timedelta(days=20), title="还没答复的")
    assert waiting.decision_due_at is not None
    assert unanswered.answer_due_at is not None
    with writing(session):
        answered.answer_due_at = world.at
        answered.decision_due_at = unanswered.answer_due_at + timedelta(days=1)
    at = world.at + timedelta(days=90)
    assert coordination.overdue(session, world.coordinator, at=at) == [unanswered, answered]
    studio = answered.studio
    assert studio is not None
    loads = {load.code: load for load in administration.loads(session, at=at, month_start=world.at)}
    assert (loads[studio.code].open, loads[studio.code].late) == (3, 2)


def test_what_no_lead_may_decide_is_the_coordinators(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world, author=world.lead, title="领衔人自己的")
    sign_in_as(client, world.coordinator)
    assert "Yours to decide" in main_text(client.get("/coordination").text)


def test_only_coordinators_come_in(session: Session, world: World, client: FlaskClient):
    proposal = stray(session, world)
    for person in (world.worker, world.lead, world.admin):
        sign_in_as(client, person)
        assert client.get("/coordination").status_code == 403
        answer = client.post(f"/coordination/{proposal.number}/assign", data={"studio_code": "S-CAST"})
        assert answer.status_code == 403


def test_the_page_costs_the_same_with_one_and_three(session: Session, world: World, client: FlaskClient):
    stray(session, world)
    sign_in_as(client, world.coordinator)
    client.get("/coordination")
    counts = []
    for _ in range(2):
        with listening() as heard:
            client.get("/coordination")
        counts.append(heard.count)
        stray(session, world)
        stray(session, world)
    assert counts[0] == counts[1]
