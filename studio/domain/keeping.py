"""Words that waited in a browser until there was a network: when they were written, and whether newer ones exist."""

from datetime import datetime, timedelta

LATE_WORDS = timedelta(minutes=2)
"""So long may a draft's last saving be on its way while its author hands it in already; those are his older words."""
LONGEST_WAIT = timedelta(days=366)
"""A browser that says more has lost its clock."""


def written_at(at: datetime, waited: float) -> datetime:
    """Return when something was written that comes ``at`` and waited so many seconds, by the browser's own clock.

    Only the span is believed: what a phone thinks the time is may be hours off.
    """
    seconds = waited if waited == waited else 0.0  # noqa: PLR0124 - the one thing that does not equal itself is no number
    return at - timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT.total_seconds()))


def written_on(changed_at: datetime, kept_at: datetime) -> bool:
    """Tell whether a draft that was changed at ``changed_at`` has newer words than those written at ``kept_at``."""
    return changed_at > kept_at + LATE_WORDS
