"""What programs find, read and file: what the pages show their owners, under the same rules."""

import json
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Contributor, Proposal, ProposalState
from search_index.port import SearchUnavailable
from search_index.sync import sync
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World, draft
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening
from tests.views.api.conftest import Program

WORDS = {"problem": "盖板边上翘起来三公分多。", "measure": "盖板重新折边。", "effect": "不再绊人。"}
Make = Callable[..., Program]


@pytest.fixture
def three(session: Session, world: World, services: Services) -> list[Proposal]:
    """Two that everybody may read, one of them accepted, and a confidential one."""
    found = [
        stories.filed(session, world, title="天车驾驶室空调滤尘", claimed_benefit=Decimal("12800.50")),
        stories.filed(session, world, title="浇注天车口令灯", author=world.stranger),
        stories.filed(session, world, title="天车图纸不外传", confidential=True),
    ]
    stories.decided(session, world, found[0])
    sync(session, services.search)
    return found


def filed(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Proposal.id))) or 0


@on_both_databases
def test_a_proposal_is_told_with_codes_names_offsets_and_money_as_text(
    three: list[Proposal], world: World, program: Make
):
    told = program(world.mate).get(f"/proposals/{three[0].number}", **{"Accept-Language": "zh-CN"})
    assert told.status_code == 200
    body = told.get_json()
    assert body["state"] == {"code": "accepted", "name": "已采纳"}
    assert body["studio"] == {"code": "S-ROLL", "name": "何广茂创新工作室"}
    assert body["submitter"] == {"employee_no": "000101", "name": "叶思琪"}
    assert body["contributors"] == [{"person": {"employee_no": "000101", "name": "叶思琪"}, "share": 100}]
    assert (body["claimed_benefit"], body["checked_benefit"]) == ("12800.50", None)
    assert body["filed_at"] == "2026-11-16T09:00:00+08:00"
    assert body["why"] == "ROLL车间的提案归何广茂创新工作室看。"
    assert body["decision"]["outcome"]["code"] == "accepted"
    assert body["promise"] is None


@on_both_databases
@pytest.mark.parametrize("by_index", [True, False])
def test_programs_find_what_the_archive_shows_their_owner(
    app: Flask, three: list[Proposal], world: World, program: Make, services: Services,
    monkeypatch: pytest.MonkeyPatch, *, by_index: bool,
):  # fmt: skip
    if not by_index:
        monkeypatch.setattr(type(services.search), "search", away)
    for reader in ("worker", "mate", "stranger", "lead", "other_lead", "coordinator", "admin"):
        page, asks = app.test_client(), program(getattr(world, reader))
        sign_in_as(page, getattr(world, reader))
        for question in ("q=天车", "", "q=图纸", "state=accepted", "sort=benefit", "kind=nonsense", "year=1999"):
            shown = main_text(page.get(f"/archive?{question}").text)
            found = asks.get(f"/proposals?{question}").get_json()
            titles = [one["title"] for one in found["items"]]
            assert titles == sorted(titles, key=shown.index), (reader, question)
            assert found["total"] == len(titles) == sum(one.title in shown for one in three), (reader, question)
        may = asks.get(f"/proposals/{three[2].number}").status_code == 200
        assert may == (page.get(f"/proposals/{three[2].number}").status_code == 200)
        assert may == (reader in {"worker", "lead", "coordinator"})


def away(*_arguments: object, **_facts: object) -> None:
    raise SearchUnavailable


def test_what_may_not_be_read_is_not_there(session: Session, three: list[Proposal], world: World, program: Make):
    asks = program(world.stranger)
    secret, nothing = (asks.get(f"/proposals/{number}") for number in (three[2].number, "2026-99999"))
    assert secret.status_code == nothing.status_code == 404
    assert secret.get_json() == nothing.get_json()
    own = draft(session, world, author=world.stranger)
    assert asks.get(f"/proposals/draft-{own.id}").status_code == 404


def test_facets_are_counted_when_asked_for_and_their_codes_filter(three: list[Proposal], world: World, program: Make):
    asks = program(world.mate)
    assert asks.get("/proposals").get_json()["facets"] is None
    facets = asks.get("/proposals?facets=true").get_json()["facets"]
    assert {"code": "S-ROLL", "name": "Studio S-ROLL", "count": 1} in facets["studio"]
    for facet, counted in facets.items():
        for one in counted:
            assert asks.get(f"/proposals?{facet}={one['code']}").get_json()["total"] == one["count"], (facet, one)
    assert {one["code"] for one in facets["unit"]} == {"JZ", "ROLL", "ROLL-A", "CAST", "CAST-A"}
    assert asks.get("/proposals?unit=ROLL&unit=CAST").get_json()["total"] == 2
    assert asks.get(f"/proposals?studio={three[0].studio_id}").get_json()["total"] == 0  # an id is no code


