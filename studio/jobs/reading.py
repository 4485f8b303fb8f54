"""Reading what attached documents say, so that the search finds it: the newest first, one at a time."""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from studio.files.reading import Reader, limits_of
from studio.operations import file_texts
from studio.operations.file_texts import Errand
from studio.queries.file_texts import any_due
from studio.services import Services
from studio.transactions import writing

log = logging.getLogger(__name__)

BATCH = 50
"""Documents that one process reads before another takes its place."""
SPARE = timedelta(minutes=1)
"""How much longer a claim holds than the slowest document can take."""


def read_waiting(session: Session, services: Services, *, worker: str, stopping: Callable[[], bool]) -> int:
    """Read documents until none waits, or a batch is done; return how many. Each is written down at once.

    Two workers never read the same one. One that was killed has lost nothing: its claim runs out.
    """
    limits, done = limits_of(services.settings), 0
    claim = timedelta(seconds=limits.seconds) + SPARE
    with Reader(limits) as reader:
        while done < BATCH and not stopping() and (errand := _claim(session, services, worker, claim)):
            finding = reader.read(services.files.path(errand.sha256), errand.media_type)
            with writing(session):
                file_texts.record(session, errand, finding, worker=worker, at=services.clock())
            if finding.reason is not None:
                log.warning("the text of the file %s could not be read: %s", errand.sha256, finding.reason)
            done += 1
    if done:
        log.info("documents: %d read", done)
    return done


def _claim(session: Session, services: Services, worker: str, claim: timedelta) -> Errand | None:
    at = services.clock()
    session.rollback()  # look at what is there now, without asking for the write lock every time
    if not any_due(session, at=at):
        return None
    with writing(session):
        return file_texts.claim(session, worker=worker, at=at, until=at + claim)
