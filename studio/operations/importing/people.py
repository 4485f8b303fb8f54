"""People from the staff list: where they work, what they do, who leads a team."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Gender, Person, PersonGroup, Role, RoleGrant, Unit
from studio.domain.kiosks import LONGEST_BADGE
from studio.operations.importing.badges import Badges
from studio.operations.importing.cells import BadCell, Cells, Columns, checked
from studio.operations.importing.progress import UNWATCHED, Progress, reading, saving
from studio.operations.importing.report import ImportRefused, Report
from studio.queries.kiosks import badge_as_read
from studio.tables import Row
from studio.transactions import writing

COLUMNS = Columns(
    headings={
        "employee_no": ("工号", "员工编号", "职工号", "人员编号", "员工号"),
        "name": ("姓名", "员工姓名"),
        "name_en": ("英文名", "英文姓名"),
        "unit_code": ("单位编码", "部门编码", "班组编码", "组织编码"),
        "plant": ("公司", "厂", "分厂", "工厂", "单位"),
        "workshop": ("部门", "车间", "科室"),
        "team": ("班组", "班", "组"),
        "job_zh": ("岗位", "工种", "职务", "岗位名称"),
        "job_en": ("英文岗位",),
        "skill_level": ("技能等级", "职业技能等级", "技术等级"),
        "birth_year": ("出生年份", "出生年"),
        "gender": ("性别",),
        "email": ("邮箱", "电子邮箱", "邮件", "e-mail", "电子邮件"),
        "is_team_leader": ("班组长", "是否班组长"),
        "groups": ("群体", "人员类别", "标签"),
        "active": ("在职", "是否在职"),
        "badge": ("工牌号", "工卡号", "卡号", "IC卡号"),
    },
    required=("employee_no", "name"),
)
GENDERS = {"": "", "m": "m", "男": "m", "male": "m", "f": "f", "女": "f", "female": "f"}
PLAIN = ("name", "name_en", "job_zh", "job_en", "skill_level", "birth_year", "gender", "email", "active")
"""Columns that become an attribute of the same name; those the file lacks stay as they are."""
LONGEST_NUMBER = 32
EARLIEST_BIRTH, LATEST_BIRTH = 1900, 2100


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a row says of a person; ``groups``, ``leads_team`` and ``badge`` are None without such a column."""

    number: int
    employee_no: str
    unit: Unit
    facts: Mapping[str, object]
    groups: frozenset[str] | None
    leads_team: bool | None
    badge: str | None = None


