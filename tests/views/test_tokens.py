"""The page on which somebody makes and revokes the tokens of his programs."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ApiToken
from studio.domain.api_tokens import MOST_TOKENS
from studio.operations import api_tokens
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.sending import send

pytestmark = on_both_databases


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    app.test_client_class = PageClient
    client = app.test_client()
    sign_in_as(client, world.worker)
    return client


def test_a_token_is_shown_once_and_only_its_digest_is_kept(client: FlaskClient, session: Session):
    page = send(client, "/account/tokens", name="MES line 3", days="90", may_file="y")
    assert page.status_code == 200
    [secret] = re.findall(r"isk_[\w-]{43}", page.text)
    [kept] = session.scalars(select(ApiToken)).all()
    assert (kept.name, kept.may_file, (kept.expires_at - kept.made_at).days) == ("MES line 3", True, 90)
    assert secret not in {value for value in vars(kept).values() if isinstance(value, str)}
    again = client.get("/account/tokens")
    assert secret not in again.text
    assert all(said in main_text(again.text) for said in ("MES line 3", f"{secret[:8]}…", "reads and files"))


def test_what_cannot_be_is_refused_at_its_field(client: FlaskClient, session: Session):
    for given in ({"name": ""}, {"name": " \x00"}, {"name": "x" * 61}, {"days": "9999"}, {"days": "x"}):
        page = send(client, "/account/tokens", **{"name": "MES", "days": "30", **given})
        assert page.status_code == 422, given
    assert session.scalars(select(ApiToken)).all() == []


def test_there_is_an_end_to_tokens(client: FlaskClient, session: Session, world: World):
    with writing(session):
        for _ in range(MOST_TOKENS):
            api_tokens.make(session, world.worker, name="MES", days=1, may_file=False, at=world.at)
    page = send(client, "/account/tokens", name="MES", days="30")
    assert page.status_code == 422
    assert "20 tokens are the most" in page.text


def test_a_token_is_revoked_by_its_owner_alone_and_twice_is_once(client: FlaskClient, session: Session, world: World):
    with writing(session):
        for person in (world.worker, world.stranger):
            api_tokens.make(session, person, name="MES", days=1, may_file=False, at=world.at)
    mine, his = session.scalars(select(ApiToken).order_by(ApiToken.id)).all()
    for token, status in ((mine, 302), (mine, 302), (his, 404)):
        assert send(client, "/account/tokens", f"/account/tokens/{token.id}/revoke").status_code == status
    session.expire_all()
    assert mine.revoked_at is not None
    assert his.revoked_at is None
    assert "MES" not in main_text(client.get("/account/tokens").text).replace("MES line 3", "")
