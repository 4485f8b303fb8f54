"""Who comes in by a token, how far, and how wrong ones are turned away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from limits import RateLimitItemPerMinute
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ApiToken
from studio.operations import accounts, administration, api_tokens
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import Clock, on_both_databases
from tests.factories.world import World
from tests.support.people import sign_in_as
from tests.support.statements import listening
from tests.views.api.conftest import Program
from views import bearer

Make = Callable[..., Program]
WORDS = {"problem": "盖板边上翘起来三公分多。", "measure": "盖板重新折边。", "effect": "不再绊人。"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, api_requests_per_minute=40)


@on_both_databases
def test_each_token_acts_for_its_own_person(world: World, program: Make):
    one, two = program(world.worker), program(world.stranger, may_file=False)
    told = one.get("/me").get_json()
    assert (told["employee_no"], told["unit"]["code"], told["token"]["scopes"]) == (
        "000101",
        "ROLL-A",
        ["read", "file"],
    )
    told = two.get("/me").get_json()
    assert (told["employee_no"], told["token"]["scopes"]) == ("000104", ["read"])
    assert told["token"]["expires_at"] == "2026-12-16T09:00:00+08:00"


@on_both_databases
def test_a_token_ends_by_itself_by_its_owner_and_with_the_account(
    session: Session, world: World, program: Make, clock: Clock
):
    asks = program(world.worker, days=1)
    assert asks.get("/me").status_code == 200
    clock.at = world.at + timedelta(days=1)
    refused(asks)
    clock.at = world.at
    assert asks.get("/me").status_code == 200
    [token] = session.scalars(select(ApiToken)).all()
    with writing(session):
        api_tokens.revoke(session, token.id, actor=world.worker, at=world.at)
    refused(asks)

    ends = {
        "left": lambda person: setattr(person, "active", False),
        "out": lambda person: accounts.sign_out_everywhere(session, person, actor=person, at=world.at),
        "reset": lambda person: accounts.reset_password(session, person, actor=world.admin, at=world.at),
        "off": lambda person: administration.set_active(session, person, active=False, actor=world.admin, at=world.at),
    }
    people = (world.mate, world.stranger, world.finance, world.safety)
    for end, person in zip(ends.values(), people, strict=True):
        his = program(person)
        assert his.get("/me").status_code == 200
        with writing(session):
            end(person)
        refused(his)
    with writing(session):
        administration.set_active(session, world.safety, active=True, actor=world.admin, at=world.at)
    refused(his)


def refused(asks: Program) -> None:
    answer = asks.get("/me")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Innovation Studio", error=invalid_token'


def test_without_a_token_that_holds_nobody_comes_in(app: Flask, world: World):
    sends = app.test_client()
    for given in ("", "Bearer", "Bearer ", "Basic MDAwMTAxOng=", "Bearer isk_x", "Bearer \xff", "Bearer a=b"):
        answer = sends.get("/api/v1/me", headers={"Authorization": given} if given else {})
        assert answer.status_code == 401, given
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Innovation Studio"')
        assert "Set-Cookie" not in answer.headers


def test_a_token_that_only_reads_files_nothing(world: World, program: Make):
    answer = program(world.worker, may_file=False).post("/proposals", WORDS)
    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"].endswith("error=insufficient_scope, scope=file")
    assert answer.get_json()["detail"] == "This token may only read. Make one that may file proposals too."


def test_the_cookie_beside_a_token_is_neither_read_nor_set(world: World, program: Make):
    asks = program(world.worker)
    sign_in_as(asks.client, world.admin)
    answer = asks.get("/me")
    assert answer.get_json()["employee_no"] == "000101"
    assert "Set-Cookie" not in answer.headers
    assert asks.client.post("/api/v1/proposals", json=WORDS).status_code == 401


@on_both_databases
def test_its_use_is_written_down_once_an_hour(session: Session, world: World, program: Make, clock: Clock):
    asks = program(world.worker)
    writes = []
    for minutes in (0, 1, 59, 60, 61):
        clock.at = world.at + timedelta(minutes=minutes)
        with listening() as heard:
            asks.get("/me")
        writes.append(any("UPDATE" in one for one in heard.writes))
    assert writes == [True, False, False, True, False]
    assert session.scalar(select(ApiToken.last_used_at)) == world.at + timedelta(hours=1)


def test_a_token_that_asks_without_end_must_wait_and_others_go_on(world: World, program: Make):
    wild, calm = program(world.worker), program(world.worker)
    answers = [wild.get("/kinds") for _ in range(41)]
    assert {answer.status_code for answer in answers[:40]} == {200}
    assert (answers[40].status_code, answers[40].mimetype) == (429, "application/problem+json")
    assert 0 < int(answers[40].headers["Retry-After"]) <= 60
    assert calm.get("/kinds").status_code == 200


def test_wrong_tokens_are_throttled_by_address_and_right_ones_go_on(
    world: World, program: Make, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bearer, "MOST_FAILURES", RateLimitItemPerMinute(3))
    asks = program(world.worker)
    wrong = [asks.client.get("/api/v1/me", headers={"Authorization": "Bearer isk_guess"}) for _ in range(4)]
    assert [answer.status_code for answer in wrong] == [401, 401, 401, 429]
    assert asks.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/nothing", 404), ("GET", "/api/v2/proposals", 404), ("DELETE", "/api/v1/proposals", 405),
     ("PUT", "/api/v1/me", 405)],
)  # fmt: skip
def test_what_is_not_there_is_told_as_a_problem_in_the_language_asked_for(
    world: World, program: Make, method: str, path: str, status: int
):
    asks = program(world.worker)
    for language, told in (("zh-CN,en;q=0.5", "zh-CN"), ("zh", "zh-CN"), ("en-GB", "en"), ("fr", "en")):
        answer = asks.client.open(path, method=method, headers={**asks.bearer, "Accept-Language": language})
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.headers["Content-Language"] == told
        assert answer.get_json()["title"].isascii() == (told == "en")
    if status == 405:
        assert "GET" in answer.headers["Allow"]


def test_without_a_language_it_is_that_of_the_owner(session: Session, world: World, program: Make):
    with writing(session):
        accounts.save_preferences(session, world.worker, locale="zh_CN")
    assert program(world.worker).get("/proposals/2026-99999").get_json()["title"] == "这儿没有东西"
