"""What one row of an old archive says, checked and ready to be written."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, Person, ProposalState, Studio, Theme, Unit
from studio.domain.completeness import TITLE_LIMIT, clean_line, clean_text
from studio.operations.importing.cells import BadCell, Cells, Columns
from studio.queries import machines

COLUMNS = Columns(
    headings={
        "key": ("编号", "提案编号", "序号"),
        "title": ("名称", "提案名称", "标题", "项目名称"),
        "kind": ("类型", "提案类型", "类别"),
        "themes": ("改善方向", "主题", "方向"),
        "problem": ("现状与问题", "问题", "现状", "存在问题"),
        "measure": ("改进措施", "措施", "改善措施", "建议内容"),
        "effect": ("改进效果", "效果", "预期效果"),
        "location": ("地点", "地点设备", "设备"),
        "prospects": ("应用前景",),
        "already_done": ("是否已实施", "已实施", "自提自改"),
        "confidential": ("密级", "保密"),
        "unit": ("单位编码", "单位", "部门"),
        "submitter": ("提出人工号", "提出人", "工号", "提案人"),
        "submitter_share": ("提出人比例", "提出人贡献"),
        "coauthors": ("参与人", "参与人及比例"),
        "claimed_annual_benefit_yuan": ("预计年效益", "申报年效益", "claimed_benefit"),
        "implementation_cost_yuan": ("投入", "实施投入", "cost"),
        "verified_annual_benefit_yuan": ("核定年效益", "核定效益", "checked_benefit"),
        "filed_on": ("提出日期", "提案日期", "日期"),
        "decided_on": ("决定日期", "评审日期"),
        "studio": ("工作室", "受理工作室", "expected_studio"),
        "outcome": ("结果", "处理结果", "采纳情况"),
        "outcome_reason": ("理由", "处理意见", "评审意见"),
        "duplicate_of": ("重复于", "原提案编号"),
        "wake_up_when": ("重启条件", "重新评审条件"),
    },
    required=("title",),
)
State = ProposalState
OUTCOMES: Final = {
    "": State.SUBMITTED,
    **{state.value: state for state in State if state is not State.DRAFT},
    State.TEAM_CHECK.value: State.SUBMITTED,
    "accepted_implemented": State.IMPLEMENTED,
    "accepted_in_progress": State.IN_IMPLEMENTATION,
    **dict.fromkeys(("一类", "已实施", "采纳并实施"), State.IMPLEMENTED),
    **dict.fromkeys(("二类", "采纳", "拟采纳"), State.ACCEPTED),
    "实施中": State.IN_IMPLEMENTATION,
    "试行": State.TRIAL,
    **dict.fromkeys(("三类", "暂缓", "暂无条件"), State.DEFERRED),
    **dict.fromkeys(("五类", "不属受理", "不予受理"), State.INADMISSIBLE),
    **dict.fromkeys(("不采纳", "未采纳"), State.DECLINED),
    "重复": State.DUPLICATE,
    "撤回": State.WITHDRAWN,
}
"""The state a word of an old archive stands for; nothing written means: filed and never answered."""
NEEDS_A_REASON: Final = frozenset({State.TRIAL, State.DEFERRED, State.DECLINED, State.INADMISSIBLE, State.DUPLICATE})
NOT_WRITTEN: Final = "旧档案未写明 (not in the old archive)"
LONGEST_TEXT: Final = 20_000
"""In characters; old reports are longer than what one types into a form."""
LONGEST_LINE: Final = 500
WHOLE: Final = 100


class LegacyPart(NamedTuple):
    """Somebody's share: a known person, or a name."""

    person_id: int | None
    name: str
    share: int


class LegacyProposal(NamedTuple):
    """One old proposal. Ids stand for records that are there; what nobody knows is kept as text."""

    row: int
    key: str
    state: ProposalState
    filed_on: date
    decided_on: date | None
    duplicate_of: str
    """The key or number of the proposal that it repeats; empty for what repeats nothing."""
    values: Mapping[str, Any]
    """Columns of the proposals table that need no more thought."""
    theme_ids: tuple[int, ...]
    parts: tuple[LegacyPart, ...]
    reason: str
    wake_up_when: str


