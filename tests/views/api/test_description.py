"""The API keeps what its description promises, whatever is sent: schemathesis makes the requests, over HTTP."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from models import Proposal
from search_index.sync import sync
from studio.services import Services
from studio.settings import Settings
from tests.factories import stories
from tests.factories.world import World

SCHEMATHESIS = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "--no-color"]
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Here somebody does ask as often as he can."""
    return replace(settings, api_requests_per_minute=1_000_000)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.timeout(300)
def test_every_answer_is_one_that_is_described(
    address: str, session: Session, world: World, services: Services, secret_of: Callable[..., str], tmp_path: Path
):
    for title in ("天车驾驶室空调滤尘", "浇注天车口令灯", "盖板翘边"):
        stories.filed(session, world, title=title, confidential=title == "盖板翘边")
    sync(session, services.search)
    token = secret_of(world.worker)
    session.rollback()

    run = ("run", f"{address}/api/v1/openapi.json", "--header", f"Authorization: Bearer {token}")
    done = subprocess.run(
        [*SCHEMATHESIS, "--config-file", str(CONFIG), *run],
        check=False, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "NO_PROXY": "*"},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 selected / 8 total" in done.stdout, done.stdout
    numbered = session.scalar(select(func.count(Proposal.id)).where(Proposal.number.is_not(None)))
    assert numbered is not None
    assert numbered > 3, "nothing was filed"
