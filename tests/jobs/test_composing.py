"""Copies are composed in a process of its own, which may be ended at any moment."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Delivery, OutgoingMail, Person
from studio.jobs import composing
from studio.operations import digest, issues
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, october
from tests.factories.world import World

pytestmark = on_both_databases


@pytest.fixture(autouse=True)
def site(session: Session, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something happened in October, and another process would find it."""
    october(session, world)
    monkeypatch.setenv("STUDIO_DATA", str(settings.data))
    monkeypatch.setenv("STUDIO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("STUDIO_SECRET_KEY", settings.secret_key)


def copies(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Delivery)) or 0


def test_everybody_gets_a_copy(session: Session):
    assert composing.send_digest(OCTOBER, stopping=lambda: False)
    assert copies(session) == session.scalar(select(func.count()).select_from(Person))
    assert session.scalar(select(func.count()).select_from(OutgoingMail)) == copies(session)


def test_told_to_end_it_ends_and_the_next_run_makes_the_rest(session: Session):
    composing.send_digest(OCTOBER, stopping=lambda: True)
    assert composing.send_digest(OCTOBER, stopping=lambda: False)
    assert copies(session) == session.scalar(select(func.count()).select_from(Person))


def test_a_machine_that_always_has_something_to_do_gets_it_in_its_turn(session: Session):
    assert composing.send_digest(OCTOBER, stopping=lambda: False, patience=0)
    assert copies(session) == session.scalar(select(func.count()).select_from(Person))


def test_an_issue_that_is_held_back_is_not_sent(session: Session, world: World, settings: Settings):
    with writing(session):
        issue = digest.make_issue(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
        issues.hold_back(issue, actor=world.coordinator, at=FIRST_OF_NOVEMBER)
    assert not composing.send_digest(OCTOBER, stopping=lambda: False)
    assert copies(session) == 0
