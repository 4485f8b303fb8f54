"""An empty index of each engine there is. The conformance tests know the port only."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from search_index.port import SearchEngine
from search_index.postgresql_engine import PostgresqlEngine, writer
from search_index.whoosh_engine import WhooshEngine
from studio.transactions import prepare_engine
from tests.conftest import MONDAY_MORNING
from tests.factories.world import World
from tests.search_index.documents import put
from tests.support.postgresql import Cluster

ENGINES = [
    "whoosh",
    *(pytest.param(name, marks=pytest.mark.postgresql) for name in ("postgresql", "postgresql, by bitmaps")),
]
"""In small archives no term is frequent; in the last those of the first document are."""


@pytest.fixture(scope="session")
def search_database(postgresql_cluster: Cluster) -> str:
    """The address of a database for indexes alone."""
    return postgresql_cluster.create("search")


@pytest.fixture
def postgresql_engine(search_database: str) -> Iterator[PostgresqlEngine]:
    made = PostgresqlEngine(search_database)
    yield made
    made.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SearchEngine:
    if request.param == "whoosh":
        return put(WhooshEngine(tmp_path / "index"))
    if request.param == "postgresql, by bitmaps":
        monkeypatch.setattr(writer, "BATCH", 1)
        monkeypatch.setattr(writer, "SAMPLE", 1)
        monkeypatch.setattr(writer, "PART", 2)
    made: PostgresqlEngine = request.getfixturevalue("postgresql_engine")
    return put(made)


@pytest.fixture
def second_engine(engine: SearchEngine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SearchEngine]:
    """Another one of the same kind."""
    if isinstance(engine, WhooshEngine):
        yield put(WhooshEngine(tmp_path / "second"))
        return
    cluster: Cluster = request.getfixturevalue("postgresql_cluster")
    made = PostgresqlEngine(cluster.create(f"second_{os.urandom(4).hex()}"))
    yield put(made)
    made.close()


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A session without an app: nothing here needs one."""
    connections = prepare(database)
    with Session(connections) as session:
        yield session
    connections.dispose()


@pytest.fixture
def world(session: Session) -> World:
    return World.find(session, at=MONDAY_MORNING)


def prepare(database: str) -> Engine:
    connections = create_engine(database)
    prepare_engine(connections)
    return connections
