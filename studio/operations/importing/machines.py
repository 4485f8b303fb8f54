"""Machines and places with the codes on their plates."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Machine, MachineKind, Unit
from studio.domain.completeness import clean_line
from studio.domain.machines import CODE_LIMIT, NAME_LIMIT, key_of, leads_back
from studio.operations.importing.cells import BadCell, Cells, Columns, checked
from studio.operations.importing.people import UnitFinder
from studio.operations.importing.progress import UNWATCHED, Progress, reading, saving
from studio.operations.importing.report import ImportRefused, Report
from studio.operations.machines import connect
from studio.tables import Row
from studio.transactions import writing

COLUMNS = Columns(
    headings={
        "code": ("设备编号", "设备编码", "编号", "编码", "资产编号"),
        "name_zh": ("设备名称", "名称", "name"),
        "name_en": ("英文名称", "英文名"),
        "unit_code": ("单位编码", "所属单位编码", "所属单位", "使用单位", "使用部门"),
        "kind": ("类型", "类别"),
        "within_code": ("所在设备", "所在地点", "上级编号"),
        "in_use_until": ("停用日期", "报废日期"),
    },
    required=("code", "name_zh", "unit_code"),
)
KINDS = {
    **{kind.value: kind.value for kind in MachineKind},
    "": "machine",
    "设备": "machine",
    **dict.fromkeys(("地点", "位置", "区域"), "place"),
}
Keeper = Callable[[Unit], bool]


@dataclass(frozen=True, slots=True)
class MachineRow:
    """What a row says. ``within`` is a code as typed, None when the file has no such column."""

    number: int
    code: str
    facts: Mapping[str, Any]
    within: str | None

    @property
    def key(self) -> str:
        """The code as it is compared."""
        return key_of(self.code)


def import_machines(
    session: Session,
    rows: Iterable[Row],
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    keeps: Keeper = lambda _unit: True,
    progress: Progress = UNWATCHED,
) -> Report:
    """Make or change machines by their code, then connect the proposals that clearly name one. Raises ImportRefused.

    Columns that the file lacks stay as they are. ``keeps`` tells whose units the importing person may change.
    """
    report = Report()
    named = list(reading(COLUMNS.named(rows, report), progress))
    with writing(session):
        units = UnitFinder(session)
        present = {machine.code_key: machine for machine in session.scalars(select(Machine))}
        wanted: dict[str, MachineRow] = {}
        for number, cells in named:
            row = checked(report, number, cells, partial(_read, units, present, keeps))
            if row is not None and row.key in wanted:
                report.refuse(number, "key_twice", "code", value=row.code, first=wanted[row.key].number)
            elif row is not None:
                wanted[row.key] = row
        _check_places(wanted, present, report)
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        _save_all(session, wanted, present, report, progress)
        if dry_run:
            session.rollback()
    if not dry_run:
        report.connected = connect(session, progress.written)
    return report


def _read(units: UnitFinder, present: Mapping[str, Machine], keeps: Keeper, number: int, cells: Cells) -> MachineRow:
    code, unit = _line(cells, "code", CODE_LIMIT), units.by_code(cells.text("unit_code"))
    if not key_of(code):
        raise BadCell("code_says_nothing", "code", code)
    if unit is None:
        raise BadCell("unknown_unit", "unit_code", cells.text("unit_code"))
    known = present.get(key_of(code))
    if not (keeps(unit) and (known is None or keeps(known.unit))):
        raise BadCell("not_your_unit", "code", code)
    facts: dict[str, str | MachineKind | Unit | date | None] = {
        "name_zh": _line(cells, "name_zh", NAME_LIMIT),
        "unit": unit,
    }
    if "name_en" in cells:
        facts["name_en"] = _line(cells, "name_en", NAME_LIMIT)
    if "kind" in cells:
        facts["kind"] = MachineKind(cells.choice("kind", KINDS))
    if "in_use_until" in cells:
        facts["in_use_until"] = cells.day("in_use_until")
    within = cells.text("within_code") if "within_code" in cells else None
    return MachineRow(number, code, {**facts, "name_key": key_of(str(facts["name_zh"]))}, within)


def _line(cells: Cells, column: str, limit: int) -> str:
    line = clean_line(cells.text(column))
    if len(line) > limit:
        raise BadCell("too_long", column, f"{len(line)} > {limit}")
    return line


def _check_places(wanted: dict[str, MachineRow], present: Mapping[str, Machine], report: Report) -> None:
    """Report and take out rows that stand in something unknown or, at last, in themselves."""
    above = {key: machine.within.code_key for key, machine in present.items() if machine.within is not None}
    above |= {key: key_of(row.within) for key, row in wanted.items() if row.within is not None}
    while bad := {key: code for key, row in wanted.items() if (code := _misplaced(row, above, {*wanted, *present}))}:
        # What stands in a bad row stands in something unknown then, so look again.
        for key, code in bad.items():
            row = wanted.pop(key)
            report.refuse(row.number, code, "within_code", value=row.within)


def _misplaced(row: MachineRow, above: Mapping[str, str], known: Collection[str]) -> str:
    if not row.within:
        return ""
    if above[row.key] not in known:
        return "unknown_machine"
    return "within_circle" if leads_back(row.key, above) else ""


def _save_all(
    session: Session,
    wanted: Mapping[str, MachineRow],
    present: dict[str, Machine],
    report: Report,
    progress: Progress,
) -> None:
    fresh = {key: Machine(code=row.code, code_key=key) for key, row in wanted.items() if key not in present}
    known = {**present, **fresh}
    with session.no_autoflush:
        for key, row in saving(wanted.items(), progress):
            for name, value in row.facts.items():
                setattr(known[key], name, value)
            if row.within is not None:
                known[key].within = known.get(key_of(row.within))
    session.add_all(fresh.values())
    report.made = len(fresh)
    report.changed = sum(session.is_modified(present[key]) for key in wanted.keys() & present.keys())
    report.unchanged = len(wanted) - report.made - report.changed
    session.flush()
