"""Small phrases of the digest, the same in the mail and on its page."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_babel import format_decimal, format_percent

from studio.mail.editions.leader import UnitMonth, UnitReport
from studio.mail.editions.master import StudioMonth, Waiting
from studio.mail.editions.worker import AnswerClock, RoleTime, Span
from studio.mail.finds import Finds
from studio.mail.heard import Heard
from studio.queries.digest_figures import AnsweredBy
from studio.queries.issues import Masthead
from studio.wording.language import gettext, lazy_gettext, ngettext, spoken
from studio.wording.names import either, joined
from studio.wording.notices import saying

HOURS_UNTIL_DAYS = 48
MINUTES_OF_AN_HOUR = 60
TEN_THOUSAND = 10_000
NO_BREAK = "\N{NO-BREAK SPACE}"

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


def heard(one: Heard) -> str:
    """Return what the reader was told of a proposal."""
    return saying(one.kind, one.detail)


def owed(waiting: Waiting) -> str:
    """Return how many proposals wait for the reader."""
    return str(ngettext("%(num)s proposal waits for you.", "%(num)s proposals wait for you.", waiting.count))


def late(waiting: Waiting) -> str:
    """Return how many of them have waited too long."""
    return str(ngettext("%(num)s of them is late.", "%(num)s of them are late.", waiting.late))


ANSWERED_BY: Mapping[AnsweredBy, str] = {
    AnsweredBy.TEAM_LEADER: lazy_gettext("team leaders"),
    AnsweredBy.REVIEWER: lazy_gettext("reviewers"),
    AnsweredBy.LEAD: lazy_gettext("studio leads"),
    AnsweredBy.COORDINATOR: lazy_gettext("coordinators"),
}


def more(count: int) -> str:
    """Return how many more there are of what a section lists."""
    return str(ngettext("and %(num)s more", "and %(num)s more", count))


def others(count: int) -> str:
    """Return how many more units or calls there are."""
    return str(ngettext("and %(num)s other", "and %(num)s others", count))


def explained(report: UnitReport) -> Sequence[str]:
    """Return what the columns of a report mean, a sentence or some at a time."""
    columns = gettext(
        "Taking part: who filed something or shares in it, of all who work there. First answer: by when half and nine "
        "tenths had one, in working time. Adopted: of what was decided. In use: of what was accepted in twelve months."
    )
    benefits = gettext("Benefit: checked of claimed, in yuan a year, of what was put to use.")
    left_out = gettext("Confidential proposals and those without a name are not counted.")
    return [columns, benefits, left_out] if report.whole.used else [columns, left_out]


def amount(yuan: Decimal | int) -> str:
    """Return money as a bare number: in units of 10,000 yuan for who reads Chinese, else in yuan."""
    if spoken().chinese:
        return str(format_decimal(round(Decimal(yuan) / TEN_THOUSAND, 2), format="#,##0.##"))
    return str(format_decimal(Decimal(yuan), format="#,##0"))


def money(yuan: Decimal | int) -> str:
    """Return money with its unit: from 10,000 yuan on as the shop floor counts it, for who reads Chinese."""
    if spoken().chinese and yuan >= TEN_THOUSAND:
        return str(gettext("%(amount)s ten thousand yuan", amount=amount(yuan)))
    number = format_decimal(Decimal(yuan), format="#,##0.##")
    return str(gettext("¥%(amount)s", amount=number))


def worked(minutes: int) -> str:
    """Return working time, short enough for a table."""
    if minutes < MINUTES_OF_AN_HOUR:
        return str(gettext("%(number)s min", number=minutes))
    return str(gettext("%(number)s h", number=format_decimal(minutes / MINUTES_OF_AN_HOUR, format="#,##0.#")))


def share(part: float | None) -> str:
    """Return a share of people in per cent."""
    return str(format_percent(part, format="#,##0.#%")) if part is not None else "–"


def of(part: int, whole: int) -> str:
    """Return a part of a whole, both shown."""
    return f"{part}/{whole}" if whole else "–"


def benefit(unit: UnitMonth) -> str:
    """Return the checked beside the claimed benefit."""
    return f"{amount(unit.checked)}/{amount(unit.claimed)}" if unit.used else "–"


def answered(unit: UnitMonth) -> str:
    """Return by when half and nine tenths had their first answer."""
    if not unit.answered:
        return "–"
    middle, slow = (worked(minutes).replace(" ", NO_BREAK) for minutes in (unit.median, unit.ninetieth))
    return f"{middle} / {slow}"


def by_role(clock: AnswerClock) -> str:
    """Return how soon each role answers."""
    times = joined([_role(one) for one in clock.by_role])
    return str(gettext("Half of all answers came within this working time: %(times)s.", times=times))


def _role(one: RoleTime) -> str:
    return str(gettext("%(who)s %(time)s", who=ANSWERED_BY[one.by], time=worked(one.median)))


def did(studio: StudioMonth) -> str:
    """Return what a studio did in the month."""
    return str(
        gettext(
            "%(answered)s answered, %(in_time)s of them in time; %(decided)s decided; %(used)s put to use.",
            answered=studio.answered,
            in_time=studio.in_time,
            decided=studio.decided,
            used=studio.used,
        )
    )


def lies(studio: StudioMonth) -> str:
    """Return what lay with a studio at the close."""
    if not studio.open:
        return str(gettext("At the end of the month nothing lay here."))
    if not studio.late:
        return str(gettext("At the end of the month %(open)s lay here, none of them late.", open=studio.open))
    return str(
        gettext("At the end of the month %(open)s lay here, %(late)s of them late.", open=studio.open, late=studio.late)
    )
