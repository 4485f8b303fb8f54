"""Who has which part in a proposal, in whole percent."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from studio.domain.errors import Problem

WHOLE = 100
FIELD = "contributors"
FIRST_WEIGHT = 2


@dataclass(frozen=True, slots=True)
class Share:
    """One contributor's part; `person` is whatever tells people apart, such as the staff number."""

    person: Hashable
    percent: int


def even_split(people: int) -> list[int]:
    """Return shares for so many people that sum to 100; the first ones get the percent left over.

    Raises ValueError unless everybody can have at least one percent.
    """
    if not 1 <= people <= WHOLE:
        raise ValueError(f"{people} people cannot share {WHOLE} percent")
    each, left_over = divmod(WHOLE, people)
    return [each + 1] * left_over + [each] * (people - left_over)


def shared_out(given: Sequence[int | None]) -> list[int]:
    """Return everybody's share of 100, the submitter's first: given ones stay, the others split the rest evenly.

    The percent that cannot be split goes to the first of those others. Raises ValueError where the given ones leave
    less than one percent for each, or where nobody is left to take the rest.
    """
    open_ones = [row for row, percent in enumerate(given) if percent is None]
    left = WHOLE - sum(percent for percent in given if percent is not None)
    if not open_ones or left < len(open_ones):
        raise ValueError(f"{left} percent are left for {len(open_ones)} people")
    each, spare = divmod(left, len(open_ones))
    return [
        percent if percent is not None else each + (spare if row == open_ones[0] else 0)
        for row, percent in enumerate(given)
    ]


def fair_split(first: Sequence[Share], later: Sequence[Share]) -> list[Share]:
    """Suggest shares where two became one: whoever was first has two thirds, whoever came later one third.

    Within each part people keep their proportions; whoever stands in both gets both. Nobody gets less than one
    percent. Raises ValueError for more than 100 people.
    """
    weights: Counter[Hashable] = Counter()
    for share in first:
        weights[share.person] += share.percent * FIRST_WEIGHT
    for share in later:
        weights[share.person] += share.percent
    if not 1 <= len(weights) <= WHOLE:
        raise ValueError(f"{len(weights)} people cannot share {WHOLE} percent")
    total = weights.total()
    percents = {person: max(1, weight * WHOLE // total) for person, weight in weights.items()}
    while (missing := WHOLE - sum(percents.values())) != 0:
        step = 1 if missing > 0 else -1
        open_to = [person for person in percents if percents[person] + step >= 1]
        person = max(open_to, key=lambda it: step * (weights[it] * WHOLE - percents[it] * total))
        percents[person] += step
    return [Share(person, percent) for person, percent in percents.items()]


def check_shares(shares: Sequence[Share], submitter: Hashable) -> list[Problem]:
    """Return what is wrong with the shares, in the order of the rows; nothing when they are fair to all.

    Codes: `share_out_of_range` and `person_twice` with the `row` counted from 1, `submitter_without_share`,
    and `shares_not_whole` with the `total`.
    """
    problems = [*_rows_out_of_range(shares), *_rows_repeated(shares)]
    if submitter not in {share.person for share in shares}:
        problems.append(Problem("submitter_without_share", FIELD))
    total = sum(share.percent for share in shares)
    if total != WHOLE:
        problems.append(Problem("shares_not_whole", FIELD, {"total": total}))
    return problems


def _rows_out_of_range(shares: Sequence[Share]) -> list[Problem]:
    return [
        Problem("share_out_of_range", FIELD, {"row": row, "percent": share.percent})
        for row, share in enumerate(shares, start=1)
        if not 1 <= share.percent <= WHOLE
    ]


def _rows_repeated(shares: Sequence[Share]) -> list[Problem]:
    seen: Counter[Hashable] = Counter()
    problems = []
    for row, share in enumerate(shares, start=1):
        seen[share.person] += 1
        if seen[share.person] == 2:  # noqa: PLR2004 - one complaint a person, at the second row
            problems.append(Problem("person_twice", FIELD, {"row": row, "person": share.person}))
    return problems
