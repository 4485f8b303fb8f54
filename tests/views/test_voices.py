"""Other voices on the pages: names that are called, the second opinion, the workers' congress."""

from datetime import UTC, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import CongressAnswer, CongressReferral, Mention, Proposal, SecondOpinion, Verb
from studio.domain.desk_filter import Asked, Pile
from studio.domain.turns import Turn
from studio.operations import congress, opinions, reviewing
from studio.operations.congress import Resolution
from studio.queries import desk
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.stories import CALENDAR
from tests.factories.world import World
from tests.support.pages import PageClient, main_text, parse
from tests.support.people import sign_in_as
from tests.support.statements import listening


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def proposal(session: Session, world: World) -> Proposal:
    return stories.filed(session, world)


def asked(session: Session, world: World, proposal: Proposal) -> SecondOpinion:
    with writing(session):
        return opinions.request_opinion(
            session,
            proposal,
            actor=world.worker,
            at=world.at,
            question="真的做不了吗？",
            studio_code="S-CAST",
            calendar=CALENDAR,
        )


def referred(session: Session, world: World, proposal: Proposal) -> CongressReferral:
    with writing(session):
        return congress.refer_to_congress(
            session,
            proposal,
            actor=world.coordinator,
            at=world.at,
            question="作息要不要改？",
            session_name="五届三次",
        )


def page(client: FlaskClient, person, proposal: Proposal) -> str:
    sign_in_as(client, person)
    return main_text(client.get(f"/proposals/{proposal.number}").text)


def test_everybody_sees_that_an_opinion_is_late_until_it_has_come(session, world, client, proposal, clock: Clock):
    due_at = asked(session, world, proposal).due_at
    late = "An answer was due by"
    clock.at = due_at
    assert late not in page(client, world.stranger, proposal)
    clock.at = due_at + timedelta(minutes=1)
    assert late in page(client, world.stranger, proposal)
    with writing(session):
        opinions.decline_opinion(session, proposal, actor=world.other_lead, at=clock.at, words="不懂。")
    assert late not in page(client, world.stranger, proposal)


class TestNames:
    def say(self, client: FlaskClient, proposal: Proposal, body: str, where: str = "comment"):
        return client.post(f"/proposals/{proposal.number}/{where}", data={"body": body, "revision": proposal.revision})

    def test_a_name_stands_out_and_nothing_typed_becomes_code(self, world, client, proposal):
        sign_in_as(client, world.worker)
        assert self.say(client, proposal, "请 @000201 看 <i>这里</i>").status_code == 302
        tree = parse(client.get(f"/proposals/{proposal.number}").text)
        marked = [element.text for element in tree.iter("span") if element.get("class") == "mention"]
        assert marked == [f"@{world.lead.name_en}"]
        assert "看 <i>这里</i>" in main_text(client.get(f"/proposals/{proposal.number}").text)

    @pytest.mark.parametrize("where", ["comment", "note"])
    def test_a_name_that_nobody_has_is_said_and_the_words_stay(self, session, world, client, proposal, where):
        sign_in_as(client, world.lead)
        answer = self.say(client, proposal, "@没有这人 看看", where)
        assert answer.status_code == 422
        assert "Nobody is called “没有这人”" in main_text(answer.text)
        assert "@没有这人 看看</textarea>" in answer.text
        assert session.query(Mention).count() == 0

    def test_two_of_one_name_are_shown_with_number_and_unit(self, session, world, client, proposal):
        with writing(session):
            world.stranger.name = world.mate.name
        sign_in_as(client, world.lead)
        answer = self.say(client, proposal, "@于子豪 看看")
        assert answer.status_code == 422
        both = "Person 000102 000102 (ROLL-A shop), Person 000104 000104 (CAST-A shop)"
        assert both in main_text(answer.text)

    def test_a_note_does_not_reach_the_author(self, world, client, proposal):
        sign_in_as(client, world.lead)
        answer = self.say(client, proposal, "@叶思琪 看看", "note")
        assert answer.status_code == 422
        assert "cannot read these notes" in main_text(answer.text)

    def test_it_waits_at_home_until_he_has_looked(self, session, world, client, proposal):
        sign_in_as(client, world.worker)
        self.say(client, proposal, "@何广茂 看看")
        sign_in_as(client, world.lead)
        assert "Person 000101 named you" in main_text(client.get("/").text)
        assert "Somebody named you" in page(client, world.lead, proposal)
        looked = client.post(f"/proposals/{proposal.number}/named")
        comment_id = session.query(Mention).one().comment_id
        assert (looked.status_code, looked.location) == (302, f"/proposals/{proposal.number}#said-{comment_id}")
        assert "named you" not in main_text(client.get("/").text)
        assert "named you" not in page(client, world.lead, proposal)
        again = client.post(f"/proposals/{proposal.number}/named")
        assert again.location == f"/proposals/{proposal.number}#talk"

    def test_looking_at_what_one_may_not_know_of_is_404(self, session, world, client, proposal):
        with writing(session):
            proposal.confidential = True
        sign_in_as(client, world.stranger)
        assert client.post(f"/proposals/{proposal.number}/named").status_code == 404

    def test_the_home_page_costs_the_same_with_one_and_three(self, session, world, client):
        def statements() -> int:
            with listening() as heard:
                client.get("/")
            return heard.count

        sign_in_as(client, world.stranger)
        client.get("/")
        counts = []
        for number in (0, 1, 2):
            with writing(session):
                one = stories.filed(session, world)
                reviewing.comment(session, one, actor=world.worker, at=world.at, body=f"@钟守业 看看 {number}")
            counts.append(statements())
        assert len(set(counts)) == 1


