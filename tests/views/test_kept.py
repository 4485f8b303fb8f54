"""What waited in a browser: taken once, from its author alone, and told in words what is wrong."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Event, Person, Proposal, ProposalState, Verb
from studio.operations import filing
from studio.queries.proposals import reference_of
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories.calls import call
from tests.factories.world import World, draft
from tests.support.people import sign_in_as

pytestmark = on_both_databases

WORDS = {
    "title": "3号地坑盖板翘边绊人",
    "problem": "盖板边上翘起来三公分多，推小车过去咣当一下。",
    "measure": "盖板重新折边，四角加限位角铁。",
    "effect": "不再绊人，小车推着也顺当。",
}
JSON = {"Accept": "application/json"}
KEY = "5ca6ddfc1d73e23bbb1834d468be6f36"


class Phone:
    """A browser with something in it."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.client: FlaskClient = app.test_client()
        self.writer = person.id
        sign_in_as(self.client, person)

    def ask(self, *keys: str) -> dict[str, Any]:
        answer = self.client.get("/file/kept", query_string={"key": list(keys)}, headers=JSON)
        assert answer.status_code == 200
        return dict(answer.get_json())

    def send(self, token: str = "", **fields: Any) -> TestResponse:
        headers = {**JSON, "X-CSRFToken": token or self.ask()["token"]}
        facts = {"filing_key": KEY, "writer": self.writer, "action": "submit", "waited": 3600, **WORDS, **fields}
        return self.client.post("/file/kept", data=facts, headers=headers, content_type="multipart/form-data")


@pytest.fixture
def phone(app: Flask, world: World) -> Phone:
    return Phone(app, world.worker)


def photo() -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(stream, "JPEG")
    stream.seek(0)
    return stream


def proposals(session: Session) -> list[Proposal]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Proposal).order_by(Proposal.id)))


def test_it_is_filed_with_its_photos_and_the_answer_leads_to_the_slip(phone: Phone, session: Session) -> None:
    answer = phone.send(before=(photo(), "盖板.jpg"))
    assert answer.get_json() == {
        "number": "2026-00001",
        "page": "/proposals/2026-00001/receipt",
        "title": WORDS["title"],
    }
    (proposal,) = proposals(session)
    assert (proposal.state, len(proposal.attachments)) == (ProposalState.UNDER_REVIEW, 1)


def test_what_waited_in_a_browser_still_answers_its_call(phone: Phone, session: Session, world: World) -> None:
    made = call(session, world)
    phone.send(call=made.code)
    phone.send(call=made.code)
    (proposal,) = proposals(session)
    assert proposal.call_id == made.id


def test_sent_again_it_answers_as_the_first_time_and_changes_nothing(phone: Phone, session: Session) -> None:
    first = phone.send(before=(photo(), "盖板.jpg"))
    again = phone.send(title="另一个题目", after=(photo(), "后.jpg"))
    assert again.get_json() == first.get_json()
    (proposal,) = proposals(session)
    assert (proposal.title, len(proposal.attachments)) == (WORDS["title"], 1)
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == Verb.SUBMIT)) == 1


def test_sent_by_two_at_once_it_is_filed_once(app: Flask, world: World, session: Session) -> None:
    both = [Phone(app, world.worker), Phone(app, world.worker)]
    tokens = [one.ask()["token"] for one in both]
    start = Barrier(2)

    def send(turn: int) -> tuple[int, str]:
        start.wait(timeout=30)
        answer = both[turn].send(tokens[turn], before=(photo(), "盖板.jpg"))
        return answer.status_code, answer.get_json()["number"]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, range(2))) == [(200, "2026-00001")] * 2
    (proposal,) = proposals(session)
    assert len(proposal.attachments) == 1


def test_a_browser_learns_what_has_arrived_though_the_answer_was_lost(phone: Phone) -> None:
    sent = phone.send().get_json()
    told = phone.ask(KEY, "unknown", "\0", "x" * 999)
    assert (told["writer"], told["filed"]) == (phone.writer, {KEY: sent})


