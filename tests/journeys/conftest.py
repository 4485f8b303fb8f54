"""A firm whose people can sign in, the two workers that no test waits for, and a mail server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person
from studio.extensions import db
from studio.jobs import indexing
from studio.operations.accounts import hash_password
from studio.services import Services
from studio.transactions import writing
from tests.factories.world import PASSWORD
from tests.journeys.visitor import Visitor
from tests.support.people import sign_in_as
from tests.support.relay import Relay, relay

WORKER, MATE, LEADER, STRANGER = "000101", "000102", "000103", "000104"
LEAD, REVIEWER, SECOND_REVIEWER = "000201", "000202", "000203"
OTHER_LEAD, OTHER_REVIEWER = "000204", "000205"
COORDINATOR, FINANCE, SAFETY, ADMIN = "000301", "000302", "000303", "000304"


@dataclass(frozen=True)
class Firm:
    """The site under test with everybody of ``tests.factories.world`` in it."""

    app: Flask

    @contextmanager
    def database(self) -> Iterator[Session]:
        """Look into the database between two pages."""
        with self.app.app_context():
            yield db.session

    def browser(self, employee_no: str | None = None) -> Visitor:
        """Open a browser; with a staff number one in which this person has signed in already."""
        visitor = Visitor(self.app)
        if employee_no is not None:
            with self.database() as session:
                person = session.scalars(select(Person).where(Person.employee_no == employee_no)).unique().one()
                sign_in_as(visitor.client, person)
        return visitor

    def index(self) -> int:
        """Let the worker index what is due, once."""
        services: Services = self.app.extensions["studio"]
        with self.database() as session:
            return indexing.index_due(session, services.search)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Everybody's password, hashed once because that is slow on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture
def firm(app: Flask, password_hash: str) -> Firm:
    with app.app_context(), writing(db.session):
        for person in db.session.scalars(select(Person)).unique():
            person.password_hash = password_hash
    return Firm(app)


@pytest.fixture(scope="module")
def post() -> Iterator[Relay]:
    """The firm's mail server."""
    with relay() as running:
        yield running
