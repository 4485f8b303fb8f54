"""What people were told in a month in the app alone, as they chose, for their copies of the digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Person, Proposal, StudioRole
from studio.domain.periods import Month
from studio.queries import digest as queries
from studio.queries import notices
from studio.queries.digest import Card

JUDGES = (StudioRole.LEAD, StudioRole.REVIEWER)


@dataclass(frozen=True, slots=True)
class Heard:
    """The last thing that somebody was told of a proposal in the month."""

    card: Card
    kind: str
    detail: str


def of_month(session: Session, people: Sequence[Person], month: Month, zone: ZoneInfo) -> Mapping[int, Sequence[Heard]]:
    """Return what no mail has told them, by the person's id, the newest first; three statements for all of them."""
    start, end = month.span(zone)
    told = notices.told_in_app(session, [person.id for person in people], start, end)
    ids = sorted({notice.proposal_id for heard in told.values() for notice in heard})
    cards = queries.cards(session, Proposal.id.in_(ids)) if ids else {}
    return {
        person.id: [
            Heard(cards[one.proposal_id], one.kind, one.detail)
            for one in told[person.id]
            if one.proposal_id in cards and _may_be_told(person, cards[one.proposal_id])
        ]
        for person in people
        if person.id in told
    }


def _may_be_told(person: Person, card: Card) -> bool:
    """Tell whether the reader is sure to see it still; of what is confidential, followers read in the app."""
    return card.open or person.id in card.author_ids or card.studio_id in person.studio_ids(*JUDGES)
