"""A shared terminal over HTTP: who comes in, what opens, and what is left of it afterwards."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Badge, Kiosk, Pin, Proposal
from studio.operations import accounts, kiosks, pins
from studio.queries.kiosks import Keys, keys_of
from studio.transactions import writing
from tests.architecture.test_url_map import OPEN_TO_ALL, _address
from tests.conftest import Clock
from tests.factories.stories import asked, filed
from tests.factories.world import PASSWORD, World
from tests.support.forms import forms_of
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from views import kiosk_session
from views.access import SESSION_KEY

PIN = "2580"
WORDS = {"problem": "盖板翘边绊人。", "measure": "重新折边。", "effect": "不再绊人。", "action": "submit"}


@pytest.fixture
def worker(session: Session, world: World) -> World:
    with writing(session):
        world.worker.password_hash = accounts.hash_password(PASSWORD)
        pins.set_pin(session, world.worker, pin=PIN, password=PASSWORD, actor=world.worker, at=world.at)
    return world


@pytest.fixture
def terminal(session: Session, worker: World, client: FlaskClient) -> FlaskClient:
    """A browser that was enrolled by its page."""
    with writing(session):
        _made, code = kiosks.make(session, name="总装门口", unit=worker.plant, actor=worker.admin, at=worker.at)
    answer = send(client, "/kiosk/enrol", code=f"{code[:5]} {code[5:].upper()}")
    assert (answer.status_code, answer.location) == (303, "/kiosk")
    return client


def send(client: FlaskClient, path: str, to: str = "", **words: str) -> TestResponse:
    """Fetch a page, fill in the form that asks for these words, or leads ``to`` an address, and send it."""
    page = client.get(path)
    wanted = set(words) - {"action"}
    fits = [one for one in forms_of(page.data, path) if one.method == "POST" and wanted <= one.names]
    form = next((one for one in fits if one.action == to or (words and not to)), None)
    assert form, f"{path} ({page.status_code}) has no form with {sorted(words)} to {to}"
    return client.post(form.action, data=form.force(**words).data(None))


def cookie_of(client: FlaskClient) -> str:
    """Return a copy of the session's cookie."""
    cookie = client.get_cookie("studio")
    assert cookie
    return cookie.value


def leave(client: FlaskClient) -> TestResponse:
    return send(client, "/kiosk/start", to="/kiosk/leave")


def come_in(client: FlaskClient, number: str = "000101", pin: str = PIN) -> TestResponse:
    return send(client, "/kiosk", number=number, pin=pin)


class TestComingIn:
    def test_number_and_pin_lead_to_the_first_page(self, terminal: FlaskClient) -> None:
        answer = come_in(terminal)
        assert (answer.status_code, answer.location) == (303, "/kiosk/start")
        page = terminal.get("/kiosk/start")
        assert "Person 000101" in main_text(page.data)
        assert page.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(("number", "pin"), [("000101", "9999"), ("000102", PIN), ("123456", PIN)])
    def test_whatever_is_wrong_it_says_the_same(self, terminal: FlaskClient, number: str, pin: str) -> None:
        answer = come_in(terminal, number, pin)
        assert answer.status_code == 422
        assert "Number and PIN do not fit together" in main_text(answer.data)
        assert pin not in answer.text

    def test_a_badge_opens_as_well(self, session: Session, worker: World, terminal: FlaskClient) -> None:
        with writing(session):
            pins.give_badge(session, worker.worker, "0A4F33BC", actor=worker.admin, at=worker.at)
        assert come_in(terminal, "0A4F33BC").location == "/kiosk/start"

    def test_the_first_time_the_password_opens_and_a_pin_is_chosen(
        self, session: Session, worker: World, terminal: FlaskClient
    ) -> None:
        with writing(session):
            worker.mate.password_hash = accounts.hash_password(PASSWORD)
        words = {"number": "000102", "password": PASSWORD, "pin": "1234", "again": "1234"}
        answer = send(terminal, "/kiosk/first-time", **words)
        assert (answer.status_code, keys_of(session, worker.mate.id)) == (422, Keys(None, None, pin_rests=False))
        answer = send(terminal, "/kiosk/first-time", **{**words, "pin": "7049", "again": "7049"})
        assert answer.location == "/kiosk/start"
        assert keys_of(session, worker.mate.id).pin_set_at == worker.at

    def test_a_first_password_is_changed_before_anything_else(
        self, session: Session, worker: World, terminal: FlaskClient
    ) -> None:
        with writing(session):
            given = accounts.reset_password(session, worker.mate, actor=worker.admin, at=worker.at)
        words = {"number": "000102", "password": given, "pin": "7049", "again": "7049"}
        assert send(terminal, "/kiosk/first-time", **words).location == "/account/password"
        assert session.get(Pin, worker.mate.id) is None
        assert terminal.get("/file").location == "/account/password"
        words = {"old": given, "new": "a password of my own", "again": "a password of my own"}
        assert send(terminal, "/account/password", **words).location == "/"
        assert terminal.get("/").location == "/kiosk/start"

    def test_a_terminal_that_let_too_many_through_waits(
        self, session: Session, terminal: FlaskClient, clock: Clock
    ) -> None:
        for number in range(30):
            pins.sign_in(session, 1, number=str(number), pin="1", address="", at=clock(), most_failures=99)
        answer = come_in(terminal)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


