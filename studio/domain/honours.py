"""Which teams stand on the honour wall, and how their part is counted.

Only those that took part stand there: a wall praises, and nobody is to find himself at the end of a list. So it says
what share of a team took part, which a small team can reach as well as a large one, and gives no places.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_PEOPLE = 5
"""A smaller team is not shown by itself: its figure would be about one or two people."""


@dataclass(frozen=True, slots=True)
class TookPart:
    """How many people of a unit filed something or had a share in it, of all who work there."""

    unit_id: int
    people: int
    headcount: int

    @property
    def share(self) -> float:
        """The part of its people, from 0 to 1; figures of a unit that has shrunk since stay within that."""
        return min(1.0, self.people / self.headcount) if self.headcount else 0.0


def shown(teams: Iterable[TookPart]) -> Sequence[TookPart]:
    """Return the teams that stand on the wall, the largest share first; equals stay in the order of the tree."""
    known = [team for team in teams if team.people and team.headcount >= FEWEST_PEOPLE]
    return sorted(known, key=lambda team: -team.share)
