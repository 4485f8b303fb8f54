"""An empty index of each engine there is. The conformance tests know the port only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from search_index.port import SearchEngine
from search_index.whoosh_engine import WhooshEngine
from studio.transactions import prepare_engine
from tests.factories.world import World
from tests.search_index.documents import put


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    return put(WhooshEngine(tmp_path / "index"))


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A session without an app: nothing here needs one."""
    connections = prepare(database)
    with Session(connections) as session:
        yield session
    connections.dispose()


@pytest.fixture
def world(session: Session) -> World:
    return World.build(session, at=datetime(2026, 11, 16, 1, 0, tzinfo=UTC))


def prepare(database: str) -> Engine:
    connections = create_engine(database)
    prepare_engine(connections)
    return connections
