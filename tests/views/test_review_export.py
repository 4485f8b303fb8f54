"""The reviews of a studio as an Excel table: true, harmless, for those who answer for it, and noted."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Proposal, Review, ReviewExport
from studio import workbooks
from studio.domain.relations import reads_it
from studio.queries import proposals
from studio.queries import review_export as queries
from studio.queries.review_export import Period
from studio.queries.review_visibility import reviews_open_to
from studio.queries.reviews import reviews_shown_to
from studio.queries.working_time import working_times
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

ASKED = {"studio_code": "S-ROLL", "first_on": "2026-11-01", "last_on": "2026-11-30"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


def table(client: FlaskClient, **asked: str) -> list[dict[str, Any]]:
    answer = client.post("/reviews/export", data={**ASKED, **asked})
    assert answer.status_code == 200, main_text(answer.text)
    assert str(answer.mimetype).endswith("spreadsheetml.sheet")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    headings, *rows = sheet.iter_rows()
    return [dict(zip([str(cell.value) for cell in headings], row, strict=True)) for row in rows]


@on_both_databases
def test_a_review_is_a_row_of_real_values(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    stories.decided(session, world, stories.reviewed(session, world, proposal, world.reviewer, comment="=1+1"))
    sign_in_as(client, world.lead)
    (row,) = table(client)
    values = {name: cell.value for name, cell in row.items()}
    assert (values["Number"], values["Staff number"], values["Title"]) == (proposal.number, "000202", proposal.title)
    assert row["Staff number"].data_type == "s"
    assert values["Comment"] == "'=1+1"
    assert row["Comment"].data_type == "s"
    assert values["Weighted mean"] == pytest.approx(90, abs=1)
    assert values["Reviewed at"] == datetime(2026, 11, 16, 11, 0)  # noqa: DTZ001 - Excel knows no zones
    assert row["Filed"].is_date
    assert values["First answer after (working hours)"] == 2
    assert (values["Round"], values["Decision"]) == (1, "Accepted")
    assert sum(name.endswith("(0–100)") for name in values) == 4


def test_that_it_was_taken_is_noted_and_shown(session: Session, world: World, client: FlaskClient):
    stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    sign_in_as(client, world.coordinator)
    table(client)
    (noted,) = session.scalars(select(ReviewExport)).all()
    assert (noted.person_id, noted.studio_id, noted.row_count) == (world.coordinator.id, world.studio.id, 1)
    assert str(noted.first_on) == "2026-11-01"
    assert "Who took what" in main_text(client.get("/reviews/export").text)
    sign_in_as(client, world.other_lead)
    assert "Who took what" not in main_text(client.get("/reviews/export").text)


@pytest.mark.parametrize("who", ["worker", "reviewer", "finance", "leader"])
def test_nobody_else_may(world: World, client: FlaskClient, who: str):
    sign_in_as(client, getattr(world, who))
    assert client.get("/reviews/export").status_code == 403
    assert client.post("/reviews/export", data=ASKED).status_code == 403


def test_a_lead_takes_only_his_own_studio(session: Session, world: World, client: FlaskClient):
    stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    sign_in_as(client, world.other_lead)
    answer = client.post("/reviews/export", data=ASKED)
    assert answer.status_code == 422
    assert not session.scalars(select(ReviewExport)).all()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"first_on": "2026-12-01"}, "lies before the first"),
        ({"first_on": "2020-01-01"}, "at most 731 days"),
        ({"first_on": "9999-12-31", "last_on": "9999-12-31"}, "no reviews of this studio"),
        ({"first_on": "0001-01-01", "last_on": "0001-01-02"}, "no reviews of this studio"),
        ({"first_on": "gestern"}, "Write a day"),
        ({"first_on": ""}, "Write a day"),
        ({"first_on": "2026-11-17"}, "no reviews of this studio"),
    ],
)
def test_a_bad_period_is_told_and_kept(
    session: Session, world: World, client: FlaskClient, asked: dict[str, str], told: str
):
    stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    sign_in_as(client, world.lead)
    answer = client.post("/reviews/export", data={**ASKED, **asked})
    assert answer.status_code == 422
    assert told in main_text(answer.text)
    assert f'value="{asked.get("last_on", "2026-11-30")}"' in answer.text
    assert not session.scalars(select(ReviewExport)).all()


def test_what_one_may_not_read_yet_is_left_out(session: Session, world: World, client: FlaskClient):
    proposal = stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    sign_in_as(client, world.admin)
    assert client.post("/reviews/export", data=ASKED).status_code == 422
    stories.decided(session, world, proposal)
    assert len(table(client)) == 1
    secret = stories.filed(session, world, confidential=True)
    stories.decided(session, world, stories.reviewed(session, world, secret, world.reviewer))
    assert len(table(client)) == 1
    sign_in_as(client, world.lead)
    assert len(table(client)) == 2


@on_both_databases
def test_the_condition_says_the_same_as_the_rule(session: Session, world: World):
    made = [
        stories.filed(session, world),
        stories.filed(session, world, author=world.lead),
        stories.filed(session, world, confidential=True),
        stories.filed(session, world, author=world.coordinator, unit=world.team),
        stories.filed(session, world),
    ]
    for proposal in made:
        stories.reviewed(session, world, proposal, world.reviewer)
    with writing(session):  # a large reward: those of the plant are too near to it now
        made[-1].claimed_benefit, made[-1].unit = Decimal(50_000), world.plant
    stories.decided(session, world, made[0])
    people = [
        getattr(world, name) for name in ("worker", "lead", "reviewer", "second_reviewer", "coordinator", "admin")
    ]
    for person in people:
        found = set(session.scalars(select(Review.id).join(Proposal).where(reviews_open_to(person))))
        for number in [proposal.number for proposal in made]:
            shown = proposals.with_its_story(session, str(number))
            assert shown is not None
            told = {one.id for one in reviews_shown_to(person, shown)} if reads_it(person, shown) else set()
            assert {one.id for one in shown.reviews} & found == told, (person.name, number)


def test_reading_is_in_pieces_not_in_rows(session: Session, world: World, monkeypatch: pytest.MonkeyPatch):
    for _ in range(3):
        stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    period = Period(world.studio.id, world.at - timedelta(days=1), world.at + timedelta(days=1))
    times = working_times(session, stories.CALENDAR)
    assert list(queries.rows(session, world.lead, period, times))  # the person is read anew once
    counts = []
    for size in (200, 1):
        monkeypatch.setattr(queries, "PIECE", size)
        with listening() as heard:
            assert len(list(queries.rows(session, world.lead, period, times))) == 3
        counts.append(heard.count)
    assert counts == [2, 8]


@pytest.mark.parametrize("text", ["=1+1", "+8613", "-5", "@SUM", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str):
    assert workbooks.harmless(text) == f"'{text}"


def test_what_no_workbook_may_hold_is_left_out():
    assert workbooks.harmless("好\x00的\x0b") == "好的"
    assert len(workbooks.harmless("长" * 40_000)) == 32_767
