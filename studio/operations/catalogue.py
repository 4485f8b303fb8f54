"""The lists a firm starts with: kinds, themes and review criteria. All of them are rows that it may change.

The kinds are the five smalls of the workers' innovation movement and three larger ones; the criteria are the four
by which the national policy wants skill judged, with weights that stress the real effect.
"""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Base, Criterion, Kind, Theme
from studio.domain.panel import SIZE

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

CRITERIA = (
    (
        "innovation",
        "创新能力",
        "Innovation",
        "60 分：照别处的办法改；80 分：这里头一回这么做；90 分：别处也没见过",
        "60: taken over from elsewhere; 80: first of its kind here; 90: not seen elsewhere either",
        25,
    ),
    (
        "quality",
        "质量",
        "Quality",
        "60 分：说清了做什么；80 分：照着就能做；90 分：有数据、有图、风险也想到了",
        "60: says what to do; 80: can be made from it; 90: with figures, drawings and the risks thought of",
        20,
    ),
    (
        "effect",
        "实效",
        "Real effect",
        "60 分：会好一点；80 分：好处量得出来；90 分：已经见效，账也算得清",
        "60: somewhat better; 80: the gain can be measured; 90: seen already, and the sums hold",
        35,
    ),
    (
        "contribution",
        "贡献",
        "Contribution",
        "60 分：本岗位用得上；80 分：全车间用得上；90 分：别的厂也能用",
        "60: of use at this post; 80: in the whole workshop; 90: in other plants too",
        20,
    ),
)
"""Code, name and what the marks mean in both languages, and the weight; the weights sum to 100."""


def fill_empty_lists(session: Session) -> int:
    """Give each list that is still empty its default rows; return how many. A list somebody edited stays as it is."""
    made = [*_if_empty(session, Kind, _kinds()), *_if_empty(session, Theme, _themes())]
    made += _if_empty(session, Criterion, _criteria())
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


def _criteria() -> Iterator[Criterion]:
    for position, (code, name_zh, name_en, hint_zh, hint_en, weight) in enumerate(CRITERIA, start=1):
        yield Criterion(
            code=code,
            name_zh=name_zh,
            name_en=name_en,
            hint_zh=hint_zh,
            hint_en=hint_en,
            weight=Decimal(weight),
            position=position,
        )
