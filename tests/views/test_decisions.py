"""After a meeting: several answered at once, prepared ones checked and published, and never a word too early."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import OutgoingMail, PreparedDecision, Proposal, ProposalState, StudioMembership, StudioRole, Verb
from studio.domain.periods import Month
from studio.jobs import indexing
from studio.operations import deciding, digest, preparing
from studio.operations.catalogue import fill_empty_lists
from studio.operations.deciding import Verdict
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

SECRET = "锁具去年刚换过明年再议"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


def prepare(session: Session, world: World, proposal: Proposal, **facts: object) -> PreparedDecision:
    verdict = Verdict(**{"verb": Verb.DECLINE, "reason": SECRET, **facts})  # type: ignore[arg-type] # facts of a verdict
    with writing(session):
        return preparing.prepare(
            session, proposal, verdict, actor=world.lead, at=world.at, today=date(2026, 11, 16), seal=""
        )


def ticked(*prepared: PreparedDecision) -> dict[str, list[str]]:
    return {"chosen": [f"{one.proposal.number} {one.seal}" for one in prepared]}


def seen(*proposals: Proposal) -> list[str]:
    return [f"{one.number} {one.revision}" for one in proposals]


class TestPreparing:
    @on_both_databases
    def test_a_lead_decides_now_and_publishes_later(self, session: Session, world: World, client: FlaskClient) -> None:
        proposal = stories.filed(session, world)
        sign_in_as(client, world.lead)
        data = {"verb": "decline", "reason": SECRET, "revision": proposal.revision, "later": "yes"}
        answer = client.post(f"/proposals/{proposal.number}/decide", data=data)
        assert (answer.status_code, answer.location) == (302, "/decisions")
        session.expire_all()
        assert proposal.decided_at is None
        page = client.get("/decisions").text
        assert SECRET in main_text(page)
        assert SECRET in client.get(f"/proposals/{proposal.number}/decide").text, "the form holds it, to be changed"
        assert "One decision is prepared" in main_text(client.get("/desk").text)
        held = session.scalars(select(PreparedDecision)).one()
        assert client.post("/decisions/publish", data=ticked(held)).status_code == 302
        session.expire_all()
        assert proposal.state is ProposalState.DECLINED

    def test_the_page_works_without_scripts(self, session: Session, world: World, client: FlaskClient) -> None:
        prepare(session, world, stories.filed(session, world))
        sign_in_as(client, world.lead)
        text = client.get("/decisions").text
        assert 'form="publish" name="chosen"' in text.replace("\n", " ")
        assert 'type="submit" form="publish"' in text

    def test_editing_takes_the_place_of_what_was_shown(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        proposal = stories.filed(session, world)
        held = prepare(session, world, proposal)
        sign_in_as(client, world.lead)
        data = {"verb": "decline", "reason": "换句话说", "revision": proposal.revision, "later": "yes"}
        path = f"/proposals/{proposal.number}/decide"
        stale = client.post(path, data={**data, "seal": "older"})
        assert stale.status_code == 409
        assert "换句话说" in stale.text
        assert client.post(path, data=data).status_code == 409, "a page from before anything was prepared"
        assert client.post(path, data={**data, "seal": held.seal}).status_code == 302
        session.expire_all()
        assert session.scalars(select(PreparedDecision.reason)).all() == ["换句话说"]

    def test_a_gap_comes_back_whole(self, session: Session, world: World, client: FlaskClient) -> None:
        with writing(session):
            fill_empty_lists(session)
        proposal = stories.filed(session, world)
        sign_in_as(client, world.lead)
        data = {"verb": "mark_inadmissible", "reason": "只有牢骚", "revision": proposal.revision, "later": "yes"}
        answer = client.post(f"/proposals/{proposal.number}/decide", data=data)
        assert answer.status_code == 422
        text = main_text(answer.text)
        assert "Choose the reason" in text
        assert "Say what the author can do" in text
        assert "只有牢骚" in answer.text

    def test_dropping(self, session: Session, world: World, client: FlaskClient) -> None:
        held = prepare(session, world, stories.filed(session, world))
        sign_in_as(client, world.lead)
        path = f"/decisions/{held.proposal.number}/drop"
        assert client.post(path, data={"seal": "older"}).status_code == 409
        assert [client.post(path, data={"seal": held.seal}).status_code for _ in range(2)] == [302, 302]
        assert session.scalars(select(PreparedDecision)).all() == []


class TestPublishing:
    def test_those_that_can_are_told_and_the_rest_is_reported(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        good, changed = stories.filed(session, world, title="能公布的"), stories.filed(session, world, title="变了的")
        both = ticked(prepare(session, world, good), prepare(session, world, changed))
        stories.asked(session, world, changed)
        sign_in_as(client, world.lead)
        answer = client.post("/decisions/publish", data=both)
        assert answer.status_code == 200
        text = main_text(answer.text)
        assert "1 decision is published" in text
        assert "变了的" in text
        assert "has changed since this was prepared" in text
        session.expire_all()
        assert (good.state, changed.state) == (ProposalState.DECLINED, ProposalState.INFORMATION_REQUESTED)

    def test_a_second_click_is_told_so_and_mails_once(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        data = ticked(prepare(session, world, stories.filed(session, world)))
        sign_in_as(client, world.lead)
        assert client.post("/decisions/publish", data=data).status_code == 302
        again = client.post("/decisions/publish", data=data)
        assert again.status_code == 409
        assert "published or dropped it already" in main_text(again.text)
        assert len(session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "decided")).all()) == 1

    @pytest.mark.parametrize("chosen", [[], [""], ["  "]])
    def test_nothing_ticked(self, world: World, client: FlaskClient, chosen: list[str]) -> None:
        sign_in_as(client, world.lead)
        answer = client.post("/decisions/publish", data={"chosen": chosen})
        assert answer.status_code == 422
        assert "Tick at least one" in main_text(answer.text)

    @pytest.mark.parametrize("chosen", ["2026-99999 x", "nonsense", "\x00 \x00", "' OR 1=1 --"])
    def test_forged_numbers_are_reported(self, world: World, client: FlaskClient, chosen: str) -> None:
        sign_in_as(client, world.lead)
        answer = client.post("/decisions/publish", data={"chosen": chosen})
        assert answer.status_code == 409
        assert "There is no such proposal" in main_text(answer.text)

    def test_others_publish_nothing(self, session: Session, world: World, client: FlaskClient) -> None:
        held = prepare(session, world, stories.filed(session, world))
        for person in (world.reviewer, world.other_lead, world.coordinator):
            sign_in_as(client, person)
            assert client.post("/decisions/publish", data=ticked(held)).status_code == 409
            assert client.post(f"/decisions/{held.proposal.number}/drop", data={"seal": held.seal}).status_code == 403
        for person in (world.worker, world.admin):
            sign_in_as(client, person)
            assert client.post("/decisions/publish", data=ticked(held)).status_code == 403
            assert client.get("/decisions").status_code == 403
        session.expire_all()
        assert held.proposal.state is ProposalState.UNDER_REVIEW

    def test_the_page_costs_the_same_with_one_and_three(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        prepare(session, world, stories.filed(session, world))
        sign_in_as(client, world.lead)
        client.get("/decisions")
        counts = []
        for _ in range(2):
            with listening() as heard:
                client.get("/decisions")
            counts.append(heard.count)
            prepare(session, world, stories.filed(session, world))
            prepare(session, world, stories.filed(session, world))
        assert counts[0] == counts[1]


class TestNothingLeaks:
    @on_both_databases
    def test_no_page_of_anybody_else_says_so(
        self, session: Session, world: World, client: FlaskClient, services: Services
    ) -> None:
        with writing(session):
            world.mate.memberships.append(StudioMembership(studio=world.studio, role=StudioRole.REVIEWER))
        proposal = stories.filed(session, world, author=world.mate, title="全厂统一换门锁")
        plain = self.pages(session, world, client, proposal, services)
        prepare(session, world, proposal)
        after = self.pages(session, world, client, proposal, services)
        for who, path in plain:
            assert after[who, path].count(SECRET) == plain[who, path].count(SECRET), (who, path)
            assert "prepared" not in main_text(after[who, path]), (who, path)
            assert main_text(after[who, path]) == main_text(plain[who, path]), (who, path)
        issue = digest.make_issue(
            session, Month(2026, 11), at=world.at + timedelta(days=20), settings=services.settings
        )
        assert SECRET not in str(issue.facts)
        assert not issue.facts.get("decided")
        mails = session.scalars(select(OutgoingMail)).all()
        assert not any(SECRET in words_of(mail).text or mail.kind == "decided" for mail in mails)

    def pages(
        self, session: Session, world: World, client: FlaskClient, proposal: Proposal, services: Services
    ) -> dict[tuple[str, str], str]:
        indexing.index_due(session, services.search)
        wanted = {
            "everybody": ["/", "/mine", "/archive", f"/archive?q={SECRET}", "/archive?state=declined",
                          f"/proposals/{proposal.number}"],
            "desk": ["/desk", "/desk?pile=others", "/desk?pile=done"],
        }  # fmt: skip
        outsiders = ("mate", "worker", "leader", "stranger", "reviewer", "other_lead", "finance", "safety", "admin")
        judges = ("mate", "reviewer", "other_lead")
        found = {}
        for who in outsiders:
            sign_in_as(client, getattr(world, who))
            session.rollback()
            for path in wanted["everybody"] + (wanted["desk"] if who in judges else []):
                found[who, path] = client.get(path).text
        return found

    def test_a_judge_who_has_scored_and_the_coordinator_may_know(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        proposal = stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
        prepare(session, world, proposal)
        expected = {"lead": True, "reviewer": True, "coordinator": True, "second_reviewer": False, "worker": False}
        found = {}
        for who in expected:
            sign_in_as(client, getattr(world, who))
            found[who] = "A decision is prepared" in main_text(client.get(f"/proposals/{proposal.number}").text)
        assert found == expected

    def test_an_author_in_the_studio_is_not_told_by_a_refusal(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        proposal = stories.filed(session, world, author=world.reviewer)
        held = prepare(session, world, proposal)
        sign_in_as(client, world.reviewer)
        several = client.post("/decisions/several", data={"chosen": seen(proposal), "verb": "accept"})
        publishing = client.post("/decisions/publish", data=ticked(held))
        for answer in (several, publishing):
            assert answer.status_code == 409
            assert "prepared" not in main_text(answer.text)


class TestSeveral:
    def page(self, client: FlaskClient, *proposals: Proposal) -> str:
        return client.get("/decisions/several", query_string={"chosen": [one.number for one in proposals]}).text

    @on_both_databases
    def test_one_answer_for_all_that_are_ticked(self, session: Session, world: World, client: FlaskClient) -> None:
        with writing(session):
            fill_empty_lists(session)
        both = [stories.filed(session, world, title="第一条"), stories.filed(session, world, title="第二条")]
        sign_in_as(client, world.lead)
        assert 'name="chosen"' in client.get("/desk?pile=others").text
        text = self.page(client, *both)
        assert "第一条" in text
        assert "第二条" in text
        data = {"verb": "defer", "reason_code": "no_window", "reason": "等大修", "occasion_code": "overhaul"}
        assert client.post("/decisions/several", data={**data, "chosen": seen(*both)}).status_code == 302
        session.expire_all()
        assert [one.state for one in both] == [ProposalState.DEFERRED] * 2
        again = client.post("/decisions/several", data={**data, "chosen": seen(*both)})
        assert again.status_code == 409

    def test_whoever_narrowed_his_desk_comes_back_to_it(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        both = [stories.filed(session, world), stories.filed(session, world)]
        sign_in_as(client, world.lead)
        left = "/desk?pile=all&words=%E7%9B%96%E6%9D%BF&reviews=0"
        client.get(left)
        first, second = seen(*both)
        data = {"verb": "accept", "chosen": [first]}
        assert client.post("/decisions/several", data=data).location == left
        report = client.post("/decisions/several", data={"verb": "accept", "chosen": [first, second]})
        assert report.status_code == 200
        assert "One could not be done" in main_text(report.text)
        assert left.replace("&", "&amp;") in report.text

    def test_or_prepared_for_later(self, session: Session, world: World, client: FlaskClient) -> None:
        both = [stories.filed(session, world), stories.filed(session, world)]
        sign_in_as(client, world.lead)
        data = {"verb": "accept", "chosen": seen(*both), "later": "yes"}
        answer = client.post("/decisions/several", data=data)
        assert (answer.status_code, answer.location) == (302, "/decisions")
        again = client.post("/decisions/several", data=data)
        assert again.status_code == 409
        assert "is prepared already" in main_text(again.text)
        session.expire_all()
        assert len(session.scalars(select(PreparedDecision)).all()) == 2
        assert {one.state for one in both} == {ProposalState.UNDER_REVIEW}

    def test_each_in_its_own_right(self, session: Session, world: World, client: FlaskClient) -> None:
        good, old = stories.filed(session, world, title="好的"), stories.filed(session, world, title="旧的")
        own, other = (
            stories.filed(session, world, author=world.lead),
            stories.filed(session, world, author=world.stranger),
        )
        with writing(session):
            other.confidential = True
        chosen = seen(good, old, own, other)
        stories.decided(session, world, old)
        sign_in_as(client, world.lead)
        answer = client.post("/decisions/several", data={"verb": "accept", "reason": "", "chosen": chosen})
        assert answer.status_code == 200
        text = main_text(answer.text)
        assert "1 is decided" in text
        for said in ("Somebody was quicker", "Nobody judges his own", "There is no such proposal"):
            assert said in text
        session.expire_all()
        assert [one.state.value for one in (good, old, own)] == ["accepted", "accepted", "under_review"]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            ({"verb": "decline", "reason": ""}, "Give the reason"),
            ({"verb": "defer", "reason": "等"}, "Say when to look at it again"),
            ({"verb": "mark_duplicate", "reason": "提过"}, "Not a valid choice"),
            ({"verb": "", "reason": "写了半天"}, "Choose one of the answers"),
            ({"verb": "decline", "reason": "长" * 20_000}, "Please shorten it"),
        ],
    )
    def test_a_gap_comes_back_whole(
        self, session: Session, world: World, client: FlaskClient, data: dict[str, str], says: str
    ) -> None:
        both = [stories.filed(session, world), stories.filed(session, world)]
        sign_in_as(client, world.lead)
        answer = client.post("/decisions/several", data={**data, "chosen": seen(*both)})
        assert answer.status_code == 422
        assert says in main_text(answer.text)
        assert data["reason"] in answer.text
        assert all(f'value="{one}" checked' in answer.text for one in seen(*both))
        session.expire_all()
        assert {one.state for one in both} == {ProposalState.UNDER_REVIEW}

    @pytest.mark.parametrize("count", [0, 51])
    def test_none_and_too_many(self, session: Session, world: World, client: FlaskClient, count: int) -> None:
        proposal = stories.filed(session, world)
        sign_in_as(client, world.lead)
        chosen = [f"2026-{number:05} 1" for number in range(1, count + 1)]
        data = {"verb": "accept", "chosen": chosen, "shown": proposal.number}
        answer = client.post("/decisions/several", data=data)
        assert answer.status_code == 422
        assert str(proposal.title) in main_text(answer.text)
        assert ("Tick at least one" if not count else "Please take 50") in main_text(answer.text)

    @pytest.mark.parametrize("who", ["reviewer", "other_lead", "coordinator"])
    def test_only_what_one_may_decide_is_offered(
        self, session: Session, world: World, client: FlaskClient, who: str
    ) -> None:
        proposal = stories.filed(session, world)
        sign_in_as(client, getattr(world, who))
        answer = client.get("/decisions/several", query_string={"chosen": [proposal.number, "\x00", "x" * 500]})
        assert (answer.status_code, answer.location) == (302, "/desk")


def test_a_lead_ticks_only_what_he_may_decide(session: Session, world: World, client: FlaskClient) -> None:
    mine, own = stories.filed(session, world), stories.filed(session, world, author=world.lead)
    stories.filed(session, world)
    for person, wanted in ((world.lead, {mine.number}), (world.reviewer, set())):
        sign_in_as(client, person)
        page = client.get("/desk").text + client.get("/desk?pile=others").text
        offered = {one.number for one in (mine, own) if f'name="chosen" value="{one.number}"' in page}
        assert offered == wanted


class TestOccasions:
    def put_off(self, session: Session, world: World) -> Proposal:
        proposal = stories.filed(session, world, title="等大修的盖板")
        verdict = Verdict(verb=Verb.DEFER, reason_code="no_window", reason="等", occasion_code="overhaul")
        with writing(session):
            fill_empty_lists(session)
            deciding.decide(session, proposal, verdict, actor=world.lead, at=world.at)
        return proposal

    @on_both_databases
    def test_a_coordinator_announces_it_once(self, session: Session, world: World, client: FlaskClient) -> None:
        proposal = self.put_off(session, world)
        sign_in_as(client, world.coordinator)
        assert "等大修的盖板" in main_text(client.get("/coordination/occasions").text)
        for said in ("1 proposal is back", "already"):
            assert client.post("/coordination/occasions/overhaul/announce", data={"times": "0"}).status_code == 302
            assert said in main_text(client.get("/coordination/occasions").text)
        session.expire_all()
        assert proposal.state is ProposalState.UNDER_REVIEW
        assert "The next overhaul" in main_text(client.get(f"/proposals/{proposal.number}").text)

    @pytest.mark.parametrize("times", ["", "x", "-1", "9" * 400])
    def test_a_forged_page_announces_nothing(
        self, session: Session, world: World, client: FlaskClient, times: str
    ) -> None:
        proposal = self.put_off(session, world)
        sign_in_as(client, world.coordinator)
        assert client.post("/coordination/occasions/overhaul/announce", data={"times": times}).status_code == 302
        assert client.post("/coordination/occasions/nothing%00/announce").status_code == 404
        session.expire_all()
        assert proposal.state is ProposalState.DEFERRED

    def test_a_new_one_is_put_on_the_list_once(self, session: Session, world: World, client: FlaskClient) -> None:
        sign_in_as(client, world.coordinator)
        data = {"name_zh": "轧线春检", "name_en": "", "unit": "ROLL"}
        assert [client.post("/coordination/occasions", data=data).status_code for _ in range(2)] == [302, 422]
        for wrong in ({"unit": "NOPE"}, {"name_zh": ""}, {"name_zh": "长" * 500}):
            answer = client.post("/coordination/occasions", data={**data, **wrong})
            assert answer.status_code == 422
            assert 'role="alert"' in answer.text
        assert "轧线春检" in main_text(client.get("/coordination/occasions").text)
        sign_in_as(client, world.lead)
        assert client.post("/coordination/occasions", data=data).status_code == 403

    def test_it_is_for_coordinators(self, session: Session, world: World, client: FlaskClient) -> None:
        self.put_off(session, world)
        for person in (world.worker, world.lead, world.admin):
            sign_in_as(client, person)
            assert client.get("/coordination/occasions").status_code == 403
            assert client.post("/coordination/occasions/overhaul/announce", data={"times": "0"}).status_code == 403

    def test_the_page_costs_the_same_with_one_and_three(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        self.put_off(session, world)
        sign_in_as(client, world.coordinator)
        client.get("/coordination/occasions")
        counts = []
        for _ in range(2):
            with listening() as heard:
                client.get("/coordination/occasions")
            counts.append(heard.count)
            self.put_off(session, world)
            self.put_off(session, world)
        assert counts[0] == counts[1]
