"""The team leader's page and the coordinator's page of limits: one tap, no script, and every refusal a sentence."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Contributor, Kind, Person, Proposal, ProposalState, TeamLimit
from studio.jobs import indexing
from studio.jobs.team import pass_on_due
from studio.operations import filing, team
from studio.queries import team as facts
from studio.services import Services, work_calendar
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories.world import World, draft
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

State = ProposalState
TEXTS = {"problem": "盖板翘边绊人。", "measure": "重新折边。", "effect": "不绊人。", "action": "submit"}
GOOD = {"unit": "ROLL", "kind_codes": ["suggestion"], "cost": "500", "benefit": "1.2万", "days": "3"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def small(session: Session, world: World, app: Flask) -> Callable[..., Proposal]:
    """File something small in a plant whose teams may settle such things."""
    limits = team.Limits(kind_codes=["suggestion"], cost=Decimal(300), benefit=Decimal(5000), days=2)
    with writing(session):
        team.set_limits(session, world.plant, limits, actor=world.coordinator)
    kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()

    def file(author: Person | None = None, **given: Any) -> Proposal:
        proposal = draft(session, world, author=author, **{"kind": kind, **given})
        with writing(session):
            assert proposal.submitter is not None
            return filing.submit(session, proposal, actor=proposal.submitter, at=world.at, calendar=work_calendar())

    return file


def now_of(session: Session, proposal: Proposal) -> State:
    session.expire_all()
    return proposal.state


def test_the_leader_sees_what_waits_and_approves_with_one_tap(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small(title="盖板翘边")
    sign_in_as(client, world.leader)
    assert "Your team: settle it on the spot" in main_text(client.get("/").text)
    page = client.get("/team").text
    assert "盖板翘边" in main_text(page)
    assert 'href="/team"' in page
    data = {"revision": proposal.revision, "back": "team"}
    answer = client.post(f"/team/{proposal.number}/approve", data=data)
    assert (answer.status_code, answer.location) == (302, "/team")
    assert now_of(session, proposal) is State.ACCEPTED
    assert "Settled lately" in main_text(client.get("/team").text)
    assert client.post(f"/team/{proposal.number}/approve", data=data).status_code == 409
    data = {"revision": proposal.revision}
    assert client.post(f"/team/{proposal.number}/approve", data=data).status_code == 409


def test_what_is_done_already_is_looked_at_next(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small(already_done=True)
    sign_in_as(client, world.leader)
    data = {"revision": proposal.revision, "back": "team", "done": "y"}
    assert client.post(f"/team/{proposal.number}/approve", data=data).status_code == 302
    assert now_of(session, proposal) is State.IMPLEMENTED
    assert "Look at it on the spot" in main_text(client.get("/team").text)
    assert "Look at it on the spot" in main_text(client.get("/").text)


def test_the_page_says_who_answers_by_when_and_offers_the_acts(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small()
    sign_in_as(client, world.worker)
    text = main_text(client.get(f"/proposals/{proposal.number}").text)
    assert "Person 000103 can settle it on the spot" in text
    assert "Approve" not in text
    slip = main_text(client.get(f"/proposals/{proposal.number}/receipt").text)
    assert "Person 000103" in slip
    assert "small enough for your team" in slip
    assert "With the team leader" in main_text(client.get("/mine").text)
    assert "Person 000103 answers by" in main_text(client.get("/").text)
    sign_in_as(client, world.leader)
    page = client.get(f"/proposals/{proposal.number}").text
    for act in ("approve", "decline", "pass-on"):
        assert f'action="/team/{proposal.number}/{act}"' in page
    sign_in_as(client, world.coordinator)
    page = client.get(f"/proposals/{proposal.number}").text
    assert f'action="/team/{proposal.number}/pass-on"' in page
    assert f'action="/team/{proposal.number}/approve"' not in page


def test_what_goes_past_the_team_says_why(world: World, client: FlaskClient, small: Callable[..., Proposal]) -> None:
    proposal = small(cost=Decimal(2000))
    sign_in_as(client, world.worker)
    why = "It costs more than the 300 yuan that a team may settle alone."
    assert why in main_text(client.get(f"/proposals/{proposal.number}").text)
    assert why in main_text(client.get(f"/proposals/{proposal.number}/receipt").text)


def test_declining_needs_a_reason_and_keeps_what_was_typed(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small()
    sign_in_as(client, world.leader)
    address = f"/team/{proposal.number}/decline"
    answer = client.post(address, data={"revision": proposal.revision, "reason": " "})
    assert answer.status_code == 422
    assert "Give the reason" in answer.text
    too_long = client.post(address, data={"revision": proposal.revision, "reason": "长" * 4001})
    assert too_long.status_code == 422
    assert "长" * 4001 in too_long.text
    assert now_of(session, proposal) is State.TEAM_CHECK
    data = {"revision": proposal.revision, "reason": "班里没有这台设备"}
    assert client.post(address, data=data).status_code == 302
    sign_in_as(client, world.worker)
    text = main_text(client.get(f"/proposals/{proposal.number}").text)
    assert "settled by the team" in text
    assert "Ask once that a studio looks at it" in text
    session.expire_all()
    appeal = {"revision": proposal.revision, "words": "请工作室看看"}
    assert client.post(f"/proposals/{proposal.number}/appeal", data=appeal).status_code == 302
    assert now_of(session, proposal) is State.UNDER_REVIEW
    assert "asked a studio to look at it" in main_text(client.get(f"/proposals/{proposal.number}").text)


def test_a_question_waits_for_the_author_and_comes_back(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small()
    sign_in_as(client, world.leader)
    assert client.get(f"/proposals/{proposal.number}/ask").status_code == 200
    data = {"revision": proposal.revision, "question": "多大一块？"}
    assert client.post(f"/proposals/{proposal.number}/ask", data=data).status_code == 302
    assert "The author has to answer" in main_text(client.get("/team").text)
    sign_in_as(client, world.worker)
    assert "Person 000103 asks you for a few more words" in main_text(client.get("/").text)
    assert "Your team leader asks you something" in main_text(client.get("/mine").text)
    session.expire_all()
    answer = {"revision": proposal.revision, "answer": "一米见方"}
    assert client.post(f"/proposals/{proposal.number}/answer", data=answer).status_code == 302
    assert now_of(session, proposal) is State.TEAM_CHECK


def test_passing_on_needs_no_word(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small()
    sign_in_as(client, world.leader)
    data = {"revision": proposal.revision, "back": "team"}
    assert client.post(f"/team/{proposal.number}/pass-on", data=data).status_code == 302
    assert now_of(session, proposal) is State.UNDER_REVIEW
    text = main_text(client.get(f"/proposals/{proposal.number}").text)
    assert "Person 000103 passed it on to a studio." in text


def test_others_are_refused(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small()
    data = {"revision": proposal.revision, "reason": "不行"}
    for person in (world.worker, world.mate, world.lead, world.admin):
        sign_in_as(client, person)
        for act in ("approve", "decline", "pass-on"):
            assert client.post(f"/team/{proposal.number}/{act}", data=data).status_code == 403
        assert client.get("/team").status_code == 403
    sign_in_as(client, world.leader)
    assert client.post("/team/2026-09999/approve", data=data).status_code == 404
    stale = {"revision": proposal.revision - 1}
    assert client.post(f"/team/{proposal.number}/approve", data=stale).status_code == 409
    assert now_of(session, proposal) is State.TEAM_CHECK


def test_what_the_clock_passed_on_says_so(
    session: Session,
    world: World,
    client: FlaskClient,
    small: Callable[..., Proposal],
    clock: Clock,
    services: Services,
) -> None:
    proposal = small()
    clock.at = world.at + timedelta(days=4)
    assert pass_on_due(session, services.settings, services.search, at=clock.at) == 1
    sign_in_as(client, world.worker)
    text = main_text(client.get(f"/proposals/{proposal.number}").text)
    assert "Person 000103 had no time for it, so it went on to a studio by itself." in text


@on_both_databases
def test_the_pages_cost_the_same_with_one_and_three(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal], services: Services
) -> None:
    def one_of_each() -> None:
        small()
        done = small(already_done=True)
        over = small()
        with writing(session):
            team.approve(session, done, actor=world.leader, at=world.at, done=True)
            team.decline(session, over, actor=world.leader, at=world.at, reason="不行")

    def costs() -> list[int]:
        indexing.index_due(session, services.search)
        found = []
        for path in ("/team", "/"):
            client.get(path)
            with listening() as heard:
                client.get(path)
            found.append(heard.count)
        return found

    one_of_each()
    sign_in_as(client, world.leader)
    with_one = costs()
    one_of_each()
    one_of_each()
    assert costs() == with_one


class TestFilingForSomebody:
    """A team leader writes down what somebody of the team says."""

    def test_it_is_the_workers_and_the_leader_may_settle_it(
        self, session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
    ) -> None:
        sign_in_as(client, world.leader)
        data = {**TEXTS, "kind_code": "suggestion", "submitter_no": "000101", "filing_key": "k1"}
        answer = client.post("/file", data=data)
        assert answer.status_code == 302
        assert "For Person 000101" in main_text(client.get(answer.location).text)
        proposal = session.scalars(select(Proposal)).unique().one()
        assert (proposal.submitter, proposal.filed_by) == (world.worker, world.leader)
        assert proposal.state is State.TEAM_CHECK
        assert proposal.number is not None
        assert "written down for Person 000101" in main_text(client.get("/").text)
        assert [row.number for row in facts.in_hand(session, world.leader)] == [proposal.number]

    def test_with_himself_as_a_co_author_a_studio_answers(
        self, session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
    ) -> None:
        sign_in_as(client, world.leader)
        data = {**TEXTS, "kind_code": "suggestion", "submitter_no": "000101", "shares": ["000103", "30"]}
        assert client.post("/file", data={**data, "filing_key": "k2"}).status_code == 302
        proposal = session.scalars(select(Proposal)).unique().one()
        assert {(c.person_id, c.share) for c in proposal.contributors} == {
            (world.worker.id, 70),
            (world.leader.id, 30),
        }
        assert proposal.state is State.UNDER_REVIEW

    def test_not_for_people_of_another_team(self, session: Session, world: World, client: FlaskClient) -> None:
        sign_in_as(client, world.leader)
        answer = client.post("/file", data={**TEXTS, "submitter_no": "000104", "filing_key": "k3"})
        assert answer.status_code == 422
        assert "000104 belongs to another" in answer.text


class TestLimits:
    def test_the_coordinator_sets_changes_and_takes_off(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        sign_in_as(client, world.coordinator)
        assert "Everything goes to a studio at once" in main_text(client.get("/coordination/teams").text)
        assert client.post("/coordination/teams", data=GOOD).status_code == 302
        row = session.scalars(select(TeamLimit)).one()
        assert (row.unit, row.cost_limit, row.benefit_limit, row.days) == (
            world.plant,
            Decimal(500),
            Decimal(12000),
            3,
        )
        text = client.get("/coordination/teams?unit=ROLL").text
        assert 'value="12000"' in text
        assert client.post("/coordination/teams", data={**GOOD, "urgent": "y", "days": "5"}).status_code == 302
        session.expire_all()
        assert (row.urgent, row.days) == (True, 5)
        assert client.post(f"/coordination/teams/{row.id}/drop").status_code == 302
        session.expire_all()
        assert session.scalars(select(TeamLimit)).all() == []
        assert client.post("/coordination/teams/999/drop").status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [
            {"cost": ""},
            {"cost": "viel"},
            {"benefit": "-3"},
            {"days": "0"},
            {"days": "31"},
            {"days": "9" * 400},
            {"days": "zwei"},
            {"unit": "NOPE"},
            {"kind_codes": ["nonsense"]},
            {"unit": "ROLL\x00"},
        ],
    )
    def test_nonsense_is_refused_and_kept(
        self, session: Session, world: World, client: FlaskClient, wrong: dict[str, Any]
    ) -> None:
        sign_in_as(client, world.coordinator)
        answer = client.post("/coordination/teams", data={**GOOD, **wrong})
        assert answer.status_code == 422
        assert "invalid-feedback" in answer.text
        assert session.scalars(select(TeamLimit)).all() == []

    def test_zero_is_an_amount(self, session: Session, world: World, client: FlaskClient) -> None:
        sign_in_as(client, world.coordinator)
        assert client.post("/coordination/teams", data={**GOOD, "cost": "0"}).status_code == 302
        assert session.scalars(select(TeamLimit)).one().cost_limit == 0

    def test_a_coordinator_changes_his_own_part_only(self, session: Session, world: World, client: FlaskClient) -> None:
        limits = team.Limits(kind_codes=["suggestion"], cost=Decimal(1), benefit=Decimal(1), days=1)
        with writing(session):
            row = team.set_limits(session, world.company, limits, actor=world.coordinator)
            world.coordinator.grants[0].unit = world.other_plant
        sign_in_as(client, world.coordinator)
        page = client.get("/coordination/teams").text
        assert f"/coordination/teams/{row.id}/drop" not in page
        assert client.post(f"/coordination/teams/{row.id}/drop").status_code == 403
        assert client.post("/coordination/teams", data=GOOD).status_code == 422

    def test_others_do_not_come_in(self, world: World, client: FlaskClient) -> None:
        for person in (world.leader, world.lead, world.admin, world.worker):
            sign_in_as(client, person)
            assert client.get("/coordination/teams").status_code == 403
            assert client.post("/coordination/teams", data=GOOD).status_code == 403


def test_who_shares_in_it_settles_nothing(
    session: Session, world: World, client: FlaskClient, small: Callable[..., Proposal]
) -> None:
    proposal = small()
    with writing(session):
        proposal.contributors.append(Contributor(person=world.leader, share=1))
    sign_in_as(client, world.leader)
    data = {"revision": proposal.revision}
    answer = client.post(f"/team/{proposal.number}/approve", data=data)
    assert answer.status_code == 403
    assert "Nobody judges his own" in answer.text