class TestTheSecondOpinion:
    def test_the_author_asks_and_everybody_reads_the_answer(self, session, world, client, proposal):
        sign_in_as(client, world.worker)
        form = client.get(f"/proposals/{proposal.number}/second-opinion/request")
        assert "Studio S-CAST" in main_text(form.text)
        assert "Studio S-ROLL" not in form.text.partition("<select")[2].partition("</select>")[0]
        data = {"question": "真的不行？", "studio_code": "S-CAST", "revision": proposal.revision}
        assert client.post(f"/proposals/{proposal.number}/second-opinion/request", data=data).status_code == 302
        session.expire_all()
        assert "真的不行？" in page(client, world.stranger, proposal)

        sign_in_as(client, world.other_lead)
        address = f"/proposals/{proposal.number}/second-opinion"
        assert "真的不行？" in main_text(client.get(address).text)
        data = {"words": "换个角铁就行", "recommendation": "accept", "revision": proposal.revision}
        assert client.post(address, data=data).status_code == 302
        text = page(client, world.stranger, proposal)
        assert "换个角铁就行" in text
        assert "it binds nobody" in text
        assert "gave the second opinion of Studio S-CAST" in text

    def test_what_is_missing_is_said_and_the_words_stay(self, session, world, client, proposal):
        sign_in_as(client, world.worker)
        address = f"/proposals/{proposal.number}/second-opinion/request"
        data = {"question": "写好的问题", "studio_code": "NOPE", "revision": proposal.revision}
        answer = client.post(address, data=data)
        assert answer.status_code == 422
        assert "写好的问题" in answer.text
        asked(session, world, proposal)
        sign_in_as(client, world.other_lead)
        data = {"words": "写好的看法", "revision": proposal.revision}
        answer = client.post(f"/proposals/{proposal.number}/second-opinion", data=data)
        assert answer.status_code == 422
        assert "写好的看法" in answer.text
        answer = client.post(f"/proposals/{proposal.number}/second-opinion/decline", data={**data, "words": " "})
        assert answer.status_code == 422
        assert "Please say why" in main_text(answer.text)

    def test_asking_twice_is_explained(self, session, world, client, proposal):
        asked(session, world, proposal)
        sign_in_as(client, world.worker)
        answer = client.get(f"/proposals/{proposal.number}/second-opinion/request")
        assert answer.status_code == 422
        assert "can be asked for once" in main_text(answer.text)
        assert "Ask another studio for a second opinion" not in page(client, world.worker, proposal)

    def test_who_declines_says_why_and_the_author_may_ask_elsewhere(self, session, world, client, proposal):
        asked(session, world, proposal)
        sign_in_as(client, world.other_reviewer)
        data = {"words": "我们不懂压延", "revision": proposal.revision}
        assert client.post(f"/proposals/{proposal.number}/second-opinion/decline", data=data).status_code == 302
        text = page(client, world.worker, proposal)
        assert "我们不懂压延" in text
        assert "Ask another studio for a second opinion" in text

    def test_the_slower_of_two_keeps_his_words(self, session, world, client, proposal):
        asked(session, world, proposal)
        old = proposal.revision
        with writing(session):
            facts = {"at": world.at, "words": "先说了"}
            opinions.decline_opinion(session, proposal, actor=world.other_lead, **facts)
        sign_in_as(client, world.other_reviewer)
        address = f"/proposals/{proposal.number}/second-opinion"
        answer = client.post(address, data={"words": "晚了一步的看法", "recommendation": "accept", "revision": old})
        assert answer.status_code == 409
        assert "晚了一步的看法" in answer.text
        assert client.get(address).status_code == 409

    def test_only_the_studio_that_was_asked_has_the_page(self, session, world, client, proposal):
        asked(session, world, proposal)
        for person in (world.worker, world.lead, world.stranger, world.coordinator):
            sign_in_as(client, person)
            assert client.get(f"/proposals/{proposal.number}/second-opinion").status_code == 403

    def test_a_confidential_one_opens_to_the_studio_that_was_asked(self, session, world, client, proposal):
        with writing(session):
            proposal.confidential = True
        sign_in_as(client, world.other_reviewer)
        assert client.get(f"/proposals/{proposal.number}").status_code == 404
        asked(session, world, proposal)
        assert client.get(f"/proposals/{proposal.number}").status_code == 200
        sign_in_as(client, world.stranger)
        assert client.get(f"/proposals/{proposal.number}").status_code == 404

    @on_both_databases
    def test_it_lies_on_the_desks_of_the_studio_that_was_asked(self, session, world, client, proposal):
        asked(session, world, proposal)
        for person, turns in ((world.other_lead, [Turn.ADVISE]), (world.other_reviewer, [Turn.ADVISE])):
            assert _turns(session, world, person) == turns
        assert _turns(session, world, world.lead) == []
        sign_in_as(client, world.other_lead)
        text = main_text(client.get("/desk").text)
        assert "Give a second opinion" in text
        assert "another studio decides" in text
        assert "Say what you think of it" in main_text(client.get("/").text)
        assert "would like to hear what your studio thinks" in page(client, world.other_lead, proposal)
        with writing(session):
            opinions.decline_opinion(session, proposal, actor=world.other_lead, at=world.at, words="不懂")
        assert _turns(session, world, world.other_reviewer) == []
        assert _turns(session, world, world.other_lead, Pile.DONE) == [None]

    def test_what_is_settled_well_waits_for_no_opinion(self, session, world, client, proposal):
        asked(session, world, proposal)
        stories.decided(session, world, proposal, Verb.ACCEPT)
        assert _turns(session, world, world.other_lead) == []
        assert "no answer is needed any more" in page(client, world.worker, proposal)

    def test_who_shares_in_it_or_decides_it_finds_nothing_on_his_desk(self, session, world, proposal):
        asked(session, world, proposal)
        with writing(session):
            proposal.contributors[0].person = world.other_reviewer
            proposal.claimed_benefit, proposal.unit = 50_000, world.other_plant
        assert _turns(session, world, world.other_reviewer) == []
        assert _turns(session, world, world.other_lead) == []
        assert _turns(session, world, world.other_lead, Pile.OTHERS) == []

    def test_a_late_opinion_comes_first_and_shows_its_time(self, session, world, client, proposal, clock: Clock):
        asked(session, world, proposal)
        clock.at = proposal.opinion.due_at.replace(day=proposal.opinion.due_at.day + 3)
        sign_in_as(client, world.other_lead)
        assert "late" in main_text(client.get("/desk").text)


