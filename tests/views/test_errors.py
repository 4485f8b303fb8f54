import re
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import ProposalState
from studio.app import create_app
from studio.domain.errors import Stale
from studio.queries.proposals import reference_of
from studio.settings import Settings
from tests.factories.world import World, draft
from tests.support.pages import PageClient, check_page, main_text
from tests.support.people import sign_in_as
from tests.support.sending import send, token_of
from views.access import public
from views.errors import EXPLAINED


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    app.test_client_class = PageClient
    client = app.test_client()
    sign_in_as(client, world.worker)
    return client


def test_an_unknown_address_says_where_to_go_on(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")

    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert 'role="search"' in answer.text


def test_what_is_somebody_elses_duty_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/coordination")

    assert answer.status_code == 403
    assert "ask the coordinator" in answer.text


def test_a_form_address_that_is_only_visited_explains_itself(client: FlaskClient) -> None:
    answer = client.get("/sign-out")

    assert answer.status_code == 405
    assert "Allow" in answer.headers


def test_a_stale_page_gives_the_words_back(client: FlaskClient, session: Session, world: World) -> None:
    kept = draft(session, world)

    answer = send(client, "/account", f"/file/{reference_of(kept)}", action="save", revision=99, problem="不能丢的话")

    assert answer.status_code == 409
    assert "不能丢的话" in answer.text
    assert f"/proposals/{reference_of(kept)}" in answer.text


@pytest.mark.parametrize("words", ["来晚了的话", "不要了"])
def test_a_verb_that_no_longer_fits_gives_the_words_back(
    client: FlaskClient, session: Session, world: World, words: str
) -> None:
    kept = draft(session, world, state=ProposalState.WITHDRAWN)

    withdraw = f"/proposals/{reference_of(kept)}/withdraw"
    answer = send(client, "/account", withdraw, reason=words, verb="mark_duplicate", revision=kept.revision)

    assert answer.status_code == 409
    assert words in answer.text
    assert "mark_duplicate" not in answer.text, "a choice is no word"


def test_more_than_can_be_taken_at_once_is_said(app: Flask, client: FlaskClient) -> None:
    token = token_of(client.get("/file"))
    app.config["MAX_CONTENT_LENGTH"] = 1000

    answer = client.post("/file", data={"csrf_token": token, "problem": "长" * 2000})

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_broken_page_says_so_without_a_traceback(app: Flask, client: FlaskClient) -> None:
    def breaks() -> str:
        raise RuntimeError("secret detail")

    app.view_functions["home.index"] = breaks
    public(breaks)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = client.get("/")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "It was not you" in answer.text


def test_scripts_are_answered_in_json(app: Flask, client: FlaskClient) -> None:
    def stale() -> str:
        raise Stale

    app.view_functions["home.index"] = stale
    public(stale)

    answer = client.get("/", headers={"Accept": "application/json"})

    said = "It was changed elsewhere meanwhile. Look at it there; your words are still here."
    assert (answer.status_code, answer.json) == (409, {"status": 409, "message": said})


def test_a_dead_database_is_a_short_break(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "studio.sqlite"
    app = create_app(Settings(data=tmp_path, database_url=f"sqlite:///{gone}", secret_key="not secret", locale="zh_CN"))

    answer = app.test_client().post("/sign-in", data={"employee_no": "000101"})
    page = app.test_client().get("/sign-in")

    assert page.status_code == 503
    assert "Traceback" not in page.text
    assert check_page(page.data) == []
    assert 'lang="zh-CN"' in page.text
    assert answer.status_code == 503


def test_static_files_may_be_kept_for_ever_and_pages_never(client: FlaskClient) -> None:
    page = client.get("/account")
    assert page.headers["Cache-Control"] == "no-store"

    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    for asked, kept_for_ever in ((address, True), (address.partition("?")[0], False)):
        with client.get(asked) as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) is kept_for_ever


def test_a_refusal_leads_back_to_the_page_that_led_there(client: FlaskClient) -> None:
    def back(referrer: str) -> bool:
        return "Back to where you were" in client.get("/sign-out", headers={"Referer": referrer}).text

    assert back("http://localhost/archive?q=1")
    assert 'href="/archive?q=1"' in client.get("/nothing", headers={"Referer": "http://localhost/archive?q=1"}).text
    assert not back("http://elsewhere.example/archive")
    assert not back("http://localhost/sign-out"), "that is where one stands"
    assert not back("http://[broken")
    assert not back("http://localhost//elsewhere.example/")


def test_a_stranger_is_shown_the_door_and_not_the_start_page(app: Flask, world: World) -> None:
    assert world.worker.id
    page = app.test_client().get("/no-such-page").text

    assert "it shows only once you have signed in" in page
    assert 'href="/sign-in"' in page
    assert "Search for it above" not in page


def test_a_fault_is_found_again_by_its_number(app: Flask, client: FlaskClient) -> None:
    def breaks() -> str:
        raise RuntimeError

    app.view_functions["archive.index"] = breaks
    public(breaks)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = client.get("/archive?q=%22%3E", headers={"X-Request-ID": "a-1b2c3d4e"})

    assert "a-1b2c3d4e" in answer.text
    assert 'href="/archive?q=%22%3E"' in answer.text
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize(("locale", "door"), [("zh_CN", "登录"), ("en", "Sign in")])
def test_every_refusal_is_a_whole_page_in_the_readers_language(
    app: Flask, world: World, locale: str, door: str
) -> None:
    assert world.worker.id
    app.test_client_class = PageClient
    stranger = app.test_client()
    with stranger.session_transaction() as kept:
        kept["locale"] = locale

    headings = set()
    for status in sorted(EXPLAINED - {500, 503}):
        app.view_functions["archive.index"] = public(lambda status=status: abort(status))
        answer = stranger.get("/archive")
        assert answer.status_code == status
        assert f'<span class="plate">{status}</span>' in answer.text
        assert door in main_text(answer.text)
        headings.add(re.findall(r"<h1>(.+)</h1>", answer.text)[0])
    assert len(headings) == len(EXPLAINED) - 2, "each says something of its own"
