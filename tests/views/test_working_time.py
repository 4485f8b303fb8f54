"""The coordinator's clock, and what everybody sees of it on a proposal."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import CalendarException, DeadlineRule, ShiftCalendar, UnitCalendar
from studio.operations import working_time as operations
from studio.operations.working_time import Pattern, Term
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories.stories import asked, decided, filed, reviewed
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

PAGE = "/coordination/clock"
NIGHT_WEEK = {f"hours_{day}": "22:00-06:00" if day < 5 else "" for day in range(7)}
CALENDAR = {"name_zh": "热轧夜班", "name_en": "Night shift", "keeps_holidays": "y", **NIGHT_WEEK}
DAY = {"day": "2026-11-21", "works": "works", "note": "赶订单"}
RULE = {"kind": "suggestion", "theme": "", "unit": "", "answer_hours": "16", "latest_hours": "48", "decision_days": "5"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def coordinator(client: FlaskClient, world: World) -> FlaskClient:
    sign_in_as(client, world.coordinator)
    return client


def text_of(client: FlaskClient, path: str = PAGE) -> str:
    return main_text(client.get(path).text)


class TestOnAProposal:
    def test_everybody_sees_who_owes_what_by_when(
        self, session: Session, world: World, client: FlaskClient, clock: Clock
    ):
        proposal = filed(session, world)
        assert proposal.reviewer is not None
        clock.at = world.at + timedelta(hours=1)
        for person in (world.worker, world.stranger, world.reviewer, world.coordinator):
            sign_in_as(client, person)
            text = text_of(client, f"/proposals/{proposal.number}")
            assert "2 working days left" in text
            gives = "gives you a first answer" if person is world.worker else "gives the first answer"
            assert f"{proposal.reviewer.name_en} {gives} by 19 Nov 09:00." in text
            assert "Counted in working hours: Monday to Friday, without public holidays." in text

    def test_a_decision_is_the_leads_and_lateness_is_said(
        self, session: Session, world: World, client: FlaskClient, clock: Clock
    ):
        proposal = reviewed(session, world, filed(session, world), world.reviewer)
        sign_in_as(client, world.stranger)
        clock.at = world.at + timedelta(days=15)
        text = text_of(client, f"/proposals/{proposal.number}")
        assert "1 working hour late" in text
        assert f"{world.lead.name_en} decides by yesterday 17:00." in text

    def test_the_clock_stands_still_while_the_author_answers(
        self, session: Session, world: World, client: FlaskClient, clock: Clock
    ):
        proposal = asked(session, world, filed(session, world))
        sign_in_as(client, world.stranger)
        path = f"/proposals/{proposal.number}"
        before = text_of(client, path)
        clock.at = world.at + timedelta(days=60)
        assert "The clock stands still while the author answers." in text_of(client, path)
        assert "10 working days left" in before
        assert "10 working days left" in text_of(client, path)

    def test_the_calendar_that_explains_the_date_is_named(
        self, session: Session, world: World, coordinator: FlaskClient
    ):
        coordinator.post(f"{PAGE}/calendars/new", data=CALENDAR)
        made = session.scalars(select(ShiftCalendar)).one()
        coordinator.post(f"{PAGE}/attach", data={"unit": "ROLL", "calendar": str(made.id)})
        proposal = filed(session, world)
        assert "Counted in the working hours of “Night shift”." in text_of(coordinator, f"/proposals/{proposal.number}")

    def test_what_is_decided_has_no_clock(self, session: Session, world: World, client: FlaskClient):
        proposal = decided(session, world, filed(session, world))
        sign_in_as(client, world.worker)
        assert "Counted in" not in text_of(client, f"/proposals/{proposal.number}")


@on_both_databases
def test_a_calendar_is_made_changed_attached_and_thrown_away(session: Session, world: World, coordinator: FlaskClient):
    assert "No calendar yet" in text_of(coordinator)
    assert coordinator.get(f"{PAGE}/calendars/new").status_code == 200
    assert coordinator.post(f"{PAGE}/calendars/new", data=CALENDAR).status_code == 302
    made = session.scalars(select(ShiftCalendar.id)).one()
    session.rollback()
    assert "Monday to Friday 22:00-06:00" in text_of(coordinator)
    path = f"{PAGE}/calendars/{made}"
    assert 'value="22:00-06:00"' in coordinator.get(path).text
    coordinator.post(path, data={**CALENDAR, "hours_6": "07:00-15:00", "hours_5": "21:00-24:00"})
    assert "Saturday 21:00-24:00" in text_of(coordinator)
    coordinator.post(f"{PAGE}/attach", data={"unit": "ROLL", "calendar": str(made)})
    assert session.scalars(select(UnitCalendar.calendar_id)).all() == [made]
    coordinator.post(f"{path}/remove")
    assert "Units still work by this calendar" in coordinator.get(PAGE).text
    coordinator.post(f"{PAGE}/attach", data={"unit": "ROLL", "calendar": ""})
    coordinator.post(f"{path}/remove")
    session.rollback()
    assert session.scalars(select(ShiftCalendar)).all() == []
    assert coordinator.get(path).status_code == 404


def test_hours_that_cannot_be_read_come_back_with_everything_typed(session: Session, coordinator: FlaskClient):
    data = {**CALENDAR, "name_zh": "写好的名字", "hours_2": "早班", "hours_3": "x" * 10_000}
    answer = coordinator.post(f"{PAGE}/calendars/new", data=data)
    assert answer.status_code == 422
    assert "写好的名字" in answer.text
    assert "早班" in answer.text
    assert "Write the hours as 08:00-12:00 13:00-17:00" in main_text(answer.text)
    assert session.scalars(select(ShiftCalendar)).all() == []


@on_both_databases
def test_a_day_is_entered_listed_in_its_year_and_removed(session: Session, world: World, coordinator: FlaskClient):
    assert coordinator.post(f"{PAGE}/days", data={**DAY, "unit": world.company.code}).status_code == 302
    text = text_of(coordinator)
    assert "Saturday, 21 Nov we work" in text
    assert "赶订单" in text
    assert "赶订单" not in text_of(coordinator, f"{PAGE}?year=2027")
    found = session.scalars(select(CalendarException.id)).one()
    again = coordinator.post(f"{PAGE}/days", data={**DAY, "unit": world.company.code, "note": "写好的话"})
    assert again.status_code == 422
    assert "2026-11-21 is entered for this unit already" in main_text(again.text)
    assert "写好的话" in again.text
    assert coordinator.post(f"{PAGE}/days/{found}/remove").status_code == 302
    assert coordinator.post(f"{PAGE}/days/{found}/remove").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"day": "2026-11-15"}, "This day is over"),
        ({"day": ""}, "Choose a day."),
        ({"day": "2026-02-30"}, "Write a day, such as 2027-03-01."),
        ({"day": "9999-12-31"}, "within the next 5 years"),
        ({"note": "长" * 500}, "shorten it to 200"),
    ],
)
def test_a_wrong_day_gets_a_clear_sentence(world: World, coordinator: FlaskClient, data: dict[str, str], sentence: str):
    answer = coordinator.post(f"{PAGE}/days", data={**DAY, "unit": world.company.code, **data})
    assert answer.status_code == 422
    assert sentence in main_text(answer.text)


@on_both_databases
def test_a_rule_is_added_and_removed(session: Session, world: World, coordinator: FlaskClient):
    assert coordinator.post(f"{PAGE}/rules", data=RULE).status_code == 302
    assert "Suggestion first answer within 16 working hours, at the latest 48" in text_of(coordinator)
    assert coordinator.post(f"{PAGE}/rules", data=RULE).status_code == 422
    found = session.scalars(select(DeadlineRule.id)).one()
    assert coordinator.post(f"{PAGE}/rules/{found}/remove").status_code == 302
    assert coordinator.post(f"{PAGE}/rules/{found}/remove").status_code == 404


@on_both_databases
def test_a_rule_and_a_day_are_written_anew_where_they_stand(session: Session, world: World, coordinator: FlaskClient):
    coordinator.post(f"{PAGE}/rules", data=RULE)
    coordinator.post(f"{PAGE}/days", data={**DAY, "unit": "JZ"})
    rule, day = session.scalars(select(DeadlineRule.id)).one(), session.scalars(select(CalendarException.id)).one()
    session.rollback()
    page = coordinator.get(f"{PAGE}/rules/{rule}").text
    assert 'value="16"' in page
    assert '<option value="suggestion" selected>' in page
    assert (
        coordinator.post(f"{PAGE}/rules/{rule}", data={**RULE, "answer_hours": "12", "unit": "ROLL"}).status_code == 302
    )
    assert "Suggestion · ROLL shop first answer within 12 working hours" in text_of(coordinator)
    assert 'value="2026-11-21"' in coordinator.get(f"{PAGE}/days/{day}").text
    changed = {**DAY, "day": "2026-11-28", "works": "rests", "unit": "ROLL"}
    assert coordinator.post(f"{PAGE}/days/{day}", data=changed).status_code == 302
    assert "Saturday, 28 Nov we rest" in text_of(coordinator)
    assert (session.scalars(select(DeadlineRule.id)).all(), session.scalars(select(CalendarException.id)).all()) == (
        [rule],
        [day],
    )


@pytest.mark.parametrize("area", ["rules", "days"])
def test_what_is_written_anew_wrongly_comes_back_as_typed_and_changes_nothing(
    session: Session, world: World, coordinator: FlaskClient, area: str
):
    first, second = (
        ({**RULE, "kind": "suggestion"}, {**RULE, "kind": "renovation"})
        if area == "rules"
        else ({**DAY, "unit": "JZ"}, {**DAY, "unit": "JZ", "day": "2026-11-28"})
    )
    kept = DeadlineRule if area == "rules" else CalendarException
    for data in (first, second):
        coordinator.post(f"{PAGE}/{area}", data=data)
    one = session.scalars(select(kept.id).order_by(kept.id)).first()
    address = f"{PAGE}/{area}/{one}"
    typed = {**second, "decision_days": "7", "note": "写好的话"}
    answer = coordinator.post(address, data=typed)
    assert answer.status_code == 422
    assert "already" in main_text(answer.text)
    assert 'value="7"' in answer.text or "写好的话" in answer.text
    assert (
        coordinator.post(address, data={"kind": "suggestion", "latest_hours": "", "works": "works"}).status_code == 422
    )
    assert coordinator.post(address, data=first).status_code == 302, "the same again is no double of itself"
    coordinator.post(f"{address}/remove")
    assert coordinator.get(address).status_code == 404
    assert coordinator.post(address, data=first).status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"answer_hours": "soon"}, "Write a whole number, such as 24."),
        ({"answer_hours": ""}, "Write a whole number, such as 24."),
        ({"latest_hours": "9" * 400}, "from 1 to 999"),
        ({"latest_hours": "15"}, "cannot come before the first answer"),
        ({"decision_days": "0"}, "from 1 to 365"),
    ],
)
def test_a_wrong_rule_gets_a_clear_sentence(coordinator: FlaskClient, data: dict[str, str], sentence: str):
    answer = coordinator.post(f"{PAGE}/rules", data={**RULE, **data})
    assert answer.status_code == 422
    assert sentence in main_text(answer.text)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("rules", {**RULE, "kind": "nope"}),
        ("rules", {**RULE, "theme": "no\0pe"}),
        ("rules", {**RULE, "unit": "nope"}),
        ("attach", {"unit": "ROLL", "calendar": "nope"}),
        ("attach", {"unit": "ROLL", "calendar": "77"}),
    ],
)
def test_what_no_list_offers_is_not_found(world: World, coordinator: FlaskClient, path: str, data: dict[str, str]):
    assert coordinator.post(f"{PAGE}/{path}", data=data).status_code == 404


def test_counting_anew_says_how_many_moved(session: Session, world: World, coordinator: FlaskClient):
    for _ in range(2):
        filed(session, world)
    coordinator.post(f"{PAGE}/recount")
    assert "every date stays as it was" in coordinator.get(PAGE).text
    coordinator.post(f"{PAGE}/rules", data={**RULE, "kind": ""})
    coordinator.post(f"{PAGE}/recount")
    assert "2 open proposals have new dates." in coordinator.get(PAGE).text


def test_only_coordinators_come_in(world: World, client: FlaskClient):
    for person in (world.worker, world.lead, world.admin):
        sign_in_as(client, person)
        assert client.get(PAGE).status_code == 403
        for path in ("calendars/new", "attach", "days", "days/1", "rules", "rules/1", "recount"):
            assert client.post(f"{PAGE}/{path}", data={}).status_code == 403


@pytest.mark.parametrize("year", ["", "x", "0", "99999", "１２３４", "2026"])
def test_any_year_in_the_address_is_answered(coordinator: FlaskClient, year: str):
    assert coordinator.get(f"{PAGE}?year={year}").status_code == 200


@on_both_databases
def test_the_page_costs_the_same_with_one_and_three(session: Session, world: World, coordinator: FlaskClient):
    counts = []
    for turn in (1, 2, 3):
        with writing(session):
            made = operations.save_calendar(
                session,
                Pattern(name_zh=f"班{turn}", name_en="", hours=["08:00-16:00"] * 7, keeps_holidays=True),
                actor=world.coordinator,
            )
            unit = (world.company, world.plant, world.team)[turn - 1]
            operations.attach_calendar(session, unit, made, actor=world.coordinator)
            day = date(2026, 12, turn)
            operations.add_exception(
                session, unit, day, works=False, note="", actor=world.coordinator, today=date(2026, 11, 16)
            )
            term = Term(kind=None, theme=None, unit=unit, answer_hours=8, latest_hours=24, decision_days=5)
            operations.add_rule(session, term, actor=world.coordinator)
        coordinator.get(PAGE)
        with listening() as heard:
            page = coordinator.get(PAGE).text
        counts.append(heard.count)
        assert len(re.findall(r"/days/\d+/remove", page)) == turn
    assert counts[0] == counts[2]
