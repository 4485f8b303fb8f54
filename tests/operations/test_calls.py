"""Who puts up, changes and ends a campaign or a challenge, and what it must say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models import CallKind, Unit
from studio.domain.errors import InvalidInput, NotAllowed
from studio.operations import calls
from studio.operations.calls import CallFacts
from studio.queries import calls as queries
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases

pytestmark = on_both_databases
TODAY = MONDAY_MORNING.date()
FACTS = CallFacts(CallKind.CHALLENGE, " 尾料  过长攻关 ", TODAY, TODAY + timedelta(days=30), wanted="降到 0.80% 以下")


def put_up(session, actor, **changes):
    with writing(session):
        return calls.put_up(session, replace(FACTS, **changes), actor=actor)


def test_a_coordinator_puts_it_up_changes_it_and_ends_it(session, world):
    made = put_up(session, world.coordinator, units=[world.plant], studio=world.studio)
    assert [(one.title, one.wanted) for one in queries.open_on(session, TODAY)] == [
        ("尾料 过长攻关", "降到 0.80% 以下")
    ]
    with writing(session):
        calls.change(made, replace(FACTS, title="新名字", units=[world.other_plant]), actor=world.coordinator)
    assert [one.concerns(world.plant) for one in queries.open_on(session, TODAY)] == [False]
    for later in (0, 5):  # a second click leaves the day as it was
        with writing(session):
            calls.end(made, actor=world.coordinator, today=TODAY + timedelta(days=later))
    assert (made.ended_on, list(queries.open_on(session, TODAY))) == (TODAY, [])
    with writing(session):
        calls.change(made, FACTS, actor=world.coordinator)
    assert len(queries.open_on(session, TODAY)) == 1


def test_nobody_else_does(session, world):
    made = put_up(session, world.coordinator)
    for person in (world.worker, world.leader, world.lead, world.admin):
        assert not calls.may_change(person, made)
        with pytest.raises(NotAllowed):
            put_up(session, person)
        with pytest.raises(NotAllowed):
            calls.change(made, FACTS, actor=person)
        with pytest.raises(NotAllowed):
            calls.end(made, actor=person, today=TODAY)


def test_a_coordinator_of_one_plant_calls_for_his_plant_only(session, world):
    whole = put_up(session, world.coordinator)
    with writing(session):
        world.coordinator.grants[0].unit = session.get_one(Unit, world.plant.id)
    assert calls.may_change(world.coordinator, put_up(session, world.coordinator, units=[world.plant]))
    for units in ([], [world.other_plant], [world.plant, world.other_plant]):
        with pytest.raises(NotAllowed):
            put_up(session, world.coordinator, units=units)
    with pytest.raises(NotAllowed):
        calls.change(whole, replace(FACTS, units=[world.plant]), actor=world.coordinator)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": " "}, ("title_missing", "title")),
        ({"title": "长" * 121}, ("too_long", "title")),
        ({"wanted": "长" * 201}, ("too_long", "wanted")),
        ({"prizes": "长" * 201}, ("too_long", "prizes")),
        ({"text": "长" * 4001}, ("too_long", "text")),
        ({"closes_on": TODAY - timedelta(days=1)}, ("ends_before_it_begins", "closes_on")),
    ],
)
def test_it_says_what_it_is_and_fits_a_poster(session, world, changes, problem):
    with pytest.raises(InvalidInput) as error:
        put_up(session, world.coordinator, **changes)
    assert [(one.code, one.field) for one in error.value.problems] == [problem]
    assert list(queries.open_on(session, TODAY)) == []
