"""Bringing the search index up to date, every half second, and tidying it in a quiet hour."""

import logging

from sqlalchemy.orm import Session

from search_index import sync
from search_index.port import IndexBusy, SearchEngine

log = logging.getLogger(__name__)


def index_due(session: Session, engine: SearchEngine) -> int:
    """Index what has changed and return how much it was; nothing while another worker is at it."""
    try:
        done = sync.sync(session, engine)
    except IndexBusy:
        return 0
    if done:
        log.info("index: %d proposals", done)
    return done


def tidy_index(session: Session, engine: SearchEngine) -> bool:
    """Rebuild an index that many small changes have worn; tell whether it was needed."""
    if not engine.status().worn:
        return False
    try:
        log.info("index: rebuilt with %d proposals", sync.rebuild(session, engine))
    except IndexBusy:
        return False
    return True