class LegacyReader:
    """Reads rows against the lists, people, units and studios that are there."""

    def __init__(self, session: Session, today: date) -> None:
        self._today = today
        self._kinds = _by_words(session.execute(select(Kind.id, Kind.code, Kind.name_zh, Kind.name_en)).all())
        self._themes = _by_words(session.execute(select(Theme.id, Theme.code, Theme.name_zh, Theme.name_en)).all())
        self._studios = _by_words(session.execute(select(Studio.id, Studio.code, Studio.name_zh, Studio.name_en)).all())
        self._units = _by_words(session.execute(select(Unit.id, Unit.code, Unit.name_zh, Unit.name_en)).all())
        self._machines = machines.directory(session)
        people = session.execute(select(Person.employee_no, Person.id, Person.unit_id))
        self._people = {number: (person_id, unit_id) for number, person_id, unit_id in people}

    def read(self, number: int, cells: Cells) -> LegacyProposal:
        """Return what the row says. Raises BadCell."""
        state = self._state(cells)
        submitter = cells.text("submitter")
        submitter_id, home_id = self._people.get(submitter, (None, None))
        studio = cells.text("studio")
        studio_id = self._studios.get(studio.lower())
        if studio_id is None and state in {State.UNDER_REVIEW, State.INFORMATION_REQUESTED}:
            state = State.SUBMITTED
        texts = _texts(cells)
        values = {
            **texts,
            "machine_id": self._machines.named_in(texts["location"]),
            "kind_id": self._known(cells, "kind", self._kinds),
            "already_done": cells.truth("already_done"),
            "confidential": cells.truth("confidential"),
            "claimed_benefit": cells.money("claimed_annual_benefit_yuan"),
            "cost": cells.money("implementation_cost_yuan"),
            "checked_benefit": cells.money("verified_annual_benefit_yuan"),
            "submitter_id": submitter_id,
            "submitter_text": "" if submitter_id else clean_line(submitter)[:LONGEST_LINE],
            "unit_id": self._units.get(cells.text("unit").lower(), home_id),
            "studio_id": studio_id,
            "studio_text": "" if studio_id else clean_line(studio)[:LONGEST_LINE],
        }
        if state is State.IMPLEMENTED and values["checked_benefit"] is not None:
            state = State.VERIFIED
        return LegacyProposal(
            row=number,
            key=_one_key(cells, "key") or _made_key(cells),
            state=state,
            filed_on=self._day(cells, "filed_on") or self._today,
            decided_on=self._day(cells, "decided_on"),
            duplicate_of=_one_key(cells, "duplicate_of") if state is State.DUPLICATE else "",
            values=values,
            theme_ids=self._theme_ids(cells),
            parts=self._parts(cells, submitter, submitter_id),
            reason=clean_text(cells.text("outcome_reason")) or (NOT_WRITTEN if state in NEEDS_A_REASON else ""),
            wake_up_when=clean_text(cells.text("wake_up_when")) or (NOT_WRITTEN if state is State.DEFERRED else ""),
        )

    def _state(self, cells: Cells) -> ProposalState:
        word = cells.text("outcome").lower()
        if word not in OUTCOMES:
            raise BadCell("unknown_word", "outcome", word)
        state = OUTCOMES[word]
        if state is State.DUPLICATE and not cells.text("duplicate_of"):
            raise BadCell("missing", "duplicate_of")
        # Nobody knows who asked what, so the question is taken for being answered.
        return State.UNDER_REVIEW if state is State.INFORMATION_REQUESTED else state

    def _known(self, cells: Cells, column: str, words: Mapping[str, int]) -> int | None:
        word = cells.text(column)
        if word and word.lower() not in words:
            raise BadCell("unknown_word", column, word)
        return words.get(word.lower())

    def _theme_ids(self, cells: Cells) -> tuple[int, ...]:
        words = cells.items("themes")
        for word in words:
            if word.lower() not in self._themes:
                raise BadCell("unknown_word", "themes", word)
        return tuple(dict.fromkeys(self._themes[word.lower()] for word in words))

    def _day(self, cells: Cells, column: str) -> date | None:
        day = cells.day(column)
        if day is not None and day > self._today:
            raise BadCell("in_the_future", column, day.isoformat())
        return day

    def _parts(self, cells: Cells, submitter: str, submitter_id: int | None) -> tuple[LegacyPart, ...]:
        mates = [self._mate(entry) for entry in _coauthors(cells)]
        if not submitter:
            if mates:
                raise BadCell("missing", "submitter")
            return ()
        rest = WHOLE - sum(mate.share for mate in mates)
        own = cells.whole("submitter_share", 1, WHOLE) or rest
        parts = (LegacyPart(submitter_id, clean_line(submitter), own), *mates)
        known = [part.person_id for part in parts if part.person_id is not None]
        if own != rest or rest < 1 or len(known) != len(set(known)):
            raise BadCell("shares_not_whole", "coauthors", own + WHOLE - rest)
        return parts

    def _mate(self, entry: tuple[str, int]) -> LegacyPart:
        name, share = entry
        return LegacyPart(self._people.get(name, (None, None))[0], clean_line(name)[:LONGEST_LINE], share)


