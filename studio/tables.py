"""Reading the tables people bring, row by row: CSV from Excel (UTF-8 or GB18030), XLSX, JSONL; writing CSV and JSON."""

import codecs
import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

CHUNK = 1024 * 1024
LONGEST_CELL = 1_000_000
"""In characters; the csv module's own limit is too low for a long story and no limit at all would be a trap."""
ONLY_ZEROS = re.compile(r"0+")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What Excel would calculate instead of show, and what it takes for such a thing made harmless."""
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableTable(ValueError):  # noqa: N818 - reads as a sentence at the raise
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` counts as the spreadsheet shows it: the headings are row 1; in JSONL it is the line.

    ``broken`` is a code of what keeps the row from being read: ``broken_json``, ``not_an_object``,
    ``unstorable_character`` or ``too_many_cells``; empty for a good row.
    """

    number: int
    cells: Mapping[str, Any]
    broken: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of ``path``, whose ending says what it is. Raises UnreadableTable; blank rows are passed over."""
    readers = {".csv": _csv_rows, ".txt": _csv_rows, ".xlsx": _xlsx_rows, ".jsonl": _jsonl_rows, ".ndjson": _jsonl_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UnreadableTable(f"{path.name} must end in .csv, .xlsx or .jsonl")
    if not path.is_file():
        raise UnreadableTable(f"{path} is not there")
    for row in reader(path):
        yield Row(row.number, row.cells, row.broken or _unstorable(row.cells))


def csv_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV for Excel, see ``csv_pieces``."""
    return b"".join(csv_pieces(headings, [rows]))


def csv_pieces(headings: Sequence[str], batches: Iterable[Iterable[Sequence[object]]]) -> Iterator[bytes]:
    """Yield a table as CSV for Excel: its headings, a piece for each batch of rows, and nothing at its end.

    UTF-8 with its mark, and no cell that would be calculated.
    """
    yield codecs.BOM_UTF8 + _csv_lines([headings])
    for rows in batches:
        yield _csv_lines([harmless(cell) for cell in row] for row in rows)


def _csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    target = StringIO()
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return target.getvalue().encode()


def json_pieces(batches: Iterable[Iterable[Mapping[str, object]]]) -> Iterator[bytes]:
    """Yield one JSON array, an object a line: its beginning, a piece for each batch, its end."""
    yield b"["
    between = "\n"
    for objects in batches:
        lines = []
        for one in objects:
            lines.append(between + json.dumps(one, ensure_ascii=False))
            between = ",\n"
        yield "".join(lines).encode("utf-8", "replace")
    yield b"\n]\n"


def harmless(cell: object) -> object:
    """Return a cell that Excel shows as it is: an apostrophe before what it would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and FORMULA.match(cell) else cell


def as_written(cell: str) -> str:
    """Return what a cell said before ``harmless``."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def heading_key(heading: str) -> str:
    """Return a heading as it is compared: without spaces, marks of required columns and capitals."""
    return re.sub(r"[\s*＊_()（）/／-]+", "", heading).lower()


def _unstorable(cells: Mapping[str, Any]) -> str:
    text = "\n".join([value for value in cells.values() if isinstance(value, str)])
    return "unstorable_character" if UNSTORABLE.search(text) else ""


def _csv_rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=_encoding(path), newline="") as source:
        first = source.readline()
        delimiter = max(",;\t", key=first.count)
        source.seek(0)
        lines = csv.reader(source, delimiter=delimiter)
        try:
            headings = [heading.strip() for heading in next(lines, [])]
            yield from _table_rows(headings, lines)
        except csv.Error as error:
            raise UnreadableTable(f"{path.name}, line {lines.line_num}: {error}") from error


def _encoding(path: Path) -> str:
    """Return UTF-8 if all of the file is that (with or without a mark at its start), else GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as source:
                while chunk := source.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnreadableTable(f"{path.name} is neither UTF-8 nor GB18030; save it as 'CSV UTF-8'")


def _table_rows(headings: list[str], lines: Iterator[list[Any]]) -> Iterator[Row]:
    if not any(headings):
        raise UnreadableTable("the first row must hold the headings")
    repeated = {heading for heading in headings if heading and headings.count(heading) > 1}
    if repeated:
        raise UnreadableTable(f"the heading {min(repeated)!r} stands there twice")
    for number, cells in enumerate(lines, start=2):
        if not any(str(cell).strip() for cell in cells if cell is not None):
            continue
        surplus = any(str(cell).strip() for cell in islice(cells, len(headings), None) if cell is not None)
        named = {heading: cell for heading, cell in zip(headings, cells, strict=False) if heading}
        yield Row(number, named, "too_many_cells" if surplus else "")


def _xlsx_rows(path: Path) -> Iterator[Row]:
    from openpyxl import load_workbook  # noqa: PLC0415 - large, and the pages only write CSV
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableTable(f"{path.name} is no readable Excel workbook") from error
    try:
        lines = ([_cell_text(cell) for cell in row] for row in book.worksheets[0].iter_rows())
        headings = [str(heading or "").strip() for heading in next(lines, [])]
        yield from _table_rows(headings, lines)
    except (zipfile.BadZipFile, ParseError, KeyError) as error:
        raise UnreadableTable(f"{path.name} is damaged: {error}") from error
    finally:
        book.close()


def _cell_text(cell: Any) -> Any:  # noqa: ANN401 - openpyxl cells of several classes, values of several types
    """Return what Excel shows: 003840 stays that when the number 3840 is formatted with six zeros."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        digits = cell.number_format or ""
        return str(value).zfill(len(digits)) if ONLY_ZEROS.fullmatch(digits) else str(value)
    return value


def _jsonl_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as source:
        for number, line in enumerate(source, start=1):
            text = line.strip().removeprefix(codecs.BOM_UTF8)
            if not text:
                continue
            try:
                cells = json.loads(text)
            except (ValueError, RecursionError):
                yield Row(number, {}, "broken_json")
                continue
            yield Row(number, cells, "") if isinstance(cells, dict) else Row(number, {}, "not_an_object")
