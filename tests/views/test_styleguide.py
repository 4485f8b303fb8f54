"""The page of parts shows every component of the design in each of its states."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from studio.settings import Settings
from tests.factories.world import World
from tests.support.pages import PageClient
from tests.support.people import sign_in_as
from views.icons import SHAPES
from views.styleguide import REFUSED

COMPONENTS = re.findall(
    r"\S+",
    """
    alert-danger alert-info alert-success alert-warning avatar badge bar-checked bar-claimed btn-block btn-lg
    btn-link btn-outline-primary btn-primary btn-secondary chosen done empty error-summary facet five
    form-check form-control form-file form-select has-stretch here hits is-busy is-invalid invalid-feedback
    kept-text key key-used key-word kiosk-field list mine money nav-link off on one pager pad photo-after
    photo-pair plate plate-lg plot plot-filed plot-label plot-line plot-used q q-num remaining-calm
    remaining-late remaining-soon score shot-add sort state steps steps-wide stop stretched-link tab
    table-scroll tabs take-progress tap todo todo-button todo-calm todo-more undo-bar when you
    """,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    app.test_client_class = PageClient
    client = app.test_client()
    sign_in_as(client, world.worker)
    return client


def test_every_component_is_shown(client: FlaskClient) -> None:
    page = client.get("/styleguide?theme=dark").text
    written = {name for classes in re.findall(r'class="([^"]*)"', page) for name in classes.split()}

    assert [name for name in COMPONENTS if name not in written] == []
    assert "<kbd>" in page
    assert "<mark>" in page
    assert 'data-theme="dark"' in page
    assert len(re.findall(r'class="icon icon-48"', page)) == len(SHAPES)


@pytest.mark.parametrize("status", REFUSED)
def test_every_refusal_can_be_looked_at(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/styleguide/refusals/{status}")

    assert answer.status_code == status
    assert f">{status}<" in answer.text


def test_a_stranger_does_not_see_it(app: Flask) -> None:
    assert app.test_client().get("/styleguide").location.startswith("/sign-in")
