"""Months drawn as pairs of bars on the server: what was filed, and what was put to use.

Each drawing is made twice, for a phone and for a desk, because letters in a drawing grow and shrink with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from studio.domain.record import MonthSums

WIDTHS = (354, 640)
HEIGHT, TOP, BOTTOM, LEFT = 200, 24, 28, 28
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """The values beside a drawing, from nought up, and how high one of them stands."""

    lines: tuple[int, ...]

    def height(self, value: float) -> float:
        """Return how high a value stands above the ground line."""
        return round((HEIGHT - TOP - BOTTOM) * value / self.lines[-1], 1)


@cache
def scale(largest: int) -> Scale:
    """Return round values up to the largest: at most four lines above nought, in whole numbers."""
    step = next(step * ten for ten in (1, 10, 100, 1000) for step in (1, 2, 5) if step * ten * MOST_LINES >= largest)
    return Scale(tuple(step * number for number in range(max(1, -(-largest // step)) + 1)))


def months(rows: Sequence[MonthSums]) -> list[Markup]:
    """Return the drawings, for a phone and for a desk."""
    return [_months(rows, width) for width in WIDTHS]


def _months(rows: Sequence[MonthSums], width: int) -> Markup:
    drawn = scale(max(1, *(max(row.filed, row.used) for row in rows)))
    step = (width - LEFT) / len(rows)
    body = [_line(value, drawn, width) for value in drawn.lines]
    for number, row in enumerate(rows):
        body += _pair(row, drawn, LEFT + number * step, step)
    return Markup(
        '<svg class="plot plot-{0}" viewBox="0 0 {0} {1}" aria-hidden="true" focusable="false">{2}</svg>'
    ).format(
        width,
        HEIGHT,
        Markup("".join(body)),  # noqa: S704 - made of numbers only
    )


def _line(value: int, drawn: Scale, width: int) -> str:
    level = _level(drawn, value)
    label = f'<text class="plot-label" x="{LEFT - 8}" y="{level + 5}" text-anchor="end">{value}</text>'
    return f'<path class="plot-line" d="M{LEFT} {level}H{width}"/>{label}'


def _pair(row: MonthSums, drawn: Scale, left: float, step: float) -> list[str]:
    bar = max(4.0, min(14.0, step * 0.36))
    start = left + step / 2 - bar
    found = []
    for value, look, offset in ((row.filed, "plot-filed", 0.0), (row.used, "plot-used", bar + 1)):
        if value:
            height = drawn.height(value)
            place = f'x="{start + offset:.1f}" y="{_level(drawn, value)}" width="{bar:.1f}" height="{height}"'
            found.append(f'<rect class="{look}" {place}/>')
    middle = f'x="{left + step / 2:.1f}" y="{HEIGHT - 6}"'
    found.append(f'<text class="plot-label" {middle} text-anchor="middle">{row.month.number}</text>')
    return found


def _level(drawn: Scale, value: float) -> float:
    return round(HEIGHT - BOTTOM - drawn.height(value), 1)
