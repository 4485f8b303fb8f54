"""One month's edition of the digest: its frozen facts, and the proposals and people that they speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from models import Proposal, ProposalState
from studio.domain.periods import Month
from studio.queries import calls, digest_figures, digest_photos, follow_up
from studio.queries import digest as queries
from studio.queries.calls import OpenCall
from studio.queries.digest import Card, Named
from studio.queries.digest_figures import Place
from studio.queries.digest_photos import Pair
from studio.queries.issues import Masthead

LOOKED_AT = (ProposalState.TEAM_CHECK, ProposalState.UNDER_REVIEW)
IN_USE = ("implemented", "verified")
AFTER_DECISION = (ProposalState.ACCEPTED, ProposalState.IN_IMPLEMENTATION, ProposalState.IMPLEMENTED)


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue's frozen facts with the proposals and people they speak of."""

    month: Month
    facts: Mapping[str, Any]
    cards: Mapping[int, Card]
    on_desk: Sequence[Card]
    people: Mapping[int, tuple[Named, Named]]
    reasons: Mapping[int, str]
    at: datetime
    to_score: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """What each judge is asked to score, by his id."""
    to_follow: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """What each is to begin, to do or to look at after the decision, by his id."""
    units: Mapping[int, Place] = field(default_factory=dict)
    studios: Mapping[int, Place] = field(default_factory=dict)
    pairs: Mapping[int, Pair] = field(default_factory=dict)
    """Photos before and after, by proposal."""
    calls: Sequence[OpenCall] = ()
    """Campaigns and challenges that are open on the day after the month."""
    fates: Mapping[int, str] = field(default_factory=dict)
    """The last thing that happened to each proposal in the month, the newest first."""
    _below: dict[int, list[Place]] = field(default_factory=dict)
    masthead: Masthead | None = None
    """Nothing as long as the issue is not made."""
    _of_author: dict[int, list[Card]] = field(default_factory=dict)
    _of_studio: dict[int, list[Card]] = field(default_factory=dict)
    _of_leader: dict[int, list[Card]] = field(default_factory=dict)
    _by_id: dict[int, Card] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the cards once by who they concern."""
        for card in {**self.cards, **{card.id: card for card in self.on_desk}}.values():
            for person_id in card.author_ids:
                self._of_author.setdefault(person_id, []).append(card)
        for unit in self.units.values():
            if unit.parent_id is not None:
                self._below.setdefault(unit.parent_id, []).append(unit)
        for card in self.on_desk:
            self._by_id[card.id] = card
            if card.team_leader_id is not None:
                self._of_leader.setdefault(card.team_leader_id, []).append(card)
            if card.studio_id is not None:
                self._of_studio.setdefault(card.studio_id, []).append(card)

    def of_author(self, person_id: int) -> Sequence[Card]:
        """Return the proposals of one person that the month or the desk knows."""
        return self._of_author.get(person_id, ())

    def of_studio(self, studio_id: int) -> Sequence[Card]:
        """Return what lies on a studio's desk now."""
        return self._of_studio.get(studio_id, ())

    def of_leader(self, person_id: int) -> Sequence[Card]:
        """Return what a team leader has in hand now."""
        return self._of_leader.get(person_id, ())

    def units_below(self, unit_id: int) -> Sequence[Place]:
        """Return the units directly below one."""
        return self._below.get(unit_id, ())

    def of_tasks(self, person_id: int) -> Sequence[Card]:
        """Return what the person is to score, to begin, to do or to look at now."""
        ids = (*self.to_score.get(person_id, ()), *self.to_follow.get(person_id, ()))
        return [self._by_id[one] for one in ids if one in self._by_id]


def load_edition(
    session: Session, month: Month, facts: Mapping[str, Any], *, at: datetime, masthead: Masthead | None = None
) -> Edition:
    """Load what the copies of an issue need; thirteen statements however many people will read it."""
    mentioned = {row[0] for part in ("decided", "fastest", "oldest", "stories") for row in facts[part]}
    mentioned.update(facts["implemented"], facts["verified"])
    to_follow = follow_up.everybodys(session)
    followed = sorted({one for ids in to_follow.values() for one in ids})
    open_now = Proposal.state.in_([*LOOKED_AT, ProposalState.INFORMATION_REQUESTED])
    on_desk = queries.cards(session, or_(open_now, _among(followed)))
    fates = fates_of(facts)
    shown = {i for i, what in fates.items() if what in IN_USE} | {row[0] for row in facts["stories"]}
    return Edition(
        month=month,
        facts=facts,
        cards=queries.cards(session, Proposal.id.in_(sorted(mentioned))),
        on_desk=sorted(on_desk.values(), key=lambda card: (card.due_at or at, card.id)),
        people=queries.names_of(session, {row[2] for row in facts["stories"]}),
        reasons=queries.reasons_of(session, [row[1] for row in facts["refused"]]),
        at=at,
        to_score=queries.empty_score_sheets(session),
        to_follow=to_follow,
        units=digest_figures.units(session),
        studios=digest_figures.studios(session),
        pairs=digest_photos.pairs(session, shown),
        calls=calls.open_on(session, date(month.following.year, month.following.number, 1)),
        fates=fates,
        masthead=masthead,
    )


def fates_of(facts: Mapping[str, Any]) -> dict[int, str]:
    """Return the last thing that happened to each proposal in the month; issues of old keep no order of time."""
    if "news" in facts:
        return {row[0]: str(row[1]) for row in facts["news"]}
    fates = {row[0]: str(row[2]) for row in facts["decided"]}
    fates.update(dict.fromkeys(facts["implemented"], "implemented"))
    fates.update(dict.fromkeys(facts["verified"], "verified"))
    return fates


def _among(ids: Sequence[int]) -> ColumnElement[bool]:
    """Keep these. The states come first, so that only a few rows are compared with a long list."""
    return and_(Proposal.state.in_(AFTER_DECISION), Proposal.id.in_(ids))