def test_nobody_learns_of_anothers_and_nobody_sends_for_another(app: Flask, phone: Phone, world: World) -> None:
    other = Phone(app, world.mate)
    refused = other.send(writer=phone.writer)
    assert (refused.status_code, refused.get_json()["message"]) == (
        403,
        "Somebody else wrote this. It waits until that person signs in here.",
    )
    assert other.send(writer="").status_code == 403
    assert phone.send().status_code == 200
    assert other.ask(KEY)["filed"] == {}
    assert other.send().status_code == 403


def test_a_stranger_is_asked_to_sign_in_and_a_forged_form_is_refused(
    app: Flask, world: World, session: Session
) -> None:
    stranger = app.test_client()
    assert stranger.get("/file/kept", headers=JSON).status_code == 302
    assert stranger.post("/file/kept", data=WORDS, headers=JSON).status_code == 401
    assert Phone(app, world.worker).send("forged").status_code == 400
    assert proposals(session) == []


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_filed(phone: Phone, session: Session) -> None:
    answer = phone.send(effect="", before=(io.BytesIO(b"no picture"), "a.jpg"))
    assert answer.status_code in {415, 422}
    answer = phone.send(effect="", title="长" * 200)
    told = answer.get_json()
    assert (answer.status_code, [one["field"] for one in told["problems"]]) == (422, ["title"])
    answer = phone.send(effect="")
    assert answer.get_json()["problems"] == [
        {"field": "effect", "said": "One sentence to go: say what good it will do."}
    ]
    assert [one.state for one in proposals(session)] == []
    assert phone.send().status_code == 200


def test_a_draft_that_waited_is_kept_as_a_draft(phone: Phone, session: Session) -> None:
    told = phone.send(action="save", effect="", title="").get_json()
    (kept,) = proposals(session)
    assert (kept.state, kept.filing_key) == (ProposalState.DRAFT, KEY)
    assert told == {"number": None, "page": f"/file/{reference_of(kept)}", "title": WORDS["problem"][:40]}
    assert phone.send(action="save", effect="", title="").get_json() == told
    assert phone.send(waited=0).get_json()["number"] == "2026-00001"
    assert len(proposals(session)) == 1


def test_a_draft_known_by_its_reference_is_the_one_that_is_filed(phone: Phone, session: Session, world: World) -> None:
    begun = draft(session, world, title="没写完的")
    reference = reference_of(begun)
    assert phone.send(draft=reference, waited=0).get_json()["number"] == "2026-00001"
    assert phone.send(draft=reference, waited=0).get_json()["number"] == "2026-00001"
    assert [one.title for one in proposals(session)] == [WORDS["title"]]


@pytest.mark.parametrize(("waited", "status"), [(30, 200), (3 * 3600, 409), ("soon", 200)])
def test_newer_words_written_elsewhere_are_not_overwritten(
    phone: Phone, session: Session, clock: Clock, waited: object, status: int
) -> None:
    phone.send(action="save")
    clock.at += timedelta(hours=1)
    phone.send(action="save", waited=0, title="后来在办公室改的题目")
    clock.at += timedelta(minutes=1)
    answer = phone.send(waited=waited)
    (kept,) = proposals(session)
    assert (answer.status_code, kept.submitted_at is not None) == (status, status == 200)
    if status == 409:
        assert kept.title == "后来在办公室改的题目"
        assert "changed elsewhere" in answer.get_json()["message"]


def test_a_draft_thrown_away_meanwhile_is_told(phone: Phone, session: Session, world: World) -> None:
    phone.send(action="save")
    (kept,) = proposals(session)
    with writing(session):
        filing.withdraw(session, kept, actor=world.worker, at=world.at)
    answer = phone.send()
    assert (answer.status_code, answer.get_json()["gone"]) == (409, True)
