"""How far a command is: a bar where somebody watches, a line now and then where it is read later."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import SlowWork, SlowWorkKind
from studio.cli import progress
from studio.cli.progress import Progress
from tests.cli.conftest import ROOT
from tests.cli.test_archive import factory, run  # noqa: F401 - the fixture of a site with proposals
from tests.factories.world import World

COMMAND = """
from studio.cli.progress import Progress
with Progress("Indexing") as tell:
    tell(300)
    for done in range(0, 101, 10):
        tell(done, 100)
"""


class Ticks:
    """A clock on which a second passes each time it is looked at."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 1
        return self.at


def test_in_a_log_it_is_a_line_every_ten_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "monotonic", Ticks())
    with Progress("Importing") as tell:
        for rows in (100, 200, 300, 400, 500):
            tell(rows)
        for done in range(10, 60, 10):
            tell(done, 100)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == ["Importing: 500", "Importing: 50 of 100, 50 %, 11 seconds left"]


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("Exporting") as tell:
        tell(3, 3)
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal_it_is_a_bar(tmp_path: object) -> None:
    import pty  # noqa: PLC0415 - not on Windows

    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", COMMAND], check=True, cwd=ROOT, stderr=theirs, stdin=theirs)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "Indexing: 300" in shown
    assert "50/100" in shown
    assert "100/100" in shown.splitlines()[-1]


def test_a_rebuild_is_seen_by_the_administrator(session: Session, factory: World) -> None:  # noqa: F811 - the fixture
    assert run("index", "rebuild").exit_code == 0
    session.rollback()
    (work,) = session.scalars(select(SlowWork)).all()
    assert (work.kind, work.failed, work.done == work.total > 0) == (SlowWorkKind.INDEX, False, True)
    assert work.ended_at is not None
