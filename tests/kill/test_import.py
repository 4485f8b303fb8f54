"""A real import is killed in the middle; running it again completes it and doubles nothing."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Contributor, Event, Proposal
from studio.settings import Settings
from tests.conftest import on_both_databases

pytestmark = [on_both_databases, pytest.mark.skipif(os.name == "nt", reason="kill -9 is a matter of POSIX")]
ROOT = Path(__file__).parents[2]
ROWS = 3000


def importing(settings: Settings, source: Path) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "STUDIO_DATA": str(settings.data),
        "STUDIO_DATABASE_URL": settings.database_url,
        "STUDIO_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-c", "from studio.cli import main; main()", "import", "proposals", str(source)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def count(session: Session, record: type) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(record)) or 0


def test_killed_in_the_middle_and_run_again_it_is_all_there_once(
    session: Session, settings: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "archive.jsonl"
    row = {"title": "导卫换样板", "problem": "对不准", "submitter": "老马", "filed_on": "2024-03-05", "outcome": "采纳"}
    lines = (json.dumps({**row, "key": f"K{number}"}, ensure_ascii=False) for number in range(ROWS))
    source.write_text("\n".join(lines), encoding="utf-8")
    with importing(settings, source) as process:
        while not count(session, Proposal):
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
    begun = count(session, Proposal)
    assert 0 < begun < ROWS
    with importing(settings, source) as process:
        said, _ = process.communicate()
    assert said == f"{ROWS - begun} rows new, 0 changed, {begun} unchanged\n"
    assert (count(session, Proposal), count(session, Contributor), count(session, Event)) == (ROWS, ROWS, 3 * ROWS)
    numbers = session.scalars(sa.select(Proposal.number).order_by(Proposal.number)).all()
    assert numbers == [f"2024-{number:05}" for number in range(1, ROWS + 1)]
