"""Taking the reviews of a studio out of the house: who may, for how long a time, and that it is noted."""

from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy.orm import Session

from models import Person, ReviewExport, Studio
from studio.domain import permissions
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.domain.periods import FIRST_YEAR, LAST_YEAR
from studio.queries.review_export import Period

LONGEST_DAYS = 731
"""Two years and the days that differ; what is longer is asked for in parts."""


def period_of(studio: Studio, first_on: date, last_on: date, *, actor: Person, zone: tzinfo) -> Period:
    """Return which reviews are meant by two days, both included.

    Raises NotAllowed, and InvalidInput with ``ends_before_it_begins`` or ``period_too_long`` at ``last_on``;
    ``no_reviews_found`` for years in which nobody worked.
    """
    if not permissions.exports_reviews_of(actor, studio):
        raise NotAllowed
    if last_on < first_on:
        raise InvalidInput([Problem("ends_before_it_begins", "last_on")])
    if (last_on - first_on).days >= LONGEST_DAYS:
        raise InvalidInput([Problem("period_too_long", "last_on", {"limit": LONGEST_DAYS})])
    if not FIRST_YEAR <= first_on.year <= last_on.year <= LAST_YEAR:
        raise InvalidInput([Problem("no_reviews_found", "last_on")])
    after = last_on + timedelta(days=1)
    return Period(studio.id, datetime.combine(first_on, time(), zone), datetime.combine(after, time(), zone))


def note(
    session: Session, studio: Studio, first_on: date, last_on: date, *, rows: int, actor: Person, at: datetime
) -> ReviewExport:
    """Keep who exported what and when. Raises NotAllowed."""
    if not permissions.exports_reviews_of(actor, studio):
        raise NotAllowed
    made = ReviewExport(
        person_id=actor.id, studio_id=studio.id, first_on=first_on, last_on=last_on, row_count=rows, at=at
    )
    session.add(made)
    session.flush()
    return made
