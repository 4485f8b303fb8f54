"""How each language says days, times and money, as a colleague would: 今天 17:00, 11月20日, 12.8 万元.

Each language is one small class; a page calls these hundreds of times, so they only format numbers.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

TEN_THOUSAND = 10_000
HOUR = timedelta(hours=1)
SOON = timedelta(days=3)
"""Less time than this is shown as a warning."""


class Words(Protocol):
    """What a language must be able to say. Moments are already in the site's zone."""

    def day(self, day: date, today: date) -> str:
        """A day; the year only if it is not this one."""

    def weekday(self, day: date) -> str:
        """The day of the week."""

    def relative_day(self, day: date, today: date) -> str:
        """Today, tomorrow or yesterday; otherwise the day."""

    def hours(self, hours: int) -> str:
        """So many hours."""

    def days(self, days: int) -> str:
        """So many days."""

    def left(self, span: str) -> str:
        """So much time is left."""

    def late(self, span: str) -> str:
        """So much time too late."""

    def money(self, yuan: Decimal) -> str:
        """An amount of yuan."""


class Chinese:
    """As it is said in China."""

    def day(self, day: date, today: date) -> str:
        """11月20日."""
        text = f"{day.month}月{day.day}日"
        return text if day.year == today.year else f"{day.year}年{text}"

    def weekday(self, day: date) -> str:
        """星期五."""
        return "星期" + "一二三四五六日"[day.weekday()]

    def relative_day(self, day: date, today: date) -> str:
        """今天, 明天, 后天, 昨天."""
        near = {0: "今天", 1: "明天", 2: "后天", -1: "昨天"}
        return near.get((day - today).days) or self.day(day, today)

    def hours(self, hours: int) -> str:
        """2 小时."""
        return f"{hours} 小时"

    def days(self, days: int) -> str:
        """3 天."""
        return f"{days} 天"

    def left(self, span: str) -> str:
        """还剩 3 天."""
        return f"还剩 {span}"

    def late(self, span: str) -> str:
        """晚 2 天."""
        return f"晚 {span}"

    def money(self, yuan: Decimal) -> str:
        """12.8 万元, 300 元."""
        if abs(yuan) >= TEN_THOUSAND:
            return f"{trimmed(yuan / TEN_THOUSAND, places=2)} 万元"
        return f"{trimmed(yuan, places=2)} 元"


class English:
    """As it is said in English."""

    MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

    def day(self, day: date, today: date) -> str:
        """20 Nov."""
        text = f"{day.day} {self.MONTHS[day.month - 1]}"
        return text if day.year == today.year else f"{text} {day.year}"

    def weekday(self, day: date) -> str:
        """Friday."""
        return self.WEEKDAYS[day.weekday()]

    def relative_day(self, day: date, today: date) -> str:
        """Say today, tomorrow or yesterday."""
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}
        return near.get((day - today).days) or self.day(day, today)

    def hours(self, hours: int) -> str:
        """2 hours."""
        return f"{hours} hour" if hours == 1 else f"{hours} hours"

    def days(self, days: int) -> str:
        """3 days."""
        return f"{days} day" if days == 1 else f"{days} days"

    def left(self, span: str) -> str:
        """3 days left."""
        return f"{span} left"

    def late(self, span: str) -> str:
        """2 days late."""
        return f"{span} late"

    def money(self, yuan: Decimal) -> str:
        """¥128,000."""
        return f"¥{trimmed(yuan, places=2)}"


def trimmed(number: Decimal, *, places: int) -> str:
    """Return a number with thousands set apart and no idle zeros behind the point."""
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


LANGUAGES: dict[str, Words] = {"zh_CN": Chinese(), "en": English()}


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much time is left: the words, and ``late``, ``soon`` or ``calm`` for the look."""

    text: str
    look: str


def remaining(due: datetime, now: datetime, words: Words) -> Remaining:
    """Return the time from ``now`` to ``due`` in whole hours below two days, else in whole days; never zero."""
    gap = due - now
    hours = max(1, round(abs(gap) / HOUR))
    days = max(1, abs(gap).days)
    span = words.hours(hours) if abs(gap) < timedelta(days=2) else words.days(days)
    if gap < timedelta(0):
        return Remaining(words.late(span), "late")
    return Remaining(words.left(span), "soon" if gap < SOON else "calm")
