"""Routing rules from a file: every bad row is named, nothing is half imported, a second run changes nothing."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import RoutingRule, RuleAct, RuleChange
from studio.domain.rules import RuleDraft
from studio.operations import importing
from studio.operations import rules as operations
from studio.operations.importing import ImportRefused, Report
from studio.queries import rules as facts
from studio.tables import as_written, harmless, read_rows
from studio.transactions import writing
from tests.conftest import MONDAY_MORNING, on_both_databases
from tests.factories.world import World

pytestmark = on_both_databases

HEADINGS = ["priority", "studio_code", "unit_codes", "kinds", "themes", "words_zh", "active", "otherwise_studio"]
Import = Callable[..., Report]


@pytest.fixture
def imported(session: Session, world: World, tmp_path: Path) -> Import:
    """Import rows; each is the beginning of a row of ``HEADINGS``."""

    def run(*rows: str, headings: list[str] = HEADINGS, dry_run: bool = False, skip_bad: bool = False) -> Report:
        path = tmp_path / "rules.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([headings, *(row.split("|") for row in rows)])
        return importing.import_rules(session, read_rows(path), at=MONDAY_MORNING, dry_run=dry_run, skip_bad=skip_bad)

    return run


def holding(session: Session) -> list[RuleDraft]:
    return [facts.draft_of(row) for row in facts.present(session) if row.active]


def problems(report: Report) -> list[tuple[int, str, str]]:
    return sorted((found.row, found.problem.code, found.problem.field) for found in report.problems)


def test_rules_of_a_file_hold_at_once_and_a_second_run_changes_nothing(session, imported: Import):
    rows = ("15|S-CAST||||漏气；压缩空气", "30|S-ROLL|ROLL-A;CAST|suggestion|safety|")
    first = imported(*rows)
    assert (first.made, first.changed, first.unchanged) == (2, 0, 0)
    assert holding(session)[1] == RuleDraft(15, "S-CAST", words=("漏气", "压缩空气"))
    assert holding(session)[3] == RuleDraft(30, "S-ROLL", ("ROLL-A", "CAST"), ("suggestion",), ("safety",))
    again = imported(*rows)
    assert (again.made, again.changed, again.unchanged) == (0, 0, 2)


def test_a_rule_is_known_by_its_studio_and_what_it_asks_for_in_any_order(session, world, imported: Import):
    report = imported("7|S-CAST||||浇注;冒口", "12|S-ROLL|ROLL|||")
    assert (report.made, report.changed) == (0, 2)
    assert [(rule.priority, rule.studio) for rule in holding(session)] == [(7, "S-CAST"), (12, "S-ROLL")]


def test_rules_are_switched_by_a_file_and_the_history_says_so(session, world, imported: Import):
    assert imported("20|S-CAST||||冒口;浇注|no").changed == 1
    assert imported("20|S-CAST||||冒口;浇注").unchanged == 1, "an empty cell says nothing"
    assert imported("20|S-CAST||||冒口;浇注|是").changed == 1
    lines = session.scalars(select(RuleChange).order_by(RuleChange.id)).all()
    assert [(line.act, line.actor_id) for line in lines] == [
        (RuleAct.SWITCHED_OFF, None),
        (RuleAct.SWITCHED_ON, None),
    ]


def test_drafts_and_rules_that_are_not_in_the_file_stay(session, world, imported: Import):
    rule = session.scalars(select(RoutingRule).where(RoutingRule.priority == 10)).one()
    with writing(session):
        draft = operations.save(
            session,
            RuleDraft(5, "S-CAST", units=("ROLL",)),
            rule=rule,
            seen=rule.revision,
            actor=world.admin,
            at=world.at,
        )
    imported("12|S-ROLL|ROLL|||")
    assert (rule.priority, draft.priority, draft.replaces_id) == (12, 5, rule.id)
    assert len(holding(session)) == 2


def test_headings_may_be_chinese_and_the_file_a_workbook(session, world, tmp_path: Path):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["优先级", "工作室编码", "单位编码", "类型", "改善方向", "关键词"])
    sheet.append([15, "S-CAST", None, None, "safety", "漏气，压缩空气"])
    book.save(tmp_path / "r.xlsx")
    report = importing.import_rules(session, read_rows(tmp_path / "r.xlsx"), at=MONDAY_MORNING)
    assert report.made == 1
    assert holding(session)[1] == RuleDraft(15, "S-CAST", themes=("safety",), words=("漏气", "压缩空气"))


def test_lists_in_json_lines_are_lists(session, world, tmp_path: Path):
    path = tmp_path / "r.jsonl"
    path.write_text('{"priority": 15, "studio_code": "S-CAST", "unit_codes": ["CAST"], "words_zh": ["漏气", "余热"]}\n')
    importing.import_rules(session, read_rows(path), at=MONDAY_MORNING)
    assert holding(session)[1] == RuleDraft(15, "S-CAST", units=("CAST",), words=("漏气", "余热"))


BAD = (
    "x|S-CAST||||漏气",
    "1000|S-CAST||||漏气",
    "10|S-MOON||||漏气",
    "10|S-CAST|MOON|||漏气",
    "10|S-CAST||moon||漏气",
    "10|S-CAST|||moon|漏气",
    "10|S-CAST||||",
    "10|S-CAST||||漏",
    "|S-CAST||||漏气",
    "10|S-CAST||||漏气|viel",
    "10|S-CAST||||余热||S-MOON",
    "10|S-CAST||||循环水",
    "11|S-CAST||||循环水",
)
WRONG = [
    (2, "not_a_whole_number", "priority"),
    (3, "out_of_range", "priority"),
    (4, "studio_unknown", "studio_code"),
    (5, "unit_unknown", "unit_codes"),
    (6, "kind_unknown", "kinds"),
    (7, "theme_unknown", "themes"),
    (8, "rule_asks_nothing", "words_zh"),
    (9, "word_too_short", "words_zh"),
    (10, "missing", "priority"),
    (11, "not_yes_or_no", "active"),
    (12, "studio_unknown", "otherwise_studio"),
    (14, "rule_twice", "studio_code"),
]


def test_every_bad_row_is_named_and_nothing_is_imported(session, world, imported: Import):
    before = holding(session)
    with pytest.raises(ImportRefused) as refused:
        imported(*BAD)
    assert problems(refused.value.report) == WRONG
    assert holding(session) == before


def test_bad_rows_can_be_left_out_and_a_dry_run_changes_nothing(session, world, imported: Import):
    dry = imported(*BAD, skip_bad=True, dry_run=True)
    assert (dry.made, len(holding(session))) == (1, 2)
    report = imported(*BAD, skip_bad=True)
    assert (report.made, problems(report)) == (1, WRONG)
    assert RuleDraft(10, "S-CAST", words=("循环水",)) in holding(session)


class TestStandIns:
    def test_a_file_names_who_stands_in(self, session, world, imported: Import):
        rows = ("12|S-ROLL|ROLL|||||S-CAST", "40|S-ROLL||||导卫", "20|S-CAST||||冒口;浇注")
        imported(*rows)
        assert (world.studio.stand_in, world.other_studio.stand_in) == (world.other_studio, None)
        assert imported(*rows).unchanged == 3
        assert imported("12|S-ROLL|ROLL|||").unchanged == 1
        assert world.studio.stand_in is world.other_studio, "an empty cell takes nobody away"

    @pytest.mark.parametrize(
        ("rows", "wrong"),
        [
            (("10|S-ROLL|ROLL|||||S-CAST", "20|S-CAST||||冒口;浇注||S-ROLL"), (3, "S-CAST → S-ROLL → S-CAST")),
            (("10|S-ROLL|ROLL|||||S-ROLL",), (2, "S-ROLL → S-ROLL")),
        ],
    )
    def test_a_circle_is_named_and_nothing_changes(self, session, world, imported: Import, rows, wrong):
        with pytest.raises(ImportRefused) as refused:
            imported(*rows, "50|S-CAST||||漏气")
        [found] = refused.value.report.problems
        assert (found.row, found.problem.params["value"]) == wrong
        assert (found.problem.code, found.problem.field) == ("stand_in_circle", "otherwise_studio")
        session.expire_all()
        assert (world.studio.stand_in, world.other_studio.stand_in, len(holding(session))) == (None, None, 2)

    def test_a_circle_with_what_is_there_already_is_one_too(self, session, world, imported: Import):
        with writing(session):
            world.other_studio.stand_in = world.studio
        with pytest.raises(ImportRefused):
            imported("10|S-ROLL|ROLL|||||S-CAST")
        report = imported("10|S-ROLL|ROLL|||||S-CAST", "50|S-CAST||||漏气", skip_bad=True)
        assert (report.made, world.studio.stand_in) == (1, None)

    def test_two_rows_must_not_name_two(self, session, world, imported: Import):
        with pytest.raises(ImportRefused) as refused:
            imported("10|S-ROLL|ROLL|||||S-CAST", "50|S-ROLL||||漏气||S-ROLL")
        assert problems(refused.value.report) == [(3, "otherwise_differs", "otherwise_studio")]


@pytest.mark.parametrize("cell", ["=1+1", "+x", "-泵", "@家", "'=x", "''-x", "plain", "'x", "", "a=b"])
def test_no_cell_is_calculated_and_all_are_read_as_they_were_written(cell: str, database: str) -> None:
    written = harmless(cell)
    assert isinstance(written, str)
    assert not written.startswith(("=", "+", "-", "@"))
    assert as_written(written) == cell
