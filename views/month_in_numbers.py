"""A month's numbers beside those of the month before, as rows of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studio.wording.language import gettext as _
from studio.wording.language import lazy_gettext as _l
from views import moments

COUNTED = {
    "filed": _l("filed"),
    "answered": _l("answered first"),
    "decided": _l("decided"),
    "implemented": _l("put to use"),
    "verified": _l("checked on site"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One number of a month, of the month before, and what has changed; as words of the reader's language."""

    label: str
    now: str
    before: str
    change: str


def compared(numbers: Mapping[str, Any], before: Mapping[str, Any]) -> Sequence[Compared]:
    """Return the rows: what was counted, how many first answers were in time, and the benefit that was checked."""
    rows = [
        Compared(str(label), str(numbers[key]), str(before[key]), change(numbers[key], before[key]))
        for key, label in COUNTED.items()
    ]
    here, there = (_share(one["in_time"], one["answered"]) for one in (numbers, before))
    rows.insert(2, Compared(_("of them in time"), _percent(here), _percent(there), _points(here, there)))
    checked, earlier = Decimal(numbers["checked"]), Decimal(before["checked"])
    money = moments.money(checked), moments.money(earlier)
    rows.append(Compared(_("benefit checked"), *money, change(checked, earlier)))
    return rows


def change(now: Decimal | int, before: Decimal | int) -> str:
    """+25 %, −10 %, or a dash where there was nothing before or nothing has changed."""
    if not before or now == before:
        return "–"
    return _signed(round(100 * (now - before) / before), "%")


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share}%"


def _points(now: int | None, before: int | None) -> str:
    if now is None or before is None or now == before:
        return "–"
    return str(_("%(change)s points", change=_signed(now - before)))


def _signed(number: int, unit: str = "") -> str:
    return f"{'+' if number > 0 else '−'}{abs(number)}{unit}"
