"""What the firm calls for, as everybody sees it and as coordinators keep it."""

from decimal import Decimal
from urllib.parse import quote

import pytest
from sqlalchemy import select

from models import Proposal
from studio.queries import calls
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories.calls import call
from tests.factories.digest import filed
from tests.factories.world import draft
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

pytestmark = on_both_databases
TODAY = MONDAY_MORNING.date()
WRITTEN = {
    "kind": "campaign",
    "title": "降本增效金点子",
    "wanted": "吨钢电耗降 3%",
    "prize": "0.5万",
    "prizes": "金点子奖 5 名",
    "opens_on": "2026-11-01",
    "closes_on": "2026-12-31",
    "studio": "S-ROLL",
    "units": ["ROLL"],
    "text": "",
    "act": "keep",
}


@pytest.fixture
def coordinator(app, client, world):
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in_as(client, world.coordinator)
    return client


def test_everybody_sees_what_is_open_and_may_answer_it(client, session, world):
    call(session, world)
    call(session, world, "早过了的", closes_on=TODAY.replace(day=1))
    sign_in_as(client, world.worker)
    page = client.get("/calls")
    text = main_text(page.text)
    assert "短尺与尾料占比降到 0.80% 以下" in text
    assert "¥60,000" in text
    assert "早过了的" not in text
    assert "/calls/new" not in page.text
    (code,) = [one.code for one in calls.open_on(session, TODAY)]
    assert "棒材倍尺剪切尾料过长攻关" in main_text(client.get("/file", query_string={"call": code}).text)


def test_without_any_the_page_says_so_and_filing_opens_whatever_the_address_says(client, world):
    sign_in_as(client, world.worker)
    assert "Nothing is called for just now" in main_text(client.get("/calls").text)
    assert client.get("/file?call=none%00").status_code == 200


def test_a_coordinator_puts_one_up_changes_and_ends_it(coordinator, session, world):
    assert coordinator.post("/calls/new", data=WRITTEN).status_code == 302
    (made,) = calls.all_calls(session)
    assert (made.title, made.prize) == ("降本增效金点子", Decimal(5000))
    assert made.studio == world.studio
    assert [unit.code for unit in made.units] == ["ROLL"]
    form = coordinator.get(f"/calls/{made.code}").text
    assert 'value="降本增效金点子"' in form
    assert coordinator.post(f"/calls/{made.code}", data={**WRITTEN, "title": "新名字"}).status_code == 302
    assert "新名字" in main_text(coordinator.get("/calls").text)
    assert coordinator.post(f"/calls/{made.code}", data={"act": "end"}).status_code == 302
    text = main_text(coordinator.get("/calls").text)
    assert "Not open now" in text
    assert "ended on" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"closes_on": "soon"},
        {"opens_on": ""},
        {"prize": "viel"},
        {"studio": "X"},
        {"units": ["NONE"]},
        {"kind": "war"},
    ],
)
def test_what_is_wrong_comes_back_with_everything_that_was_typed(coordinator, session, world, changes):
    answer = coordinator.post("/calls/new", data={**WRITTEN, **changes})
    assert answer.status_code == 422
    assert "金点子奖 5 名" in answer.text
    assert list(calls.all_calls(session)) == []


def test_only_coordinators_of_its_units_come_near(client, session, world):
    made = call(session, world)
    for person in (world.worker, world.admin):
        sign_in_as(client, person)
        assert client.get("/calls/new").status_code == client.get(f"/calls/{made.code}").status_code == 403
    sign_in_as(client, world.coordinator)
    assert client.get("/calls/none").status_code == 404


def test_as_many_statements_for_many_calls_as_for_one(client, session, world):
    sign_in_as(client, world.coordinator)
    counts: list[int] = []
    for more in (1, 4):
        for number in range(more):
            call(session, world, f"第{'一' * (len(counts) * 4 + number + 1)}个", units=[world.plant])
        client.get("/calls")
        with listening() as said:
            client.get("/calls")
        counts.append(said.count)
    assert counts[0] == counts[1]