class TestWhereItOpens:
    def test_there_is_no_kiosk_anywhere_else(self, worker: World, client: FlaskClient) -> None:
        for path in ("/kiosk", "/kiosk/first-time"):
            assert client.get(path).location == "/sign-in"
            assert client.post(path, data={"number": "000101", "pin": PIN}).status_code == 400

    def test_its_usual_sign_in_leads_to_the_door(self, terminal: FlaskClient) -> None:
        assert terminal.get("/sign-in").location == "/kiosk"
        assert terminal.get("/mine").location == "/kiosk"

    def test_its_session_opens_nothing_without_the_cookie_of_the_terminal(self, terminal: FlaskClient) -> None:
        come_in(terminal)
        terminal.delete_cookie(kiosk_session.COOKIE)
        assert terminal.get("/kiosk/start").location.startswith("/sign-in")

    def test_a_session_from_elsewhere_opens_nothing_there(self, worker: World, terminal: FlaskClient) -> None:
        sign_in_as(terminal, worker.admin)
        assert terminal.get("/administration").location == "/kiosk"

    def test_a_revoked_terminal_is_none(self, session: Session, worker: World, terminal: FlaskClient) -> None:
        come_in(terminal)
        with writing(session):
            kiosks.revoke(session, 1, actor=worker.admin, at=worker.at)
        assert terminal.get("/mine").location.startswith("/sign-in")
        assert terminal.get("/kiosk").location == "/sign-in"

    def test_the_session_is_new_each_time(self, terminal: FlaskClient) -> None:
        keys = set()
        for _ in range(2):
            come_in(terminal)
            with terminal.session_transaction() as cookie:
                keys.add(cookie[SESSION_KEY])
            leave(terminal)
        assert len(keys) == 2


class TestWhatOpens:
    def test_one_files_and_gets_the_slip(self, session: Session, terminal: FlaskClient) -> None:
        come_in(terminal)
        answer = send(terminal, "/file", **WORDS)
        assert answer.location == "/proposals/2026-00001/receipt"
        assert terminal.get(answer.location).status_code == 200
        assert "data-kiosk" in terminal.get("/file").text

    def test_one_answers_what_is_asked(self, session: Session, worker: World, terminal: FlaskClient) -> None:
        made = filed(session, worker)
        asked(session, worker, made)
        come_in(terminal)
        assert "asks you something" in main_text(terminal.get("/kiosk/start").data)
        answer = send(terminal, f"/proposals/{made.number}", answer="三公分。")
        assert answer.status_code == 302
        assert session.scalars(select(Proposal.state)).all() == ["under_review"]

    def test_everything_else_is_refused_even_to_an_administrator(
        self, app: Flask, session: Session, worker: World, terminal: FlaskClient
    ) -> None:
        with writing(session):
            worker.admin.password_hash = accounts.hash_password(PASSWORD)
        send(terminal, "/kiosk/first-time", number="000304", password=PASSWORD)
        for rule in app.url_map.iter_rules():
            seen_by_all = rule.endpoint in OPEN_TO_ALL | {"home.index"} or rule.rule.startswith("/api/")
            if rule.endpoint not in kiosk_session.OPEN and not seen_by_all and "GET" in (rule.methods or ()):
                assert terminal.get(_address(rule)).status_code == 403, rule

    def test_what_is_listed_exists(self, app: Flask) -> None:
        listed = (
            kiosk_session.OPEN | kiosk_session.HANDED_IN | kiosk_session.WRITTEN_ON | {kiosk_session.FIRST_PASSWORD}
        )
        assert listed - {rule.endpoint for rule in app.url_map.iter_rules()} == set()


