"""What machines ask: alive, ready, figures."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from models import WorkerHeartbeat
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World


def test_alive_needs_nothing(app: Flask):
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "ok"


@on_both_databases
def test_ready_names_what_is_missing(app: Flask, session: Session, world: World, services: Services):
    checks = app.test_client().get("/readyz").json
    assert checks == {
        "status": "degraded", "database": "ok", "index": "down", "worker": "silent", "worker_lag_seconds": None,
        "digest": "ok",
    }  # fmt: skip
    with writing(session):
        session.add(WorkerHeartbeat(name="w1", started_at=world.at, seen_at=world.at - timedelta(seconds=30)))
    with services.search.writing() as writer, services.search.rebuilding() as fresh:
        fresh.add([])
        writer.publish(fresh)
    answer = app.test_client().get("/readyz")
    assert answer.json == {
        "status": "ok", "database": "ok", "index": "ok", "worker": "ok", "worker_lag_seconds": 30.0,
        "digest": "ok",
    }  # fmt: skip


@on_both_databases
def test_figures_are_for_this_machine(app: Flask, session: Session, world: World):
    stories.filed(session, world)
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert 'studio_proposals{state="under_review"} 1' in answer.text
    assert "studio_unindexed_proposals 1" in answer.text


@pytest.mark.parametrize("address", ["10.0.0.9", "192.168.1.1", "2001:db8::1", ""])
def test_others_are_refused(app: Flask, address: str):
    assert app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 403


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_forwarded_request_is_not_this_machines_own(app: Flask, name: str):
    assert app.test_client().get("/metrics", headers={name: "127.0.0.1"}).status_code == 403


def test_without_a_token_setting_no_token_opens(app: Flask):
    strange = {"Authorization": "Bearer "}
    answer = app.test_client().get("/metrics", headers=strange, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert answer.status_code == 403
