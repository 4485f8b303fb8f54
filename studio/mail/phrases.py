"""Small phrases of the digest, the same in the mail and on its page."""

from collections.abc import Mapping

from studio.mail.digest import Span, Waiting
from studio.mail.finds import Finds
from studio.queries.issues import Masthead
from studio.wording.language import lazy_gettext, ngettext
from studio.wording.names import either

HOURS_UNTIL_DAYS = 48

FATES: Mapping[str, str] = {
    "accepted": lazy_gettext("accepted"),
    "trial": lazy_gettext("on trial"),
    "deferred": lazy_gettext("put off for now"),
    "declined": lazy_gettext("not taken up"),
    "inadmissible": lazy_gettext("could not be judged"),
    "duplicate": lazy_gettext("filed before by somebody"),
    "implemented": lazy_gettext("put to use"),
    "verified": lazy_gettext("put to use and checked on site"),
    "under_review": lazy_gettext("still being looked at"),
}


def fate(what: str) -> str:
    """Return what became of a proposal in the month, in a few words."""
    return str(FATES[what])


def note(masthead: Masthead | None) -> str:
    """Return the coordinator's words on top of an issue, if there are any."""
    return either(masthead.note_zh, masthead.note_en) if masthead else ""


def length(span: Span) -> str:
    """Return how long something took, in hours or days."""
    if span.hours < HOURS_UNTIL_DAYS:
        return str(ngettext("%(num)s hour", "%(num)s hours", span.hours))
    return str(ngettext("%(num)s day", "%(num)s days", span.days))


def found(finds: Finds) -> str:
    """Return how many proposals a saved search has found."""
    return str(ngettext("%(num)s new proposal", "%(num)s new proposals", finds.total))


def owed(waiting: Waiting) -> str:
    """Return how many proposals wait for the reader."""
    return str(ngettext("%(num)s proposal waits for you.", "%(num)s proposals wait for you.", waiting.count))


def late(waiting: Waiting) -> str:
    """Return how many of them have waited too long."""
    return str(ngettext("%(num)s of them is late.", "%(num)s of them are late.", waiting.late))
