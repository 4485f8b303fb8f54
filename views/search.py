"""Asking the archive for whoever reads this page."""

from datetime import datetime

from flask import current_app

from models import Person
from search_index.synonyms import Synonyms
from studio.queries import glossary
from studio.queries.finding import Finder
from studio.services import now, services
from views.access import database, me

KEPT_SECONDS = 60


def finder(reader: Person | None = None) -> Finder:
    """Return what answers questions for the signed-in person, or for somebody who reads otherwise."""
    made = services()
    return Finder(database(), made.search, _synonyms(), made.settings.zone, reader or me())


def _synonyms() -> Synonyms:
    """Return the glossary; kept for a minute, as one object, by which the engine knows its own answers again."""
    kept: tuple[datetime, Synonyms] | None = current_app.extensions.get("studio_glossary")
    if kept is None or (now() - kept[0]).total_seconds() >= KEPT_SECONDS:
        kept = (now(), glossary.synonyms(database()))
        current_app.extensions["studio_glossary"] = kept
    return kept[1]