class TestLeaving:
    def test_leaving_ends_every_copy_and_empties_the_browser(self, terminal: FlaskClient) -> None:
        come_in(terminal)
        copy = cookie_of(terminal)
        answer = leave(terminal)
        assert (answer.location, answer.headers["Clear-Site-Data"]) == ("/kiosk", '"storage"')
        terminal.set_cookie("studio", copy)
        assert terminal.get("/mine").location == "/kiosk"

    def test_the_server_signs_out_who_stepped_away(self, terminal: FlaskClient, clock: Clock) -> None:
        come_in(terminal)
        clock.at += timedelta(seconds=80)
        assert terminal.get("/mine").status_code == 200
        clock.at += timedelta(seconds=90)
        copy = cookie_of(terminal)
        assert terminal.get("/mine").location == "/kiosk"
        terminal.set_cookie("studio", copy)
        assert terminal.post("/kiosk/stay", headers={"Accept": "application/json"}).status_code == 401

    def test_however_busy_it_ends_after_three_quarters_of_an_hour(self, terminal: FlaskClient, clock: Clock) -> None:
        come_in(terminal)
        for _ in range(44):
            clock.at += timedelta(seconds=60)
            assert terminal.get("/mine").status_code == 200
        clock.at += timedelta(seconds=60)
        assert terminal.get("/mine").location == "/kiosk"

    def test_without_a_script_a_form_may_take_longer_to_write(self, terminal: FlaskClient, clock: Clock) -> None:
        come_in(terminal)
        form = next(one for one in forms_of(terminal.get("/file").data, "/file") if "problem" in one.names)
        clock.at += timedelta(minutes=5)
        assert terminal.post("/file", data=form.force(**WORDS).data(None)).location == "/proposals/2026-00001/receipt"

    def test_what_was_typed_before_is_not_shown_to_who_comes_next(self, terminal: FlaskClient, clock: Clock) -> None:
        come_in(terminal)
        form = next(one for one in forms_of(terminal.get("/file").data, "/file") if "problem" in one.names)
        clock.at += timedelta(minutes=16)
        answer = terminal.post("/file", data=form.force(**WORDS).data(None))
        assert (answer.status_code, answer.location) == (303, "/kiosk")
        assert WORDS["problem"] not in terminal.get("/kiosk").text

    def test_the_form_of_the_last_one_is_not_handed_in_by_the_next(self, terminal: FlaskClient) -> None:
        come_in(terminal)
        form = next(one for one in forms_of(terminal.get("/file").data, "/file") if "problem" in one.names)
        leave(terminal)
        come_in(terminal)
        answer = terminal.post("/file", data=form.force(**WORDS).data(None))
        assert (answer.status_code, answer.location) == (303, "/kiosk")

    def test_who_comes_next_ends_the_session_before(
        self, session: Session, worker: World, terminal: FlaskClient
    ) -> None:
        come_in(terminal)
        copy = cookie_of(terminal)
        with terminal.session_transaction() as cookie:
            cookie.clear()
        come_in(terminal)
        terminal.set_cookie("studio", copy)
        assert terminal.get("/mine").location == "/kiosk"


class TestKeeping:
    def test_an_administrator_makes_one_and_the_code_is_shown_once(
        self, session: Session, world: World, client: FlaskClient
    ) -> None:
        sign_in_as(client, world.admin)
        page = send(client, "/administration/kiosks", name="总装门口", unit="ROLL")
        assert "The code for “总装门口”" in main_text(page.data)
        assert "waits for its code" in main_text(client.get("/administration/kiosks").data)
        assert client.post("/administration/kiosks/1/revoke", data=token(client)).status_code == 302
        assert session.scalars(select(Kiosk.revoked_at)).all() == [world.at]
        assert client.post("/administration/kiosks/1/code", data=token(client)).status_code == 404

    def test_he_gives_badges_and_takes_pins_away(self, session: Session, worker: World, client: FlaskClient) -> None:
        sign_in_as(client, worker.admin)
        person = "/administration/people/000101"
        send(client, person, badge="0A4F33BC")
        assert session.scalars(select(Badge.number)).all() == ["0A4F33BC"]
        client.post(f"{person}/pin", data=token(client))
        assert "Has no PIN" in main_text(client.get(person).data)
        assert keys_of(session, worker.worker.id) == Keys("0A4F33BC", None, pin_rests=False)

    def test_one_chooses_the_own_pin_and_drops_it(self, session: Session, worker: World, client: FlaskClient) -> None:
        sign_in_as(client, worker.worker)
        words = {"password": PASSWORD, "pin": "7049", "again": "7049"}
        assert send(client, "/account/pin", **{**words, "password": "wrong"}).status_code == 422
        assert send(client, "/account/pin", **words).location == "/account"
        client.post("/account/pin/none", data=token(client))
        assert session.scalars(select(Pin.person_id)).all() == []


def token(client: FlaskClient) -> dict[str, str]:
    """Return the token that every form of a page carries."""
    form = next(one for one in forms_of(client.get("/account").data, "/account") if "csrf_token" in one.names)
    return {"csrf_token": form.value("csrf_token")}


def test_numbers_never_stand_in_an_address(terminal: FlaskClient) -> None:
    assert "000101" not in unquote(come_in(terminal).location)
