"""Taking along what the archive finds: all of it, as its reader may see it then, harmless, a piece at a time."""

import csv
import json
from io import BytesIO, StringIO
from struct import unpack
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from models import Preferences, Proposal
from search_index.sync import sync
from studio.queries import archive_export as queries
from studio.services import Services
from studio.transactions import writing
from studio.wording import archive_table
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.client import SeparateRequests
from tests.support.people import sign_in_as
from tests.support.statements import listening

FORMATS = ("xlsx", "csv", "json")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = SeparateRequests
    return app.test_client()


def fetch(client: FlaskClient, ending: str, query: str = "") -> bytes:
    answer = client.get(f"/archive/export.{ending}?{query}")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def rows_of(data: bytes, ending: str) -> list[dict[str, Any]]:
    """Return the rows of a table by their headings."""
    if ending == "json":
        return list(json.loads(data))
    if ending == "csv":
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))
    headings, *rows = load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


def table(client: FlaskClient, ending: str, query: str = "") -> list[dict[str, Any]]:
    return rows_of(fetch(client, ending, query), ending)


def titles(rows: list[dict[str, Any]]) -> list[str]:
    return [str(row.get("Title") or row.get("title")) for row in rows]


@pytest.fixture
def three(session: Session, world: World, services: Services) -> list[Proposal]:
    made = [
        stories.filed(session, world, title="天车滤尘", problem='说"好"，\n第二行', claimed_benefit=12000),
        stories.filed(session, world, title="=1+1 天车", author=world.stranger),
        stories.filed(session, world, title="天车密件", confidential=True),
    ]
    sync(session, services.search)
    return made


@on_both_databases
@pytest.mark.parametrize("ending", FORMATS)
def test_everything_that_is_found_and_may_be_read_is_in_it(
    three: list[Proposal], world: World, client: FlaskClient, ending: str
):
    sign_in_as(client, world.mate)
    rows = table(client, ending, "q=天车")
    harmless = "=1+1 天车" if ending == "json" else "'=1+1 天车"
    assert sorted(titles(rows)) == sorted([harmless, "天车滤尘"])
    assert titles(table(client, ending, "q=滤尘")) == ["天车滤尘"]
    assert titles(table(client, ending, f"studio={three[0].studio_id}")) == ["天车滤尘"]
    sign_in_as(client, world.worker)
    assert len(table(client, ending, "q=天车&page=7")) == 3  # the page is of no matter


def test_values_stay_what_they_are(three: list[Proposal], world: World, client: FlaskClient):
    sign_in_as(client, world.mate)
    book = load_workbook(BytesIO(fetch(client, "xlsx", "q=滤尘"))).worksheets[0]
    cells = dict(zip([cell.value for cell in book[1]], book[2], strict=True))
    assert (cells["Staff number"].value, cells["Staff number"].data_type) == ("000101", "s")
    assert str(cells["Filed at"].value) == "2026-11-16 09:00:00"
    assert cells["Claimed benefit (yuan a year)"].value == 12000
    assert cells["What is wrong"].value == '说"好"，\n第二行'
    (row,) = table(client, "csv", "q=滤尘")
    assert (row["Staff number"], row["Filed at"], row["What is wrong"]) == (
        "000101",
        "2026-11-16 09:00",
        '说"好"，\n第二行',
    )
    (fact,) = table(client, "json", "q=滤尘")
    assert (fact["state"], fact["filed_at"]) == ("under_review", "2026-11-16T09:00:00+08:00")
    assert (fact["claimed_benefit"], fact["authors"], fact["score"]) == (12000, ["Person 000101"], None)


@pytest.mark.parametrize("ending", FORMATS)
def test_headings_are_in_the_readers_language_and_names_of_fields_stay(
    session: Session, three: list[Proposal], world: World, client: FlaskClient, ending: str
):
    with writing(session):
        world.mate.preferences = Preferences(locale="zh_CN")
    sign_in_as(client, world.mate)
    (row,) = table(client, ending, "q=滤尘")
    assert list(row) == list(archive_table.COLUMNS) if ending == "json" else "工号" in row
    assert "叶思琪" in (row["authors"] if ending == "json" else row["提出人"])


