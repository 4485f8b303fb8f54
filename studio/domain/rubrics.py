"""What a rubric must be before it is published: weights that weigh, scales that rise, words in both languages."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from studio.domain.completeness import clean_line, too_long
from studio.domain.errors import Problem
from studio.domain.scoring import HIGHEST_SCORE, LOWEST_SCORE

MOST_CRITERIA = 12
MOST_LEVELS = 10
LARGEST_WEIGHT = Decimal(1000)
WHOLE_WEIGHT = Decimal(100)
LARGEST_SCORE = 1000
NAME_LIMIT, HINT_LIMIT, LEVEL_LIMIT, CHANGE_LIMIT = 40, 300, 200, 300
"""In characters."""


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """What a score means, from this one up to the next level."""

    from_score: int
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """One line of a rubric. The code stays the same from version to version; a new line has none yet."""

    name_zh: str
    name_en: str
    weight: Decimal
    lowest: int = LOWEST_SCORE
    highest: int = HIGHEST_SCORE
    hint_zh: str = ""
    hint_en: str = ""
    levels: tuple[LevelDraft, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class RubricDraft:
    """A whole sheet, as somebody would like to have it."""

    name_zh: str
    name_en: str
    criteria: tuple[CriterionDraft, ...]


def field_of(name: str, row: int) -> str:
    """Return what the problems of a criterion's field are addressed to; rows count from 0."""
    return f"{name}_{row}"


def prepared(draft: RubricDraft) -> RubricDraft:
    """Return the draft with every text cleaned and on one line."""
    return RubricDraft(
        clean_line(draft.name_zh), clean_line(draft.name_en), tuple(_prepared(one) for one in draft.criteria)
    )


def _prepared(criterion: CriterionDraft) -> CriterionDraft:
    return replace(
        criterion,
        name_zh=clean_line(criterion.name_zh),
        name_en=clean_line(criterion.name_en),
        hint_zh=clean_line(criterion.hint_zh),
        hint_en=clean_line(criterion.hint_en),
        levels=tuple(
            LevelDraft(level.from_score, clean_line(level.text_zh), clean_line(level.text_en))
            for level in criterion.levels
        ),
    )


def check(draft: RubricDraft) -> list[Problem]:
    """Return what keeps a prepared draft from being published.

    Codes: ``name_in_both_languages``, ``too_long``, ``rubric_empty``, ``too_many_criteria``; at a criterion's field
    also ``criterion_twice``, ``weight_out_of_range``, ``scale_does_not_rise``, ``level_off_the_scale``,
    ``levels_do_not_rise``, ``level_in_both_languages``, ``too_many_levels``.
    """
    problems = list(_name_problems(draft, "name_zh", "name_en"))
    if not draft.criteria:
        problems.append(Problem("rubric_empty"))
    if len(draft.criteria) > MOST_CRITERIA:
        problems.append(Problem("too_many_criteria", params={"limit": MOST_CRITERIA}))
    for row, criterion in enumerate(draft.criteria):
        problems += _criterion_problems(criterion, row)
    return [*problems, *_repeated_names(draft)]


def check_new(draft: RubricDraft) -> list[Problem]:
    """Return what keeps a prepared draft from becoming a rubric of its own: as ``check``, and ``weights_not_whole``.

    Who begins with nothing says in per cent how much each line counts. Sheets of points, which came with the program
    or grew out of those, weigh by their points instead.
    """
    problems = check(draft)
    total = sum((one.weight for one in draft.criteria if one.weight.is_finite()), Decimal(0))
    if draft.criteria and total != WHOLE_WEIGHT:
        problems.append(Problem("weights_not_whole", field_of("weight", 0), {"total": f"{total:f}"}))
    return problems


def _name_problems(named: RubricDraft | CriterionDraft, zh: str, en: str) -> Iterator[Problem]:
    for field, name in ((zh, named.name_zh), (en, named.name_en)):
        if not name:
            yield Problem("name_in_both_languages", field)
        yield from too_long(name, field, NAME_LIMIT)


def _criterion_problems(criterion: CriterionDraft, row: int) -> Iterator[Problem]:
    yield from _name_problems(criterion, field_of("name_zh", row), field_of("name_en", row))
    for name, hint in (("hint_zh", criterion.hint_zh), ("hint_en", criterion.hint_en)):
        yield from too_long(hint, field_of(name, row), HINT_LIMIT)
    if not _weighs(criterion.weight):
        yield Problem("weight_out_of_range", field_of("weight", row), {"limit": LARGEST_WEIGHT})
    if not 0 <= criterion.lowest < criterion.highest <= LARGEST_SCORE:
        yield Problem("scale_does_not_rise", field_of("highest", row), {"limit": LARGEST_SCORE})
        return
    yield from _level_problems(criterion, row)


def _weighs(weight: Decimal) -> bool:
    """A weight of more than two decimals would be another one once it is stored."""
    return weight.is_finite() and 0 < weight <= LARGEST_WEIGHT and weight == round(weight, 2)


def _level_problems(criterion: CriterionDraft, row: int) -> Iterator[Problem]:
    levels, field = criterion.levels, field_of("levels_zh", row)
    if len(levels) > MOST_LEVELS:
        yield Problem("too_many_levels", field, {"limit": MOST_LEVELS})
    if any(not criterion.lowest <= level.from_score <= criterion.highest for level in levels):
        yield Problem("level_off_the_scale", field, {"lowest": criterion.lowest, "highest": criterion.highest})
    if any(lower.from_score >= upper.from_score for lower, upper in pairwise(levels)):
        yield Problem("levels_do_not_rise", field)
    for name, texts in (("levels_zh", [x.text_zh for x in levels]), ("levels_en", [x.text_en for x in levels])):
        if not all(texts):
            yield Problem("level_in_both_languages", field_of(name, row))
        yield from too_long(max(texts, key=len, default=""), field_of(name, row), LEVEL_LIMIT)


def _repeated_names(draft: RubricDraft) -> Iterator[Problem]:
    for name in ("name_zh", "name_en"):
        often = Counter(getattr(criterion, name) for criterion in draft.criteria)
        for row, criterion in enumerate(draft.criteria):
            if getattr(criterion, name) and often[getattr(criterion, name)] > 1:
                yield Problem("criterion_twice", field_of(name, row))
