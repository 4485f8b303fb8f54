"""`studio search` and `studio index`."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from models import ProposalState
from studio.cli import archive
from studio.services import services
from studio.settings import Settings
from tests.factories.world import World, draft

AT = datetime(2026, 11, 16, 1, tzinfo=UTC)


@pytest.fixture
def factory(session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two filed proposals, one of them confidential, and the environment of a shell."""
    monkeypatch.setenv("STUDIO_DATA", str(settings.data))
    monkeypatch.setenv("STUDIO_DATABASE_URL", settings.database_url)
    world = World.build(session, at=AT)
    filed: dict[str, Any] = {"state": ProposalState.SUBMITTED, "submitted_at": AT}
    draft(session, world, number="2026-00001", legacy_key="P1", title="导卫断油报警", **filed)
    draft(session, world, number="2026-00002", confidential=True, title="导卫轮新材料", **filed)
    return world


def run(*arguments: str) -> Result:
    command = archive.index if arguments[0] == "index" else archive.search
    return CliRunner().invoke(command, arguments[1:])


def test_without_an_index_it_says_what_to_do(factory: World) -> None:
    result = run("search", "导卫")
    assert result.exit_code == 1
    assert "studio index rebuild" in result.output


def test_search_shows_what_the_reader_may_see(factory: World) -> None:
    assert run("index", "rebuild").exit_code == 0
    assert run("search", "导卫").output == "2026-00001  导卫断油报警\n"
    mine = run("search", "导卫", "--as", "000101", "--json").output.splitlines()
    assert {json.loads(line)["number"] for line in mine} == {"2026-00001", "2026-00002"}
    assert json.loads(run("search", "断油", "--json").output)["key"] == "P1"
    assert run("search", "导卫", "--as", "nobody").exit_code == 2


def test_check_fails_on_drift_and_sync_repairs_it(factory: World) -> None:
    run("index", "rebuild")
    with services().search.writing() as index:
        index.update((), removed=[1])
    assert run("index", "check").exit_code == 1
    assert "1 missing" in run("index", "sync").output
    assert run("index", "check").output == "Index and database agree.\n"
