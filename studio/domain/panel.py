"""Who of a studio is asked to judge a proposal: a few, not everybody, and the least burdened first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

SIZE = 2
"""How many are asked where the kind does not say."""

OWN_TEAM_LIMIT = 10_000
"""Claimed yearly benefit, in yuan, above which nobody judges a proposal of his own team: a reward hangs on it."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A lead or reviewer of the studio. ``open_work`` counts proposals he still has to score, here and elsewhere."""

    person_id: int
    leads: bool
    open_work: int
    away: bool = False
    owed_answers: int = 0
    """Open proposals of which he owes the first answer."""
    deputy_id: int | None = None
    """Who stands in while he is away; must be a judge of the same studio to count."""


def choose(judges: Sequence[Judge], size: int, *, excluding: Collection[int] = ()) -> tuple[int, ...]:
    """Return the ids of up to ``size`` people to ask, who answers first at the front.

    Reviewers come before the lead, who decides anyway; among equals the one with the least open work, then who owes
    the fewest answers, then the order given. Somebody away is stood in for by his deputy, in his place. Nobody in
    ``excluding`` is asked.
    """
    fit = {judge.person_id for judge in judges if not judge.away} - set(excluding)
    chosen: list[int] = []
    for judge in sorted(judges, key=lambda judge: (judge.leads, judge.open_work, judge.owed_answers)):
        person_id = judge.deputy_id if judge.away else judge.person_id
        if person_id in fit and person_id not in chosen and judge.person_id not in excluding:
            chosen.append(person_id)
    return tuple(chosen[:size])
