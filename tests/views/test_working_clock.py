"""Time left is working time on every page, as on the proposal's own, and costs a list one statement at most."""

from datetime import date, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import CalendarException, Person, ShiftCalendar, UnitCalendar, WorkingSpan
from studio.queries.working_time import working_times
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

CALENDARS_READ = "FROM unit_calendars"


def pages_with_it(world: World, number: str, answers: Person) -> list[tuple[Person, str]]:
    return [
        (world.worker, f"/proposals/{number}"),
        (world.worker, "/"),
        (world.worker, "/mine"),
        (answers, "/"),
        (answers, "/desk"),
        (world.lead, f"/proposals/{number}/decide"),
    ]


@on_both_databases
def test_every_page_says_the_same_time_left(session: Session, world: World, client: FlaskClient, clock: Clock):
    proposal = stories.filed(session, world)
    assert proposal.reviewer
    clock.at = world.at + timedelta(hours=1)  # three days of eight hours, of which one hour is gone
    for reader, address in pages_with_it(world, str(proposal.number), proposal.reviewer):
        sign_in_as(client, reader)
        assert "2 working days left" in main_text(client.get(address).text), address


def test_every_page_says_the_same_delay(session: Session, world: World, client: FlaskClient, clock: Clock):
    proposal = stories.filed(session, world)
    assert proposal.reviewer
    clock.at = world.at + timedelta(days=7)  # due on Thursday morning; a weekend lies between
    pages = [*pages_with_it(world, str(proposal.number), proposal.reviewer), (world.coordinator, "/coordination")]
    for reader, address in pages:
        sign_in_as(client, reader)
        assert "2 working days late" in main_text(client.get(address).text), address


def test_what_no_rule_caught_counts_by_the_hours_of_its_own_unit(
    session: Session, world: World, client: FlaskClient, clock: Clock
):
    with writing(session):
        spans = [WorkingSpan(weekday=day, opens=0, minutes=24 * 60) for day in range(7)]
        calendar = ShiftCalendar(name_zh="四班三倒", keeps_holidays=False, spans=spans)
        session.add(UnitCalendar(unit=world.company, calendar=calendar))
    stories.filed(session, world, author=world.finance, title="会议室登记", location="")
    clock.at = world.at + timedelta(hours=1)
    sign_in_as(client, world.coordinator)
    for address in ("/", "/coordination"):
        assert "23 working hours left" in main_text(client.get(address).text), address


def test_a_calendar_that_changed_counts_from_the_next_page_on(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world)
    sign_in_as(client, world.worker)
    assert "3 working days left" in main_text(client.get("/mine").text)
    with writing(session):
        session.add(CalendarException(unit=world.plant, day=date(2026, 11, 17), works=False))
    assert "2 working days left" in main_text(client.get("/mine").text)


@pytest.mark.parametrize("address", ["/", "/mine", "/desk"])
def test_calendars_are_read_once_a_page(session: Session, world: World, client: FlaskClient, address: str):
    counts = []
    for _ in range(2):
        proposal = stories.filed(session, world)
        sign_in_as(client, world.worker if address != "/desk" else proposal.reviewer or world.reviewer)
        client.get(address)
        with listening() as heard:
            client.get(address)
        assert sum(CALENDARS_READ in said for said in heard.said) == 1
        counts.append(heard.count)
        stories.filed(session, world)
    assert counts[0] == counts[1]


def test_without_anything_owed_no_calendar_is_read(world: World, client: FlaskClient):
    sign_in_as(client, world.worker)
    for address in ("/", "/mine"):
        with listening() as heard:
            client.get(address)
        assert not any(CALENDARS_READ in said for said in heard.said)


def test_one_statement_tells_shifts_and_days_apart(session: Session, world: World):
    with writing(session):
        night = ShiftCalendar(name_zh="夜班", spans=[WorkingSpan(weekday=0, opens=22 * 60, minutes=8 * 60)])
        session.add_all([UnitCalendar(unit=world.plant, calendar=night)])
        session.add(CalendarException(unit=world.team, day=date(2026, 11, 17), works=True))
    with listening() as heard:
        times = working_times(session, stories.CALENDAR)
    assert heard.count == 1
    assert times.calendar_at(world.team.path) is times.calendar_of(world.team)
    assert times.calendar_at(world.team.path).is_working_day(date(2026, 11, 17))
    assert not times.calendar_at(world.plant.path).is_working_day(date(2026, 11, 17))
    assert times.calendar_at(world.plant.path).hours == ((time(22), time(6)),)
    assert times.calendar_at(None) is times.calendar_of(None)
    assert times.calendar_at(world.other_plant.path) == stories.CALENDAR