ANSWER = {
    "problem": "尾料太长。",
    "measure": "剪切按炉次重新算。",
    "effect": "一吨省五块。",
    "filing_key": "for-a-call",
}


@pytest.fixture
def worker(app, client, world):
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in_as(client, world.worker)
    return client


def hidden(page):
    """What the form says of the call, as a browser would send it."""
    return page.text.split('name="call" value="')[1].split('"')[0]


def only_one(session):
    session.expire_all()
    return session.scalars(select(Proposal)).unique().one()


def test_what_is_filed_for_a_call_stays_with_it_from_the_draft_on(worker, session, world):
    made = call(session, world)
    address = f"/file?call={quote(made.code)}"
    said = hidden(worker.get(address))
    assert said == made.code
    draft_page = worker.post(address, data={**ANSWER, "call": said, "action": "save"}).location
    page = worker.get(draft_page)
    assert "For: 棒材倍尺剪切尾料过长攻关" in main_text(page.text)
    revision = only_one(session).revision
    for _click in range(2):
        worker.post(draft_page, data={**ANSWER, "call": hidden(page), "action": "submit", "revision": revision})
    filed = only_one(session)
    assert (filed.call_id, bool(filed.number)) == (made.id, True)
    page = worker.get(f"/proposals/{filed.number}")
    assert f'href="/calls/{quote(made.code)}/answers"' in page.text
    assert "1 proposal answers it" in main_text(worker.get("/calls").text)
    assert filed.title in main_text(worker.get(f"/calls/{made.code}/answers").text)


def test_what_misses_a_word_comes_back_and_still_knows_its_call(worker, session, world):
    made = call(session, world)
    page = worker.post("/file", data={**ANSWER, "problem": "", "call": made.code, "action": "submit"})
    assert page.status_code == 422
    assert hidden(page) == made.code
    assert only_one(session).call_id == made.id


@pytest.mark.parametrize("code", ["", "none", "x" * 5000, "\0"])
def test_a_code_that_nobody_knows_says_nothing(worker, session, code):
    worker.post("/file", data={**ANSWER, "call": code, "action": "submit"})
    filed = only_one(session)
    assert (filed.call_id, bool(filed.number)) == (None, True)


def test_a_form_is_not_for_a_call_that_is_over(worker, session, world):
    made = call(session, world, closes_on=TODAY.replace(day=1))
    assert hidden(worker.get(f"/file?call={quote(made.code)}")) == ""


def test_answers_are_shown_to_those_who_may_read_them_and_long_after_the_end(worker, session, world):
    made = call(session, world, closes_on=TODAY.replace(day=1))
    address = f"/calls/{quote(made.code)}/answers"
    assert "Nobody has answered it yet" in main_text(worker.get(address).text)
    filed(session, world, "人人能看的", call=made)
    filed(session, world, "保密的", call=made, confidential=True)
    draft(session, world, title="没交的", call=made)
    mine = main_text(worker.get(address).text)
    assert [title in mine for title in ("人人能看的", "保密的", "没交的")] == [True, True, False]
    assert "Filed for it2" in mine
    sign_in_as(worker, world.stranger)
    theirs = main_text(worker.get(address).text)
    assert [title in theirs for title in ("人人能看的", "保密的")] == [True, False]
    assert "Filed for it1" in theirs
    sign_in_as(worker, world.coordinator)
    assert address in worker.get("/calls").text, "closed, and still counted"
    assert worker.get("/calls/none/answers").status_code == 404


def test_as_many_statements_for_many_answers_as_for_one(worker, session, world):
    made = call(session, world)
    counts: list[int] = []
    for more in (1, 3):
        for number in range(more):
            filed(session, world, f"第{len(counts)}{number}件", call=made)
        for address in (f"/calls/{quote(made.code)}/answers", "/calls"):
            worker.get(address)
            with listening() as said:
                worker.get(address)
            counts.append(said.count)
    assert counts[:2] == counts[2:]
