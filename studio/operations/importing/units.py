"""The tree of companies, plants, workshops and teams."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Unit, UnitLevel
from studio.operations.importing.cells import Cells, Columns, checked
from studio.operations.importing.progress import UNWATCHED, Progress, reading, saving
from studio.operations.importing.report import ImportRefused, Report
from studio.tables import Row
from studio.transactions import writing

COLUMNS = Columns(
    headings={
        "code": ("单位编码", "编码", "部门编码", "组织编码"),
        "name_zh": ("单位名称", "名称", "部门名称", "单位"),
        "name_en": ("英文名称", "英文名"),
        "parent_code": ("上级编码", "上级单位编码", "上级单位", "上级部门编码"),
        "level": ("层级", "级别", "单位类型"),
        "headcount": ("人数", "在册人数", "编制人数"),
    },
    required=("code", "name_zh", "level"),
)
LEVELS = {
    **{level.value: level.value for level in UnitLevel},
    **dict.fromkeys(("公司", "集团", "集团公司"), "company"),
    **dict.fromkeys(("厂", "分厂", "工厂", "子公司"), "plant"),
    **dict.fromkeys(("车间", "部门", "科室"), "workshop"),
    **dict.fromkeys(("班组", "班", "组"), "team"),
}
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a row says of a unit."""

    number: int
    code: str
    parent_code: str
    facts: Mapping[str, object]


def import_units(
    session: Session,
    rows: Iterable[Row],
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Make or change units by their code. Parents may stand anywhere in the file. Raises ImportRefused."""
    report = Report()
    wanted = _readable(reading(COLUMNS.named(rows, report), progress), report)
    with writing(session):
        present = {unit.code: unit for unit in session.scalars(select(Unit))}
        ordered = _parents_first(wanted, present, report)
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        for row in saving(ordered, progress):
            _save(session, row, present, report)
        _refresh_paths(present.values())
        if dry_run:
            session.rollback()
    return report


def _readable(named: Iterable[tuple[int, Cells]], report: Report) -> dict[str, UnitRow]:
    wanted: dict[str, UnitRow] = {}
    for number, cells in named:
        row = checked(report, number, cells, _read)
        if row is None:
            continue
        if row.code in wanted:
            report.refuse(number, "key_twice", "code", value=row.code, first=wanted[row.code].number)
        else:
            wanted[row.code] = row
    return wanted


def _read(number: int, cells: Cells) -> UnitRow:
    facts = {
        "name_zh": cells.text("name_zh"),
        "name_en": cells.text("name_en"),
        "level": UnitLevel(cells.choice("level", LEVELS)),
        "headcount": cells.whole("headcount", 0, MOST_PEOPLE) or 0,
    }
    return UnitRow(number, cells.text("code"), cells.text("parent_code"), facts)


def _parents_first(wanted: dict[str, UnitRow], present: Mapping[str, Unit], report: Report) -> list[UnitRow]:
    """Return the rows so that each parent comes before its children; rows without a way to the root are reported."""
    ordered: dict[str, UnitRow] = {}
    waiting = dict(wanted)
    while waiting:
        ready = [
            row
            for row in waiting.values()
            if not row.parent_code
            or row.parent_code in ordered
            or (row.parent_code in present and row.parent_code not in wanted and not _below(present, row))
        ]
        if not ready:
            break
        for row in ready:
            ordered[row.code] = waiting.pop(row.code)
    for row in waiting.values():
        code = "parent_in_circle" if row.parent_code in wanted or row.parent_code in present else "unknown_unit"
        report.refuse(row.number, code, "parent_code", value=row.parent_code)
    return list(ordered.values())


def _save(session: Session, row: UnitRow, present: dict[str, Unit], report: Report) -> None:
    parent = present[row.parent_code] if row.parent_code else None
    unit = present.get(row.code)
    made = unit is None
    if unit is None:
        unit = present[row.code] = Unit(code=row.code)
        session.add(unit)
    for name, value in row.facts.items():
        setattr(unit, name, value)
    unit.parent = parent
    if made:
        report.made += 1
    elif session.is_modified(unit):
        report.changed += 1
    else:
        report.unchanged += 1
    session.flush()


def _below(present: Mapping[str, Unit], row: UnitRow) -> bool:
    """Tell whether the parent a row wants lies below the row's own unit already."""
    own = present.get(row.code)
    return own is not None and present[row.parent_code].is_within(own.id)


def _refresh_paths(units: Iterable[Unit]) -> None:
    """Write every path anew: moving one unit moves all below it, also those the file does not name."""
    for unit in units:
        chain, above = [unit.id], unit.parent
        while above is not None:
            chain.append(above.id)
            above = above.parent
        unit.path = "/" + "".join(f"{unit_id}/" for unit_id in reversed(chain))
