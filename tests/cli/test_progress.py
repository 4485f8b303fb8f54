"""How far a command is: a bar where somebody watches, a line now and then where it is read later."""

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Person, SlowWork, SlowWorkKind
from studio.cli import progress
from studio.cli.digest import digest
from studio.cli.importing import import_
from studio.cli.progress import Progress
from studio.operations.catalogue import fill_empty_lists
from studio.operations.importing import progress as rows_told
from studio.sample.factory import DATA
from studio.settings import Settings
from studio.transactions import writing
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
    """A clock on which some seconds pass each time it is looked at."""

    def __init__(self, seconds: float = 1) -> None:
        self.at, self.seconds = 0.0, seconds

    def __call__(self) -> float:
        self.at += self.seconds
        return self.at


@pytest.fixture
def shell(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a shell in which commands find the site of this test."""
    monkeypatch.setenv("STUDIO_DATA", str(settings.data))
    monkeypatch.setenv("STUDIO_DATABASE_URL", settings.database_url)


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


IMPORTS = {"units": "units.csv", "people": "people.csv", "studios": "studios.csv", "rules": "routing_rules.csv"}


def test_every_import_says_how_far_it_is(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch, shell: None
) -> None:
    with writing(session):
        fill_empty_lists(session)
    monkeypatch.setattr(rows_told, "EVERY", 1)
    for what, name in (*IMPORTS.items(), ("machines", "machines.csv")):
        monkeypatch.setattr(progress, "monotonic", Ticks())
        done = CliRunner().invoke(import_, [what, str(DATA / name)])
        assert done.exit_code == 0, done.output
        assert re.search(r"^Importing: \d+$", done.stderr, re.MULTILINE), f"{what}: rows that are read"
        assert re.search(r"^Importing: \d+ of \d+, \d+ %", done.stderr, re.MULTILINE), f"{what}: rows that are saved"
        assert "Importing" not in done.stdout


def test_a_digest_says_how_many_have_their_copy(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch, shell: None
) -> None:
    monkeypatch.setattr(progress, "monotonic", Ticks(seconds=11))
    people = session.scalars(select(func.count(Person.id)).where(Person.active)).one()
    done = CliRunner().invoke(digest, ["send", "--month", "2026-10"])
    assert done.exit_code == 0, done.output
    assert done.stderr == f"Copies: {people} of {people}, 100 %, 0 seconds left\n"
    assert done.stdout.startswith("2026-10: ")


def test_a_rebuild_is_seen_by_the_administrator(session: Session, factory: World) -> None:  # noqa: F811 - the fixture
    assert run("index", "rebuild").exit_code == 0
    session.rollback()
    (work,) = session.scalars(select(SlowWork)).all()
    assert (work.kind, work.failed, work.done == work.total > 0) == (SlowWorkKind.INDEX, False, True)
    assert work.ended_at is not None
