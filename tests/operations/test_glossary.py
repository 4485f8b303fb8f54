"""Keeping the glossary."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import GlossaryRow
from studio.domain.errors import InvalidInput, NotAllowed, Stale
from studio.operations import glossary
from studio.queries.glossary import synonyms
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World

pytestmark = on_both_databases


@pytest.fixture
def row(session: Session, world: World) -> GlossaryRow:
    with writing(session):
        return glossary.add(session, "行车；天车", actor=world.admin, at=world.at)


def words(session: Session) -> list[str]:
    return list(session.scalars(select(GlossaryRow.words)))


def test_rows_are_added_changed_and_taken_away(session: Session, world: World, row: GlossaryRow) -> None:
    with writing(session):
        glossary.change(session, row, "行车;天车;桥吊", seen=row.revision, actor=world.coordinator, at=world.at)
    assert words(session) == ["行车;天车;桥吊"]
    assert synonyms(session).of("桥吊") == ["行车", "天车"]
    with writing(session):
        glossary.remove(session, row, seen=row.revision, actor=world.admin)
    assert words(session) == []


def test_of_two_who_change_a_row_the_second_is_told(session: Session, world: World, row: GlossaryRow) -> None:
    seen = row.revision
    with writing(session):
        glossary.change(session, row, "行车;桥吊", seen=seen, actor=world.admin, at=world.at)
    with pytest.raises(Stale), writing(session):
        glossary.change(session, row, "行车;天车;吊车", seen=seen, actor=world.coordinator, at=world.at)
    with pytest.raises(Stale), writing(session):
        glossary.remove(session, row, seen=seen, actor=world.coordinator)
    assert words(session) == ["行车;桥吊"]


def test_the_same_words_make_no_second_row(session: Session, world: World, row: GlossaryRow) -> None:
    with pytest.raises(InvalidInput) as refusal, writing(session):
        glossary.add(session, "天车、行车", actor=world.admin, at=world.at)
    assert [problem.code for problem in refusal.value.problems] == ["glossary_row_there"]
    with writing(session):
        glossary.change(session, row, "天车;行车", seen=row.revision, actor=world.admin, at=world.at)
    assert words(session) == ["天车;行车"]


@pytest.mark.parametrize("name", ["worker", "leader", "lead", "reviewer", "finance", "safety"])
def test_nobody_else_keeps_it(session: Session, world: World, row: GlossaryRow, name: str) -> None:
    person = getattr(world, name)
    with pytest.raises(NotAllowed):
        glossary.add(session, "马达;电机", actor=person, at=world.at)
    with pytest.raises(NotAllowed):
        glossary.change(session, row, "马达;电机", seen=row.revision, actor=person, at=world.at)
    with pytest.raises(NotAllowed):
        glossary.remove(session, row, seen=row.revision, actor=person)


def test_the_database_refuses_a_row_of_one_word(session: Session, world: World) -> None:
    with pytest.raises(IntegrityError), writing(session):
        session.add(GlossaryRow(words="行车"))
