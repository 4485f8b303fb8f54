"""Rubrics for tests: the four criteria that every test firm has, and sheets on other scales."""

from decimal import Decimal

from models import Criterion, CriterionLevel, Rubric, RubricVersion

FOUR = (
    ("innovation", "创新能力", "Innovation", 25),
    ("quality", "质量", "Quality", 20),
    ("effect", "实效", "Effect", 35),
    ("contribution", "贡献", "Contribution", 20),
)


def four_criteria() -> Rubric:
    """Return the default rubric of a test firm."""
    criteria = [
        Criterion(code=code, name_zh=name_zh, name_en=name_en, weight=Decimal(weight), position=position)
        for position, (code, name_zh, name_en, weight) in enumerate(FOUR, start=1)
    ]
    version = RubricVersion(number=1, criteria=criteria)
    return Rubric(code="policy", name_zh="通用评分表", name_en="General sheet", is_default=True, versions=[version])


def one_to_five(code: str = "kaizen") -> Rubric:
    """Return a rubric of two criteria, each from 1 to 5 and with words for some scores."""
    levels = ((1, "想到了", "Thought of"), (3, "用上了", "In use"), (5, "成了标准", "Made standard"))
    criteria = [
        Criterion(
            code=name,
            name_zh=name_zh,
            name_en=name.title(),
            hint_zh="看现场",
            hint_en="Go and see",
            weight=Decimal(1),
            lowest=1,
            highest=5,
            position=position,
            levels=[CriterionLevel(from_score=at, text_zh=zh, text_en=en) for at, zh, en in levels],
        )
        for position, (name, name_zh) in enumerate((("cause", "找原因"), ("benefit", "好处")), start=1)
    ]
    version = RubricVersion(number=1, criteria=criteria)
    return Rubric(code=code, name_zh="改善评分表", name_en="Kaizen sheet", position=2, versions=[version])
