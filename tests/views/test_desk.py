"""The review desk: the right proposals on the right pile, at a fixed price."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person, ProposalState, Verb
from studio.domain.turns import Turn
from studio.queries import desk
from studio.queries.desk import Pile
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = PageClient
    return app.test_client()


def turns(session: Session, world: World, person: Person, pile: Pile = Pile.MINE, days: int = 0) -> list[Turn | None]:
    at = world.at + timedelta(days=days)
    page = desk.page_of(session, person, pile, at=at, today=at.date(), month_start=world.at - timedelta(days=15))
    assert len(page.rows) == page.counts[pile]
    assert desk.waiting(session, person, at=at, today=at.date()) == page.counts[Pile.MINE]
    return [row.turn for row in page.rows]


@on_both_databases
def test_a_proposal_walks_over_the_desks(session: Session, world: World):
    proposal = stories.filed(session, world)
    first = proposal.reviewer
    second = world.second_reviewer if first is world.reviewer else world.reviewer
    assert first is not None
    assert turns(session, world, first) == [Turn.ANSWER]
    assert turns(session, world, second) == [Turn.SCORE]
    assert turns(session, world, world.lead) == []  # two are asked, and the lead decides

    stories.reviewed(session, world, proposal, first)
    assert turns(session, world, first) == []
    assert turns(session, world, first, Pile.OTHERS) == [None]
    assert len(turns(session, world, first, Pile.DONE)) == 1

    stories.reviewed(session, world, proposal, second)
    assert turns(session, world, world.lead) == [Turn.DECIDE]

    stories.decided(session, world, proposal)
    assert turns(session, world, world.lead) == []
    stories.implemented(session, world, proposal)
    assert proposal.state is ProposalState.IMPLEMENTED
    assert turns(session, world, world.lead) == [Turn.VERIFY]


def test_what_is_late_comes_to_the_lead_with_whatever_reviews_there_are(session: Session, world: World):
    stories.filed(session, world)
    assert turns(session, world, world.lead, days=40) == [Turn.DECIDE]


def test_a_question_puts_the_ball_with_the_author(session: Session, world: World):
    stories.asked(session, world, stories.filed(session, world))
    assert turns(session, world, world.lead) == []
    assert turns(session, world, world.lead, Pile.OTHERS) == [None]


def test_a_trial_comes_back_before_it_ends(session: Session, world: World):
    ends = (world.at + timedelta(days=30)).date()
    stories.decided(session, world, stories.filed(session, world), Verb.START_TRIAL, trial_ends_on=ends)
    assert turns(session, world, world.lead, days=2) == []
    assert turns(session, world, world.lead, days=24) == [Turn.HEAR_TRIAL]


def test_nobody_finds_his_own_on_his_desk(session: Session, world: World):
    stories.filed(session, world, author=world.reviewer)
    assert turns(session, world, world.reviewer) == []


def test_other_studios_see_nothing(session: Session, world: World):
    stories.filed(session, world)
    assert turns(session, world, world.other_lead) == []
    assert turns(session, world, world.stranger) == []


@on_both_databases
def test_the_page_shows_late_ones_first(session: Session, world: World, client: FlaskClient, clock: Clock):
    late = stories.filed(session, world, title="早就该答复的")
    stories.filed(session, world, at=world.at + timedelta(days=10), title="刚送来的")
    clock.at = world.at + timedelta(days=10, hours=1)
    sign_in_as(client, late.reviewer or world.reviewer)
    text = main_text(client.get("/desk").text)
    assert text.index("早就该答复的") < text.index("刚送来的")
    assert "late" in text


@pytest.mark.parametrize("pile", ["mine", "others", "done"])
def test_an_empty_pile_says_so(world: World, client: FlaskClient, pile: str):
    sign_in_as(client, world.other_lead)
    answer = client.get(f"/desk?pile={pile}")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


@pytest.mark.parametrize("query", ["?pile=nonsense", "?page=99", "?page=abc", "?page=-1", "?pile=done&page=7"])
def test_a_strange_address_is_no_error(session: Session, world: World, client: FlaskClient, query: str):
    stories.filed(session, world)
    sign_in_as(client, world.lead)
    assert client.get(f"/desk{query}").status_code == 200


def test_workers_have_no_desk_and_coordinators_another(world: World, client: FlaskClient):
    sign_in_as(client, world.worker)
    assert client.get("/desk").status_code == 403
    sign_in_as(client, world.coordinator)
    answer = client.get("/desk")
    assert (answer.status_code, answer.location) == (302, "/coordination")


def test_the_desk_costs_the_same_with_one_and_three(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world)
    sign_in_as(client, world.lead)
    client.get("/desk")
    counts = []
    for _ in range(2):
        with listening() as heard:
            client.get("/desk")
        counts.append(heard.count)
        stories.filed(session, world)
        stories.filed(session, world)
    assert counts[0] == counts[1]