def _turns(session: Session, world: World, person, pile: Pile = Pile.MINE) -> list[Turn | None]:
    asked = Asked(pile)
    found = desk.page_of(session, person, asked, at=world.at, today=world.at.date(), zone=UTC, month_start=world.at)
    assert len(found.rows) == found.counts[pile]
    return [row.turn for row in found.rows]


class TestTheCongress:
    def test_the_coordinator_refers_and_everybody_sees_it(self, session, world, client, proposal):
        sign_in_as(client, world.coordinator)
        address = f"/proposals/{proposal.number}/congress"
        assert client.get(address).status_code == 200
        data = {"question": "作息改不改？", "session_name": "五届三次", "meets_on": "2026-12-20"}
        assert client.post(address, data={**data, "revision": proposal.revision}).status_code == 302
        session.expire_all()
        for person in (world.worker, world.stranger):
            text = page(client, person, proposal)
            assert "作息改不改？" in text
            assert "五届三次" in text
            assert "not answered yet" in text
        sign_in_as(client, world.coordinator)
        text = main_text(client.get("/coordination").text)
        assert "作息改不改？" in text
        assert "Write down its answer" in text
        assert client.get(address).status_code == 422

    def test_the_answer_is_written_down_once(self, session, world, client, proposal):
        referred(session, world, proposal)
        sign_in_as(client, world.coordinator)
        address = f"/proposals/{proposal.number}/congress/answer"
        assert "作息要不要改？" in main_text(client.get(address).text)
        data = {"answer": "advice", "dealt_with_on": "2026-11-16", "words": "先试一个月", "revision": proposal.revision}
        assert client.post(address, data=data).status_code == 302
        text = page(client, world.stranger, proposal)
        assert "先试一个月" in text
        assert "advice given" in text
        sign_in_as(client, world.coordinator)
        late = client.post(address, data={**data, "words": "晚了一步"})
        assert late.status_code == 409
        assert "晚了一步" in late.text
        assert client.get(address).status_code == 409

    @pytest.mark.parametrize("day", ["", "soon", "2026-11-17", "9999-12-31"])
    def test_a_wrong_day_is_explained_and_the_words_stay(self, session, world, client, proposal, day):
        referred(session, world, proposal)
        sign_in_as(client, world.coordinator)
        data = {"answer": "adopted", "dealt_with_on": day, "words": "大会的话", "revision": proposal.revision}
        answer = client.post(f"/proposals/{proposal.number}/congress/answer", data=data)
        assert answer.status_code == 422
        assert "大会的话" in answer.text

    def test_workers_neither_refer_nor_record(self, session, world, client, proposal):
        referred(session, world, proposal)
        sign_in_as(client, world.worker)
        for address in ("congress", "congress/answer"):
            assert client.get(f"/proposals/{proposal.number}/{address}").status_code == 403
            assert client.post(f"/proposals/{proposal.number}/{address}", data={}).status_code == 403
        assert "Refer to the workers' congress" not in page(client, world.worker, proposal)

    def test_the_coordination_page_costs_the_same_with_one_and_three(self, session, world, client):
        sign_in_as(client, world.coordinator)
        counts = []
        for _ in range(3):
            referred(session, world, stories.filed(session, world))
            client.get("/coordination")
            with listening() as heard:
                client.get("/coordination")
            counts.append(heard.count)
        assert len(set(counts)) == 1


def test_other_voices_cost_the_page_of_a_proposal_no_statement(session, world, client, proposal):
    address = f"/proposals/{proposal.number}"

    def statements() -> int:
        sign_in_as(client, world.stranger)
        client.get(address)
        with listening() as heard:
            client.get(address)
        return heard.count

    with writing(session):  # where nobody has said anything, nothing is asked for
        reviewing.comment(session, proposal, actor=world.worker, at=world.at, body="先说一句")
    without = statements()
    asked(session, world, proposal)
    referred(session, world, proposal)
    with writing(session):
        resolution = Resolution(answer=CongressAnswer.ADOPTED, dealt_with_on=world.at.date())
        congress.record_congress_answer(session, proposal, resolution, actor=world.coordinator, at=world.at)
    referred(session, world, proposal)
    with writing(session):
        reviewing.comment(session, proposal, actor=world.worker, at=world.at, body="@何广茂 @文有才 看看")
        reviewing.comment(session, proposal, actor=world.worker, at=world.at, body="@钟守业 也看看")
    assert statements() == without
    text = page(client, world.worker, proposal)
    assert text.count("也看看") == 1
    assert text.count("workers' congress:") >= 2
