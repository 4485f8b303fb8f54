"""Work that takes long, in the reader's language: what it is, and how much longer it takes."""

from math import ceil

from models import SlowWorkKind
from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext, ngettext

NAMES = {
    SlowWorkKind.INDEX: lazy_gettext("Making the search index anew"),
    SlowWorkKind.IMPORT: lazy_gettext("Taking over an old archive"),
    SlowWorkKind.BACKUP: lazy_gettext("Backup"),
}
AFTER_A_STOP = {
    SlowWorkKind.INDEX: lazy_gettext("Searching goes on with the index as it was. “studio index rebuild” starts anew."),
    SlowWorkKind.IMPORT: lazy_gettext("What is in stays in. The same command goes on where it stopped."),
    SlowWorkKind.BACKUP: lazy_gettext("No file was written. Please have it made again."),
}
MINUTE, HOUR = 60, 3600
"""In seconds."""


def work_name(kind: SlowWorkKind) -> str:
    """Return what is being done."""
    return str(NAMES[kind])


def after_a_stop(kind: SlowWorkKind) -> str:
    """Return what a run that came to no end left behind, and what to do."""
    return str(AFTER_A_STOP[kind])


def time_left(seconds: float | None) -> str:
    """Return about how much longer it takes; nothing where nobody can say."""
    if seconds is None:
        return ""
    if seconds < MINUTE:
        return str(_("less than a minute left"))
    if seconds < HOUR:
        return ngettext("about %(num)s minute left", "about %(num)s minutes left", ceil(seconds / MINUTE))
    return ngettext("about %(num)s hour left", "about %(num)s hours left", ceil(seconds / HOUR))


def lasted(seconds: float) -> str:
    """Return how long something took."""
    if seconds < MINUTE:
        return ngettext("%(num)s second", "%(num)s seconds", max(1, round(seconds)))
    return ngettext("%(num)s minute", "%(num)s minutes", ceil(seconds / MINUTE))
