"""Keeping searches: one's own, each once, each name once."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models import Person, SavedSearch
from search_index.documents import FACETS
from search_index.port import Sort
from studio.domain.errors import InvalidInput, NotFound
from studio.extensions import db
from studio.operations import saved_searches
from studio.queries import saved_searches as queries
from studio.queries.asked import LONGEST_QUERY, Asked, asked_for, kept
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World

CRANES = Asked(text="天车", filters={"state": ("accepted",)}, sort=Sort.NEWEST, page=3)


def keep(session: Session, world: World, asked: Asked, name: str = "天车", actor: Person | None = None) -> SavedSearch:
    with writing(session):
        return saved_searches.keep(session, asked, name, actor=actor or world.worker, at=world.at)


def names(session: Session, person: Person) -> list[str]:
    session.rollback()
    return [search.name for search in queries.of_person(session, person.id)]


@on_both_databases
def test_a_question_is_kept_without_its_page(session: Session, world: World):
    search = keep(session, world, CRANES)
    assert kept(search.query) == CRANES.on_page(1)
    assert search.looked_at == world.at


@on_both_databases
def test_a_second_tap_keeps_nothing_more(session: Session, world: World):
    assert keep(session, world, CRANES).id == keep(session, world, CRANES.on_page(9), "别的名字").id
    assert names(session, world.worker) == ["天车"]


@on_both_databases
def test_two_taps_at_once_keep_one(app: Flask, session: Session, world: World):
    person, at = world.worker.id, world.at
    session.close()
    wrong: list[Exception] = []

    def tap() -> None:
        with app.app_context():
            try:
                with writing(db.session):
                    saved_searches.keep(db.session, CRANES, "天车", actor=db.session.get_one(Person, person), at=at)
            except Exception as error:  # noqa: BLE001 - whatever went wrong in the thread
                wrong.append(error)

    taps = [threading.Thread(target=tap) for _ in range(4)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert not wrong
    assert len(queries.of_person(session, person)) == 1


@on_both_databases
def test_another_question_of_the_same_name_gets_a_number(session: Session, world: World):
    for text in ("天车", "行车", "桥吊"):
        keep(session, world, Asked(text=text), "起重")
    assert names(session, world.worker) == ["起重", "起重 (2)", "起重 (3)"]
    assert keep(session, world, Asked(text="天车"), "起重", actor=world.mate).name == "起重"


@on_both_databases
def test_a_name_is_changed_but_never_to_one_that_is_taken(session: Session, world: World):
    first, second = keep(session, world, Asked(text="天车"), "甲"), keep(session, world, Asked(text="行车"), "乙")
    for name, code in (("甲", "search_name_taken"), (" \n", "search_name_missing")):
        with pytest.raises(InvalidInput) as refusal, writing(session):
            saved_searches.rename(session, second.id, name, actor=world.worker)
        assert [problem.code for problem in refusal.value.problems] == [code]
    with writing(session):
        saved_searches.rename(session, first.id, "甲", actor=world.worker)
        saved_searches.rename(session, second.id, f"  丙\x00 {'长' * 500}", actor=world.worker)
    assert names(session, world.worker)[0].startswith("丙 长")
    assert len(names(session, world.worker)[0]) == saved_searches.LONGEST_NAME


@on_both_databases
def test_nobody_touches_anothers(session: Session, world: World):
    search = keep(session, world, CRANES)
    with pytest.raises(NotFound), writing(session):
        saved_searches.rename(session, search.id, "我的", actor=world.admin)
    with pytest.raises(NotFound), writing(session):
        saved_searches.look(session, search.id, actor=world.admin, at=world.at)
    with writing(session):
        saved_searches.forget(session, search.id, actor=world.admin)
    assert names(session, world.worker) == ["天车"]
    with writing(session):
        saved_searches.forget(session, search.id, actor=world.worker)
        saved_searches.forget(session, search.id, actor=world.worker)
    assert names(session, world.worker) == []


def test_there_is_an_end(session: Session, world: World):
    for number in range(saved_searches.MOST):
        keep(session, world, Asked(text=f"词{number}"), f"词{number}")
    with pytest.raises(InvalidInput) as refusal:
        keep(session, world, CRANES)
    assert refusal.value.problems[0].code == "searches_too_many"
    assert keep(session, world, Asked(text="词7")).name == "词7"


@on_both_databases
def test_looking_never_goes_back_in_time(session: Session, world: World):
    search = keep(session, world, CRANES)
    for hours in (2, 1):
        with writing(session):
            saved_searches.look(session, search.id, actor=world.worker, at=world.at + timedelta(hours=hours))
    session.expire_all()
    assert session.get_one(SavedSearch, search.id).looked_at == world.at + timedelta(hours=2)


LINES = st.text(st.characters(codec="utf-8"), max_size=50)


@given(
    text=st.text(st.characters(codec="utf-8"), max_size=2 * LONGEST_QUERY),
    filters=st.dictionaries(st.sampled_from(FACETS), st.lists(LINES, max_size=3)),
    sort=st.sampled_from(["", "worst", *Sort]),
    page=st.one_of(st.integers().map(str), LINES),
)
def test_what_an_address_says_is_kept_as_it_was_understood(
    text: str, filters: dict[str, list[str]], sort: str, page: str
):
    asked = asked_for({"q": [text], "sort": [sort], "page": [page], **filters})
    assert kept(asked.query) == asked.on_page(1)
    assert asked_for({"q": [], "page": []}) == Asked()
