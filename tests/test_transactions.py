"""Long work in many transactions leaves room for everybody else."""

import sqlite3
import threading
import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Proposal
from studio.settings import Settings
from studio.transactions import with_pauses, writing

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
