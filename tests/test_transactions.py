"""Long work in many transactions leaves room for everybody else; the database knows what it holds."""

import sqlite3
import threading
import time

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models import Person, Proposal
from studio.settings import Settings
from studio.transactions import gather_statistics, with_pauses, writing
from tests.conftest import on_both_databases
from tests.factories.world import World

HELD = 0.15
"""Seconds of one transaction of the long work."""


def test_whoever_waits_for_the_lock_gets_it_after_one_batch(session: Session, settings: Settings) -> None:
    waited: list[float] = []
    over = threading.Event()

    def write_now_and_then() -> None:
        other = sqlite3.connect(settings.data / "studio.sqlite", timeout=15, isolation_level=None)
        while not over.is_set():
            began = time.monotonic()
            other.execute("BEGIN IMMEDIATE")
            waited.append(time.monotonic() - began)
            other.execute("COMMIT")
            time.sleep(0.03)
        other.close()

    somebody = threading.Thread(target=write_now_and_then)
    somebody.start()
    for _ in with_pauses(session, range(15)):
        with writing(session):
            session.execute(select(Proposal.id)).all()
            time.sleep(HELD)
    over.set()
    somebody.join()
    assert len(waited) >= 10
    assert max(waited) < 5 * HELD


def test_statistics_are_of_what_is_there_now(session: Session, world: World) -> None:
    gather_statistics(session)
    counted = session.scalars(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'people'")).all()
    people = session.scalar(select(func.count()).select_from(Person))
    assert {row.split()[0] for row in counted} == {str(people)}


@on_both_databases
def test_gathering_statistics_hurts_no_database(session: Session, world: World) -> None:
    gather_statistics(session)
    assert session.scalar(select(func.count()).select_from(Person))
