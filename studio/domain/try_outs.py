"""What other rules would have done with past proposals: which would have gone elsewhere, better or worse."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from studio.domain.routing import Candidate, ProposalFacts, RoutingResult, RoutingRule, fits

MOST_PROPOSALS = 500
LONGEST_AGO_DAYS = 365
"""What is older says little about what comes."""

MOST_ASKED = 100
"""For so many the archive is asked too, which takes some ten milliseconds each; beyond, the rules alone speak."""


@dataclass(frozen=True, slots=True)
class Past:
    """A past proposal: `handled_by` is the code of the studio that has it or has answered it, None if none ever had."""

    id: int
    facts: ProposalFacts
    handled_by: str | None


Way = Callable[[Past], RoutingResult]
"""A set of rules, ready to be asked, with or without what the archive teaches."""


@dataclass(frozen=True, slots=True)
class Move:
    """A proposal that would have gone elsewhere; None stands for the coordinator, who has to choose."""

    id: int
    before: Candidate | None
    after: Candidate | None
    handled_by: str | None

    @property
    def route(self) -> tuple[str | None, str | None]:
        """From which studio to which."""
        return (self.before.studio if self.before else None, self.after.studio if self.after else None)


@dataclass(frozen=True, slots=True)
class TryOut:
    """What was found: how many proposals were looked at, and those that would have gone elsewhere."""

    tried: int
    moves: Sequence[Move]

    @property
    def flows(self) -> list[tuple[str | None, str | None, int]]:
        """From which studio to which, and how many; the most first."""
        counted = Counter(move.route for move in self.moves)
        return sorted(
            ((before, after, number) for (before, after), number in counted.items()),
            key=lambda flow: (-flow[2], flow[0] or "", flow[1] or ""),
        )

    @property
    def newly_caught(self) -> int:
        """How many no studio fitted before, and one does now."""
        return sum(move.before is None for move in self.moves)

    @property
    def no_longer_caught(self) -> int:
        """How many would be left to the coordinator."""
        return sum(move.after is None for move in self.moves)

    @property
    def agree_now(self) -> int:
        """How many of the moved would come at once to the studio that handled them in the end."""
        return sum(move.handled_by is not None and move.route[1] == move.handled_by for move in self.moves)

    @property
    def agreed_before(self) -> int:
        """How many of the moved come at once to the studio that handled them as it is now."""
        return sum(move.handled_by is not None and move.route[0] == move.handled_by for move in self.moves)

    @property
    def handled(self) -> int:
        """How many of the moved some studio handled."""
        return sum(move.handled_by is not None for move in self.moves)


def touched(proposals: Iterable[Past], now: Way, then: Way, changed: Collection[RoutingRule]) -> list[Past]:
    """Return those that the ``changed`` rules have a word in: a precedent cannot move any other.

    Such a rule fits one, or makes words rarer or homes nearer, which shows in the scores.
    """
    return [past for past in proposals if any(fits(rule, past.facts) for rule in changed) or now(past) != then(past)]


def try_out(proposals: Iterable[Past], now: Way, then: Way) -> TryOut:
    """Ask both sets of rules about each proposal."""
    tried, moves = 0, []
    for past in proposals:
        tried += 1
        before, after = now(past).best, then(past).best
        if (before.studio if before else None) != (after.studio if after else None):
            moves.append(Move(past.id, before, after, past.handled_by))
    return TryOut(tried, tuple(moves))
