"""Writing tables that people open in Excel: row by row into a file, so that a large one needs no more memory."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Value = str | int | float | Decimal | datetime | None
MOMENT_FORMAT = "yyyy-mm-dd hh:mm"
TEXT_FORMAT = "@"
WIDEST, NARROWEST = 60, 10
LONGEST_CELL = 32_767
"""Excel opens no longer one."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What Excel might take for a formula when somebody saves the table as text and opens it again."""


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, without characters that no workbook may hold."""
    shown = ILLEGAL_CHARACTERS_RE.sub("", text)
    return (f"'{shown}" if shown.startswith(DANGEROUS) else shown)[:LONGEST_CELL]


def write(path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], *, zone: tzinfo) -> int:
    """Write one sheet and return how many rows it has. Moments become dates of Excel's own, in ``zone``."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(harmless(title)[:31])
    sheet.freeze_panes = "A2"
    for position, heading in enumerate(headings, start=1):
        width = min(WIDEST, max(NARROWEST, 2 * len(heading)))
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.append([_heading(sheet, heading) for heading in headings])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, value, zone) for value in row])
        count += 1
    book.save(path)
    return count


def _heading(sheet: Any, heading: str) -> Any:  # noqa: ANN401 - openpyxl has no types
    cell = _cell(sheet, heading, None)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Value, zone: tzinfo | None) -> Any:  # noqa: ANN401 - openpyxl has no types
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, harmless(value))
        cell.data_type, cell.number_format = "s", TEXT_FORMAT
        return cell
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0))
        cell.number_format = MOMENT_FORMAT
        return cell
    return WriteOnlyCell(sheet, float(value) if isinstance(value, Decimal) else value)
