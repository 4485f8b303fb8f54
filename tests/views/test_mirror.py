"""A reviewer's mirror: his own, true, and quiet where it knows too little."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person, Recommendation, Verb
from studio.operations import deciding, routing
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

LOW = {"innovation": 60, "quality": 60, "effect": 60, "contribution": 60}


def both_scored(session: Session, world: World, count: int) -> None:
    for _ in range(count):
        proposal = stories.filed(session, world)
        stories.reviewed(session, world, proposal, world.reviewer)
        stories.reviewed(session, world, proposal, world.second_reviewer, scores=LOW)
        stories.decided(session, world, proposal)


def mirror(client: FlaskClient, person: Person, query: str = "") -> str:
    sign_in_as(client, person)
    answer = client.get(f"/mirror{query}")
    assert answer.status_code == 200
    return main_text(answer.text)


@on_both_databases
def test_my_mean_stands_beside_the_others(session: Session, world: World, client: FlaskClient, clock: Clock):
    both_scored(session, world, 5)
    clock.at = world.at + timedelta(days=2)
    text = mirror(client, world.second_reviewer)
    assert "5 reviews in this period" in text
    assert "My mean60.0" in text
    assert "Mean of the others90.0" in text.replace("90.1", "90.0").replace("90.2", "90.0")
    assert "from 60 to 60, mean 60" in text
    assert "Accept5" in text.replace(" ", "")


def test_few_cases_mean_nothing(session: Session, world: World, client: FlaskClient):
    both_scored(session, world, 4)
    text = mirror(client, world.second_reviewer)
    assert "4 cases so far: too few" in text
    assert "My mean" not in text


def test_a_period_leaves_out_what_is_older(session: Session, world: World, client: FlaskClient, clock: Clock):
    both_scored(session, world, 1)
    clock.at = world.at + timedelta(days=120)
    assert "0 reviews" in mirror(client, world.reviewer, "?period=3")
    assert "1 review" in mirror(client, world.reviewer, "?period=12")
    assert "1 review" in mirror(client, world.reviewer, "?period=all")
    assert "1 review" in mirror(client, world.reviewer, "?period=nonsense")


@pytest.mark.parametrize("who", ["worker", "admin", "coordinator", "finance"])
def test_who_judges_nothing_has_no_mirror(session: Session, world: World, client: FlaskClient, who: str):
    both_scored(session, world, 1)
    sign_in_as(client, getattr(world, who))
    for address in ("/mirror", f"/mirror/{world.reviewer.id}", "/mirror/000202"):
        assert client.get(address).status_code == 404


def test_everybody_sees_his_own(session: Session, world: World, client: FlaskClient):
    stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    assert "1 review in" in mirror(client, world.reviewer)
    assert "0 reviews in" in mirror(client, world.second_reviewer)


@on_both_databases
def test_what_became_of_what_i_refused(session: Session, world: World, client: FlaskClient, clock: Clock):
    back = stories.filed(session, world, title="申诉过的")
    stories.reviewed(session, world, back, world.reviewer, recommendation=Recommendation.DECLINE)
    stories.decided(session, world, back, Verb.DECLINE)
    with writing(session):
        when = {"at": world.at + timedelta(days=2), "calendar": stories.CALENDAR}
        deciding.appeal(session, back, actor=world.worker, words="请再看看。", **when)  # type: ignore[arg-type]
    quiet = stories.filed(session, world, title="没有下文的")
    stories.reviewed(session, world, quiet, world.reviewer, recommendation=Recommendation.DECLINE)
    anew = stories.filed(session, world, title="别人又提的")
    stories.reviewed(session, world, anew, world.reviewer, recommendation=Recommendation.DECLINE)
    later = stories.filed(session, world, author=world.mate, title="别人又提的", at=world.at + timedelta(hours=3))
    stories.decided(session, world, later)
    clock.at = world.at + timedelta(days=3)
    text = mirror(client, world.reviewer)
    assert "申诉过的" in text
    assert "taken up again" in text
    assert "filed again by others and accepted" in text
    assert str(later.number) in text
    assert "没有下文的" not in text
    at = world.at + timedelta(days=2, hours=1)
    with writing(session):  # the second opinion is another studio's, which the coordinator chooses here
        facts = {"actor": world.coordinator, "at": at, "words": "", "calendar": stories.CALENDAR}
        routing.assign(session, back, "S-CAST", **facts)  # type: ignore[arg-type]
        verdict = deciding.Verdict(verb=Verb.ACCEPT, reason="值得做。")
        deciding.decide(session, back, verdict, actor=world.other_lead, at=at)
    assert "taken up again and accepted" in mirror(client, world.reviewer)


def test_what_i_may_not_read_is_not_told(session: Session, world: World, client: FlaskClient):
    refused = stories.filed(session, world, title="同一件事")
    stories.reviewed(session, world, refused, world.reviewer, recommendation=Recommendation.DECLINE)
    secret = stories.filed(
        session,
        world,
        author=world.stranger,
        title="同一件事",
        confidential=True,
        problem="冒口",
        at=world.at + timedelta(hours=3),
    )
    assert secret.studio == world.other_studio
    text = mirror(client, world.reviewer)
    assert str(secret.number) not in text


def test_the_mirror_costs_the_same_with_one_and_three(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.reviewer)
    counts = []
    for _ in range(2):
        both_scored(session, world, 1)
        client.get("/mirror")
        with listening() as heard:
            client.get("/mirror")
        counts.append(heard.count)
        both_scored(session, world, 1)
    assert counts[0] == counts[1]
