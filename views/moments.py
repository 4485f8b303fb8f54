"""Days, times and money for the reader of this page: in his language and the site's time zone."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast

from flask import g

from studio.domain.clock import Pressure, Remaining
from studio.domain.periods import Month
from studio.extensions import db
from studio.mail import rendering
from studio.queries import working_time
from studio.queries.working_time import WorkingTimes
from studio.services import now, services, work_calendar
from studio.wording.language import gettext as _
from studio.wording.language import ngettext, spoken
from views import languages

MINUTE, HOUR, DAY = 60, 3600, 86400
"""In seconds."""


def words() -> languages.Words:
    """Return the reader's language as far as days, times and money go."""
    return languages.LANGUAGES[spoken().locale]


def local(moment: datetime) -> datetime:
    """Return the moment in the site's zone."""
    return moment.astimezone(services().settings.zone)


def day_of(value: date | datetime) -> date:
    """Return the day, in the site's zone if it is a moment."""
    return local(value).date() if isinstance(value, datetime) else value


def today() -> date:
    """Return the present day in the site's zone."""
    return local(now()).date()


def day(value: date | datetime | None) -> str:
    """11月20日."""
    return words().day(day_of(value), today()) if value else ""


def near_day(value: date | datetime | None) -> str:
    """今天, 明天, or 11月20日."""
    return words().relative_day(day_of(value), today()) if value else ""


def day_of_week(value: date | datetime) -> str:
    """11月20日 星期五; Friday, 20 Nov."""
    return words().day_of_week(day_of(value), today())


def month_name(month: Month) -> str:
    """2026年11月."""
    return rendering.month(date(month.year, month.number, 1))


def clock_time(value: datetime | None) -> str:
    """07:46."""
    return f"{local(value):%H:%M}" if value else ""


def moment(value: datetime | None) -> str:
    """今天 17:00, 11月20日 07:46."""
    return f"{near_day(value)} {clock_time(value)}" if value else ""


def day_and_time(value: datetime) -> str:
    """11月20日 07:46, also for today: where a sentence says “on”."""
    return f"{day(value)} {clock_time(value)}"


def iso(value: date | datetime | None) -> str:
    """Return what a ``datetime`` attribute wants."""
    return (local(value) if isinstance(value, datetime) else value).isoformat() if value else ""


def working_times() -> WorkingTimes:
    """Return the calendars of all units. They are read once a request, when first asked for, and never kept longer."""
    if "working_times" not in g:
        g.working_times = working_time.working_times(db.session, work_calendar())
    return cast("WorkingTimes", g.working_times)


def ago(moment: datetime) -> str:
    """Return how long ago something was, in the largest unit that is whole: 12 秒前, 3 天前."""
    seconds = max(0, int((now() - moment).total_seconds()))
    if seconds < MINUTE:
        return ngettext("%(num)s second ago", "%(num)s seconds ago", max(1, seconds))
    if seconds < HOUR:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", seconds // MINUTE)
    if seconds < DAY:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", seconds // HOUR)
    return ngettext("%(num)s day ago", "%(num)s days ago", seconds // DAY)


def remaining(due: datetime, works_by: str | None) -> Remaining:
    """Return how much working time of the unit with the path ``works_by`` is left until ``due``."""
    return working_times().left(due, works_by, now())


def working_hours(span: timedelta) -> str:
    """Return a span of working time in hours, with one place: 12.5 小时."""
    return str(_("%(hours)s h", hours=languages.trimmed(Decimal(span / timedelta(hours=1)), places=1)))


def working_time_left(left: Remaining) -> str:
    """Return how much working time is left, or by how much of it an answer is late."""
    if left.pressure is Pressure.LATE:
        if left.in_days:
            return ngettext("%(num)s working day late", "%(num)s working days late", left.days)
        return ngettext("%(num)s working hour late", "%(num)s working hours late", left.hours)
    if left.in_days:
        return ngettext("%(num)s working day left", "%(num)s working days left", left.days)
    if not left.hours:
        return str(_("less than a working hour left"))
    return ngettext("%(num)s working hour left", "%(num)s working hours left", left.hours)


def money(yuan: Decimal | int | None) -> str:
    """12.8 万元."""
    return words().money(Decimal(yuan)) if yuan is not None else ""
