"""Bringing the search index up to date, every half second, and tidying it in a quiet hour."""

import logging

from sqlalchemy.orm import Session

from search_index import sync
from search_index.port import IndexBusy, SearchEngine

log = logging.getLogger(__name__)


def index_due(session: Session, engine: SearchEngine, progress: sync.Progress | None = None) -> int:
    """Index what has changed and return how much it was; nothing while another worker is at it.

    ``progress`` is told how far it is if the whole index has to be made.
    """
    try:
        done = sync.sync(session, engine, progress=progress)
    except IndexBusy:
        return 0
    if done:
        log.info("index: %d proposals", done)
    return done


def tidy_index(session: Session, engine: SearchEngine, progress: sync.Progress | None = None) -> bool:
    """Rebuild an index that many small changes have worn; tell whether it was needed."""
    if not engine.status().worn:
        return False
    try:
        log.info("index: rebuilt with %d proposals", sync.rebuild(session, engine, progress))
    except IndexBusy:
        return False
    return True
