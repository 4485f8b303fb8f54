"""What is open on a day, for whom, and in how many statements."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from models import CallKind
from studio.queries import calls
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories.calls import call
from tests.support.statements import listening

pytestmark = on_both_databases

DAY = MONDAY_MORNING.date()


def test_a_call_is_open_from_its_first_day_to_its_last(session, world):
    made = call(session, world)
    around = {
        made.opens_on - timedelta(days=1): False,
        made.opens_on: True,
        made.closes_on: True,
        made.closes_on + timedelta(days=1): False,
    }
    assert {day: made.open_on(day) for day in around} == around
    assert {day: bool(calls.open_on(session, day)) for day in around} == around


def test_one_that_was_ended_is_open_until_the_day_before(session, world):
    made = call(session, world, ended_on=DAY)
    for day, still in ((DAY - timedelta(days=1), True), (DAY, False), (DAY + timedelta(days=1), False)):
        assert (made.open_on(day), bool(calls.open_on(session, day))) == (still, still)


def test_challenges_come_first_and_what_closes_first(session, world):
    later = DAY + timedelta(days=60)
    call(session, world, "晚的揭榜", closes_on=later)
    call(session, world, "专题", kind=CallKind.CAMPAIGN)
    call(session, world, "先到期的揭榜")
    assert [one.title for one in calls.open_on(session, DAY)] == ["先到期的揭榜", "晚的揭榜", "专题"]


def test_it_concerns_its_units_those_below_and_those_above(session, world):
    call(session, world, units=[world.plant], studio=world.studio)
    (one,) = calls.open_on(session, DAY)
    near = [world.company, world.plant, world.team]
    assert [one.concerns(unit) for unit in (*near, world.other_plant, world.other_team)] == [True] * 3 + [False] * 2
    assert one.studio == calls.Place(world.studio.name_zh, world.studio.name_en)
    assert [place.path for place in one.units] == [world.plant.path]


def test_one_without_units_is_for_everybody(session, world):
    call(session, world)
    (one,) = calls.open_on(session, DAY)
    assert one.concerns(world.other_team)


def test_one_statement_however_many_there_are_and_nothing_is_loaded_afterwards(session, world):
    for number in range(3):
        call(session, world, f"第{'一' * (number + 1)}个", units=[world.plant, world.other_plant], studio=world.studio)
    with listening() as said:
        found = calls.open_on(session, DAY)
        assert [place.name_zh for one in found for place in one.units] == ["ROLL车间", "CAST车间"] * 3
    assert said.count == 1


def test_the_database_refuses_one_that_ends_before_it_begins(session, world):
    with pytest.raises(IntegrityError):
        call(session, world, opens_on=DAY, closes_on=DAY - timedelta(days=1))
