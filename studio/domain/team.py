"""May the team settle this by itself? If not, why it goes to a studio, as a fact for a sentence."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from models import Event, Proposal, Verb
from studio.domain.panel import OWN_TEAM_LIMIT
from studio.domain.routing import Reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What is small enough for a team; money in yuan. Safety and secrets stay out unless said so."""

    kinds: frozenset[str]
    cost: Decimal
    benefit: Decimal
    urgent: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class SmallMatter:
    """What the question looks at. Money that nobody named is taken as none: the leader sees what it would take."""

    kind: str | None
    cost: Decimal | None = None
    benefit: Decimal | None = None
    urgent: bool = False
    confidential: bool = False
    anonymous: bool = False
    blind: bool = False
    authors: frozenset[int] = frozenset()


NO_LIMITS = "no_limits"
NO_LEADER = "no_leader"
LEADER_IS_AUTHOR = "leader_is_author"
SILENT = frozenset({NO_LIMITS, NO_LEADER})
"""Where teams settle nothing anyway, nobody has to be told why."""


def beyond_the_team(matter: SmallMatter, limits: Limits | None, leaders: Collection[int]) -> Reason | None:
    """Return why a team with these leaders may not settle it, or None where it may.

    Codes: `no_limits`, `no_leader`, `anonymous`, `blind`, `leader_is_author`, `urgent`, `confidential`, `kind_open`,
    `kind_too_large`, and `cost_above` and `benefit_above` with the `limit` in yuan. What hides its authors is no
    leader's, who would know them, and no other reason may tell of them. Then comes who it is: a leader never settles
    his own, however small it is.
    """
    if limits is None or not limits.kinds:
        return Reason(NO_LIMITS, {})
    if not leaders:
        return Reason(NO_LEADER, {})
    if matter.anonymous or matter.blind:
        return Reason("anonymous" if matter.anonymous else "blind", {})
    if matter.authors & frozenset(leaders):
        return Reason(LEADER_IS_AUTHOR, {})
    return _what_it_is(matter, limits) or _how_large(matter, limits)


def _what_it_is(matter: SmallMatter, limits: Limits) -> Reason | None:
    if matter.urgent and not limits.urgent:
        return Reason("urgent", {})
    if matter.confidential and not limits.confidential:
        return Reason("confidential", {})
    if matter.kind is None:
        return Reason("kind_open", {})
    return None if matter.kind in limits.kinds else Reason("kind_too_large", {})


def _how_large(matter: SmallMatter, limits: Limits) -> Reason | None:
    if (matter.cost or 0) > limits.cost:
        return Reason("cost_above", {"limit": str(limits.cost)})
    limit = min(limits.benefit, Decimal(OWN_TEAM_LIMIT))  # above this nobody judges his own team, whatever is set
    if (matter.benefit or 0) > limit:
        return Reason("benefit_above", {"limit": str(limit)})
    return None


def appealed_before(proposal: Proposal, events: Iterable[Event]) -> bool:
    """Tell whether the author has asked already to look again at such an answer: the team's, or a studio's."""
    by_team = proposal.team_leader_id is not None
    return any(bool(event.data.get("by_team")) == by_team for event in events if event.verb is Verb.APPEAL)
