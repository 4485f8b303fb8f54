"""What of an issue hangs on the wall and is read out before the shift, for the whole firm or one unit.

A wall is read by everybody, visitors too: only what every colleague may read stands there, and nobody who is hidden
anywhere is named. Where a unit has nothing of its own, the firm's is told instead, part by part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models import DigestIssue, Outcome, Person, Proposal, ProposalState, Unit, UnitLevel
from studio.domain.periods import Month
from studio.queries import calls, digest, digest_photos
from studio.queries.calls import OpenCall
from studio.queries.digest import Card, Named
from studio.queries.digest_photos import Pair
from studio.queries.visibility import open_to_everybody

MOST_LISTED = 5
MOST_GROUPS = 2
ROWS_OF_A_HEADING = 2
MOST_CALLS = 3
TAKEN_UP = {Outcome.ACCEPTED.value, Outcome.TRIAL.value}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The month in numbers; ``checked`` is the checked yearly benefit in yuan of what was put to use."""

    filed: int = 0
    answered: int = 0
    used: int = 0
    checked: Decimal = Decimal(0)

    def __bool__(self) -> bool:
        """Tell whether anything happened at all."""
        return bool(self.filed or self.answered or self.used)


@dataclass(frozen=True, slots=True)
class Story:
    """What is told first: a colleague's own sentence, if there is one, and the proposal it is about."""

    sentence: str
    said_by: Named | None
    said_in: Named | None
    card: Card
    problem: str
    effect: str
    photos: Pair | None
    used: bool
    """Whether it is in use already, not only taken up."""


class What(StrEnum):
    """What happened to a group of proposals in the month."""

    USED = "used"
    VERIFIED = "verified"
    TAKEN_UP = "taken_up"


Parts = Mapping[What, Sequence[Card]]


@dataclass(frozen=True, slots=True)
class Group:
    """Proposals to which the same happened, the largest benefit first."""

    what: What
    own: bool
    """Whether they are the unit's, not from elsewhere in the firm."""
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Wall:
    """An issue as a unit sees it on the wall; without ``unit`` as the whole firm does."""

    number: int
    """Of the issue."""
    month: Month
    unit: Unit | None
    numbers: Numbers
    own_numbers: bool
    story: Story | None
    news: Sequence[Group]
    calls: Sequence[OpenCall]


def wall_of(session: Session, issue: DigestIssue, unit: Unit | None, *, today: date) -> Wall:
    """Return what hangs on the wall, at most ten statements however much happened; with the calls open ``today``."""
    facts = issue.facts
    told = told_of(session, facts)
    own = told if unit is None else {what: within(unit, part) for what, part in told.items()}
    numbers = _unit_numbers(facts, unit) if unit else _firm_numbers(facts)
    story = best_story(session, facts, own, unit) or best_story(session, facts, told, None)
    return Wall(
        number=issue.number,
        month=Month.parse(issue.month),
        unit=unit,
        numbers=numbers or _firm_numbers(facts),
        own_numbers=bool(numbers) and unit is not None,
        story=story,
        news=_news(own, {} if unit is None else told, story),
        calls=[call for call in calls.open_on(session, today) if unit is None or call.concerns(unit)][:MOST_CALLS],
    )


def unit_of(session: Session, code: str) -> Unit | None:
    """Return the unit of this code."""
    return session.scalars(select(Unit).where(Unit.code == code.replace("\0", ""))).one_or_none()


def units_for(session: Session, person: Person) -> Sequence[Unit]:
    """Return the units somebody may choose from, in the order of the tree: those above the teams, and his own team."""
    wanted = or_(Unit.level != UnitLevel.TEAM, Unit.id == person.unit_id)
    return session.scalars(select(Unit).where(wanted, Unit.parent_id.is_not(None)).order_by(Unit.path)).all()


def told_of(session: Session, facts: Mapping[str, Any]) -> Parts:
    """Return what the issue has good to tell of, each proposal once: where it has come furthest."""
    decided = [row[0] for row in facts["decided"] if row[2] in TAKEN_UP]
    ids = {What.USED: facts["implemented"], What.VERIFIED: facts["verified"], What.TAKEN_UP: decided}
    mentioned = sorted({i for part in ids.values() for i in part})
    left = digest.cards(session, and_(Proposal.id.in_(mentioned), open_to_everybody()))
    found = {what: [left.pop(i) for i in part if i in left] for what, part in ids.items()}
    return {what: sorted(part, key=_benefit, reverse=True) for what, part in found.items()}


def _benefit(card: Card) -> Decimal:
    return card.checked_benefit or Decimal(0)


def within(unit: Unit, cards: Iterable[Card]) -> list[Card]:
    """Return those that come from a unit or from below it; what hides its authors comes from nowhere."""
    return [card for card in cards if unit.id in card.unit_ids]


def _firm_numbers(facts: Mapping[str, Any]) -> Numbers:
    numbers = facts["numbers"]
    return Numbers(numbers["filed"], numbers["answered"], numbers["implemented"], Decimal(numbers["checked"]))


def _unit_numbers(facts: Mapping[str, Any], unit: Unit) -> Numbers:
    """Return the unit's figures with all below it; an issue made before they were kept has none."""
    figures: Mapping[str, int] = facts.get("units", {}).get(str(unit.id), {})
    filed, answered, used = (figures.get(name, 0) for name in ("filed", "answered", "used"))
    return Numbers(filed, answered, used, Decimal(figures.get("checked", 0)))


def best_story(session: Session, facts: Mapping[str, Any], parts: Parts, unit: Unit | None) -> Story | None:
    """Return the best story with somebody's own words, else the largest benefit without."""
    ranked = [card for part in parts.values() for card in part]
    cards = {card.id: card for card in ranked}
    said = [row for row in facts["stories"] if row[0] in cards]
    if unit is not None and ranked and not said:  # the issue keeps the firm's best only
        said = list(digest.stories_among(session, [card.id for card in ranked]))
    if said:
        proposal_id, sentence, speaker = said[0]
        return _told(session, cards[proposal_id], sentence, speaker)
    return _told(session, ranked[0], "", None) if ranked else None


def _told(session: Session, card: Card, sentence: str, speaker: int | None) -> Story:
    hidden = bool(card.hidden_ids) and speaker in card.author_ids
    known = digest.names_of(session, [] if speaker is None or hidden else [speaker])
    said_by, said_in = next(iter(known.values()), (None, None))
    problem, effect = session.execute(select(Proposal.problem, Proposal.effect).where(Proposal.id == card.id)).one()
    photos = digest_photos.pairs(session, [card.id]).get(card.id)
    used = card.state in {ProposalState.IMPLEMENTED, ProposalState.VERIFIED}
    return Story(sentence, said_by, said_in, card, problem, effect, photos, used)


def _news(own: Parts, elsewhere: Parts, story: Story | None) -> Sequence[Group]:
    """Return as many groups as there is room for, the unit's own first, without what is told already."""
    told_of, room, groups = {story.card.id} if story else set(), MOST_LISTED, list[Group]()
    for is_own, parts in ((True, own), (False, elsewhere)):
        for what, part in parts.items():
            fresh = [card for card in part if card.id not in told_of][:room]
            if fresh and len(groups) < MOST_GROUPS:
                groups.append(Group(what, is_own, fresh))
                told_of |= {card.id for card in fresh}
                room = max(0, room - len(fresh) - ROWS_OF_A_HEADING)
    return groups
