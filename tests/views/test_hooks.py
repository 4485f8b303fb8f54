"""The pages of web hooks."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Hook, HookDelivery, HookKind, MailState
from studio.transactions import writing
from tests.conftest import Clock
from tests.factories.hooks import SECRET_ADDRESS, hook
from tests.factories.world import World
from tests.support.pages import main_text
from tests.support.people import sign_in_as
from tests.support.robot import Robot, robot
from tests.support.sending import send
from tests.support.statements import listening

LIST = "/administration/hooks"
NEW = f"{LIST}/new"
TOKEN = "abcdef0123456789"


@pytest.fixture
def keeper(client: FlaskClient, world: World) -> FlaskClient:
    sign_in_as(client, world.admin)
    return client


@pytest.fixture
def chat() -> Iterator[Robot]:
    with robot() as made:
        yield made


def only(session: Session) -> Hook:
    session.expire_all()
    return session.scalars(select(Hook)).one()


def filled(address: str, **facts: Any) -> dict[str, Any]:
    given = {"kind": "wecom", "name": "轧钢车间群", "locale": "zh_CN", "studio": "", "unit": ""}
    return {**given, "address": address, "topics": ["filed", "decided"], **facts}


def test_a_robot_is_added_tried_out_and_switched_on(keeper: FlaskClient, session: Session, chat: Robot) -> None:
    assert "No web hooks yet" in main_text(keeper.get(LIST).text)
    answer = send(keeper, NEW, **filled(chat.url))
    made = only(session)
    page = f"{LIST}/{made.id}"
    assert (answer.location, made.active) == (page, False)
    assert "not tested yet" in main_text(keeper.get(page).text)
    assert send(keeper, page, f"{page}/test").location == page
    assert "The test message has arrived." in keeper.get(page).text
    assert "测试消息" in chat.arrived[0].said["markdown"]["content"]
    assert only(session).tested_at is not None
    send(keeper, page, f"{page}/on")
    assert only(session).active
    send(keeper, page, f"{page}/off")
    assert not only(session).active
    send(keeper, page, f"{page}/remove")
    assert session.scalars(select(Hook)).all() == []
    assert keeper.get(page).status_code == 404


def test_a_test_that_fails_says_why(keeper: FlaskClient, session: Session, world: World, chat: Robot) -> None:
    chat.answer = lambda _: (200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}')
    page = f"{LIST}/{hook(session, world, chat.url).id}"
    send(keeper, page, f"{page}/test")
    assert "The test message did not arrive: 93000 invalid webhook url" in main_text(keeper.get(page).text)
    assert only(session).tested_at is None


def test_what_lets_in_is_shown_once_or_never_and_logged_nowhere(
    keeper: FlaskClient, session: Session, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hook(session, world, secret="SECabcdef", kind=HookKind.DINGTALK)
    page = f"{LIST}/{only(session).id}"
    shown = keeper.get(page).text + keeper.get(LIST).text
    assert "…6789" in shown
    assert TOKEN not in shown
    assert "SECabcdef" not in shown
    send(keeper, page, **filled("", secret=""))
    assert only(session).address == SECRET_ADDRESS
    assert TOKEN not in caplog.text
    assert "SECabcdef" not in caplog.text


def test_a_program_s_secret_is_shown_once(keeper: FlaskClient, session: Session) -> None:
    answer = send(keeper, NEW, **filled("https://mes.example.com/hook", kind="signed"))
    secret = only(session).secret
    page = f"{LIST}/{only(session).id}"
    assert secret in main_text(answer.text)
    assert secret not in keeper.get(page).text
    renewed = send(keeper, page, f"{page}/secret")
    assert only(session).secret != secret
    assert only(session).secret in main_text(renewed.text)


def test_what_cannot_work_is_said_and_what_was_typed_stays(keeper: FlaskClient, session: Session) -> None:
    answer = send(keeper, NEW, **filled("no address", topics=[]))
    assert answer.status_code == 422
    assert "Copy the whole address" in main_text(answer.text)
    assert "Choose one thing at least" in main_text(answer.text)
    assert 'value="轧钢车间群"' in answer.text
    for bad in ({"kind": "carrier pigeon"}, {"topics": ["gossip"]}, {"studio": "S-NONE"}, {"locale": "tlh"}):
        assert send(keeper, NEW, **filled("https://x/y", **bad)).status_code == 422
    assert session.scalars(select(Hook)).all() == []


def test_changing_says_what_is_wrong_too(keeper: FlaskClient, session: Session, world: World) -> None:
    page = f"{LIST}/{hook(session, world).id}"
    answer = send(keeper, page, **filled("", name=""))
    assert answer.status_code == 422
    assert "Give it a name" in main_text(answer.text)
    assert send(keeper, page, **filled("", unit="ROLL", studio="S-ROLL")).location == page
    found = only(session)
    assert found.unit is not None
    assert found.studio is not None
    assert (found.unit.code, found.studio.code, found.topics) == ("ROLL", "S-ROLL", ["filed", "decided"])


def test_one_that_does_not_work_is_seen_and_its_messages_go_again(
    keeper: FlaskClient, session: Session, world: World, clock: Clock
) -> None:
    made = hook(session, world, on=world.at)
    with writing(session):
        lost = HookDelivery(
            hook_id=made.id, message_id="msg_1", state=MailState.FAILED, attempts=9, created_at=world.at,
            last_error="HTTP 404",
        )  # fmt: skip
        session.add(lost)
        made.failing_since, made.last_error = world.at, "HTTP 404"
    assert "what chat groups and programs are told" in main_text(keeper.get("/administration").text)
    clock.at = world.at.replace(day=world.at.day + 1)
    sign_in_as(keeper, world.admin)
    assert "1 has not worked for a day" in main_text(keeper.get("/administration").text)
    assert "has not worked since" in main_text(keeper.get(LIST).text)
    page = f"{LIST}/{made.id}"
    assert "HTTP 404" in main_text(keeper.get(page).text)
    assert send(keeper, page, f"{page}/messages/{lost.id}/again").location == page
    session.expire_all()
    assert lost.state is MailState.QUEUED
    send(keeper, page, f"{page}/off")
    with writing(session):
        session.add(HookDelivery(hook_id=made.id, message_id="msg_2", state=MailState.FAILED, created_at=world.at))
    again = session.scalars(select(HookDelivery.id)).one()
    send(keeper, page, f"{page}/messages/{again}/again")
    assert "It is switched off." in keeper.get(page).text


def test_it_is_not_for_everybody(client: FlaskClient, world: World) -> None:
    sign_in_as(client, world.coordinator)
    assert client.get(LIST).status_code == 403
    assert client.post(NEW, data=filled("https://x/y")).status_code == 403


def test_the_pages_cost_the_same_for_many_rows(keeper: FlaskClient, session: Session, world: World) -> None:
    keeper.get(LIST)  # what a process reads only once
    costs = []
    for number in range(3):
        made = hook(session, world, on=world.at, studio_code="S-ROLL", unit_code="ROLL")
        with writing(session):
            session.add(HookDelivery(hook_id=made.id, message_id=f"msg_{number}", created_at=world.at))
        first = session.scalars(select(Hook.id).order_by(Hook.id)).first()
        with writing(session):
            session.add(HookDelivery(hook_id=first, message_id=f"more_{number}", created_at=world.at))
        session.rollback()
        with listening() as heard:
            keeper.get(LIST)
            keeper.get(f"{LIST}/{first}")
        costs.append(heard.count)
    assert len(set(costs)) == 1
