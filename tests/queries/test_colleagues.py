"""Whom somebody means by a number, a name or a sound."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from models import Person
from studio.queries import colleagues
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World

pytestmark = on_both_databases


def numbers(session: Session, person: Person, text: str) -> list[str]:
    return [one.employee_no for one in colleagues.suggested(session, person, text)]


def test_without_a_word_it_is_the_own_team_but_oneself(session: Session, world: World) -> None:
    assert sorted(numbers(session, world.worker, "")) == ["000102", "000103"]
    assert sorted(numbers(session, world.worker, " \0")) == ["000102", "000103"]


@pytest.mark.parametrize(
    "typed", ["于子", "子豪", "000102", "yuzihao", "yu zi hao", "yzh", "yuz", "zihao", "Ｙｕｚｉ", "Person 000102"]
)
def test_a_number_a_name_and_a_sound_lead_to_him(session: Session, world: World, typed: str) -> None:
    assert "000102" in numbers(session, world.worker, typed)


def test_whoever_is_near_comes_first(session: Session, world: World) -> None:
    found = numbers(session, world.stranger, "person")
    assert len(found) == colleagues.SUGGESTED
    assert set(found[:2]) == {"000204", "000205"}  # his plant's, before all others


@pytest.mark.parametrize("typed", ["张无名", "qqq", "%", "_", "' or 1=1", "x" * 5000, "0" * 80])
def test_what_nobody_is_called_finds_nobody(session: Session, world: World, typed: str) -> None:
    assert numbers(session, world.worker, typed) == []


def test_who_has_left_is_not_suggested_and_not_meant(session: Session, world: World) -> None:
    with writing(session):
        session.get_one(Person, world.mate.id).active = False
    assert "000102" not in numbers(session, world.worker, "于子豪")
    assert colleagues.meant(session, ["于子豪", "000102", "yuzihao"]) == {"于子豪": [], "000102": [], "yuzihao": []}


def test_a_word_means_whoever_has_it_as_number_name_or_sound(session: Session, world: World) -> None:
    words = ["000102", "于子豪", "于子豪 000102", "yuzihao", "yzh", "于子豪 000104", "Person 000102 000102", ""]
    found = {word: [one.employee_no for one in each] for word, each in colleagues.meant(session, words).items()}
    assert found == {
        "000102": ["000102"],
        "于子豪": ["000102"],
        "于子豪 000102": ["000102"],
        "yuzihao": ["000102"],
        "yzh": [],
        "于子豪 000104": [],
        "Person 000102 000102": ["000102"],
    }


def test_two_of_the_same_sound_are_both_meant(session: Session, world: World) -> None:
    with writing(session):
        session.add(_namesake(world))
    assert [one.employee_no for one in colleagues.meant(session, ["yuzihao"])["yuzihao"]] == ["000102", "009999"]


def _namesake(world: World) -> Person:
    born: datetime = world.at
    return Person(employee_no="009999", name="余梓浩", unit_id=world.other_team.id, created_at=born, session_stamp="s")
