"""Colleagues for a page's script: what every colleague may know, as the form writes it, and not all day."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.world import World
from tests.support.people import sign_in_as


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    client = app.test_client()
    sign_in_as(client, world.worker)
    return client


def test_a_colleague_is_told_by_name_number_and_unit_alone(client: FlaskClient) -> None:
    found = client.get("/colleagues?q=yuzihao").json
    assert found == [
        {"who": "Person 000102 000102", "name": "Person 000102", "number": "000102", "unit": "ROLL-A shop"}
    ]


def test_nobody_copies_the_firm(client: FlaskClient) -> None:
    statuses = [client.get(f"/colleagues?q={number}").status_code for number in range(91)]
    assert (statuses.count(200), statuses[-1]) == (90, 429)
