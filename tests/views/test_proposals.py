"""The page of one proposal: who may see what, who may do what, and what comes of forms."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import CommentVisibility, Person, ProposalState, Verb
from studio.jobs import reading
from studio.operations import reviewing
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.documents import attached
from tests.factories.world import World, draft
from tests.files import samples
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

LONG = "很长" * 5000
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


def read(client: FlaskClient, person: Person, address: str, status: int = 200) -> str:
    sign_in_as(client, person)
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return main_text(answer.text)


@on_both_databases
def test_everybody_reads_an_open_proposal(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    text = read(client, world.stranger, f"/proposals/{proposal.number}")
    assert "3号地坑盖板翘边绊人" in text
    assert "Under review" in text
    assert "What people say" in text


def test_a_draft_is_unknown_to_others(session: Session, world: World, client: FlaskClient):
    made = draft(session, world)
    read(client, world.coordinator, f"/proposals/draft-{made.id}", 404)
    assert "Go on writing" in read(client, world.worker, f"/proposals/draft-{made.id}")


def test_a_confidential_proposal_is_unknown_to_others(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world, confidential=True)
    for person in (world.stranger, world.mate, world.other_lead, world.finance, world.admin):
        read(client, person, f"/proposals/{proposal.number}", 404)
    for person in (world.worker, world.lead, world.coordinator):
        assert "Confidential" in read(client, person, f"/proposals/{proposal.number}")


@pytest.mark.parametrize(
    "number", ["2026-99999", "draft-1", "draft-99999999999999999999", "..%2f", "draft-", "💡", "1" * 5000]
)
def test_an_unknown_number_is_404(number: str, world: World, client: FlaskClient):
    read(client, world.worker, f"/proposals/{number}", 404)


def test_the_buttons_are_those_the_reader_may_press(session: Session, world: World, client: FlaskClient):
    address = f"/proposals/{stories.filed(session, world).number}"
    assert "Score it" in read(client, world.reviewer, address)
    assert "Decide" in read(client, world.lead, address)
    assert "Take this proposal back" in read(client, world.worker, address)
    stranger = read(client, world.stranger, address)
    assert not [word for word in ("Score it", "Decide", "Take this", "another studio", "Notes") if word in stranger]


def test_first_scores_stay_independent(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    stories.reviewed(session, world, proposal, world.reviewer, comment="看过现场，可行。")
    address = f"/proposals/{proposal.number}"
    colleague = read(client, world.second_reviewer, address)
    assert "看过现场" not in colleague
    assert "One colleague has scored it" in colleague
    assert "看过现场" in read(client, world.reviewer, address)
    assert "看过现场" not in read(client, world.worker, address)
    assert "看过现场" not in read(client, world.stranger, address)
    stories.reviewed(session, world, proposal, world.second_reviewer)
    assert "看过现场" in read(client, world.second_reviewer, address)
    stories.decided(session, world, proposal)
    assert "看过现场" in read(client, world.worker, address)


def test_authors_and_strangers_never_read_notes(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    address = f"/proposals/{proposal.number}"
    sign_in_as(client, world.reviewer)
    answer = client.post(f"{address}/note", data={"body": "先别声张", "revision": proposal.revision})
    assert answer.status_code == 302
    assert "先别声张" in read(client, world.lead, address)
    for person in (world.worker, world.stranger, world.admin):
        text = read(client, person, address)
        assert "先别声张" not in text
        assert "note" not in text.lower()


def test_a_comment_is_read_by_all_and_never_as_markup(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world, title=f"盖板 {SCRIPT} 💡 مرحبا")
    sign_in_as(client, world.mate)
    answer = client.post(
        f"/proposals/{proposal.number}/comment", data={"body": f"好主意\x00 {SCRIPT}", "revision": proposal.revision}
    )
    assert answer.status_code == 302
    page = client.get(f"/proposals/{proposal.number}").text
    assert SCRIPT not in page
    assert SCRIPT in main_text(page)
    session.expire_all()
    assert [said.body for said in proposal.comments] == [f"好主意 {SCRIPT}"]


def test_a_long_discussion_folds_all_but_its_end(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    with writing(session):
        for number in range(8):
            reviewing.comment(session, proposal, actor=world.mate, at=world.at, body=f"第{number}句")
    assert "earlier comment" not in read(client, world.mate, f"/proposals/{proposal.number}")
    with writing(session):
        reviewing.comment(session, proposal, actor=world.mate, at=world.at, body="第8句")
    page = client.get(f"/proposals/{proposal.number}").text
    folded, said = page.partition("4 earlier comments")[2].split("</details>", 1)
    assert [f"第{number}句" in folded for number in range(9)] == [True] * 4 + [False] * 5
    assert [f"第{number}句" in said for number in range(4, 9)] == [True] * 5


@pytest.mark.parametrize(("body", "says"), [("", "Nothing is written yet"), (LONG, "shorten it")])
def test_a_comment_that_cannot_be_taken_keeps_its_words(
    session: Session, world: World, client: FlaskClient, body: str, says: str
):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.mate)
    answer = client.post(f"/proposals/{proposal.number}/comment", data={"body": body, "revision": proposal.revision})
    assert answer.status_code == 422
    assert says in main_text(answer.text)
    assert body in answer.text


def test_the_author_answers_and_the_ball_is_back(session: Session, world: World, client: FlaskClient):
    proposal = stories.asked(session, world, stories.filed(session, world), "盖板多厚？")
    address = f"/proposals/{proposal.number}"
    page = read(client, world.worker, address)
    assert "asks you" in page
    assert "盖板多厚？" in page
    answer = client.post(f"{address}/answer", data={"answer": "十二毫米。", "revision": proposal.revision})
    assert answer.status_code == 302
    session.expire_all()
    assert proposal.state is ProposalState.UNDER_REVIEW
    assert "十二毫米" in read(client, world.stranger, address)


def test_a_stale_form_is_answered_with_its_words(session: Session, world: World, client: FlaskClient):
    proposal = stories.asked(session, world, stories.filed(session, world))
    sign_in_as(client, world.worker)
    answer = client.post(
        f"/proposals/{proposal.number}/answer", data={"answer": "写了很久的话", "revision": proposal.revision - 1}
    )
    assert answer.status_code == 409
    assert "写了很久的话" in answer.text


@pytest.mark.parametrize("revision", ["", "abc", "-1", "9" * 30, None])
def test_a_forged_revision_is_stale(session: Session, world: World, client: FlaskClient, revision: str | None):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.worker)
    data = {} if revision is None else {"revision": revision}
    assert client.post(f"/proposals/{proposal.number}/withdraw", data=data).status_code == 409


def test_a_verb_that_no_longer_fits_is_409(session: Session, world: World, client: FlaskClient):
    proposal = stories.decided(session, world, stories.filed(session, world))
    sign_in_as(client, world.worker)
    answer = client.post(f"/proposals/{proposal.number}/withdraw", data={"revision": proposal.revision})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "verb", ["answer", "withdraw", "reopen", "start-implementation", "report-implementation", "verify-implementation",
             "check-benefit", "note", "wake-up", "appeal"]
)  # fmt: skip
def test_strangers_may_only_talk(session: Session, world: World, client: FlaskClient, verb: str):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.stranger)
    data = {"revision": proposal.revision, "yuan": "1", "words": "x", "body": "x", "answer": "x"}
    assert client.post(f"/proposals/{proposal.number}/{verb}", data=data).status_code == 403


def test_from_the_word_to_the_deed(session: Session, world: World, client: FlaskClient):
    proposal = stories.decided(session, world, stories.filed(session, world, claimed_benefit=33000))
    address = f"/proposals/{proposal.number}"

    def do(person: Person, verb: str, **data: str) -> None:
        session.expire_all()
        sign_in_as(client, person)
        answer = client.post(f"{address}/{verb}", data={"revision": proposal.revision, **data})
        assert answer.status_code == 302, main_text(answer.text)

    do(world.worker, "start-implementation", owner_no="000102")
    do(world.worker, "report-implementation", words="装好了")
    do(world.reviewer, "verify-implementation")
    sign_in_as(client, world.finance)
    session.expire_all()
    for nothing in ("", " ", "NaN", "-5", "9" * 5000, "abc"):
        answer = client.post(f"{address}/check-benefit", data={"revision": proposal.revision, "yuan": nothing})
        assert answer.status_code == 422
        assert " amount in yuan" in answer.text
    do(world.finance, "check-benefit", yuan="2.41万")
    session.expire_all()
    assert proposal.state is ProposalState.VERIFIED
    page = read(client, world.stranger, address)
    assert "¥24,100" in page
    assert "confirmed 24,100 yuan a year" in page
    assert "¥33,000" in page


def test_a_second_opinion_is_asked_for_once(session: Session, world: World, client: FlaskClient):
    proposal = stories.decided(session, world, stories.filed(session, world), Verb.DECLINE, reason="没有地方放。")
    address = f"/proposals/{proposal.number}"
    assert "second opinion" in read(client, world.worker, address)
    answer = client.post(f"{address}/appeal", data={"revision": proposal.revision, "words": "现场看一眼就知道"})
    assert answer.status_code == 302
    session.expire_all()
    assert proposal.state in {ProposalState.UNDER_REVIEW, ProposalState.SUBMITTED}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (samples.pdf(""), "no text in it, perhaps only pictures"),
        (samples.locked_pdf("管路", "x"), "locked by a password"),
        (samples.PDF, "damaged"),
        (samples.office(body=bytes(100 * 1024**2)), "its text could not be read"),
        (samples.pdf("管路"), None),
    ],
    ids=["empty", "locked", "broken", "too large", "read"],
)
def test_whoever_attached_a_document_is_told_that_the_search_finds_nothing_in_it(
    session: Session, world: World, services: Services, client: FlaskClient, content: bytes, told: str | None
):
    proposal = stories.filed(session, world)
    attached(session, services, proposal, content, name="管路图")
    address = f"/proposals/{proposal.number}"
    sentences = "no text in it|locked by|damaged|could not be read"
    assert not re.search(sentences, read(client, world.worker, address)), "it waits to be read"
    reading.read_waiting(session, services, worker="a", stopping=lambda: False)
    assert (told or "管路图") in read(client, world.worker, address)
    assert bool(re.search(sentences, read(client, world.worker, address))) == bool(told)
    assert not re.search(sentences, read(client, world.reviewer, address))


def statements_of(client: FlaskClient, address: str) -> int:
    with listening() as heard:
        assert client.get(address).status_code == 200
    return heard.count


def test_the_page_costs_the_same_however_long_its_story(session: Session, world: World, client: FlaskClient):
    short = stories.filed(session, world)
    long = stories.filed(session, world)
    stories.reviewed(session, world, short, world.reviewer)
    for reviewer in (world.reviewer, world.second_reviewer):
        stories.reviewed(session, world, long, reviewer)
    with writing(session):
        reviewing.comment(session, short, actor=world.mate, at=world.at, body="说好")
        for person in (world.mate, world.stranger, world.leader):
            reviewing.comment(session, long, actor=person, at=world.at, body=f"{person.name}说好")
    bare = stories.filed(session, world)
    sign_in_as(client, world.stranger)
    client.get("/mine")  # what the house keeps for a minute is read once
    counts = [statements_of(client, f"/proposals/{one.number}") for one in (short, long)]
    assert counts[0] == counts[1]
    assert statements_of(client, f"/proposals/{bare.number}") == counts[0] - 3, "no scores, reviews, comments"
    stories.decided(session, world, long)  # then a decision is there, nothing is owed, and no calendar is asked for
    assert statements_of(client, f"/proposals/{long.number}") == counts[0] - 1


def test_my_list_costs_the_same_with_one_and_three(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world)
    sign_in_as(client, world.worker)
    client.get("/mine")
    one = statements_of(client, "/mine")
    stories.filed(session, world)
    stories.asked(session, world, stories.filed(session, world))
    assert statements_of(client, "/mine") == one
    assert "The studio asks you" in read(client, world.worker, "/mine")


def test_my_list_says_how_to_begin(world: World, client: FlaskClient):
    assert "not written a proposal yet" in read(client, world.worker, "/mine")


def test_notes_are_kept_apart_from_comments(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.lead)
    client.post(f"/proposals/{proposal.number}/note", data={"body": "内部", "revision": proposal.revision})
    session.expire_all()
    assert [said.visibility for said in proposal.comments] == [CommentVisibility.NOTE]