@on_both_databases
@pytest.mark.parametrize("ending", FORMATS)
def test_who_wishes_to_stay_unnamed_is_in_no_table(
    session: Session, world: World, services: Services, client: FlaskClient, ending: str
):
    stories.filed(session, world, title="匿名的盖板", anonymous=True, contact_phone="13912345678")
    sync(session, services.search)
    for person, known in ((world.stranger, False), (world.lead, False), (world.worker, True)):
        sign_in_as(client, person)
        (row,) = table(client, ending)
        said = json.dumps(row, ensure_ascii=False, default=str)
        assert [secret in said for secret in ("000101", "ROLL-A", "叶思琪", "139")] == [known, known, False, False]


@on_both_databases
def test_what_is_hidden_while_it_is_read_is_left_out(
    session: Session, three: list[Proposal], world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "BATCH", 1)
    ids = [proposal.id for proposal in three]
    reading = queries.batches(session, world.mate, ids)
    assert [row.title for row in next(reading)] == ["天车滤尘"]
    with writing(session):
        three[1].confidential = True
    assert [list(batch) for batch in reading] == [[], []]


def test_scores_are_told_once_all_may_read_them(
    session: Session, world: World, services: Services, client: FlaskClient
):
    judged = [stories.filed(session, world, title=title) for title in ("甲", "乙", "丙")]
    low = dict.fromkeys(stories.GOOD_SCORES, 70)
    stories.decided(session, world, stories.reviewed(session, world, judged[0], world.reviewer, scores=low))
    stories.decided(session, world, stories.reviewed(session, world, judged[1], world.reviewer))
    stories.reviewed(session, world, judged[2], world.reviewer)
    sync(session, services.search)
    for person in (world.stranger, world.lead):
        sign_in_as(client, person)
        rows = table(client, "json", "sort=score")
        assert [(row["title"], row["score"]) for row in rows] == [("乙", 90.1), ("甲", 70.0), ("丙", None)]


@on_both_databases
def test_without_an_index_the_database_answers(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world, title="天车")
    stories.filed(session, world, title="天车密件", confidential=True)
    sign_in_as(client, world.mate)
    assert titles(table(client, "csv", "q=天车")) == ["天车"]


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_found_is_an_empty_table(world: World, client: FlaskClient, ending: str):
    sign_in_as(client, world.mate)
    assert table(client, ending) == []


@pytest.mark.parametrize("ending", FORMATS)
def test_a_script_learns_how_far_it_is_and_that_nothing_is_missing(
    session: Session, three: list[Proposal], world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch,
    ending: str,
):  # fmt: skip
    monkeypatch.setattr(queries, "BATCH", 1)
    sign_in_as(client, world.worker)
    answer = client.get(f"/archive/export.{ending}?sort=newest&framed=1")
    assert answer.headers["Studio-Rows"] == "3"
    data, told, pieces = answer.data, [], []
    while data:
        length, rows = unpack(">II", data[:8])
        told.append(rows)
        pieces.append(data[8 : 8 + length])
        data = data[8 + length :]
    if ending != "xlsx":  # which is compressed: three rows are one piece
        assert sorted(set(told)) == [0, 1, 2, 3]
    assert told == sorted(told)
    assert told[-1] == 3
    assert pieces[-1] == b""
    plain = b"".join(pieces)
    assert titles(rows_of(plain, ending)) == titles(table(client, ending, "sort=newest"))


@on_both_databases
def test_a_batch_costs_the_same_with_one_and_three(
    session: Session, three: list[Proposal], world: World, client: FlaskClient
):
    sign_in_as(client, world.mate)
    counts = []
    for query in ("q=滤尘", ""):
        fetch(client, "csv", query)
        with listening() as heard:
            fetch(client, "csv", query)
        counts.append(heard.count)
        assert not heard.writes
    assert counts[0] == counts[1]


def test_there_are_no_other_formats_and_no_strangers(world: World, client: FlaskClient):
    assert client.get("/archive/export.csv").status_code == 302
    sign_in_as(client, world.mate)
    for ending in ("pdf", "1", "csv.exe", "CSV"):
        assert client.get(f"/archive/export.{ending}").status_code == 404


def test_the_file_has_a_name_of_its_own(world: World, client: FlaskClient):
    sign_in_as(client, world.mate)
    answer = client.get("/archive/export.csv")
    assert len(answer.data) > 100
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=archive.csv; filename*=UTF-8''Archive%202026-11-16.csv"
    )
