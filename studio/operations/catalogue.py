"""The lists a firm starts with: kinds, themes, rubrics, reasons and occasions. It may change every row.

The kinds are the five smalls of the workers' innovation movement and three larger ones.
"""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Base, DecisionReason, Kind, Occasion, Outcome, OutcomeClass, Theme
from studio.domain.panel import SIZE
from studio.operations.rubrics import fill_in_templates

KINDS = (
    ("invention", "小发明", "Small invention", "在一定范围内首创的东西", "The first of its kind in a defined range"),
    ("creation", "小创造", "Small creation", "新的物件或新的做法", "A new thing or a new method"),
    ("renovation", "小革新", "Small renovation", "工艺或技术有明显进步", "Clear progress of a process or technique"),
    (
        "design",
        "小设计",
        "Small design",
        "完整、能照着做的外形、结构、产品或工艺设计",
        "A complete shape, structure, product or process that can be made as drawn",
    ),
    (
        "suggestion",
        "小建议",
        "Small suggestion",
        "对干活、管理、安全的新想法",
        "A new idea on work, management or safety",
    ),
    (
        "technical_renovation",
        "技术革新",
        "Technical renovation",
        "牵涉设备、工艺的较大改进",
        "A larger change to equipment or process",
    ),
    (
        "problem_solving",
        "技术攻关",
        "Problem solving",
        "组队啃下的生产难题",
        "A hard production problem that a group takes on",
    ),
    (
        "rationalisation",
        "合理化建议",
        "Rationalisation proposal",
        "对经营、组织、流程的较大建议",
        "A larger proposal on business, organisation or flow",
    ),
)
"""Code, name and gloss in both languages, in the order in which a form shows them."""

SMALL_KINDS = frozenset({"suggestion"})
"""Kinds for which one judge is enough."""

THEMES = (
    ("safety", "安全", "Safety"),
    ("quality", "质量", "Quality"),
    ("cost", "成本", "Cost"),
    ("delivery", "效率与交付", "Efficiency and delivery"),
    ("environment", "环境", "Environment"),
    ("morale", "劳动条件", "Working conditions"),
    ("equipment", "设备", "Equipment"),
    ("energy", "节能", "Energy"),
)
URGENT_THEMES = frozenset({"safety"})

REASONS = (
    (Outcome.TRIAL, "prove_effect", "效果要试过才知道", "Only a trial shows the effect"),
    (Outcome.TRIAL, "prove_safe", "先试稳了，安全上才放心", "It must prove safe first"),
    (Outcome.TRIAL, "small_range", "先在小范围用用看", "Start on a small scale"),
    (Outcome.DEFERRED, "no_window", "要等停机检修才能动手", "It needs a stop or an overhaul"),
    (Outcome.DEFERRED, "no_budget", "眼下没有资金，或现在做不划算", "No money for it now, or too little gain yet"),
    (Outcome.DEFERRED, "equipment_due", "设备快要更新改造了", "The equipment will be replaced or rebuilt soon"),
    (Outcome.DEFERRED, "other_project", "要等别的项目先定下来", "Another project must be settled first"),
    (Outcome.DEFERRED, "parts_missing", "缺备件、材料或人手", "Parts, material or hands are missing"),
    (Outcome.DEFERRED, "needs_study", "还要研究论证", "It needs more study"),
    (Outcome.DECLINED, "not_worth_it", "投入大，见效小", "It costs more than it brings"),
    (
        Outcome.DECLINED,
        "not_workable",
        "现场做不了，或试过不行",
        "It cannot be done on site, or was tried and failed",
    ),
    (Outcome.DECLINED, "side_effects", "会带来别的问题", "It would bring other problems"),
    (Outcome.DECLINED, "rules_forbid", "安全或标准不允许", "Safety rules or standards forbid it"),
    (Outcome.DECLINED, "better_way", "有更好的办法", "There is a better way"),
    (Outcome.DECLINED, "already_planned", "厂里已有计划", "It is planned already"),
    (Outcome.INADMISSIBLE, "no_measure", "只说了问题，没说怎么改", "A complaint without a measure"),
    (Outcome.INADMISSIBLE, "existing_standard", "现行规程里已经有了", "An existing standard says so already"),
    (Outcome.INADMISSIBLE, "plain_duty", "属于岗位本职", "It is part of the normal job"),
    (Outcome.INADMISSIBLE, "not_ours", "不归公司管", "It has nothing to do with the company"),
    (Outcome.INADMISSIBLE, "personal", "是对个人的意见", "It is about a person"),
)
"""Outcome, code and name in both languages; an outcome without reasons, such as accepting, asks for none."""
OWN_CLASSES = {"needs_study": OutcomeClass.NEEDS_STUDY, "already_planned": OutcomeClass.OUTSIDE_OR_PLANNED}

OCCASIONS = (
    ("overhaul", "下次大修", "The next overhaul"),
    ("budget", "下一轮预算", "The next budget round"),
    ("replacement", "设备更新", "The equipment is replaced"),
    ("project", "相关项目定下来", "The project in question is settled"),
)


def fill_empty_lists(session: Session) -> int:
    """Give each list that is still empty its default rows; return how many. A list somebody edited stays as it is.

    Of the rubrics each that is missing is added, because an older database has only the one it made itself.
    """
    made = [*_if_empty(session, Kind, _kinds()), *_if_empty(session, Theme, _themes()), *fill_in_templates(session)]
    made += [*_if_empty(session, DecisionReason, _reasons()), *_if_empty(session, Occasion, _occasions())]
    session.add_all(made)
    return len(made)


def _if_empty(session: Session, record: type[Base], rows: Iterator[Base]) -> list[Base]:
    return list(rows) if not session.scalar(select(func.count()).select_from(record)) else []


def _kinds() -> Iterator[Kind]:
    for position, (code, name_zh, name_en, gloss_zh, gloss_en) in enumerate(KINDS, start=1):
        yield Kind(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            gloss_zh=gloss_zh,
            gloss_en=gloss_en,
            position=position,
            panel_size=1 if code in SMALL_KINDS else SIZE,
        )


def _themes() -> Iterator[Theme]:
    for position, (code, name_zh, name_en) in enumerate(THEMES, start=1):
        yield Theme(code=code, name_zh=name_zh, name_en=name_en, urgent=code in URGENT_THEMES, position=position)


def _reasons() -> Iterator[DecisionReason]:
    for position, (outcome, code, name_zh, name_en) in enumerate(REASONS, start=1):
        names = {"name_zh": name_zh, "name_en": name_en, "outcome_class": OWN_CLASSES.get(code)}
        yield DecisionReason(code=code, outcome=outcome, position=position, **names)


def _occasions() -> Iterator[Occasion]:
    for position, (code, name_zh, name_en) in enumerate(OCCASIONS, start=1):
        yield Occasion(code=code, name_zh=name_zh, name_en=name_en, position=position)
