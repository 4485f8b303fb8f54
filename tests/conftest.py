"""Fixtures that every test may need: a clock that stands still, an app with a database of its own, and people."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session

from search_index.postgresql_engine import PostgresqlEngine
from studio import migrations
from studio.app import Studio, create_app, make_services
from studio.extensions import db
from studio.jobs.outbox import Courier
from studio.services import Services
from studio.settings import Settings
from studio.transactions import prepare_engine
from tests.factories.world import World
from tests.support import postgresql
from tests.support.once import Dictionaries, RuleCompiledOnce
from tests.support.pages import PageClient
from tests.support.relay import Relay, relay

MONDAY_MORNING = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai on a plain working Monday."""

on_both_databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)

with_both_engines = pytest.mark.parametrize(
    ("database", "search"),
    [("sqlite", "whoosh"), pytest.param("postgresql", "postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)
"""The whole house on each of the search engines, with the database that each is meant for."""


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true everything runs: a test that was skipped is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[postgresql.Cluster]:
    """One server for the whole run, started only if a test asks for it."""
    bin_dir = postgresql.binaries()
    if bin_dir is None:
        if os.environ.get("CI"):
            pytest.fail("CI runs every test, but there is no PostgreSQL server here")
        pytest.skip("no PostgreSQL server on this machine")
    cluster = postgresql.Cluster(bin_dir)
    with _outside(cluster) as connection:
        connection.execute(sa.text("CREATE DATABASE template_studio"))
    migrations.upgrade(cluster.url("template_studio"))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgresql_firm(postgresql_cluster: postgresql.Cluster) -> str:
    """The name of a database with the firm of ``World`` in it, copied for each test."""
    with _outside(postgresql_cluster) as connection:
        connection.execute(sa.text("CREATE DATABASE template_firm TEMPLATE template_studio"))
    save_the_firm(postgresql_cluster.url("template_firm"))
    return "template_firm"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file with all tables, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "studio.sqlite"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_firm(sqlite_template: Path) -> Path:
    """A database file with the firm of ``World`` in it."""
    path = sqlite_template.with_name("firm.sqlite")
    shutil.copy(sqlite_template, path)
    save_the_firm(f"sqlite:///{path}")
    return path


def save_the_firm(url: str) -> None:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    with Session(engine) as session:
        World.build(session, at=MONDAY_MORNING)
    engine.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new database: SQLite, or what ``on_both_databases`` asks for.

    It is empty, unless the test asks for the firm too: then the firm is in it from the start.
    """
    what = "template" if {"world", "firm"}.isdisjoint(request.fixturenames) else "firm"
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(request.getfixturevalue(f"sqlite_{what}"), tmp_path / "studio.sqlite")
        yield f"sqlite:///{tmp_path / 'studio.sqlite'}"
        return
    cluster: postgresql.Cluster = request.getfixturevalue("postgresql_cluster")
    template = request.getfixturevalue("postgresql_firm") if what == "firm" else "template_studio"
    name = f"test_{os.urandom(6).hex()}"
    with _outside(cluster) as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield cluster.url(name)
    with _outside(cluster) as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _outside(cluster: postgresql.Cluster) -> Iterator[sa.Connection]:
    """Open a connection in which databases are made and thrown away."""
    engine = sa.create_engine(cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


class Clock:
    """A clock that moves only when a test says so."""

    def __init__(self) -> None:
        self.at = MONDAY_MORNING

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def search(request: pytest.FixtureRequest) -> str:
    """The search engine: Whoosh, or what ``with_both_engines`` asks for."""
    return getattr(request, "param", "whoosh")


@pytest.fixture
def settings(tmp_path: Path, database: str, search: str) -> Settings:
    return Settings(
        data=tmp_path,
        database_url=database,
        search=search,
        secret_key="not a secret in tests",
        locale="en",
        notice_gap_minutes=0,  # so that tests of other matters see the mail of each fact by itself
    )


@pytest.fixture
def services(settings: Settings, clock: Clock) -> Iterator[Services]:
    made = replace(make_services(settings), clock=clock)
    yield made
    if isinstance(made.search, PostgresqlEngine):
        made.search.close()


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps what the templates were compiled to, of each language its own."""

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        locale = getattr(environment, "locale", None)
        return super().get_bucket(environment, name, f"{filename} in {locale}", source)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each test makes an app of its own; the templates are compiled only once for all of them."""
    return CompiledTemplates(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def dictionaries() -> Dictionaries:
    return Dictionaries()


@pytest.fixture
def app(
    services: Services,
    compiled_templates: FileSystemBytecodeCache,
    dictionaries: Dictionaries,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    monkeypatch.setattr(Studio, "url_rule_class", RuleCompiledOnce)
    app = create_app(services=services)
    with app.app_context():
        dictionaries.lend(db.engine)
    app.jinja_env.bytecode_cache = compiled_templates
    app.testing = True
    app.test_client_class = PageClient
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an app context, for tests below the pages."""
    with app.app_context():
        yield db.session


@pytest.fixture
def world(session: Session) -> World:
    """A small firm that is saved already: units, people with every role, two studios, kinds, themes, criteria."""
    return World.find(session, at=MONDAY_MORNING)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def smtp() -> Iterator[Relay]:
    with relay() as made:
        yield made


@pytest.fixture
def courier(settings: Settings, smtp: Relay, clock: Clock) -> Courier:
    return Courier(
        settings=replace(settings, smtp_url=smtp.url),
        worker="test:1",
        clock=clock,
        chance=random.Random(1),
        relay_timeout=2,
    )
