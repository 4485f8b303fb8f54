"""What installs the site on a phone: the same for everybody, never locked in a cache."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.factories.world import World
from tests.support.people import sign_in_as


@pytest.mark.parametrize(("locale", "name"), [("zh_CN", "创新工作室"), ("en", "Innovation Studio")])
def test_the_manifest_names_the_site_in_both_languages(client: FlaskClient, locale: str, name: str) -> None:
    answer = client.get(f"/manifest.webmanifest?locale={locale}")
    facts = answer.get_json(force=True)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/manifest+json", "no-cache")
    assert (facts["name"], facts["lang"], facts["id"], facts["scope"]) == (name, locale.replace("_", "-"), "/", "/")
    assert "Set-Cookie" not in answer.headers
    for icon in facts["icons"]:
        with client.get(icon["src"]) as picture:
            width, height = Image.open(io.BytesIO(picture.data)).size
            assert (picture.mimetype, icon["sizes"]) == ("image/png", f"{width}x{height}")
    assert {icon["purpose"] for icon in facts["icons"]} == {"any", "maskable"}


def test_a_language_nobody_speaks_is_the_sites_own(client: FlaskClient) -> None:
    assert client.get("/manifest.webmanifest?locale=xx").get_json(force=True)["lang"] == "en"


def test_the_worker_may_serve_every_page_and_is_asked_for_anew(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert re.match(r'"use strict";\nconst RELEASE = "[0-9a-f]{12}";\nimportScripts\("/static/js/waiting', answer.text)
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_without_a_network_names_nobody(app: Flask, client: FlaskClient, world: World) -> None:
    sign_in_as(client, world.worker)
    page = client.get("/offline").text
    assert 'data-writer=""' in page
    assert not {world.worker.name, world.worker.name_en, world.worker.employee_no} & set(re.split(r"[\s<>\"]+", page))
    assert "csrf" not in page
    stranger = app.test_client().get("/offline").text
    assert stranger == page


def test_every_other_page_says_whose_proposals_it_may_send(client: FlaskClient, world: World) -> None:
    sign_in_as(client, world.worker)
    assert f'data-writer="{world.worker.id}"' in client.get("/").text
