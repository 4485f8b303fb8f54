"""Blank forms and keying them in, over HTTP."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, PaperForm, Proposal, Role, RoleGrant
from studio.operations import paper
from studio.transactions import writing
from tests.factories.world import World
from tests.files import samples
from tests.support.forms import Form, forms_of
from tests.support.pages import main_text
from tests.support.people import sign_in_as

WORDS = {"problem": "盖板翘边绊人。", "measure": "重新折边。", "effect": "不再绊人。", "written_on": "2026-11-12"}
CODE = "F0000018"


@pytest.fixture
def leader(session: Session, world: World, client: FlaskClient) -> FlaskClient:
    """A team leader who has printed one sheet."""
    with writing(session):
        paper.print_forms(session, world.team, sheets=1, actor=world.leader, at=world.at)
    sign_in_as(client, world.leader)
    return client


def keying(client: FlaskClient, **words: str) -> Form:
    path = f"/paper/{CODE}"
    form = next(one for one in forms_of(client.get(path).data, path) if "measure" in one.names)
    return form.fill(**{"submitter_no": "叶思琪", **WORDS, **words})


def test_sheets_are_made_and_shown_with_their_codes(leader: FlaskClient) -> None:
    form = next(one for one in forms_of(leader.get("/paper").data, "/paper") if "sheets" in one.names)
    answer = leader.post("/paper", data=form.fill(unit="ROLL-A", sheets="2").data(None))
    assert answer.location == "/paper/sheets/F0000026/F0000034"
    page = leader.get(answer.location)
    assert page.text.count('<article class="blank">') == 2
    assert "http://127.0.0.1:8000/paper/F0000026" in page.text
    sheet = page.text.partition('<article class="blank">')[2]
    assert [words in sheet for words in ("What is wrong now?", "现在哪里不好？", "工号", "Staff number")] == [True] * 4


@pytest.mark.parametrize("words", [{"sheets": "0"}, {"sheets": "51"}, {"sheets": "x"}, {"unit": "CAST-A"}])
def test_what_cannot_be_printed_is_told(session: Session, leader: FlaskClient, words: dict[str, str]) -> None:
    form = next(one for one in forms_of(leader.get("/paper").data, "/paper") if "sheets" in one.names)
    assert leader.post("/paper", data=form.force(**words).data(None)).status_code == 422
    assert len(session.scalars(select(PaperForm.id)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "status", "where"),
    [("f 000001 8", 302, f"/paper/{CODE}"), ("F0000017", 422, None), ("F0000026", 422, None), ("", 422, None)],
)
def test_a_sheet_is_found_by_its_code(leader: FlaskClient, typed: str, status: int, where: str | None) -> None:
    answer = leader.get("/paper", query_string={"code": typed})
    assert (answer.status_code, answer.location) == (status, where)


def test_a_sheet_is_keyed_in_by_name_with_its_photo(session: Session, world: World, leader: FlaskClient) -> None:
    form = keying(leader).attach("original", "表.jpg", samples.picture())
    answer = leader.post(f"/paper/{CODE}", data=form.data(None))
    assert answer.location == "/proposals/2026-00001/receipt"
    made = session.scalars(select(Proposal)).one()
    assert (made.submitter, made.filed_by) == (world.worker, world.leader)
    assert "the sheet it was written on, 12 Nov" in main_text(leader.get("/proposals/2026-00001").data)
    assert leader.get(f"/paper/{CODE}").location == "/proposals/2026-00001/receipt"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"submitter_no": "谁也不是"}, "Nobody here is called"),
        ({"submitter_no": "000104"}, "another"),
        ({"measure": ""}, "say what you would change"),
        ({"written_on": "2026-11-17"}, "The day on the sheet is in the past"),
        ({"written_on": "gestern"}, "Write a day"),
    ],
)
def test_what_is_wrong_is_told_and_the_words_stay(leader: FlaskClient, words: dict[str, str], says: str) -> None:
    form = keying(leader, **words).attach("original", "表.jpg", samples.picture())
    answer = leader.post(f"/paper/{CODE}", data=form.data(None))
    assert answer.status_code == 422
    assert says in main_text(answer.data)
    assert WORDS["problem"] in main_text(answer.data)


def test_without_the_sheet_itself_it_is_not_filed(session: Session, leader: FlaskClient) -> None:
    answer = leader.post(f"/paper/{CODE}", data=keying(leader).data(None))
    assert (answer.status_code, session.scalars(select(Proposal.id)).all()) == (422, [])
    assert "it stays as the original" in main_text(answer.data)


def test_who_may_not_know_whose_it_is_never_sees_the_sheet(session: Session, world: World, leader: FlaskClient) -> None:
    form = keying(leader).attach("original", "叶思琪.jpg", samples.picture())
    leader.post(f"/paper/{CODE}", data=form.data(None))
    with writing(session):
        made = session.scalars(select(Proposal)).one()
        made.kind, made.blind, made.team_leader = session.scalars(select(Kind)).first(), True, None
        address = f"/attachments/{made.attachments[0].id}/x.jpg"
    for reader, status in ((world.reviewer, 404), (world.worker, 200)):
        sign_in_as(leader, reader)
        with leader.get(address) as file:
            assert file.status_code == status
        assert ("written on" in main_text(leader.get("/proposals/2026-00001").data)) is (status == 200)


@pytest.mark.parametrize(
    "path", ["/paper/F0000026", "/paper/x", "/paper/sheets/F0000026/F0000018", "/paper/sheets/x/y"]
)
def test_what_was_never_printed_is_not_there(leader: FlaskClient, path: str) -> None:
    assert leader.get(f"/paper/{path}").status_code == 404


def test_another_leader_does_not_see_the_sheets_of_this_team(
    session: Session, world: World, leader: FlaskClient
) -> None:
    with writing(session):
        world.stranger.grants = [RoleGrant(role=Role.TEAM_LEADER, unit=world.other_team)]
    sign_in_as(leader, world.stranger)
    assert leader.get(f"/paper/sheets/{CODE}/{CODE}").status_code == 404
    assert leader.get(f"/paper/{CODE}").status_code == 404
    assert leader.get(f"/paper?code={CODE}").status_code == 422
