"""What comes in from spreadsheets: every bad row is named, nothing is half imported, a second run changes nothing."""

import csv
import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Decision, Event, Person, Proposal, ProposalState, Role, Studio, StudioRole, Unit
from studio.domain.workflow import TRANSITIONS
from studio.extensions import db
from studio.operations import importing
from studio.operations.importing import ImportRefused, Report
from studio.tables import read_rows
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories.world import World

ZONE = ZoneInfo("Asia/Shanghai")
GOOD = {"key": "A-1", "title": "导卫换样板", "problem": "对不准", "measure": "做样板", "filed_on": "2024-03-05"}


def jsonl(path: Path, rows: Iterable[dict[str, Any] | str]) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def table(path: Path, headings: list[str], *rows: list[str], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as target:
        csv.writer(target).writerows([headings, *rows])
    return path


@pytest.fixture
def proposals(session: Session, world: World, tmp_path: Path) -> Callable[..., Report]:
    """Import rows as an old archive."""

    def run(*rows: dict[str, Any] | str, dry_run: bool = False, skip_bad: bool = False) -> Report:
        source = read_rows(jsonl(tmp_path / "archive.jsonl", rows))
        return importing.import_proposals(
            session, source, at=MONDAY_MORNING, zone=ZONE, dry_run=dry_run, skip_bad=skip_bad
        )

    return run


def problems(report: Report) -> list[tuple[int, str, str]]:
    return sorted((found.row, found.problem.code, found.problem.field) for found in report.problems)


# Proposals


@on_both_databases
def test_numbers_rise_with_the_day_of_filing_and_have_no_gaps(
    session: Session, proposals: Callable[..., Report]
) -> None:
    report = proposals(
        {**GOOD, "key": "C", "filed_on": "2024-05-01"},
        {**GOOD, "key": "A", "filed_on": "2023-12-31"},
        {**GOOD, "key": "B", "filed_on": "2024-01-02"},
    )
    numbers = session.execute(select(Proposal.legacy_key, Proposal.number).order_by(Proposal.legacy_key)).all()
    assert report.made == 3
    assert [tuple(row) for row in numbers] == [("A", "2023-00001"), ("B", "2024-00001"), ("C", "2024-00002")]


@on_both_databases
def test_an_outcome_becomes_a_state_with_its_facts(
    session: Session, world: World, proposals: Callable[..., Report]
) -> None:
    states = {
        "": ProposalState.SUBMITTED,
        "accepted_implemented": ProposalState.IMPLEMENTED,
        "accepted_in_progress": ProposalState.IN_IMPLEMENTATION,
        "trial": ProposalState.TRIAL,
        "deferred": ProposalState.DEFERRED,
        "不采纳": ProposalState.DECLINED,
        "inadmissible": ProposalState.INADMISSIBLE,
        "withdrawn": ProposalState.WITHDRAWN,
        "under_review": ProposalState.UNDER_REVIEW,
    }
    rows = [
        {**GOOD, "key": f"K{i}", "outcome": outcome, "studio": world.studio.code} for i, outcome in enumerate(states)
    ]
    proposals(
        *rows,
        {**GOOD, "key": "V", "outcome": "accepted_implemented", "verified_annual_benefit_yuan": 12000},
        {**GOOD, "key": "D", "outcome": "duplicate", "duplicate_of": "K0"},
    )
    kept = {p.legacy_key: p for p in session.scalars(select(Proposal).where(Proposal.legacy_key.is_not(None)))}
    assert [kept[f"K{i}"].state for i in range(len(states))] == list(states.values())
    assert kept["V"].state is ProposalState.VERIFIED
    assert kept["D"].duplicate_of == kept["K0"]
    assert session.scalar(select(func.count()).select_from(Decision)) == 8


@on_both_databases
def test_old_repeats_of_repeats_point_at_the_first(
    session: Session, world: World, proposals: Callable[..., Report]
) -> None:
    repeat = {**GOOD, "outcome": "duplicate"}
    proposals({**GOOD, "key": "A", "outcome": "declined"}, {**repeat, "key": "B", "duplicate_of": "A"},
              {**repeat, "key": "C", "duplicate_of": "B"})  # fmt: skip
    proposals({**repeat, "key": "D", "duplicate_of": "C"})
    kept = {p.legacy_key: p for p in session.scalars(select(Proposal))}
    assert {kept[key].duplicate_of_id for key in "BCD"} == {kept["A"].id}
    assert kept["D"].events[-1].data["duplicate_of"] == kept["A"].number


@on_both_databases
def test_the_timeline_of_an_old_proposal_follows_the_transition_table(
    session: Session, world: World, proposals: Callable[..., Report]
) -> None:
    proposals(
        {**GOOD, "key": "V", "outcome": "accepted_implemented", "verified_annual_benefit_yuan": 1},
        {**GOOD, "key": "W", "outcome": "withdrawn", "studio": world.studio.code},
        {**GOOD, "key": "T", "outcome": "trial"},
    )
    for proposal in session.scalars(select(Proposal)):
        events = session.scalars(select(Event).where(Event.proposal_id == proposal.id).order_by(Event.id)).all()
        assert events[0].old_state is ProposalState.DRAFT
        assert events[-1].new_state is proposal.state
        for before, after in pairwise(events):
            assert after.old_state is before.new_state
            assert before.at <= after.at <= MONDAY_MORNING
        for event in events:
            move = TRANSITIONS[event.verb]
            assert event.old_state in move.sources
            assert event.new_state is (move.target or event.old_state)


@on_both_databases
def test_a_second_run_changes_nothing(session: Session, proposals: Callable[..., Report]) -> None:
    rows = [GOOD, {k: v for k, v in GOOD.items() if k != "key"}]
    assert proposals(*rows).made == 2
    again = proposals(*rows)
    assert (again.made, again.unchanged) == (0, 2)
    assert session.scalar(select(func.count()).select_from(Proposal)) == 2


@on_both_databases
def test_a_key_that_looks_like_a_number_of_ours_is_still_a_key(
    session: Session, proposals: Callable[..., Report]
) -> None:
    proposals({**GOOD, "key": "X"})
    report = proposals(
        {**GOOD, "key": "2024-00001"},
        {**GOOD, "key": "R", "filed_on": "2024-03-06", "outcome": "duplicate", "duplicate_of": "2024-00001"},
    )
    kept = {p.legacy_key: p for p in session.scalars(select(Proposal))}
    assert report.made == 2
    assert kept["X"].number == "2024-00001"
    assert kept["R"].duplicate_of == kept["2024-00001"]


def test_a_row_without_key_and_day_is_the_same_tomorrow_when_its_author_is_known(
    session: Session, world: World, tmp_path: Path
) -> None:
    source = jsonl(tmp_path / "a.jsonl", [{"title": "导卫换样板", "problem": "对不准", "submitter": "009999"}])
    importing.import_proposals(session, read_rows(source), at=MONDAY_MORNING, zone=ZONE)
    world.worker.employee_no = "009999"
    session.commit()
    again = importing.import_proposals(session, read_rows(source), at=MONDAY_MORNING + timedelta(days=1), zone=ZONE)
    assert (again.made, again.unchanged) == (0, 1)


class Interrupted(Exception):  # noqa: N818 - reads as a sentence at the raise
    """What an electricity cut is to an import."""


class Cut(importing.Progress):
    """Ends an import after so many rows."""

    def __init__(self, after: int) -> None:
        self.after = after

    def checked(self, rows: int) -> None: ...

    def written(self, rows: int, of: int) -> None:
        if rows >= self.after:
            raise Interrupted


@on_both_databases
@pytest.mark.parametrize("after", [2, 4, 6])
def test_an_interrupted_import_goes_on_where_it_stopped(
    session: Session, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr("studio.operations.importing.proposals.BATCH", 2)
    rows = [{**GOOD, "key": f"K{i}", "filed_on": f"2024-01-{20 - i:02}"} for i in range(6)]
    rows.append({**GOOD, "key": "R", "outcome": "duplicate", "duplicate_of": "K0"})
    source = jsonl(tmp_path / "archive.jsonl", rows)
    with pytest.raises(Interrupted):
        importing.import_proposals(session, read_rows(source), at=MONDAY_MORNING, zone=ZONE, progress=Cut(after))
    assert session.scalar(select(func.count()).select_from(Proposal)) == after
    report = importing.import_proposals(session, read_rows(source), at=MONDAY_MORNING, zone=ZONE)
    assert (report.made, report.unchanged) == (7 - after, after)
    kept = session.execute(select(Proposal.legacy_key, Proposal.number).order_by(Proposal.submitted_at, Proposal.id))
    numbers = [f"2024-{number:05}" for number in range(1, 8)]
    assert [tuple(row) for row in kept] == list(
        zip([*(f"K{i}" for i in (5, 4, 3, 2, 1, 0)), "R"], numbers, strict=True)
    )


def test_two_imports_of_the_same_file_at_once_double_nothing(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.operations.importing.proposals.BATCH", 5)
    source = jsonl(tmp_path / "archive.jsonl", [{**GOOD, "key": f"K{i}"} for i in range(40)])

    def run(_: int) -> None:
        with app.app_context():
            importing.import_proposals(db.session, read_rows(source), at=MONDAY_MORNING, zone=ZONE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    with app.app_context():
        numbers = db.session.scalars(select(Proposal.number).order_by(Proposal.number)).all()
    assert numbers == [f"2024-{number:05}" for number in range(1, 41)]


def test_people_and_studios_nobody_knows_are_kept_as_text(
    session: Session, world: World, proposals: Callable[..., Report]
) -> None:
    proposals(
        {**GOOD, "key": "1", "submitter": "退休的老马", "studio": "老厂技协"},
        {
            **GOOD,
            "key": "2",
            "submitter": world.worker.employee_no,
            "coauthors": [{"employee_no": "000102", "share": 30}],
        },
    )
    stranger, known = session.scalars(select(Proposal).order_by(Proposal.legacy_key)).all()
    assert (stranger.submitter_text, stranger.studio_text) == ("退休的老马", "老厂技协")
    assert known.submitter == world.worker
    assert [(part.person, part.share) for part in known.contributors] == [(world.worker, 70), (world.mate, 30)]


def test_every_bad_row_is_named_with_its_number_and_nothing_is_imported(
    session: Session, proposals: Callable[..., Report]
) -> None:
    with pytest.raises(ImportRefused) as refused:
        proposals(
            GOOD,
            "{broken",
            "[1]",
            {**GOOD, "key": "3", "title": " "},
            {"key": "4", "title": "只有名字"},
            {**GOOD, "key": "5", "kind": "magic"},
            {**GOOD, "key": "6", "filed_on": "2027-01-01"},
            {**GOOD, "key": "7", "filed_on": "gestern"},
            {**GOOD, "key": "8", "problem": "a\0b"},
            {**GOOD, "key": "9", "title": "长" * 10_000},
            GOOD,
            {**GOOD, "key": "11", "outcome": "duplicate", "duplicate_of": "nobody"},
            {**GOOD, "key": "12", "claimed_annual_benefit_yuan": "viel"},
            {**GOOD, "key": "13", "claimed_annual_benefit_yuan": -1},
            {**GOOD, "key": "14", "submitter": "x", "submitter_share": 80},
            {**GOOD, "key": "15", "themes": {"a": 1}},
        )
    assert problems(refused.value.report) == [
        (2, "broken_json", ""),
        (3, "not_an_object", ""),
        (4, "missing", "title"),
        (5, "no_problem_or_measure", "problem"),
        (6, "unknown_word", "kind"),
        (7, "in_the_future", "filed_on"),
        (8, "not_a_day", "filed_on"),
        (9, "unstorable_character", ""),
        (10, "too_long", "title"),
        (11, "key_twice", "key"),
        (12, "unknown_original", "duplicate_of"),
        (13, "not_an_amount", "claimed_annual_benefit_yuan"),
        (14, "out_of_range", "claimed_annual_benefit_yuan"),
        (15, "shares_not_whole", "coauthors"),
        (16, "unknown_word", "themes"),
    ]
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0


def test_bad_rows_can_be_left_out(session: Session, proposals: Callable[..., Report]) -> None:
    report = proposals(GOOD, "{broken", skip_bad=True)
    assert (report.made, report.bad_rows) == (1, frozenset({2}))
    assert session.scalar(select(func.count()).select_from(Proposal)) == 1


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    session: Session, proposals: Callable[..., Report]
) -> None:
    assert proposals(GOOD, dry_run=True).made == 1
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0


# Units, people and studios


def test_parents_may_come_after_their_children(session: Session, tmp_path: Path) -> None:
    headings = ["编码", "名称", "上级编码", "层级", "人数"]
    source = table(tmp_path / "u.csv", headings, ["W", "一车间", "F", "车间", "30"], ["F", "轧钢厂", "", "厂", ""])
    report = importing.import_units(session, read_rows(source))
    workshop = session.scalars(select(Unit).where(Unit.code == "W")).one()
    assert report.made == 2
    assert workshop.parent is not None
    assert workshop.path == f"/{workshop.parent.id}/{workshop.id}/"
    again = importing.import_units(session, read_rows(source))
    assert (again.made, again.changed, again.unchanged) == (0, 0, 2)


def test_moving_a_unit_moves_all_below_it(session: Session, world: World, tmp_path: Path) -> None:
    source = table(tmp_path / "u.csv", ["code", "name_zh", "level", "parent_code"], ["ROLL", "轧钢", "plant", "CAST"])
    importing.import_units(session, read_rows(source))
    session.expire_all()
    assert world.team.is_within(world.other_plant.id)


def test_a_tree_has_no_circles(session: Session, world: World, tmp_path: Path) -> None:
    rows = [
        ["X", "甲", "plant", "Y"],
        ["Y", "乙", "plant", "X"],
        ["JZ", "丙", "company", "ROLL-A"],
        ["Z", "丁", "team", "?"],
    ]
    source = table(tmp_path / "u.csv", ["code", "name_zh", "level", "parent_code"], *rows)
    with pytest.raises(ImportRefused) as refused:
        importing.import_units(session, read_rows(source))
    assert problems(refused.value.report) == [
        (2, "parent_in_circle", "parent_code"),
        (3, "parent_in_circle", "parent_code"),
        (4, "parent_in_circle", "parent_code"),
        (5, "unknown_unit", "parent_code"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_staff_list_from_excel_keeps_leading_zeros_and_chinese(
    session: Session, world: World, tmp_path: Path, encoding: str
) -> None:
    headings = ["工号", "姓名", "部门", "班组", "岗位", "技能等级", "班组长"]
    source = table(
        tmp_path / "p.csv", headings, ["003840", "邹成林", "ROLL", "ROLL-A", "轧钢工", "技师", "是"], encoding=encoding
    )
    report = importing.import_people(session, read_rows(source), at=MONDAY_MORNING)
    person = session.scalars(select(Person).where(Person.employee_no == "003840")).one()
    assert report.made == 1
    assert (person.name, person.unit, person.job_zh, person.skill_level) == ("邹成林", world.team, "轧钢工", "技师")
    assert person.has_role(Role.TEAM_LEADER, world.team)
    again = importing.import_people(session, read_rows(source), at=MONDAY_MORNING)
    assert (again.made, again.changed, again.unchanged) == (0, 0, 1)


def test_numbers_in_a_workbook_are_read_as_excel_shows_them(session: Session, world: World, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["工号", "姓名", "单位编码"])
    sheet.append([3840, "邹成林", "ROLL-A"])
    sheet["A2"].number_format = "000000"
    book.save(tmp_path / "p.xlsx")
    importing.import_people(session, read_rows(tmp_path / "p.xlsx"), at=MONDAY_MORNING)
    assert session.scalar(select(Person.employee_no).where(Person.name == "邹成林")) == "003840"


def test_people_of_unknown_units_are_bad_rows(session: Session, world: World, tmp_path: Path) -> None:
    source = table(
        tmp_path / "p.csv",
        ["工号", "姓名", "单位编码", "邮箱", "性别"],
        ["1", "甲", "NOWHERE", "", ""],
        ["2", "乙", "ROLL", "not an address", ""],
        ["3", "丙", "ROLL", "", "?"],
        ["4", "", "ROLL", "", ""],
    )
    with pytest.raises(ImportRefused) as refused:
        importing.import_people(session, read_rows(source), at=MONDAY_MORNING)
    assert problems(refused.value.report) == [
        (2, "unknown_unit", "unit_code"),
        (3, "not_an_address", "email"),
        (4, "unknown_word", "gender"),
        (5, "missing", "name"),
    ]


def test_a_new_lead_takes_over_and_the_old_one_stays_as_a_reviewer(
    session: Session, world: World, tmp_path: Path
) -> None:
    headings = ["code", "name_zh", "kind", "level", "unit_code", "leader_employee_no"]
    source = table(
        tmp_path / "s.csv",
        headings,
        ["S-ROLL", "新名字工作室", "技能大师工作室", "市级", "ROLL", world.reviewer.employee_no],
    )
    importing.import_studios(session, read_rows(source))
    session.expire_all()
    studio = session.scalars(select(Studio).where(Studio.code == "S-ROLL")).one()
    roles = {membership.person: membership.role for membership in studio.memberships}
    assert roles == {
        world.reviewer: StudioRole.LEAD,
        world.lead: StudioRole.REVIEWER,
        world.second_reviewer: StudioRole.REVIEWER,
    }
