"""The lists a firm starts with: kinds, themes and rubrics. All of them are rows that it may change.

The kinds are the five smalls of the workers' innovation movement and three larger ones.
"""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Base, Kind, Theme
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


def fill_empty_lists(session: Session) -> int:
    """Give each list that is still empty its default rows; return how many. A list somebody edited stays as it is.

    Of the rubrics each that is missing is added, because an older database has only the one it made itself.
    """
    made = [*_if_empty(session, Kind, _kinds()), *_if_empty(session, Theme, _themes()), *fill_in_templates(session)]
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
