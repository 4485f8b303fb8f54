"""The administration: for administrators only, and every change is guarded below it too."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import MailState, MailWords, OutgoingMail, Role, SignInAttempt
from studio.domain.errors import NotAllowed
from studio.operations import administration
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as

PAGES = ["", "/people", "/people?q=000", "/people/000101", "/studios", "/outbox", "/outbox?state=failed",
         "/sign-ins", "/people?page=99", "/outbox?state=nonsense&page=x"]  # fmt: skip


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def mail(session: Session, world: World) -> OutgoingMail:
    with writing(session):
        made = OutgoingMail(
            kind="decided",
            address="p000101@example.com",
            recipient_name=world.worker.name,
            message_id="<1@test>",
            subject="答复来了 <b>",
            words=MailWords(text="正文 <script>", html="<p>正文</p>"),
            state=MailState.FAILED,
            attempts=9,
            next_attempt_at=world.at,
            created_at=world.at,
            last_error="550 no such user",
        )
        session.add(made)
    return made


@on_both_databases
@pytest.mark.parametrize("page", PAGES)
def test_administrators_read_every_page(mail: OutgoingMail, world: World, client: FlaskClient, page: str):
    sign_in_as(client, world.admin)
    assert client.get(f"/administration{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_does(world: World, client: FlaskClient, page: str):
    for person in (world.worker, world.lead, world.coordinator):
        sign_in_as(client, person)
        assert client.get(f"/administration{page}").status_code == 403


@pytest.mark.parametrize("page", ["/people/999999", "/outbox/77", "/people/💡"])
def test_unknown_things_are_404(world: World, client: FlaskClient, page: str):
    sign_in_as(client, world.admin)
    assert client.get(f"/administration{page}").status_code == 404


@on_both_databases
def test_a_role_is_given_and_taken(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    data = {"role": "finance_checker", "unit": "ROLL"}
    assert client.post("/administration/people/000101/roles", data=data).status_code == 302
    session.expire_all()
    assert world.worker.has_role(Role.FINANCE_CHECKER, world.plant)
    grant = world.worker.grants[0]
    assert client.post(f"/administration/people/000101/roles/{grant.id}/revoke").status_code == 302
    session.expire_all()
    assert world.worker.grants == []


@pytest.mark.parametrize("data", [{}, {"role": "king", "unit": "ROLL"}, {"role": "coordinator", "unit": "NOPE"}])
def test_a_forged_role_is_refused(session: Session, world: World, client: FlaskClient, data: dict[str, str]):
    sign_in_as(client, world.admin)
    assert client.post("/administration/people/000101/roles", data=data).status_code == 422
    session.expire_all()
    assert world.worker.grants == []


def test_somebody_elses_grant_cannot_be_named(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    other = world.coordinator.grants[0].id
    assert client.post(f"/administration/people/000101/roles/{other}/revoke").status_code == 404


def test_the_last_administrator_stays(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    grant = world.admin.grants[0]
    client.post(f"/administration/people/{world.admin.employee_no}/roles/{grant.id}/revoke")
    client.post(f"/administration/people/{world.admin.employee_no}/active", data={"active": "no"})
    session.expire_all()
    assert world.admin.has_role(Role.ADMINISTRATOR)
    assert world.admin.active


def test_an_account_is_switched_off_and_on(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    client.post("/administration/people/000101/active", data={"active": "no"})
    session.expire_all()
    assert not world.worker.active
    client.post("/administration/people/000101/active", data={"active": "yes"})
    session.expire_all()
    assert world.worker.active


def test_a_new_password_is_shown_once(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    page = main_text(client.post("/administration/people/000101/password").text)
    assert "The new first password" in page
    session.expire_all()
    assert world.worker.must_change_password


def test_a_person_moves(session: Session, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    assert client.post("/administration/people/000101/unit", data={"unit": "CAST-A"}).status_code == 302
    assert client.post("/administration/people/000101/unit", data={"unit": "NOPE"}).status_code == 404
    session.expire_all()
    assert world.worker.unit is world.other_team


@on_both_databases
def test_a_failed_mail_goes_again(session: Session, mail: OutgoingMail, world: World, client: FlaskClient):
    sign_in_as(client, world.admin)
    page = client.get(f"/administration/outbox/{mail.id}").text
    assert "<script>" not in page.split("<main")[1]
    assert "550 no such user" in main_text(page)
    assert client.post(f"/administration/outbox/{mail.id}/again").status_code == 302
    session.expire_all()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 0)


def test_tries_to_sign_in_are_listed(session: Session, world: World, client: FlaskClient):
    with writing(session):
        session.add(SignInAttempt(employee_no="000101", address="10.0.0.9", succeeded=False, at=world.at))
    sign_in_as(client, world.admin)
    text = main_text(client.get("/administration/sign-ins?q=000101").text)
    assert "10.0.0.9" in text
    assert "could not" in text


def test_the_operations_guard_themselves(session: Session, world: World, mail: OutgoingMail):
    later = world.at + timedelta(hours=1)
    for act in (
        lambda: administration.set_active(session, world.mate, active=False, actor=world.worker, at=world.at),
        lambda: administration.move_to_unit(world.mate, world.other_team, actor=world.coordinator),
        lambda: administration.send_again(session, mail, actor=world.finance, at=later),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("page", ["/outbox/99999999999999999999", "/outbox/0"])
def test_numbers_beyond_all_rows_are_404(world: World, client: FlaskClient, page: str):
    sign_in_as(client, world.admin)
    assert client.get(f"/administration{page}").status_code == 404
    assert client.post(f"/administration{page}/again").status_code == 404


@on_both_databases
def test_mails_about_confidential_proposals_are_for_their_readers(
    session: Session, mail: OutgoingMail, world: World, client: FlaskClient
):
    secret = stories.filed(session, world)
    with writing(session):
        secret.confidential = True
        mail.proposal_id, mail.person_id = secret.id, world.worker.id
    sign_in_as(client, world.admin)
    listed, shown = client.get("/administration/outbox"), client.get(f"/administration/outbox/{mail.id}")
    for page in (listed, shown):
        assert "答复来了" not in page.text
        assert "About a confidential proposal" in page.text
        assert "550 no such user" in page.text, "how it fared is the administrator's business"
    assert "正文" not in shown.text