def _by_words(rows: Any) -> dict[str, int]:  # noqa: ANN401 - rows of four columns: id, code and two names
    """Return id by code and by names in lower case; a name that two share stands for nobody."""
    found: dict[str, int | None] = {}
    for record_id, *words in rows:
        for word in {word.lower() for word in words if word}:
            found[word] = record_id if found.get(word, record_id) == record_id else None
    return {word: record_id for word, record_id in found.items() if record_id is not None}


def _texts(cells: Cells) -> dict[str, str]:
    texts = {name: clean_text(cells.text(name)) for name in ("problem", "measure", "effect", "prospects")}
    lines = {name: clean_line(cells.text(name)) for name in ("title", "location")}
    for name, text in {**texts, **lines}.items():
        limit = TITLE_LIMIT if name == "title" else LONGEST_LINE if name == "location" else LONGEST_TEXT
        if len(text) > limit:
            raise BadCell("too_long", name, f"{len(text)} > {limit}")
    if not lines["title"]:
        raise BadCell("missing", "title")
    if not texts["problem"] and not texts["measure"]:
        raise BadCell("no_problem_or_measure", "problem")
    return {**texts, **lines}


def _coauthors(cells: Cells) -> list[tuple[str, int]]:
    """Return name or number and share of each: JSON objects, or ``004487:25;009214:15``."""
    entries = []
    raw = cells.raw("coauthors")
    listed = raw if isinstance(raw, list) else cells.items("coauthors")
    for entry in listed:
        if isinstance(entry, dict):
            name, share = str(entry.get("employee_no") or entry.get("name") or ""), str(entry.get("share", ""))
        else:
            name, _, share = str(entry).replace("：", ":").partition(":")
        if not name.strip() or not share.strip().isdecimal() or not 1 <= int(share) < WHOLE:
            raise BadCell("not_a_share", "coauthors", str(entry))
        entries.append((name.strip(), int(share)))
    return entries


def _one_key(cells: Cells, column: str) -> str:
    return clean_line(cells.text(column))[:LONGEST_LINE]


def _made_key(cells: Cells) -> str:
    """Return a key for a row without one: the same row has the same key in the next run.

    So it is made of what the row says alone, not of the day of the import or of who is known by then.
    """
    said = [cells.text(name) for name in ("title", "problem", "measure", "submitter", "filed_on")]
    return "row-" + sha256("\0".join(said).encode()).hexdigest()[:12]
