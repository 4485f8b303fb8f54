"""Copies printed together say word for word what each says alone, and keep nothing of one reader for another."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Preferences
from studio.mail import digest as mail
from studio.mail import press as printing
from studio.mail.press import Press
from studio.mail.rendering import render
from studio.operations import digest
from studio.settings import Settings
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, october
from tests.factories.world import World
from tests.mail.test_editions import at_random

pytestmark = on_both_databases


def pressed(html: str) -> str:
    """Return HTML without the white space around its tags."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(html.split()))


@pytest.fixture
def same_as_alone(session: Session, settings: Settings) -> Callable[[Press, Person], None]:
    def check(press: Press, person: Person) -> None:
        _, words = press.printed(person)
        alone = render(mail.message(press.edition, person), settings)
        assert (words.subject, words.text) == (alone.subject, alone.text)
        assert pressed(words.html) == pressed(alone.html)

    return check


@pytest.mark.parametrize("seed", range(2))
def test_every_copy_is_the_one_that_would_be_made_for_its_reader_alone(
    session: Session, world: World, settings: Settings, same_as_alone: Callable[[Press, Person], None], seed: int
):
    at_random(session, world, seed)
    people = session.scalars(select(Person).order_by(Person.id)).unique().all()
    with writing(session):
        for person in people[::2]:
            person.preferences = Preferences(locale="zh_CN")
        people[1].name = '<b title="&">王 O’Neill</b>'
    press = Press(digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings), settings)
    for person in [*people, *people]:
        same_as_alone(press, person)


def test_those_who_read_alike_share_a_copy_and_nobody_reads_anothers_name(
    session: Session, world: World, settings: Settings, same_as_alone: Callable[[Press, Person], None]
):
    october(session, world)
    with writing(session):
        facts = {"created_at": world.at, "email": "w@example.com"}
        units = (world.team, world.plant, world.company)
        plain = [Person(employee_no=f"9{i:05}", name=f"工友{i}号", unit=units[i % 3], **facts) for i in range(9)]
        session.add_all(plain)
    press = Press(digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings), settings)
    for person in (*plain, world.worker, world.leader, *plain):
        same_as_alone(press, person)
        assert {other.name for other in plain if other.name in press.printed(person)[1].html} <= {person.name}
    assert [mail.read_alike_in(press.edition, person) for person in plain] == [person.unit_id for person in plain]
    assert mail.read_alike_in(press.edition, world.worker) is None, "something became of his own"
    assert mail.read_alike_in(press.edition, world.leader) is None, "he has a duty"


def test_what_it_keeps_does_not_grow(
    session: Session,
    world: World,
    settings: Settings,
    same_as_alone: Callable[[Press, Person], None],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(printing, "MOST_KEPT", 5)
    monkeypatch.setattr(printing, "MOST_SHEETS", 1)
    october(session, world)
    press = Press(digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings), settings)
    for person in (world.worker, world.lead, world.leader, world.worker, world.mate):
        same_as_alone(press, person)
