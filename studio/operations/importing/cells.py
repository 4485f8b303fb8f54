"""From headings and cells to named values: which column a heading means, and what its cells may hold."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from studio.operations.importing.report import Report
from studio.tables import Row, heading_key

LIST_MARKS = re.compile(r"[;；、|]")
TRUE_WORDS = frozenset({"1", "true", "yes", "y", "是", "有", "√"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "n", "否", "无", "×"})
MOST_MONEY = Decimal(10) ** 12
"""More than that in one cell is a slip of the finger, and more than the column holds."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of table: for each the headings people write, and which must be there."""

    headings: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]

    def named(self, rows: Iterable[Row], report: Report) -> Iterator[tuple[int, "Cells"]]:
        """Yield number and cells of each readable row; broken ones go to the report, unknown columns are ignored."""
        known = {heading_key(word): name for name, words in self.headings.items() for word in (name, *words)}
        names: dict[str, str | None] = {}  # of each heading of the file, so that it is made out once
        for row in rows:
            if row.broken:
                report.refuse(row.number, row.broken)
                continue
            named: dict[str, Any] = {}
            for heading, value in row.cells.items():
                if heading not in names:
                    names[heading] = known.get(heading_key(heading))
                name = names[heading]
                if name is not None:
                    named.setdefault(name, value)
            missing = [name for name in self.required if not _text(named.get(name))]
            for name in missing:
                report.refuse(row.number, "missing", name)
            if not missing:
                yield row.number, Cells(named)
        report.ignored_headings = tuple(heading for heading, name in names.items() if name is None)


class BadCell(ValueError):  # noqa: N818 - reads as a sentence at the raise
    """A cell does not hold what its column needs."""

    def __init__(self, code: str, column: str, value: object = "") -> None:
        super().__init__(code)
        self.code, self.column, self.value = code, column, value


class Cells:
    """The cells of one row by the names of their columns. Every reader raises BadCell for what it cannot take."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, column: str) -> bool:
        return column in self._values

    def raw(self, column: str) -> Any:  # noqa: ANN401 - JSON may hold anything here
        """Return the cell as the file has it."""
        return self._values.get(column)

    def text(self, column: str) -> str:
        """Return the cell as text without space around it."""
        value = self._values.get(column)
        if isinstance(value, list | dict):
            raise BadCell("not_text", column)
        return _text(value)

    def items(self, column: str) -> list[str]:
        """Return a list: a JSON array, or words parted by semicolons."""
        value = self._values.get(column)
        parts = value if isinstance(value, list) else LIST_MARKS.split(_text(value))
        if any(isinstance(part, list | dict) for part in parts):
            raise BadCell("not_text", column)
        return [word for word in map(_text, parts) if word]

    def truth(self, column: str) -> bool:
        """Return yes or no."""
        word = self.text(column).lower()
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise BadCell("not_yes_or_no", column, word)

    def whole(self, column: str, low: int, high: int) -> int | None:
        """Return a whole number from ``low`` to ``high``; None for an empty cell."""
        word = self.text(column)
        if not word:
            return None
        try:
            number = int(word)
        except ValueError as error:
            raise BadCell("not_a_whole_number", column, word) from error
        if not low <= number <= high:
            raise BadCell("out_of_range", column, word)
        return number

    def money(self, column: str) -> Decimal | None:
        """Return yuan, rounded to the fen; None for an empty cell."""
        word = self.text(column).replace(",", "").removesuffix("元")
        if not word:
            return None
        try:
            amount = Decimal(word)
        except InvalidOperation as error:
            raise BadCell("not_an_amount", column, word) from error
        if not amount.is_finite() or not 0 <= amount < MOST_MONEY:
            raise BadCell("out_of_range", column, word)
        return amount.quantize(Decimal("0.01"))

    def day(self, column: str) -> date | None:
        """Return a day, written 2026-11-22, 2026/11/22 or 2026.11.22; None for an empty cell."""
        word = self.text(column)
        if not word:
            return None
        try:
            year, month, day = (int(part) for part in re.split(r"[-/.年月]", word.removesuffix("日")))
            return date(year, month, day)
        except ValueError as error:
            raise BadCell("not_a_day", column, word) from error

    def choice(self, column: str, words: Mapping[str, str]) -> str:
        """Return what a word stands for; ``words`` maps lower-case words to values."""
        word = self.text(column)
        try:
            return words[word.lower()]
        except KeyError as error:
            raise BadCell("unknown_word", column, word) from error


def checked(report: Report, number: int, cells: Cells, read: Callable[[int, Cells], Result]) -> Result | None:
    """Return what ``read`` makes of a row, or None after noting in the report which cell was bad."""
    try:
        return read(number, cells)
    except BadCell as bad:
        report.refuse(number, bad.code, bad.column, value=str(bad.value)[:80])
        return None


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
