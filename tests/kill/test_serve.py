"""The real server: web pages and a worker beside them, each killed in turn."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import WorkerHeartbeat
from studio.settings import Settings
from tests.kill.test_worker import ROOT, until
from tests.support.relay import free_port

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")


@contextmanager
def server(settings: Settings, *options: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    port = free_port()
    environment = {
        **os.environ,
        "STUDIO_DATA": str(settings.data),
        "STUDIO_DATABASE_URL": settings.database_url,
        "STUDIO_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "studio.cli.serve", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)
    try:
        yield process, f"http://127.0.0.1:{port}/sign-in"
    finally:
        process.kill()
        process.communicate(timeout=20)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:  # follows to the setup page while nobody exists
            return bool(page.status == 200)
    except OSError:
        return False


def listens(address: str) -> bool:
    port = int(address.split(":")[2].split("/", maxsplit=1)[0])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def workers(session: Session) -> dict[str, int]:
    """Name and process id of every worker that has shown itself."""
    session.rollback()
    return {name: int(name.split(":")[1]) for name in session.scalars(select(WorkerHeartbeat.name))}


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended but was not collected counts as dead."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and not re.search(r"^State:\s+Z", status.read_text(), re.MULTILINE)


def test_it_serves_pages_and_ends_both_when_told(session, world, settings):
    with server(settings) as (process, address):
        until(lambda: answers(address))
        until(lambda: workers(session))
        (pid,) = workers(session).values()
        began = time.monotonic()
        process.terminate()
        assert process.wait(20) == 0
        assert time.monotonic() - began < 15
        until(lambda: not alive(pid))
        assert not listens(address)


def test_a_worker_that_dies_is_started_again(session, world, settings):
    with server(settings) as (process, address):
        until(lambda: workers(session))
        (name,) = workers(session)
        os.kill(workers(session)[name], signal.SIGKILL)
        until(lambda: set(workers(session)) - {name})
        assert answers(address)
        assert process.poll() is None


def test_when_the_server_is_killed_nobody_stays_behind(session, world, settings):
    with server(settings) as (process, address):
        until(lambda: answers(address))
        until(lambda: workers(session))
        (pid,) = workers(session).values()
        process.kill()
        until(lambda: not alive(pid))
        until(lambda: not listens(address))


def test_without_worker_there_are_pages_only(session, world, settings):
    with server(settings, "--no-worker") as (process, address):
        until(lambda: answers(address))
        assert process.poll() is None
        assert workers(session) == {}


def test_without_tables_it_says_what_to_do(tmp_path, settings):
    empty = replace(settings, data=tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'new.sqlite'}")
    with server(empty) as (process, _):
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "studio init" in said


def test_with_the_tables_of_another_version_it_says_what_to_do(session, settings):
    session.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    session.commit()
    with server(settings) as (process, _):
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "another version" in said