def test_pages_lead_on_and_past_the_end_there_is_nothing(three: list[Proposal], world: World, program: Make):
    asks = program(world.worker)
    first = asks.get("/proposals?per_page=2&year=2026&q=天车").get_json()
    assert (first["total"], len(first["items"]), first["links"]["prev"]) == (3, 2, None)
    assert first["links"]["next"].startswith("http://127.0.0.1:8000/api/v1/proposals?")
    path = first["links"]["next"].removeprefix("http://127.0.0.1:8000/api/v1")
    second = asks.get(path).get_json()
    assert (len(second["items"]), second["links"]["next"]) == (1, None)
    numbers = [one["number"] for one in (*first["items"], *second["items"])]
    assert len(set(numbers)) == 3
    past = asks.get("/proposals?page=100000&per_page=100").get_json()
    assert (past["total"], past["items"], past["links"]["next"]) == (3, [], None)


NOT_UNDERSTOOD = {
    "page=0": "page", "page=x": "page", "page=９": "page", "per_page=101": "per_page", "stat=accepted": "stat",
    "state=fine": "state.0", "sort=worst": "sort", "year=20x6": "year.0", "facets=1": "facets",
    "q=" + "长" * 201: "q",
}  # fmt: skip


def test_what_is_not_understood_is_told_and_not_left_out(world: World, program: Make):
    asks = program(world.worker)
    for question, field in NOT_UNDERSTOOD.items():
        refused = asks.get(f"/proposals?{question}")
        assert refused.status_code == 422, question
        assert [one["field"] for one in refused.get_json()["errors"]] == [field]


@on_both_databases
def test_the_number_of_statements_does_not_grow_with_the_rows(
    session: Session, world: World, services: Services, program: Make
):
    asks = program(world.worker)
    asks.get("/me")  # its use is noted, and the glossary is read
    counts = []
    for title in ("一", "二三", "四"):
        stories.filed(session, world, title=title, contributors=[
            Contributor(person=world.worker, share=50), Contributor(person=world.mate, share=50)
        ])  # fmt: skip
        sync(session, services.search)
        with listening() as heard:
            asks.get("/proposals?facets=true")
        counts.append(heard.count)
    assert counts[1] == counts[2] <= 10, heard.said


def test_a_filing_gets_a_number_a_studio_a_reason_and_a_date(
    session: Session, world: World, program: Make, services: Services
):
    shares = [{"employee_no": "000101", "share": 60}, {"employee_no": "000102", "share": 40}]
    body = {**WORDS, "kind": "suggestion", "themes": ["safety"], "claimed_benefit": "1200.5", "contributors": shares}
    asks = program(world.worker)
    answer = asks.post("/proposals", body)
    assert answer.status_code == 201
    told = answer.get_json()
    assert answer.location == f"http://127.0.0.1:8000/api/v1/proposals/{told['number']}"
    assert told["title"] == "盖板边上翘起来三公分多"
    assert (told["state"]["code"], told["studio"]["code"]) == ("under_review", "S-ROLL")
    assert told["why"] == "Studio S-ROLL looks after the proposals of ROLL shop."
    assert told["promise"]["what"] == "answer"
    assert told["promise"]["by"]["employee_no"] in {"000202", "000203"}
    assert told["promise"]["due_at"].endswith("+08:00")
    assert [one["share"] for one in told["contributors"]] == [60, 40]
    assert told["claimed_benefit"] == "1200.50"
    assert asks.get(f"/proposals/{told['number']}").get_json() == told
    [kept] = session.scalars(select(Proposal)).unique()
    assert (kept.filed_by_id, kept.state) == (world.worker.id, ProposalState.UNDER_REVIEW)


LACKS: list[tuple[dict[str, object], str, str]] = [
    ({"problem": None}, "problem", "field_wrong"),
    ({"problem": ""}, "problem", "problem_missing"),
    ({"measure": "…… —— \u200b"}, "measure", "measure_missing"),
    ({"effect": "\x00\x01"}, "effect", "effect_missing"),
    ({"problem": "长" * 4001}, "problem", "text_too_long"),
    ({"kind": "no-such"}, "kind", "kind_unknown"),
    ({"themes": ["no-such"]}, "themes", "theme_unknown"),
    ({"submitter": "000104"}, "submitter", "not_your_team"),
    ({"contributors": [{"employee_no": "999999", "share": 100}]}, "contributors", "person_unknown"),
    ({"contributors": [{"employee_no": "000101", "share": 60}]}, "contributors", "shares_not_whole"),
    ({"contributors": [{"employee_no": "000101", "share": 0}]}, "contributors.0.share", "field_wrong"),
    ({"contributors": [{"share": 5}]}, "contributors.0.employee_no", "field_missing"),
    ({"claimed_benefit": 1200}, "claimed_benefit", "field_wrong"),
    ({"claimed_benefit": "1.2万"}, "claimed_benefit", "money_unreadable"),
    ({"already_done": 1}, "already_done", "field_wrong"),
    ({"colour": "red"}, "colour", "field_unknown"),
]


def test_what_a_filing_lacks_is_told_at_its_field_and_nothing_is_kept(session: Session, world: World, program: Make):
    asks = program(world.worker)
    for given, field, code in LACKS:
        refused = asks.post("/proposals", {**WORDS, **given})
        assert (refused.status_code, refused.mimetype) == (422, "application/problem+json"), given
        assert [(one["field"], one["code"]) for one in refused.get_json()["errors"]] == [(field, code)]
        assert refused.get_json()["errors"][0]["detail"]
    assert filed(session) == 0


