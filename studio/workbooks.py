"""Writing tables that people open in Excel: out at once, piece by piece, so that a large one needs no more memory.

A workbook of one sheet is a zip of six small XML files. They are written here, because libraries keep the whole book
back until its last row is known.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

Value = str | int | float | Decimal | datetime | None
Row = Sequence[Value]
WIDEST, NARROWEST = 60, 10
LONGEST_CELL = 32_767
"""Excel opens no longer one."""
LONGEST_TITLE = 31
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What Excel might take for a formula when somebody saves the table as text and opens it again."""
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ROWS_AT_ONCE = 500

_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - from where Excel counts the days; it knows no zones
_DAY_SECONDS = 86_400
_TEXT, _HEADING, _MOMENT = 1, 2, 3
"""Places in the list of styles below."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/>'
    '<xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, without characters that no workbook may hold."""
    shown = NOT_IN_XML.sub("", text)
    return (f"'{shown}" if shown.startswith(DANGEROUS) else shown)[:LONGEST_CELL]


def write(path: Path, title: str, headings: Sequence[str], rows: Iterable[Row], *, zone: tzinfo) -> int:
    """Write one sheet into a file and return how many rows it has."""
    count = 0

    def batches() -> Iterator[list[Row]]:
        nonlocal count
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            count += 1
            if len(batch) == ROWS_AT_ONCE:
                yield batch
                batch = []
        yield batch

    with path.open("wb") as target:
        target.writelines(pieces(title, headings, batches(), zone=zone))
    return count


def pieces(title: str, headings: Sequence[str], batches: Iterable[Sequence[Row]], *, zone: tzinfo) -> Iterator[bytes]:
    """Yield a workbook of one sheet: its beginning, a piece for each batch of rows, its end.

    Texts stay texts, so that a staff number keeps its zeros; moments become dates of Excel's own, in ``zone``.
    """
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as book:
        for name, content in {**_PARTS, "xl/workbook.xml": _workbook(title)}.items():
            book.writestr(name, _XML + content)
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f"{_XML}{_beginning(headings)}".encode())
            yield pipe.taken()
            for batch in batches:
                sheet.write("".join(_row(row, zone) for row in batch).encode())
                yield pipe.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield pipe.taken()


class _Pipe:
    """Takes what a zip writes until somebody takes it on; cannot be wound back."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def close(self) -> None:
        """Nor anything to let go."""

    def taken(self) -> bytes:
        data = b"".join(self._written)
        self._written.clear()
        return data


def _workbook(title: str) -> str:
    name = quoteattr(harmless(title)[:LONGEST_TITLE])
    sheets = f'<sheets><sheet name={name} sheetId="1" r:id="r1"/></sheets>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheets}</workbook>'


def _beginning(headings: Sequence[str]) -> str:
    """The first row stays in sight."""
    widths = (min(WIDEST, max(NARROWEST, 2 * len(heading))) for heading in headings)
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    first = "".join(_text(heading, _HEADING) for heading in headings)
    return f'<worksheet xmlns="{_MAIN}">{view}<cols>{columns}</cols><sheetData><row>{first}</row>'


def _row(row: Row, zone: tzinfo) -> str:
    return f"<row>{''.join(_cell(value, zone) for value in row)}</row>"


def _cell(value: Value, zone: tzinfo) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return _text(value, _TEXT) if value else "<c/>"
    if isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        return f'<c s="{_MOMENT}"><v>{(local - _DAY_0).total_seconds() / _DAY_SECONDS!r}</v></c>'
    return f"<c><v>{value}</v></c>"


def _text(text: str, style: int) -> str:
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(harmless(text))}</t></is></c>'
