"""Routing rules, and who stands in for their studios."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import RoutingRule, RuleAct, Studio
from studio.domain import stand_ins
from studio.domain.errors import Problem
from studio.domain.rules import HIGHEST_PRIORITY, LOWEST_PRIORITY, RuleDraft, check, prepared, read_words
from studio.operations.importing.cells import BadCell, Cells, Columns, checked
from studio.operations.importing.progress import UNWATCHED, Progress, reading, saving
from studio.operations.importing.report import ImportRefused, Report, RowProblem
from studio.operations.rules import add, note, shot
from studio.operations.stand_ins import links, locked
from studio.queries import rules as facts
from studio.tables import Row, as_written
from studio.transactions import writing

HEADINGS = ("priority", "studio_code", "unit_codes", "kinds", "themes", "words_zh", "active", "otherwise_studio")
"""The columns in the order in which the app writes them; the last two may be missing."""
COLUMNS = Columns(
    headings={
        "priority": ("优先级", "顺序", "序号"),
        "studio_code": ("工作室编码", "工作室"),
        "unit_codes": ("单位编码", "单位"),
        "kinds": ("类型", "提案类型"),
        "themes": ("改善方向", "方向"),
        "words_zh": ("关键词", "words", "词语"),
        "active": ("启用", "是否启用"),
        "otherwise_studio": ("替补工作室", "代接工作室"),
    },
    required=("priority", "studio_code"),
)
FIELDS = {"studio": "studio_code", "units": "unit_codes", "words": "words_zh", "": "words_zh"}
"""What a problem of ``studio.domain.rules.check`` belongs to; kinds and themes are called the same in both."""
Key = tuple[str, tuple[frozenset[str], ...]]
"""What makes a rule the same rule: its studio, and what it asks for."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What a row says; ``active`` and ``otherwise`` are None where its cell says nothing."""

    number: int
    draft: RuleDraft
    active: bool | None
    otherwise: str | None

    @property
    def key(self) -> Key:
        """What makes it the same rule as one that is there."""
        return self.draft.studio, self.draft.asks_for


def import_rules(
    session: Session,
    rows: Iterable[Row],
    *,
    at: datetime,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Make or change rules; one is known by its studio and by what it asks for. Raises ImportRefused.

    What the file says holds at once. Rules that are not in it stay as they are, and so do drafts.
    """
    report = Report()
    named = list(reading(COLUMNS.named(rows, report), progress))
    with writing(session):
        studios = locked(session)
        present = {_key(rule): rule for rule in facts.present(session) if rule.replaces_id is None}
        wanted = _without_circles(_readable(session, named, present, studios, report), studios, report)
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        moved = _name_stand_ins(session, wanted, studios)
        for row in saving(wanted, progress):
            _save(session, row, present.get(row.key), report, at=at, moved=row.draft.studio in moved)
        if dry_run:
            session.rollback()
    return report


def _key(rule: RoutingRule) -> Key:
    draft = facts.draft_of(rule)
    return draft.studio, draft.asks_for


def _readable(
    session: Session,
    named: Iterable[tuple[int, Cells]],
    present: Mapping[Key, RoutingRule],
    studios: Mapping[str, Studio],
    report: Report,
) -> list[RuleRow]:
    known, wanted = facts.known(session), dict[Key, RuleRow]()
    for number, cells in named:
        row = checked(report, number, cells, _read)
        if row is None:
            continue
        first = wanted.get(row.key)
        if first is not None:
            report.refuse(number, "rule_twice", "studio_code", value=row.draft.studio, first=first.number)
            continue
        bad = [] if row.key in present else check(row.draft, known)
        report.problems += [RowProblem(number, _in_file(problem)) for problem in bad]
        if row.otherwise and row.otherwise not in studios:
            report.refuse(number, "studio_unknown", "otherwise_studio", value=row.otherwise)
        elif not bad:
            wanted[row.key] = row
    return list(wanted.values())


def _in_file(problem: Problem) -> Problem:
    """Return a problem of a rule as one of its row."""
    params = {"value": problem.params.get("code", ""), **problem.params}
    return Problem(problem.code, FIELDS.get(problem.field, problem.field), params)


def _read(number: int, cells: Cells) -> RuleRow:
    priority = cells.whole("priority", LOWEST_PRIORITY, HIGHEST_PRIORITY)
    draft = RuleDraft(
        priority=0 if priority is None else priority,
        studio=_text(cells, "studio_code"),
        units=_listed(cells, "unit_codes"),
        kinds=_listed(cells, "kinds"),
        themes=_listed(cells, "themes"),
        words=_listed(cells, "words_zh"),
    )
    active = cells.truth("active") if cells.text("active") else None
    return RuleRow(number, prepared(draft), active, _text(cells, "otherwise_studio") or None)


def _text(cells: Cells, column: str) -> str:
    return as_written(cells.text(column))


def _listed(cells: Cells, column: str) -> tuple[str, ...]:
    """Return a list as people write it in the app: the marks between words are the same there and here."""
    value = cells.raw(column)
    if not isinstance(value, list):
        return read_words(_text(cells, column))
    if any(isinstance(part, list | dict) for part in value):
        raise BadCell("not_text", column)
    return tuple(word for part in value if part is not None for word in read_words(str(part)))


def _without_circles(rows: list[RuleRow], studios: Mapping[str, Studio], report: Report) -> list[RuleRow]:
    """Return the rows that agree on who stands in and close no circle; the others go to the report."""
    good: list[RuleRow] = []
    said: dict[str, RuleRow] = {}
    renamed = {row.draft.studio for row in rows if row.otherwise}
    ways = {code: other for code, other in links(studios).items() if code not in renamed}
    for row in rows:
        studio, otherwise = row.draft.studio, row.otherwise
        if otherwise is not None:
            first = said.setdefault(studio, row)
            if first.otherwise != otherwise:
                report.refuse(row.number, "otherwise_differs", "otherwise_studio", value=studio, first=first.number)
                continue
            if path := stand_ins.circle({**ways, studio: otherwise}):
                report.refuse(row.number, "stand_in_circle", "otherwise_studio", value=" → ".join(path))
                continue
            ways[studio] = otherwise
        good.append(row)
    return good


def _name_stand_ins(session: Session, rows: Iterable[RuleRow], studios: Mapping[str, Studio]) -> frozenset[str]:
    """Write who stands in for whom; returns the codes of the studios for which that is new."""
    before = links(studios)
    said = {row.draft.studio: row.otherwise for row in rows if row.otherwise}
    moved = {code: otherwise for code, otherwise in said.items() if before.get(code) != otherwise}
    for code, otherwise in moved.items():
        studios[code].stand_in = studios[otherwise]
    session.flush()
    return frozenset(moved)


def _save(
    session: Session, row: RuleRow, rule: RoutingRule | None, report: Report, *, at: datetime, moved: bool
) -> None:
    if rule is None:
        add(session, row.draft, active=row.active is not False, actor=None, at=at)
        report.made += 1
        return
    active = rule.active if row.active is None else row.active
    was = shot(rule)
    if (row.draft.priority, active) != (rule.priority, rule.active):
        rule.priority, rule.active = row.draft.priority, active
        session.flush()
        note(session, rule, _act(was["active"], active), was=was, now=shot(rule), actor=None, at=at)
        report.changed += 1
    elif moved:
        report.changed += 1
    else:
        report.unchanged += 1


def _act(was: bool, now: bool) -> RuleAct:  # noqa: FBT001 - both are what the rule was and is
    if was is now:
        return RuleAct.CHANGED
    return RuleAct.SWITCHED_ON if now else RuleAct.SWITCHED_OFF
