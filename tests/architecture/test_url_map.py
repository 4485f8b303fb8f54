"""Every address is guarded: closed unless its view says otherwise, and the open ones are listed here by name."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from studio.extensions import db
from studio.operations import api_tokens
from studio.transactions import writing
from tests.factories.world import World
from tests.support.people import sign_in_as
from views.access import Gate, gate_of

OPEN_TO_ALL = {
    "account.set_language",
    "account.setup",
    "account.sign_in",
    "api_description.openapi",
    "digest.leave",
    "feeds.show",
    "health.live",
    "health.metrics",
    "health.ready",
    "kiosk.enrol",
    "kiosk.first_time",
    "kiosk.leave",
    "kiosk.sign_in",
    "offline.manifest",
    "offline.page",
    "offline.worker",
    "static",
}

SAMPLE_VALUES = {"number": "2026-00001", "month": "2026-10", "token": "forged", "filename": "photo.jpg"}


def _address(rule: Rule) -> str:
    """Fill the variable parts of a rule with plausible values."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1).rpartition(":")[2]
        return SAMPLE_VALUES.get(name, "1")

    return re.sub(r"<([^>]+)>", fill, rule.rule)


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)


def _of_programs(app: Flask) -> list[Rule]:
    return [rule for rule in _rules(app) if (gate_of(app.view_functions[rule.endpoint]) or ("",))[0] is Gate.TOKEN]


def test_every_view_says_who_may_come_in(app: Flask) -> None:
    silent = {rule.endpoint for rule in _rules(app) if gate_of(app.view_functions[rule.endpoint]) is None}
    assert silent <= {"static"}


def test_only_the_listed_addresses_are_open_to_all(app: Flask) -> None:
    open_now = {
        rule.endpoint
        for rule in _rules(app)
        if (gate := gate_of(app.view_functions[rule.endpoint])) and gate[0] is Gate.PUBLIC
    }
    assert open_now | {"static"} == OPEN_TO_ALL


def test_a_stranger_gets_the_sign_in_page_everywhere_else(app: Flask, world: World, client: FlaskClient) -> None:
    assert world.admin.id  # somebody exists, so the first-visit page is closed
    for rule in _rules(app):
        if rule.endpoint in OPEN_TO_ALL or rule in _of_programs(app):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            answer = client.open(_address(rule), method=method)
            if method == "GET":
                assert answer.status_code == 302, rule
                assert answer.location.startswith("/sign-in"), rule
            else:
                assert answer.status_code == 401, rule


@pytest.mark.parametrize(
    "duty_area",
    [
        "administration",
        "answer_times",
        "calendars",
        "coordination",
        "desk",
        "differing_days",
        "glossary",
        "hooks",
        "lessons",
        "machine_keeping",
        "machine_labels",
        "paper",
        "reasons",
        "rubrics",
        "rule_writing",
        "rules",
        "stand_ins",
        "team",
        "team_limits",
        "try_outs",
        "working_time",
    ],
)
def test_a_worker_may_not_enter_areas_of_duty(app: Flask, duty_area: str, world: World, client: FlaskClient) -> None:
    sign_in_as(client, world.worker)
    addresses = [
        _address(rule)
        for rule in _rules(app)
        if rule.endpoint.startswith(f"{duty_area}.") and "GET" in (rule.methods or ())
    ]
    assert addresses
    assert {client.get(address).status_code for address in addresses} == {403}


def test_no_cookie_opens_the_api_and_no_token_a_page(app: Flask, world: World, client: FlaskClient) -> None:
    with writing(db.session):
        token = api_tokens.make(db.session, world.admin, name="MES", days=1, may_file=True, at=world.at)
    sign_in_as(client, world.admin)
    stranger = app.test_client()
    api, pages = _of_programs(app), [rule for rule in _rules(app) if rule.endpoint not in OPEN_TO_ALL]
    assert {rule.rule.split("/")[1] for rule in api} == {"api"}
    for rule in api:
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            answer = client.open(_address(rule), method=method)
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), rule
            assert "Set-Cookie" not in answer.headers
    for rule in pages:
        if rule not in api and "GET" in (rule.methods or ()):
            answer = stranger.get(_address(rule), headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.location[:8]) == (302, "/sign-in"), rule


def test_a_view_that_forgot_its_mark_is_closed(app: Flask, world: World, client: FlaskClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open by mistake")
    sign_in_as(client, world.admin)
    assert client.get("/forgotten").status_code == 403
