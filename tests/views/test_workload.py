"""Studios and their judges side by side."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Absence
from studio.domain.workload import Column
from studio.queries import workload
from studio.queries.workload import StudioLoad
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


def compared(session: Session, world: World, days: int = 0, by: Column = Column.OPEN) -> list[StudioLoad]:
    at = world.at + timedelta(days=days)
    moment = {"at": at, "today": at.date()}
    return list(
        workload.side_by_side(session, world.coordinator, public=stories.CALENDAR, by=by, **moment)  # type: ignore[arg-type]
    )


@on_both_databases
def test_what_lies_with_whom(session: Session, world: World):
    one, other = stories.filed(session, world), stories.filed(session, world)
    first = one.reviewer
    assert first
    stories.reviewed(session, world, one, first)  # two hours later
    with writing(session):
        day = world.at.date()
        session.add(Absence(person=world.lead, first_on=day, last_on=day + timedelta(days=9), created_at=world.at))
    studio = next(found for found in compared(session, world) if found.studio_id == world.studio.id)
    assert (studio.load.open, studio.load.waiting, studio.load.late, studio.load.answered) == (2, 2, 0, 1)
    assert studio.load.time == timedelta(hours=2)
    assert studio.load.capacity == 20
    judges = {judge.person_id: judge.load for judge in studio.judges}
    assert (judges[first.id].waiting, judges[first.id].answered) == (1, 1)
    assert judges[world.lead.id].away_until == world.at.date() + timedelta(days=9)
    assert next(found for found in compared(session, world, 10) if found.studio_id == world.studio.id).load.late >= 1
    assert other.reviewer


@on_both_databases
def test_what_waits_for_its_author_is_nobodys_turn(session: Session, world: World):
    stories.asked(session, world, stories.filed(session, world))
    studio = next(found for found in compared(session, world, 40) if found.studio_id == world.studio.id)
    assert (studio.load.open, studio.load.waiting, studio.load.late) == (1, 0, 0)


def test_a_lead_compares_his_own_studio_and_a_coordinator_his_part(world: World, client: FlaskClient):
    shown = {
        world.lead: ("Studio S-ROLL",),
        world.other_lead: ("Studio S-CAST",),
        world.coordinator: ("Studio S-ROLL", "Studio S-CAST"),
    }
    for person, names in shown.items():
        sign_in_as(client, person)
        text = main_text(client.get("/workload").text)
        assert {name for name in ("Studio S-ROLL", "Studio S-CAST") if name in text} == set(names)


@pytest.mark.parametrize("who", ["worker", "reviewer", "admin", "finance"])
def test_nobody_else_may(world: World, client: FlaskClient, who: str):
    sign_in_as(client, getattr(world, who))
    assert client.get("/workload").status_code == 403


def test_links_lead_to_the_desk_of_whoever_has_one(session: Session, world: World, client: FlaskClient, clock: Clock):
    stories.filed(session, world)
    clock.at = world.at + timedelta(days=9)
    sign_in_as(client, world.lead)
    page = client.get("/workload").text
    late = f"/desk?pile=all&amp;studio={world.studio.id}&amp;due=late"
    assert late in page
    assert "盖板" in main_text(client.get(late.replace("&amp;", "&")).text)
    sign_in_as(client, world.coordinator)
    assert "/desk?" not in client.get("/workload").text


@pytest.mark.parametrize("sort", [*Column, "nonsense", ""])
def test_any_order_is_a_page(world: World, client: FlaskClient, sort: str):
    sign_in_as(client, world.coordinator)
    assert client.get(f"/workload?sort={sort}").status_code == 200


def test_the_table_costs_the_same_with_one_and_three(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.coordinator)
    client.get("/workload")
    counts = []
    for _ in range(2):
        stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
        with listening() as heard:
            client.get("/workload")
        counts.append(heard.count)
        stories.filed(session, world)
    assert counts[0] == counts[1]
