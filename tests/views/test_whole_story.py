"""The full record on one page: complete, and each part only for those who may read it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studio.operations import reviewing
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


@on_both_databases
def test_everything_is_told_on_one_page(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    stories.reviewed(session, world, proposal, world.reviewer, comment="折边要够宽。")
    with writing(session):
        reviewing.comment(session, proposal, actor=world.mate, at=world.at, body="早该改了")
        reviewing.note(session, proposal, actor=world.reviewer, at=world.at, body="只给评审看")
    stories.implemented(session, world, stories.decided(session, world, proposal))
    sign_in_as(client, world.worker)
    text = main_text(client.get(f"/proposals/{proposal.number}/story").text)
    for words in (
        proposal.title,
        proposal.problem,
        proposal.measure,
        "100%",
        "Studio S-ROLL",
        "折边要够宽。",
        "Grade 1",
    ):
        assert words in text
    for words in ("值得做。", "早该改了", "What happened so far", "Put into practice"):
        assert words in text
    assert "只给评审看" not in text
    sign_in_as(client, world.lead)
    assert "只给评审看" in main_text(client.get(f"/proposals/{proposal.number}/story").text)


def test_reviews_stay_unread_until_it_is_decided(session: Session, world: World, client: FlaskClient):
    proposal = stories.reviewed(session, world, stories.filed(session, world), world.reviewer, comment="折边要够宽。")
    for reader, told in ((world.worker, False), (world.second_reviewer, False), (world.reviewer, True)):
        sign_in_as(client, reader)
        assert ("折边要够宽。" in client.get(f"/proposals/{proposal.number}/story").text) is told


@pytest.mark.parametrize(("who", "status"), [("worker", 200), ("stranger", 404), ("admin", 404), ("coordinator", 200)])
def test_what_one_may_not_read_is_not_there(session: Session, world: World, client: FlaskClient, who: str, status: int):
    proposal = stories.filed(session, world, confidential=True)
    sign_in_as(client, getattr(world, who))
    assert client.get(f"/proposals/{proposal.number}/story").status_code == status
    assert client.get("/proposals/2026-99999/story").status_code == 404


def test_the_page_of_a_proposal_leads_there(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.stranger)
    assert f'href="/proposals/{proposal.number}/story"' in client.get(f"/proposals/{proposal.number}").text


def test_a_long_story_costs_no_more(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.lead)
    client.get("/mine")
    counts = []
    for person in (world.mate, world.leader):
        with writing(session):
            reviewing.comment(session, proposal, actor=person, at=world.at + timedelta(hours=1), body="好")
        with listening() as heard:
            client.get(f"/proposals/{proposal.number}/story")
        counts.append(heard.count)
    assert counts[0] == counts[1]
