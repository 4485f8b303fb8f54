"""When an issue of the digest goes out, and where it stands. An issue tells of a month and leaves in the next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from models import DigestIssue
from studio.domain.completeness import clean_text
from studio.domain.errors import InvalidInput, Problem
from studio.domain.periods import Month

LAST_DAY = 28
"""Every month has that many days."""
LAST_HOUR = 23
NOTE_LIMIT = 600
"""In characters: an editor's note is a word in front of the digest and not a second one."""
LATE_AFTER = timedelta(hours=1)
"""An issue that is not out so long after its time is overdue."""


class IssueState(StrEnum):
    """Where an issue stands."""

    WAITING = "waiting"
    """Made; it goes out on its day."""
    HELD = "held"
    """Held back by a coordinator, until somebody lets it go."""
    SENDING = "sending"
    """Its time has come and not everybody has a copy yet."""
    SENT = "sent"
    OVERTAKEN = "overtaken"
    """Nobody sent it before the next one was due; it is read in the app, and mailed only if somebody says so."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The day of the month and the hour of the site's wall clock at which last month's issue goes out."""

    day: int
    hour: int

    def due(self, month: Month, zone: tzinfo) -> datetime:
        """Return the moment at which the issue of a month goes out, in UTC.

        An hour that a clock change leaves out counts as the next one; of one that comes twice, the first.
        """
        after = month.following
        return datetime(after.year, after.number, self.day, self.hour, tzinfo=zone).astimezone(UTC)

    def last_due(self, at: datetime, zone: tzinfo) -> Month:
        """Return the month whose issue was due last."""
        last = Month.of(at, zone).previous
        return last if self.due(last, zone) <= at else last.previous


def checked_schedule(day: int, hour: int) -> Schedule:
    """Return the schedule. Raises InvalidInput: ``day_not_in_every_month`` at ``day``, ``hour_unknown`` at ``hour``."""
    problems = []
    if not 1 <= day <= LAST_DAY:
        problems.append(Problem("day_not_in_every_month", "day", {"last": LAST_DAY}))
    if not 0 <= hour <= LAST_HOUR:
        problems.append(Problem("hour_unknown", "hour"))
    if problems:
        raise InvalidInput(problems)
    return Schedule(day, hour)


def checked_note(text: str, field: str) -> str:
    """Return an editor's note cleaned. Raises InvalidInput (``too_long`` at ``field``)."""
    clean = clean_text(text)
    if len(clean) > NOTE_LIMIT:
        raise InvalidInput([Problem("too_long", field, {"limit": NOTE_LIMIT, "length": len(clean)})])
    return clean


def due_of(issue: DigestIssue, schedule: Schedule, zone: tzinfo) -> datetime:
    """Return when an issue goes out or should have: the schedule's moment, unless somebody let it go at another."""
    return issue.released_at or schedule.due(Month.parse(issue.month), zone)


def state_of(issue: DigestIssue, schedule: Schedule, zone: tzinfo, at: datetime) -> IssueState:
    """Return where an issue stands at a moment. What was begun or let go by hand is never overtaken."""
    if issue.sent_at is not None:
        return IssueState.SENT
    if issue.held_at is not None:
        return IssueState.HELD
    if issue.begun_at is not None or issue.released_at is not None:
        return IssueState.SENDING
    month = Month.parse(issue.month)
    if at >= schedule.due(month.following, zone):
        return IssueState.OVERTAKEN
    return IssueState.SENDING if at >= schedule.due(month, zone) else IssueState.WAITING
