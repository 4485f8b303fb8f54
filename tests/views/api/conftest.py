"""Programs that ask the API: each has a token of somebody, and no cookie."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Person
from studio.operations import api_tokens
from studio.transactions import writing
from tests.factories.world import World
from tests.support.client import SeparateRequests

Ask = Callable[..., TestResponse]


@dataclass
class Program:
    """Asks with one token. ``path`` is below ``/api/v1``."""

    client: FlaskClient
    secret: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers={**self.bearer, **headers})

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1{path}", json=body, headers={**self.bearer, **named})

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def secret_of(session: Session, world: World) -> Callable[..., str]:
    """Makes tokens."""

    def make(person: Person, *, days: int = 30, may_file: bool = True) -> str:
        with writing(session):
            return api_tokens.make(session, person, name="MES", days=days, may_file=may_file, at=world.at)

    return make


@pytest.fixture
def program(app: Flask, secret_of: Callable[..., str]) -> Callable[..., Program]:
    """Makes programs of somebody."""
    app.test_client_class = SeparateRequests
    return lambda person, **facts: Program(app.test_client(), secret_of(person, **facts))
