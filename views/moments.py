"""Days, times and money for the reader of this page: in his language and the site's time zone."""

from datetime import date, datetime
from decimal import Decimal

from studio.services import now, services
from studio.wording.language import spoken
from views import languages


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


def weekday(value: date | datetime) -> str:
    """星期五."""
    return words().weekday(day_of(value))


def clock_time(value: datetime | None) -> str:
    """07:46."""
    return f"{local(value):%H:%M}" if value else ""


def moment(value: datetime | None) -> str:
    """今天 17:00, 11月20日 07:46."""
    return f"{near_day(value)} {clock_time(value)}" if value else ""


def iso(value: date | datetime | None) -> str:
    """Return what a ``datetime`` attribute wants."""
    return (local(value) if isinstance(value, datetime) else value).isoformat() if value else ""


def remaining(due: datetime) -> languages.Remaining:
    """Return the time left until ``due`` with its look."""
    return languages.remaining(due, now(), words())


def money(yuan: Decimal | int | None) -> str:
    """12.8 万元."""
    return words().money(Decimal(yuan)) if yuan is not None else ""
