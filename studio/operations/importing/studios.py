"""Innovation studios with their leads, reviewers and members."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Person, Studio, StudioKind, StudioLevel, StudioMembership, StudioRole, Unit
from studio.operations.importing.cells import BadCell, Cells, Columns, checked
from studio.operations.importing.people import UnitFinder
from studio.operations.importing.progress import UNWATCHED, Progress, reading, saving
from studio.operations.importing.report import ImportRefused, Report
from studio.tables import Row
from studio.transactions import writing

COLUMNS = Columns(
    headings={
        "code": ("工作室编码", "编码"),
        "name_zh": ("工作室名称", "名称", "工作室"),
        "name_en": ("英文名称",),
        "kind": ("工作室类型", "类型"),
        "level": ("工作室级别", "级别"),
        "leader_employee_no": ("领衔人工号", "领衔人"),
        "reviewers": ("评审工号", "评审", "评审员"),
        "members": ("成员工号", "成员"),
        "unit_code": ("单位编码", "所属单位编码", "所属单位"),
        "founded_on": ("授牌日期", "成立日期"),
        "specialities_zh": ("专长", "specialities", "攻关方向"),
        "intro_zh": ("简介",),
        "intro_en": ("英文简介",),
        "capacity_per_month": ("每月受理量", "月受理量"),
    },
    required=("code", "name_zh", "kind", "level", "leader_employee_no", "unit_code"),
)
KINDS = {
    **{kind.value: kind.value for kind in StudioKind},
    **dict.fromkeys(("劳模工匠创新工作室", "劳模创新工作室", "劳模工匠"), "model_worker_craftsman"),
    **dict.fromkeys(("技能大师工作室", "技能大师"), "skill_master"),
    **dict.fromkeys(("职工创新工作室", "职工"), "employee"),
    **dict.fromkeys(("青创先锋工作室", "青年创新工作室", "青创先锋"), "youth_pioneer"),
}
LEVELS = {
    **{level.value: level.value for level in StudioLevel},
    "国家级": "national",
    "省级": "provincial",
    "市级": "municipal",
    "企业级": "enterprise",
    "公司级": "enterprise",
}
MOST_PER_MONTH = 10_000


@dataclass(frozen=True, slots=True)
class StudioRow:
    """What a row says of a studio; ``people`` is by staff number."""

    number: int
    code: str
    facts: Mapping[str, object]
    people: Mapping[str, StudioRole]


def import_studios(
    session: Session,
    rows: Iterable[Row],
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Make or change studios by their code. Raises ImportRefused.

    Who is in a studio is taken from the file where it names reviewers or members; otherwise only the lead is set.
    """
    report = Report()
    named = list(reading(COLUMNS.named(rows, report), progress))
    with writing(session):
        units = UnitFinder(session)
        people = {person.employee_no: person for person in session.scalars(select(Person))}
        wanted: dict[str, StudioRow] = {}
        for number, cells in named:
            row = checked(report, number, cells, partial(_read, units, people))
            if row is not None and row.code in wanted:
                report.refuse(number, "key_twice", "code", value=row.code, first=wanted[row.code].number)
            elif row is not None:
                wanted[row.code] = row
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        loaded = select(Studio).options(selectinload(Studio.memberships))
        present = {studio.code: studio for studio in session.scalars(loaded)}
        for row in saving(wanted.values(), progress):
            _save(session, row, present.get(row.code), people, report)
        if dry_run:
            session.rollback()
    return report


def _read(units: UnitFinder, people: Mapping[str, Person], number: int, cells: Cells) -> StudioRow:
    facts = {
        "name_zh": cells.text("name_zh"),
        "name_en": cells.text("name_en"),
        "kind": StudioKind(cells.choice("kind", KINDS)),
        "level": StudioLevel(cells.choice("level", LEVELS)),
        "unit": _unit(units, cells),
        "founded_on": cells.day("founded_on"),
        "specialities": cells.items("specialities_zh"),
        "intro_zh": cells.text("intro_zh"),
        "intro_en": cells.text("intro_en"),
        "capacity_per_month": cells.whole("capacity_per_month", 1, MOST_PER_MONTH),
    }
    named = [("leader_employee_no", cells.text("leader_employee_no"), StudioRole.LEAD)]
    named += [("reviewers", employee_no, StudioRole.REVIEWER) for employee_no in cells.items("reviewers")]
    named += [("members", employee_no, StudioRole.MEMBER) for employee_no in cells.items("members")]
    roles: dict[str, StudioRole] = {}
    for column, employee_no, role in named:
        if employee_no not in people:
            raise BadCell("unknown_person", column, employee_no)
        roles.setdefault(employee_no, role)
    return StudioRow(number, cells.text("code"), facts, roles)


def _unit(units: UnitFinder, cells: Cells) -> Unit:
    found = units.by_code(cells.text("unit_code"))
    if found is None:
        raise BadCell("unknown_unit", "unit_code", cells.text("unit_code"))
    return found


def _save(
    session: Session, row: StudioRow, studio: Studio | None, people: Mapping[str, Person], report: Report
) -> None:
    made = studio is None
    if studio is None:
        studio = Studio(code=row.code)
        session.add(studio)
    for name, value in row.facts.items():
        setattr(studio, name, value)
    touched = _set_members(session, studio, row, people)
    if made:
        report.made += 1
    elif touched or session.is_modified(studio):
        report.changed += 1
    else:
        report.unchanged += 1


def _set_members(session: Session, studio: Studio, row: StudioRow, people: Mapping[str, Person]) -> bool:
    wanted = {people[employee_no].id: role for employee_no, role in row.people.items()}
    present = {membership.person_id: membership.role for membership in studio.memberships}
    if len(wanted) == 1:  # the file names the lead only, so the others stay; an old lead stays as a reviewer
        stepped_back = {
            person_id: StudioRole.REVIEWER if role is StudioRole.LEAD else role for person_id, role in present.items()
        }
        wanted = {**stepped_back, **wanted}
    if wanted == present:
        return False
    studio.memberships = [m for m in studio.memberships if wanted.get(m.person_id) is m.role]
    session.flush()  # the old lead goes before the new one comes: a studio has one
    kept = {membership.person_id for membership in studio.memberships}
    studio.memberships += [
        StudioMembership(person_id=person_id, role=role) for person_id, role in wanted.items() if person_id not in kept
    ]
    return True
