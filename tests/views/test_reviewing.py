"""Scoring, asking, deciding and handing on, as the studio does it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person, Proposal, ProposalState, Verb
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.forms import forms_of
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as

SCORES = {f"score_{code}": str(score) for code, score in stories.GOOD_SCORES.items()}
FORMS = ("review", "ask", "decide", "transfer")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


def post(client: FlaskClient, person: Person, proposal: Proposal, act: str, **data: object) -> tuple[int, str]:
    sign_in_as(client, person)
    answer = client.post(f"/proposals/{proposal.number}/{act}", data={"revision": proposal.revision, **data})
    return answer.status_code, answer.text


@on_both_databases
def test_a_reviewer_scores_and_the_lead_decides(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    status, _page = post(client, world.reviewer, proposal, "review", **SCORES, recommendation="accept", comment="好")
    assert status == 302
    session.expire_all()
    assert [review.comment for review in proposal.reviews] == ["好"]
    sign_in_as(client, world.lead)
    assert "1 review" in main_text(client.get(f"/proposals/{proposal.number}/decide").text)
    assert post(client, world.lead, proposal, "decide", verb="accept", reason="马上做。")[0] == 302
    session.expire_all()
    assert proposal.state is ProposalState.ACCEPTED
    page = client.get(f"/proposals/{proposal.number}").text
    assert "马上做。" in main_text(page)


def test_every_form_opens_for_the_lead(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.lead)
    assert [client.get(f"/proposals/{proposal.number}/{form}").status_code for form in FORMS] == [200] * 4


@pytest.mark.parametrize("form", FORMS)
def test_no_form_opens_for_authors_and_strangers(session: Session, world: World, client: FlaskClient, form: str):
    proposal = stories.filed(session, world)
    for person in (world.worker, world.stranger, world.other_lead, world.admin):
        sign_in_as(client, person)
        assert client.get(f"/proposals/{proposal.number}/{form}").status_code == 403
        assert post(client, person, proposal, form, **SCORES)[0] == 403


@pytest.mark.parametrize("form", FORMS)
def test_a_confidential_proposal_has_no_forms_for_others(
    session: Session, world: World, client: FlaskClient, form: str
):
    proposal = stories.filed(session, world, confidential=True)
    sign_in_as(client, world.other_lead)
    assert client.get(f"/proposals/{proposal.number}/{form}").status_code == 404


def test_nobody_judges_his_own(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world, author=world.reviewer)
    status, page = post(client, world.reviewer, proposal, "review", **SCORES, recommendation="accept")
    assert status == 403
    assert "Nobody judges his own" in main_text(page)


@pytest.mark.parametrize(
    ("field", "value"), [("score_effect", ""), ("score_effect", "101"), ("score_effect", "-1"), ("score_effect", "好"),
                         ("score_effect", "9" * 400), ("recommendation", ""), ("recommendation", "promote"),
                         ("comment", "长" * 10_000)]
)  # fmt: skip
def test_a_review_with_a_mistake_comes_back_whole(
    session: Session, world: World, client: FlaskClient, field: str, value: str
):
    proposal = stories.filed(session, world)
    data = {**SCORES, "recommendation": "accept", "comment": "写了半天的话", field: value}
    status, page = post(client, world.reviewer, proposal, "review", **data)
    assert status == 422
    assert 'role="alert"' in page
    assert data["comment"] in page
    session.expire_all()
    assert proposal.reviews == []


def test_a_question_stops_the_clock(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    assert post(client, world.reviewer, proposal, "ask", question="")[0] == 422
    assert post(client, world.reviewer, proposal, "ask", question="盖板多厚？")[0] == 302
    session.expire_all()
    assert proposal.state is ProposalState.INFORMATION_REQUESTED


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"verb": "decline", "reason": ""}, "Give the reason"),
        ({"verb": "defer", "reason": "等大修"}, "Say when to look at it again"),
        ({"verb": "start_trial", "reason": "试"}, "Say until when it is tried"),
        ({"verb": "start_trial", "reason": "试", "trial_ends_on": "2020-01-01"}, "This day is over"),
        ({"verb": "mark_duplicate", "reason": "提过"}, "Give the number"),
        ({"verb": "mark_duplicate", "reason": "提过", "duplicate_of": "2026-77777"}, "no proposal 2026-77777"),
        ({"verb": "", "reason": "x"}, "Choose one of the answers"),
        ({"verb": "verify_implementation", "reason": "x"}, "Not a valid choice"),
        ({"verb": "defer", "reason": "x", "wake_up_on": "32.13.2026"}, "Write a day, such as"),
    ],
)
def test_a_decision_with_a_gap_comes_back_whole(
    session: Session, world: World, client: FlaskClient, data: dict[str, str], says: str
):
    proposal = stories.filed(session, world)
    status, page = post(client, world.lead, proposal, "decide", **data)
    assert status == 422
    assert says in main_text(page)
    assert data["reason"] in page


def test_a_decision_on_an_older_page_is_409_and_keeps_the_reason(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.lead)
    data = {"verb": "accept", "reason": "想了一晚上的理由", "revision": proposal.revision - 1}
    answer = client.post(f"/proposals/{proposal.number}/decide", data=data)
    assert answer.status_code == 409
    assert "想了一晚上的理由" in answer.text


def test_a_review_on_an_older_page_is_409_keeps_scores_and_words_and_can_be_sent_again(
    session: Session, world: World, client: FlaskClient
):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.reviewer)
    data = {**SCORES, "recommendation": "accept", "comment": "写了半天的话", "revision": proposal.revision - 1}
    address = f"/proposals/{proposal.number}/review"
    answer = client.post(address, data=data)
    assert answer.status_code == 409
    [again] = [form for form in forms_of(answer.data, address) if "comment" in form.names]
    kept = again.data(again.button())
    assert {name: kept[name] for name in data} == data | {"revision": str(proposal.revision)}
    assert "has changed since you opened this page" in main_text(answer.text)
    assert client.post(address, data=kept).status_code == 302


def test_a_second_decision_is_409(session: Session, world: World, client: FlaskClient):
    proposal = stories.decided(session, world, stories.filed(session, world))
    status, page = post(client, world.lead, proposal, "decide", verb="decline", reason="改主意了")
    assert status == 409
    assert "改主意了" in page
    sign_in_as(client, world.lead)
    assert client.get(f"/proposals/{proposal.number}/decide").status_code == 409


def test_a_repeat_names_the_first(session: Session, world: World, client: FlaskClient):
    first, second = stories.filed(session, world), stories.filed(session, world)
    data = {"verb": Verb.MARK_DUPLICATE.value, "reason": "一样的", "duplicate_of": first.number}
    assert post(client, world.lead, second, "decide", **data)[0] == 302
    page = main_text(client.get(f"/proposals/{second.number}").text)
    assert f"The earlier one: {first.number}" in page


def test_handing_on_needs_a_studio_and_a_reason(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    assert post(client, world.lead, proposal, "transfer", studio_code="", words="")[0] == 422
    assert post(client, world.lead, proposal, "transfer", studio_code="NOPE", words="那边懂")[0] == 422
    assert post(client, world.lead, proposal, "transfer", studio_code="S-CAST", words="那边懂浇注")[0] == 302
    session.expire_all()
    assert proposal.studio is not None
    assert proposal.studio.code == "S-CAST"
    assert "那边懂浇注" in main_text(client.get(f"/proposals/{proposal.number}").text)
