"""A small firm for tests: few people, every role, two studios. Named like a story so that tests read like one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Contributor,
    Kind,
    Person,
    Proposal,
    ProposalState,
    Role,
    RoleGrant,
    RoutingRule,
    Studio,
    StudioKind,
    StudioLevel,
    StudioMembership,
    StudioRole,
    Theme,
    Unit,
    UnitLevel,
)
from studio.transactions import writing
from tests.factories import rubrics

PASSWORD = "rolling-steel-2026"


@dataclass
class World:
    """Everything a test may want to name. ``worker`` and ``mate`` are in one team, ``stranger`` in another plant."""

    company: Unit
    plant: Unit
    team: Unit
    other_plant: Unit
    other_team: Unit
    worker: Person
    mate: Person
    leader: Person
    stranger: Person
    lead: Person
    reviewer: Person
    second_reviewer: Person
    other_lead: Person
    other_reviewer: Person
    coordinator: Person
    finance: Person
    safety: Person
    admin: Person
    studio: Studio
    other_studio: Studio
    at: datetime

    @classmethod
    def build(cls, session: Session, *, at: datetime) -> "World":
        """Save the firm and return it."""
        with writing(session):
            _save(session, at)
        return cls.find(session, at=at)

    @classmethod
    def find(cls, session: Session, *, at: datetime) -> "World":
        """Return the firm that is in the database already, as it is in a copy of a database it was saved in."""
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        people = {person.employee_no: person for person in session.scalars(select(Person)).unique()}
        studios = {studio.code: studio for studio in session.scalars(select(Studio)).unique()}
        session.commit()
        for person in people.values():
            session.expire(person, ["preferences"])  # nobody has chosen anything yet; what is chosen later is looked up
        return cls(
            company=units["JZ"],
            plant=units["ROLL"],
            team=units["ROLL-A"],
            other_plant=units["CAST"],
            other_team=units["CAST-A"],
            worker=people["000101"],
            mate=people["000102"],
            leader=people["000103"],
            stranger=people["000104"],
            lead=people["000201"],
            reviewer=people["000202"],
            second_reviewer=people["000203"],
            other_lead=people["000204"],
            other_reviewer=people["000205"],
            coordinator=people["000301"],
            finance=people["000302"],
            safety=people["000303"],
            admin=people["000304"],
            studio=studios["S-ROLL"],
            other_studio=studios["S-CAST"],
            at=at,
        )


def _unit(session: Session, code: str, level: UnitLevel, parent: Unit | None) -> Unit:
    unit = Unit(code=code, name_zh=f"{code}车间", name_en=f"{code} shop", level=level, parent=parent, headcount=20)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def _save(session: Session, at: datetime) -> None:
    company = _unit(session, "JZ", UnitLevel.COMPANY, None)
    plant = _unit(session, "ROLL", UnitLevel.PLANT, company)
    team = _unit(session, "ROLL-A", UnitLevel.TEAM, plant)
    other_plant = _unit(session, "CAST", UnitLevel.PLANT, company)
    other_team = _unit(session, "CAST-A", UnitLevel.TEAM, other_plant)

    def person(number: str, name: str, unit: Unit, role: Role | None = None, over: Unit | None = None) -> Person:
        grants = [RoleGrant(role=role, unit=over or unit)] if role else []
        made = Person(
            employee_no=number,
            name=name,
            name_en=f"Person {number}",
            unit=unit,
            email=f"p{number}@example.com",
            created_at=at,
            must_change_password=False,
            session_stamp="stamp",
            grants=grants,
        )
        session.add(made)
        return made

    person("000101", "叶思琪", team)
    person("000102", "于子豪", team)
    person("000103", "郑铭扬", team, Role.TEAM_LEADER)
    person("000104", "钟守业", other_team)
    lead = person("000201", "何广茂", plant)
    reviewer = person("000202", "文有才", plant)
    second_reviewer = person("000203", "卢卡斯", plant)
    other_lead = person("000204", "郭宝田", other_plant)
    other_reviewer = person("000205", "袁锁柱", other_plant)
    person("000301", "林书敏", company, Role.COORDINATOR)
    person("000302", "钱美芝", company, Role.FINANCE_CHECKER)
    person("000303", "丁守信", company, Role.SAFETY_OFFICER)
    person("000304", "江管理", company, Role.ADMINISTRATOR)

    def studio(code: str, unit: Unit, specialities: list[str], *members: tuple[Person, StudioRole]) -> Studio:
        made = Studio(
            code=code,
            name_zh=f"{members[0][0].name}创新工作室",
            name_en=f"Studio {code}",
            kind=StudioKind.SKILL_MASTER,
            level=StudioLevel.ENTERPRISE,
            unit=unit,
            specialities=specialities,
            capacity_per_month=20,
            memberships=[StudioMembership(person=member, role=role) for member, role in members],
        )
        session.add(made)
        return made

    first = studio(
        "S-ROLL",
        plant,
        ["导卫", "轧机", "rolling"],
        (lead, StudioRole.LEAD),
        (reviewer, StudioRole.REVIEWER),
        (second_reviewer, StudioRole.REVIEWER),
    )
    second = studio(
        "S-CAST",
        other_plant,
        ["浇注", "冒口", "casting"],
        (other_lead, StudioRole.LEAD),
        (other_reviewer, StudioRole.REVIEWER),
    )
    session.add_all(
        [
            RoutingRule(priority=10, studio=first, unit_codes=["ROLL"]),
            RoutingRule(priority=20, studio=second, words=["冒口", "浇注"]),
            Kind(code="suggestion", name_zh="小建议", name_en="Suggestion", position=5),
            Kind(code="renovation", name_zh="小革新", name_en="Renovation", position=3),
            Theme(code="safety", name_zh="安全", name_en="Safety", urgent=True, position=1),
            Theme(code="quality", name_zh="质量", name_en="Quality", position=2),
            rubrics.four_criteria(),
        ]
    )


def draft(session: Session, world: World, *, author: Person | None = None, **facts: object) -> Proposal:
    """Save a complete draft of ``author`` (the worker by default) and return it."""
    author = author or world.worker
    made = Proposal(
        title="3号地坑盖板翘边绊人",
        problem="盖板边上翘起来三公分多，推小车过去咣当一下。",
        measure="盖板重新折边，四角加限位角铁，边上刷黄黑条。",
        effect="不再绊人，小车推着也顺当。",
        location="总装三线 3号地坑",
        submitter=author,
        unit=author.unit,
        state=ProposalState.DRAFT,
        created_at=world.at,
        updated_at=world.at,
        contributors=[Contributor(person=author, share=100)],
    )
    for name, value in facts.items():
        setattr(made, name, value)
    with writing(session):
        session.add(made)
    return made
