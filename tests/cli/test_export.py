"""`studio export`: a table of what the archive finds, in a file that is whole or not there."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from search_index.sync import sync
from studio.cli.export import export
from studio.queries import archive_export
from studio.services import Services
from studio.settings import Settings
from studio.tables import read_rows
from tests.factories import stories
from tests.factories.world import World

Run = Callable[..., Result]


@pytest.fixture
def run(session: Session, world: World, services: Services, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("STUDIO_DATA", str(settings.data))
    monkeypatch.setenv("STUDIO_DATABASE_URL", settings.database_url)
    for title, confidential in (("天车滤尘", False), ("盖板", False), ("天车密件", True)):
        stories.filed(session, world, title=title, confidential=confidential)
    sync(session, services.search)
    session.rollback()
    return lambda *arguments: CliRunner().invoke(export, [str(one) for one in arguments])


@pytest.mark.parametrize("asked", ["q=天车", "天车"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_it_writes_what_that_reader_finds(run: Run, tmp_path: Path, ending: str, asked: str):
    file = tmp_path / f"found.{ending}"
    result = run(file, asked, "--as", "000104")
    assert result.exit_code == 0, result.output
    assert "1 proposals are in" in result.output
    assert [row.cells["标题"] for row in read_rows(file)] == ["天车滤尘"]
    assert [row.cells["工号"] for row in read_rows(file)] == ["000101"]
    run(file, "--as", "000101")
    assert len(list(read_rows(file))) == 3


def test_what_is_broken_off_leaves_no_half_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "found.json"
    run(file, "q=天车", "--as", "000101")
    before = file.read_bytes()
    assert len(json.loads(before)) == 2

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(archive_export, "_batch", broken)
    assert run(file, "--as", "000101").exit_code == 1
    assert file.read_bytes() == before


def test_it_says_what_is_wrong(run: Run, tmp_path: Path):
    for arguments, said in (
        (("found.pdf", "--as", "000101"), "must end in"),
        ((tmp_path / "found.csv", "--as", "nobody"), "nobody has staff number"),
        ((tmp_path / "found.csv",), "--as"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert said in result.output
