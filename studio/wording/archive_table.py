"""A proposal as one line of a table: what the columns are called, and what stands in them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from studio import tables, workbooks
from studio.queries.archive_export import ExportRow
from studio.wording.language import gettext, lazy_gettext
from studio.wording.names import joined, name_of
from studio.wording.states import state_name
from studio.workbooks import Row, Value

COLUMNS = {
    "number": lazy_gettext("Number"),
    "title": lazy_gettext("Title"),
    "state": lazy_gettext("How far along"),
    "kind": lazy_gettext("Kind"),
    "themes": lazy_gettext("Aim"),
    "filed_at": lazy_gettext("Filed at"),
    "decided_at": lazy_gettext("Decided at"),
    "implemented_at": lazy_gettext("Put to use at"),
    "studio": lazy_gettext("Studio"),
    "authors": lazy_gettext("Authors"),
    "employee_no": lazy_gettext("Staff number"),
    "unit": lazy_gettext("Unit"),
    "location": lazy_gettext("Place"),
    "problem": lazy_gettext("What is wrong"),
    "measure": lazy_gettext("What to change"),
    "effect": lazy_gettext("What good it does"),
    "claimed_benefit": lazy_gettext("Claimed benefit (yuan a year)"),
    "checked_benefit": lazy_gettext("Checked benefit (yuan a year)"),
    "score": lazy_gettext("Review score"),
}
"""The fields of ``ExportRow`` and their headings."""


def pieces(ending: str, batches: Iterable[Sequence[ExportRow]], zone: tzinfo) -> Iterator[bytes]:
    """Yield a table as a file of this ending, xlsx, csv or json, piece by piece: a program's own in JSON."""
    if ending == "json":
        return tables.json_pieces([fields(row, zone) for row in batch] for batch in batches)
    lines = ([line(row) for row in batch] for batch in batches)
    if ending == "csv":
        return tables.csv_pieces(headings(), ([plain(one, zone) for one in batch] for batch in lines))
    return workbooks.pieces(gettext("Archive"), headings(), lines, zone=zone)


def headings() -> list[str]:
    """Return the headings in the reader's language."""
    return [str(heading) for heading in COLUMNS.values()]


def line(row: ExportRow) -> Row:
    """Return what a reader reads of a proposal, in the order of the headings."""
    said: Mapping[str, Value] = {
        "state": state_name(row.state),
        "kind": name_of(row.kind),
        "themes": joined([name_of(theme) for theme in row.themes]),
        "studio": name_of(row.studio),
        "authors": joined([name_of(author) for author in row.authors]),
        "unit": name_of(row.unit),
    }
    return [said[column] if column in said else getattr(row, column) for column in COLUMNS]


def plain(line: Row, zone: tzinfo) -> list[str | int | float | Decimal | None]:
    """Return a line as text has it: moments by the wall clock of ``zone``, as any spreadsheet reads them."""
    return [f"{cell.astimezone(zone):%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell for cell in line]


def fields(row: ExportRow, zone: tzinfo) -> Mapping[str, object]:
    """Return what a program reads of a proposal: fixed names, codes and numbers, lists as lists."""
    facts: Mapping[str, object] = {
        **dict(zip(COLUMNS, line(row), strict=True)),
        "state": row.state.value,
        "themes": [name_of(theme) for theme in row.themes],
        "authors": [name_of(author) for author in row.authors],
    }
    return {name: _readable(value, zone) for name, value in facts.items()}


def _readable(value: object, zone: tzinfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    return float(value) if isinstance(value, Decimal) else value
