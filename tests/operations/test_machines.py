"""The list of machines: who may keep it, what it refuses, and that proposals find their machine."""

import json
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Machine, MachineKind, Person
from search_index import renames, sync
from search_index.documents import audience_of
from search_index.port import SearchQuery
from studio.domain.errors import InvalidInput, NotAllowed, Stale
from studio.extensions import db
from studio.operations import importing, machines
from studio.operations.importing import ImportRefused
from studio.operations.machines import Plate
from studio.services import Services
from studio.tables import read_rows
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.machines import SHEAR, machine
from tests.factories.stories import filed
from tests.factories.world import World

pytestmark = on_both_databases
HEADINGS = "设备编号,设备名称,单位编码,类型,所在设备,停用日期"


def problems(refusal: InvalidInput) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in refusal.problems]


def csv(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize("who", ["worker", "leader", "lead", "finance"])
def test_only_coordinators_and_administrators_keep_the_list(session: Session, world: World, who: str) -> None:
    actor: Person = getattr(world, who)
    with pytest.raises(NotAllowed), writing(session):
        machines.add(session, "EQ-1", Plate(name_zh="锯", unit=world.plant), actor=actor)
    made = machine(session, world)
    with pytest.raises(NotAllowed), writing(session):
        machines.change(session, made, Plate(name_zh="锯", unit=world.plant), seen=made.revision, actor=actor)
    with pytest.raises(NotAllowed), writing(session):
        machines.remove(session, made, actor=actor)


def test_nobody_moves_a_machine_into_a_part_of_the_firm_that_is_not_his(session: Session, world: World) -> None:
    made = machine(session, world)
    with writing(session):
        session.refresh(world.coordinator)
        world.coordinator.grants[0].unit = world.plant
    plate = Plate(name_zh="锯", unit=world.other_plant)
    with pytest.raises(NotAllowed), writing(session):
        machines.change(session, made, plate, seen=made.revision, actor=world.coordinator)


@pytest.mark.parametrize("again", ["EQ-R108", "eq r108", "ＥＱ－Ｒ１０８"])
def test_one_code_is_one_machine_however_it_is_spelt(session: Session, world: World, again: str) -> None:
    machine(session, world)
    with pytest.raises(InvalidInput) as refused:
        machine(session, world, again)
    assert problems(refused.value) == [("code", "machine_there")]


def test_everything_wrong_is_said_at_once(session: Session, world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        machine(session, world, "--", " ", name_en="x" * 121, within="EQ-9")
    said = {("code", "machine_code_missing"), ("name_zh", "machine_name_missing"), ("name_en", "too_long")}
    assert set(problems(refused.value)) == {*said, ("within", "machine_unknown")}


def test_nothing_stands_in_itself(session: Session, world: World) -> None:
    hall = machine(session, world, "H-1", "一跨", kind=MachineKind.PLACE)
    line = machine(session, world, "L-1", "一线", within="H-1")
    assert line.within == hall
    plate = Plate(name_zh="一跨", unit=world.plant, within="l 1")
    with pytest.raises(InvalidInput) as refused, writing(session):
        machines.change(session, hall, plate, seen=hall.revision, actor=world.admin)
    assert problems(refused.value) == [("within", "machine_within_itself")]


def test_an_older_page_overwrites_nothing(session: Session, world: World) -> None:
    made = machine(session, world)
    plate = Plate(name_zh="4 号飞剪", unit=world.plant)
    seen = made.revision
    with writing(session):
        machines.change(session, made, plate, seen=seen, actor=world.admin)
    with pytest.raises(Stale), writing(session):
        machines.change(session, made, plate, seen=seen, actor=world.coordinator)


def test_what_a_proposal_is_about_stays_on_the_list(session: Session, world: World) -> None:
    made = machine(session, world)
    filed(session, world, machine=made)
    with pytest.raises(InvalidInput) as refused, writing(session):
        machines.remove(session, made, actor=world.admin)
    assert problems(refused.value) == [("", "machine_in_use")]
    spare = machine(session, world, "EQ-2", "备用剪")
    with writing(session):
        machines.remove(session, spare, actor=world.admin)
    assert session.scalars(select(Machine)).all() == [made]


def test_the_database_itself_keeps_a_machine_that_is_pointed_at(session: Session, world: World) -> None:
    made = machine(session, world)
    filed(session, world, machine=made)
    with pytest.raises(IntegrityError), writing(session):
        session.execute(delete(Machine))


def test_two_who_add_the_same_machine_at_once_make_one(app: Flask, session: Session, world: World) -> None:
    ready, said = Barrier(2), []
    plant, admin = world.plant.id, world.admin.id

    def add() -> None:
        with app.app_context():
            ready.wait()
            try:
                with writing(db.session):
                    unit, actor = db.session.get_one(type(world.plant), plant), db.session.get_one(Person, admin)
                    machines.add(db.session, SHEAR, Plate(name_zh="飞剪", unit=unit), actor=actor)
                said.append("added")
            except InvalidInput as refusal:
                said.extend(code for _, code in problems(refusal))

    session.rollback()
    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["added", "machine_there"]


# Importing


def test_a_table_is_taken_over_and_a_second_time_changes_nothing(
    session: Session, world: World, tmp_path: Path
) -> None:
    rows = ["EQ-1,加热炉,ROLL,,PL-1,", "PL-1,一跨,ROLL-A,地点,,", "EQ-2,旧锯,CAST,设备,,2025-03-01"]
    first = importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", *rows)))
    again = importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", *rows)))
    changed = importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", "eq 1,步进炉,ROLL,,PL-1,")))

    assert (first.made, first.changed, first.unchanged) == (3, 0, 0)
    assert (again.made, again.changed, again.unchanged) == (0, 0, 3)
    assert (changed.made, changed.changed, changed.unchanged) == (0, 1, 0)
    kept = {one.code: one for one in session.scalars(select(Machine))}
    assert kept["EQ-1"].within == kept["PL-1"]
    assert kept["EQ-1"].name_key == "步进炉"
    assert kept["PL-1"].kind is MachineKind.PLACE
    assert str(kept["EQ-2"].in_use_until) == "2025-03-01"


def test_excel_and_json_lines_say_the_same(session: Session, world: World, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADINGS.split(","))  # type: ignore[union-attr]
    book.active.append(["EQ-1", "加热炉", "ROLL", None, None, None])  # type: ignore[union-attr]
    book.save(tmp_path / "m.xlsx")
    line = {"code": "EQ-1", "name_zh": "加热炉", "unit_code": "ROLL"}
    (tmp_path / "m.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert importing.import_machines(session, read_rows(tmp_path / "m.xlsx")).made == 1
    assert importing.import_machines(session, read_rows(tmp_path / "m.jsonl")).unchanged == 1


def test_each_bad_row_is_named_and_nothing_is_taken(session: Session, world: World, tmp_path: Path) -> None:
    rows = [
        ",没有编号,ROLL,,,",
        "--,横线,ROLL,,,",
        f"EQ-1,{'长' * 121},ROLL,,,",
        "EQ-2,锯,NOWHERE,,,",
        "EQ-3,锯,ROLL,飞船,,",
        "EQ-4,锯,ROLL,,EQ-99,",
        "EQ-5,锯,ROLL,,EQ-6,",
        "EQ-6,锯,ROLL,,EQ-5,",
        "EQ-7,锯,ROLL,,EQ-4,",
        "EQ-8,锯,ROLL,,,",
        "eq 8,锯,ROLL,,,",
        "EQ-9,锯,ROLL,,,明天",
    ]
    with pytest.raises(ImportRefused) as refused:
        importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", *rows)))
    found = sorted((one.row, one.problem.code, one.problem.field) for one in refused.value.report.problems)
    assert found == [
        (2, "missing", "code"),
        (3, "code_says_nothing", "code"),
        (4, "too_long", "name_zh"),
        (5, "unknown_unit", "unit_code"),
        (6, "unknown_word", "kind"),
        (7, "unknown_machine", "within_code"),
        (8, "within_circle", "within_code"),
        (9, "within_circle", "within_code"),
        (10, "unknown_machine", "within_code"),
        (12, "key_twice", "code"),
        (13, "not_a_day", "in_use_until"),
    ]
    assert session.scalars(select(Machine)).all() == []
    report = importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", *rows)), skip_bad=True)
    assert report.made == 1


def test_only_looking_changes_nothing(session: Session, world: World, tmp_path: Path) -> None:
    filed(session, world, location="EQ-1 出口")
    report = importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", "EQ-1,炉,ROLL,,,")), dry_run=True)
    assert (report.made, report.connected) == (1, 0)
    assert session.scalars(select(Machine)).all() == []


def test_a_row_of_another_part_of_the_firm_is_refused(session: Session, world: World, tmp_path: Path) -> None:
    machine(session, world, "EQ-2", "锯")
    table = csv(tmp_path / "m.csv", "EQ-1,锯,ROLL,,,", "EQ-2,锯,CAST,,,")
    with pytest.raises(ImportRefused) as refused:
        importing.import_machines(session, read_rows(table), keeps=lambda unit: unit.code == "CAST")
    assert [one.problem.code for one in refused.value.report.problems] == ["not_your_unit"] * 2


def test_proposals_filed_before_find_their_machine(
    session: Session, world: World, services: Services, tmp_path: Path
) -> None:
    about = filed(session, world, location="精轧 eq-r108 出口侧")
    named = filed(session, world, location="棒材3#倍尺飞剪")
    neither = filed(session, world, location="食堂")
    sync.rebuild(session, services.search)
    report = importing.import_machines(session, read_rows(csv(tmp_path / "m.csv", "EQ-R108,3 号倍尺飞剪,ROLL,,,")))

    assert report.connected == 2
    session.expire_all()
    assert [one.machine and one.machine.code for one in (about, named, neither)] == [SHEAR, SHEAR, None]
    assert about.location == "精轧 eq-r108 出口侧"
    sync.sync(session, services.search)
    assert hits(services, world, f'设备:"{SHEAR}"') == {about.number, named.number}


# In the index


def hits(services: Services, world: World, text: str) -> set[str]:
    found = services.search.search(SearchQuery(text=text, audience=audience_of(world.stranger)))
    return {hit.number for hit in found.hits}


def test_code_and_names_of_the_machine_are_found_and_a_new_name_too(
    session: Session, world: World, services: Services
) -> None:
    renames.watch()
    made = machine(session, world, name_zh="倍尺飞剪")
    proposal = filed(session, world, location=f"{SHEAR} 出口", machine=made)
    sync.rebuild(session, services.search)
    asked = (f"machine:{SHEAR}", "设备:倍尺飞剪", "地点:shear", "倍尺飞剪", SHEAR)
    assert all(hits(services, world, text) == {proposal.number} for text in asked)

    with writing(session):
        made.name_zh = "摆式飞剪"
    assert sync.sync(session, services.search) == 1
    assert hits(services, world, "设备:摆式飞剪") == {proposal.number}
    assert hits(services, world, "设备:倍尺飞剪") == set()