GARBAGE = [
    (b"", "application/json", 400),
    (b"{", "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"[" * 200_000, "application/json", 400),
    (b'{"cost": ' + b"9" * 5000 + b"}", "application/json", 400),
    (b"[]", "application/json", 422),
    (b'{"\\ud800": 1}', "application/json", 422),
    (b"null", "application/json", 422),
    (b"problem=x", "application/x-www-form-urlencoded", 415),
    (b"{}", "", 415),
    (b'{"problem": "' + b"x" * 300_000 + b'"}', "application/json", 413),
]


def test_garbage_is_refused_with_the_right_status(session: Session, world: World, program: Make):
    asks = program(world.worker)
    for body, kind, status in GARBAGE:
        refused = asks.client.post("/api/v1/proposals", data=body, content_type=kind or None, headers=asks.bearer)
        assert (refused.status_code, refused.mimetype) == (status, "application/problem+json"), body[:40]
        assert refused.get_json()["status"] == status
    assert filed(session) == 0


def test_what_cannot_be_seen_is_taken_out_as_in_the_form(world: World, program: Make):
    asks = program(world.worker)
    given = json.dumps({**WORDS, "title": "盖\x00板\ud800\u202e", "location": "零\ufeff号"})
    told = asks.client.post("/api/v1/proposals", data=given, content_type="application/json", headers=asks.bearer)
    assert told.status_code == 201, told.text
    assert (told.get_json()["title"], told.get_json()["location"]) == ("盖板", "零号")


@on_both_databases
def test_the_same_key_files_once_and_tells_the_same(session: Session, world: World, program: Make):
    asks = program(world.worker)
    first, second = (asks.post("/proposals", WORDS, Idempotency_Key="mes-1") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.get_json() == second.get_json()
    assert filed(session) == 1
    other = asks.post("/proposals", {**WORDS, "problem": "另一件事。"}, Idempotency_Key="mes-1")
    assert other.get_json()["errors"][0]["code"] == "key_used_before"
    assert filed(session) == 1
    somebody_else = program(world.stranger).post("/proposals", WORDS, Idempotency_Key="mes-1")
    assert somebody_else.status_code == 201
    assert asks.post("/proposals", WORDS).get_json()["number"] != first.get_json()["number"]


@on_both_databases
def test_the_same_key_at_once_from_two_threads_files_once(app: Flask, session: Session, world: World, program: Make):
    asks = program(world.worker)
    asks.get("/me")
    session.rollback()
    start, answers = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        with app.test_client() as client:
            headers = {**asks.bearer, "Idempotency-Key": "mes-1"}
            answers.append(client.post("/api/v1/proposals", json=WORDS, headers=headers))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json()["number"] == answers[1].get_json()["number"]
    assert filed(session) == 1


def test_a_team_leader_files_for_his_team(world: World, program: Make):
    told = program(world.leader).post("/proposals", {**WORDS, "submitter": "000101"})
    assert told.status_code == 201
    assert told.get_json()["submitter"]["employee_no"] == "000101"


def test_a_proposal_somebody_filed_without_a_name_is_told_without_it(session: Session, world: World, program: Make):
    told = program(world.worker).post("/proposals", {**WORDS, "anonymous": True}).get_json()
    assert told["submitter"]["employee_no"] == "000101"
    seen = program(world.stranger).get(f"/proposals/{told['number']}").get_json()
    assert seen["submitter"] == {"employee_no": None, "name": "The author"}
    assert (seen["names_hidden"], seen["unit"], seen["contributors"]) == (True, None, [])


def test_twenty_thousand_rows_are_paged_to_the_end(session: Session, world: World, services: Services, program: Make):
    texts = {"title": "天车", "problem": "一", "measure": "二", "effect": "三", "submitter_text": "从前的人"}
    times = dict.fromkeys(("created_at", "updated_at", "submitted_at", "decided_at"), world.at)
    facts = {**texts, "state": "accepted", "revision": 1}
    rows = [{**facts, **times, "number": f"2020-{number:05}"} for number in range(20_000)]
    with writing(session):
        session.execute(Proposal.__table__.insert(), rows)  # type: ignore[attr-defined] # a table, as every record has
    asks = program(world.worker)
    services.search.search = away  # type: ignore[method-assign,assignment] # the database answers, the slow way
    last, past = (asks.get(f"/proposals?per_page=100&page={page}").get_json() for page in (200, 201))
    assert (last["total"], len(last["items"]), last["links"]["next"]) == (20_000, 100, None)
    assert (past["total"], past["items"]) == (20_000, [])


def test_the_database_away_is_a_problem_to_try_again(
    app: Flask, world: World, program: Make, monkeypatch: pytest.MonkeyPatch
):
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415 - for this test alone

    def gone(*_arguments: object, **_facts: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    asks = program(world.worker)
    monkeypatch.setattr("views.bearer.api_tokens.holding", gone)
    refused = asks.get("/me", **{"Accept-Language": "zh-CN"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert refused.get_json()["type"].endswith(":away")
