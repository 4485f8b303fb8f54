"""How each language says days, times and money, as a colleague would: 今天 17:00, 11月20日, 12.8 万元.

Each language is one small class; a page calls these hundreds of times, so they only format numbers.
"""

from datetime import date
from decimal import Decimal
from typing import Protocol

TEN_THOUSAND = 10_000
TIED = "\N{NO-BREAK SPACE}"
"""Where a line must not end: a number stays with what it counts."""


class Words(Protocol):
    """What a language must be able to say. Moments are already in the site's zone."""

    def day(self, day: date, today: date) -> str:
        """A day; the year only if it is not this one."""

    def day_of_week(self, day: date, today: date) -> str:
        """A day with its day of the week."""

    def relative_day(self, day: date, today: date) -> str:
        """Today, tomorrow or yesterday; otherwise the day."""

    def money(self, yuan: Decimal) -> str:
        """An amount of yuan."""


class Chinese:
    """As it is said in China."""

    def day(self, day: date, today: date) -> str:
        """11月20日."""
        text = f"{day.month}月{day.day}日"
        return text if day.year == today.year else f"{day.year}年{text}"

    def day_of_week(self, day: date, today: date) -> str:
        """11月20日 星期五."""
        return f"{self.day(day, today)} 星期{'一二三四五六日'[day.weekday()]}"

    def relative_day(self, day: date, today: date) -> str:
        """今天, 明天, 后天, 昨天."""
        near = {0: "今天", 1: "明天", 2: "后天", -1: "昨天"}
        return near.get((day - today).days) or self.day(day, today)

    def money(self, yuan: Decimal) -> str:
        """12.8 万元, 300 元."""
        if abs(yuan) >= TEN_THOUSAND:
            return f"{trimmed(yuan / TEN_THOUSAND, places=2)}{TIED}万元"
        return f"{trimmed(yuan, places=2)}{TIED}元"


class English:
    """As it is said in English."""

    MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

    def day(self, day: date, today: date) -> str:
        """20 Nov."""
        text = f"{day.day}{TIED}{self.MONTHS[day.month - 1]}"
        return text if day.year == today.year else f"{text}{TIED}{day.year}"

    def day_of_week(self, day: date, today: date) -> str:
        """Friday, 20 Nov."""
        return f"{self.WEEKDAYS[day.weekday()]}, {self.day(day, today)}"

    def relative_day(self, day: date, today: date) -> str:
        """Say today, tomorrow or yesterday."""
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}
        return near.get((day - today).days) or self.day(day, today)

    def money(self, yuan: Decimal) -> str:
        """¥128,000."""
        return f"¥{trimmed(yuan, places=2)}"


def trimmed(number: Decimal, *, places: int) -> str:
    """Return a number with thousands set apart and no idle zeros behind the point."""
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


LANGUAGES: dict[str, Words] = {"zh_CN": Chinese(), "en": English()}