def import_people(
    session: Session,
    rows: Iterable[Row],
    *,
    at: datetime,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Make or change people by their staff number. A new person has no password yet. Raises ImportRefused."""
    report = Report()
    named = list(reading(COLUMNS.named(rows, report), progress))
    with writing(session):
        units = UnitFinder(session)
        wanted: dict[str, PersonRow] = {}
        for number, cells in named:
            row = checked(report, number, cells, partial(_read, units))
            if row is not None and row.employee_no in wanted:
                report.refuse(
                    number, "key_twice", "employee_no", value=row.employee_no, first=wanted[row.employee_no].number
                )
            elif row is not None:
                wanted[row.employee_no] = row
        badges = Badges(session)
        for employee_no in badges.refuse_taken(wanted, report):
            del wanted[employee_no]
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        loaded = select(Person).options(selectinload(Person.groups))
        present = {person.employee_no: person for person in session.scalars(loaded)}
        badges.free(session, wanted)
        for row in saving(wanted.values(), progress, flush=session.flush):
            _save(session, row, present.get(row.employee_no), badges, at=at, report=report)
        if dry_run:
            session.rollback()
    return report


class UnitFinder:
    """Finds a unit by its code, or by the names of plant, workshop and team as a staff list has them."""

    def __init__(self, session: Session) -> None:
        self._by_code: dict[str, Unit] = {}
        self._by_name: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in session.scalars(select(Unit)):
            self._by_code[unit.code] = unit
            for name in {unit.name_zh, unit.name_zh.rpartition(" ")[2], unit.name_en} - {""}:
                self._by_name[name].append(unit)

    def by_code(self, code: str) -> Unit | None:
        """Return the unit with this code."""
        return self._by_code.get(code)

    def find(self, cells: Cells) -> Unit:
        """Return the unit a row means. Raises BadCell if there is none, or several with that name."""
        if code := cells.text("unit_code"):
            found = self._by_code.get(code)
            if found is None:
                raise BadCell("unknown_unit", "unit_code", code)
            return found
        names = [(column, cells.text(column)) for column in ("plant", "workshop", "team")]
        named = [(column, name) for column, name in names if name]
        if not named:
            raise BadCell("missing", "unit_code")
        within: list[Unit] | None = None
        for column, name in named:
            within = self._narrowed(within, name)
            if not within:
                raise BadCell("unknown_unit", column, name)
        if within is None or len(within) > 1:
            raise BadCell("several_units", *named[-1])
        return within[0]

    def _narrowed(self, within: list[Unit] | None, name: str) -> list[Unit]:
        candidates = [self._by_code[name]] if name in self._by_code else self._by_name.get(name, [])
        if within is None:
            return candidates
        return [unit for unit in candidates if any(unit.is_within(above.id) for above in within)]


def _read(units: UnitFinder, number: int, cells: Cells) -> PersonRow:
    employee_no = cells.text("employee_no")
    if len(employee_no) > LONGEST_NUMBER:
        raise BadCell("too_long", "employee_no", employee_no)
    email = cells.text("email")
    if email and (email.count("@") != 1 or not email.isprintable() or " " in email):
        raise BadCell("not_an_address", "email", email)
    gender = cells.choice("gender", GENDERS)
    facts = {
        "name": cells.text("name"),
        "name_en": cells.text("name_en"),
        "job_zh": cells.text("job_zh"),
        "job_en": cells.text("job_en"),
        "skill_level": cells.text("skill_level"),
        "birth_year": cells.whole("birth_year", EARLIEST_BIRTH, LATEST_BIRTH),
        "gender": Gender(gender) if gender else None,
        "email": email or None,
        "active": cells.truth("active"),
    }
    return PersonRow(
        number,
        employee_no,
        units.find(cells),
        {name: facts[name] for name in PLAIN if name in cells and (name != "active" or cells.text(name))},
        frozenset(cells.items("groups")) if "groups" in cells else None,
        cells.truth("is_team_leader") if "is_team_leader" in cells else None,
        _badge(cells) if "badge" in cells else None,
    )


def _badge(cells: Cells) -> str:
    number = badge_as_read(cells.text("badge"))
    if len(number) > LONGEST_BADGE:
        raise BadCell("too_long", "badge", number)
    return number


def _save(
    session: Session, row: PersonRow, person: Person | None, badges: Badges, *, at: datetime, report: Report
) -> None:
    made = person is None
    if person is None:
        person = Person(employee_no=row.employee_no, created_at=at, session_stamp=token_urlsafe(16))
        session.add(person)
    for name, value in row.facts.items():
        setattr(person, name, value)
    person.unit = row.unit
    touched = _set_groups(person, row.groups) | _set_team_leader(person, row)
    touched |= badges.give(session, person, row, at=at)
    if made:
        report.made += 1
    elif touched or session.is_modified(person):
        report.changed += 1
    else:
        report.unchanged += 1


def _set_groups(person: Person, wanted: frozenset[str] | None) -> bool:
    present = {group.name for group in person.groups}
    if wanted is None or wanted == present:
        return False
    person.groups = [group for group in person.groups if group.name in wanted]
    person.groups += [PersonGroup(name=name) for name in sorted(wanted - present)]
    return True


def _set_team_leader(person: Person, row: PersonRow) -> bool:
    """Give or take the role for the person's own unit, where the file speaks of it."""
    if row.leads_team is None:
        return False
    held = [grant for grant in person.grants if grant.role is Role.TEAM_LEADER]
    kept = [grant for grant in held if row.leads_team and grant.unit_id == row.unit.id]
    if len(kept) == len(held) and bool(kept) == row.leads_team:
        return False
    person.grants = [grant for grant in person.grants if grant not in held or grant in kept]
    if row.leads_team and not kept:
        person.grants.append(RoleGrant(role=Role.TEAM_LEADER, unit=row.unit))
    return True
