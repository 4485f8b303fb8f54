import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person
from studio.operations import accounts
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import PASSWORD, World
from tests.support.pages import PageClient
from tests.support.people import sign_in_as
from tests.support.sending import send, token_of
from tests.support.statements import listening
from views.access import SESSION_KEY
from views.account import local_path, local_post

pytestmark = on_both_databases


@pytest.fixture(scope="module")
def password_hash() -> str:
    return accounts.hash_password(PASSWORD)


@pytest.fixture
def worker(session: Session, world: World, password_hash: str) -> Person:
    with writing(session):
        world.worker.password_hash = password_hash
    return world.worker


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Looks at every page it gets, and at what a GET writes."""
    app.test_client_class = PageClient
    return app.test_client()


def test_staff_number_and_password_open_the_door(client: FlaskClient, worker: Person) -> None:
    answer = send(client, "/sign-in", employee_no="000101", password=PASSWORD)

    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_number(client: FlaskClient, worker: Person) -> None:
    answer = send(client, "/sign-in", employee_no="000101", password="wrong")

    assert answer.status_code == 422
    assert 'value="000101"' in answer.text
    assert "wrong" not in answer.text


def test_too_many_tries_say_how_many_minutes(client: FlaskClient, worker: Person) -> None:
    for _try in range(8):
        send(client, "/sign-in", employee_no="000101", password="wrong")
    answer = send(client, "/sign-in", employee_no="000101", password=PASSWORD)

    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_after_signing_in_the_wanted_page_comes(client: FlaskClient, worker: Person) -> None:
    answer = client.get("/file")
    assert answer.location == "/sign-in?next=/file"

    answer = send(client, answer.location, employee_no="000101", password=PASSWORD)
    assert answer.location == "/file"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "evil",
        "/no-such-page",
        "",
        None,
    ],
)
def test_nobody_is_led_to_another_site(client: FlaskClient, world: World, target: str | None) -> None:
    with client.application.test_request_context():
        assert local_path(target) == ""


def test_kept_words_go_only_to_forms_of_this_site(client: FlaskClient, world: World) -> None:
    with client.application.test_request_context():
        assert local_post("/file")
        assert not local_post("//evil.example/file")
        assert not local_post("https://evil.example/file")
        assert not local_post("/healthz")


def test_the_first_password_must_be_changed(client: FlaskClient, session: Session, worker: Person) -> None:
    with writing(session):
        worker.must_change_password = True

    assert send(client, "/sign-in", employee_no="000101", password=PASSWORD).location == "/account/password"
    assert client.get("/").location.startswith("/account/password")
    assert client.get("/account/password").status_code == 200

    new = "鏈條要上油 and more"
    answer = send(client, "/account/password", old=PASSWORD, new=new, again=new)
    assert answer.location == "/"
    assert client.get("/").status_code == 200


def test_a_new_password_that_will_not_do_is_explained_at_its_field(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)

    answer = send(client, "/account/password", old="wrong", new="a new long password", again="a new long password")
    assert answer.status_code == 422
    assert 'id="old-error"' in answer.text

    answer = send(client, "/account/password", old=PASSWORD, new="one sentence", again="another sentence")
    assert 'id="again-error"' in answer.text


def test_preferences_are_kept_and_change_the_page(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)
    assert client.get("/account").status_code == 200

    answer = send(client, "/account", locale="zh_CN", theme="dark")

    assert answer.location == "/account"
    page = client.get("/account")
    assert '<html lang="zh-CN" data-theme="dark">' in page.text


def test_the_language_changes_without_signing_in(client: FlaskClient, world: World) -> None:
    answer = send(client, "/sign-in", "/language", locale="zh_CN", next="/sign-in")

    assert answer.location == "/sign-in"
    assert 'lang="zh-CN"' in client.get("/sign-in").text


def test_signing_out_ends_the_session(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)
    send(client, "/account", "/sign-out")

    assert client.get("/").location == "/sign-in?next=/"


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(client: FlaskClient, worker: Person) -> None:
    app = client.application
    sign_in_as(client, worker)
    thief, elsewhere = app.test_client(), app.test_client()
    cookie = client.get_cookie("studio")
    assert cookie is not None
    thief.set_cookie("studio", cookie.value)
    sign_in_as(elsewhere, worker)
    assert thief.get("/").status_code == 200

    send(client, "/account", "/sign-out")

    assert thief.get("/").location == "/sign-in?next=/"
    assert thief.post("/sign-out").status_code == 401
    assert elsewhere.get("/").status_code == 200, "only this session has ended"


def test_every_sign_in_begins_a_session_of_its_own(client: FlaskClient, worker: Person) -> None:
    keys = set()
    for _time in range(2):
        send(client, "/sign-in", employee_no="000101", password=PASSWORD)
        with client.session_transaction() as cookie:
            keys.add(cookie[SESSION_KEY])
        send(client, "/account", "/sign-out")
    assert len(keys) == 2


def test_a_cookie_without_a_key_opens_nothing(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)
    with client.session_transaction() as cookie:
        del cookie[SESSION_KEY]

    assert client.get("/").location == "/sign-in?next=/"


def test_who_has_signed_out_is_asked_for_in_no_statement_of_its_own(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)
    client.get("/account")
    with listening() as heard:
        client.get("/account")
    assert [statement.startswith("SELECT people.") for statement in heard.said if "ended_sessions" in statement] == [
        True
    ]


def test_signing_out_everywhere_ends_other_browsers_too(client: FlaskClient, worker: Person) -> None:
    other = client.application.test_client()
    sign_in_as(other, worker)
    assert other.get("/").status_code == 200

    sign_in_as(client, worker)
    send(client, "/account", "/sign-out-everywhere")

    assert other.get("/").location == "/sign-in?next=/"


def test_the_first_visitor_becomes_administrator(client: FlaskClient) -> None:
    assert client.get("/sign-in").location == "/setup"
    assert client.get("/setup").status_code == 200

    word = "steel rule on the bench"
    answer = send(client, "/setup", employee_no="000001", name="江管理", new=word, again=word)

    assert answer.location == "/"
    assert client.get("/").status_code == 200
    assert client.get("/setup").status_code == 404


def test_nothing_typed_is_lost_when_the_session_has_ended(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)
    token = token_of(client.get("/file"))
    client.delete_cookie("studio")

    words = {"title": "盖板翘边", "problem": "绊人 <b>两次</b>", "filing_key": "k1"}
    ended = client.post("/file", data={"csrf_token": token, "action": "save", **words})
    assert ended.status_code == 401
    assert "绊人 &lt;b&gt;两次&lt;/b&gt;" in ended.text

    kept = {f"kept:{name}": value for name, value in {**words, "action": "save"}.items()}
    signing_in = {"csrf_token": token_of(ended), "kept_target": "/file", "employee_no": "000101"}
    wrong = client.post("/sign-in", data={**signing_in, **kept, "password": "wrong"})
    assert wrong.status_code == 422
    assert 'name="kept:title" value="盖板翘边"' in wrong.text

    resumed = client.post("/sign-in", data={**signing_in, **kept, "password": PASSWORD})
    assert resumed.status_code == 200
    assert 'action="/file"' in resumed.text

    answer = client.post("/file", data={"csrf_token": token_of(resumed), "action": "save", **words})
    draft = client.get(answer.location)
    assert "绊人 &lt;b&gt;两次&lt;/b&gt;" in draft.text


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "http://[", "http://localhost.elsewhere.example"]
)
def test_the_words_of_another_site_are_not_carried_on(client: FlaskClient, worker: Person, origin: str) -> None:
    ours = client.post("/file", data={"title": "盖板翘边"}, headers={"Origin": "http://localhost"})
    theirs = client.post("/file", data={"title": "盖板翘边"}, headers={"Origin": origin})

    assert (ours.status_code, theirs.status_code) == (401, 400)
    assert "kept_target" in ours.text
    assert "kept_target" not in theirs.text


def test_an_outdated_token_costs_one_click_and_no_words(client: FlaskClient, worker: Person) -> None:
    sign_in_as(client, worker)

    answer = client.post("/file", data={"csrf_token": "old", "title": "盖板翘边", "action": "save"})

    assert answer.status_code == 400
    assert 'name="title" value="盖板翘边"' in answer.text
    assert 'action="/file"' in answer.text


def test_a_flood_of_tries_is_turned_away(client: FlaskClient, world: World) -> None:
    form = {"csrf_token": token_of(client.get("/sign-in")), "employee_no": world.worker.employee_no, "password": ""}

    statuses = [client.post("/sign-in", data=form).status_code for _ in range(121)]

    assert set(statuses[:-1]) == {422}
    assert statuses[-1] == 429
    assert client.get("/sign-in").status_code == 200
