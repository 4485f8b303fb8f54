"""What somebody was told of proposals, as far as he may still read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from models import Notification, Person, Proposal
from studio.queries.visibility import ME, Reach, rights_of, visible_to, within

COUNTED = 100
"""Nobody needs to know how many more than that are unread."""
MOST_FRESH = 10
PROMPTS = (
    "assigned",
    "due_soon",
    "information_requested",
    "mentioned",
    "opinion_requested",
    "overdue",
    "team_asked",
    "trial_over",
    "work_reported",
)
"""Kinds that say that something waits for the reader: the first page lists what waits, not also that he was told."""
SHOWN = 5
"""Most notices shown of one proposal; its page has the whole story."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing somebody was told: which kind, when, and whether he has seen it."""

    kind: str
    detail: str
    at: datetime
    seen: bool


@dataclass(frozen=True, slots=True)
class About:
    """A proposal with what somebody was told of it, the newest first, and how many things in all and unread."""

    number: str
    title: str
    news: Sequence[News]
    count: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """The newest thing somebody has not seen of a proposal."""

    number: str | None
    title: str
    kind: str
    detail: str
    at: datetime


def unseen_count(session: Session, person: Person) -> int:
    """Count what somebody has not seen yet, up to ``COUNTED``."""
    return session.scalar(_unseen_count(rights_of(person)), {"me": person.id}) or 0


@lru_cache(maxsize=1024)
def _unseen_count(reach: Reach) -> Select[Any]:
    some = (
        select(Notification.id)
        .join(Proposal, Proposal.id == Notification.proposal_id)
        .where(Notification.person_id == ME, Notification.seen_at.is_(None), within(reach))
        .limit(COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(some)


def fresh(session: Session, person: Person) -> Sequence[Fresh]:
    """Return the newest of what somebody has not seen yet and need do nothing about, one of each proposal."""
    return [Fresh(*row) for row in session.execute(_fresh(rights_of(person)), {"me": person.id})]


@lru_cache(maxsize=1024)
def _fresh(reach: Reach) -> Select[str | None, str, str, str, datetime]:
    unseen = (Notification.person_id == ME, Notification.seen_at.is_(None), Notification.kind.not_in(PROMPTS))
    newest_of_each = select(func.max(Notification.id)).where(*unseen).group_by(Notification.proposal_id)
    return (
        select(Proposal.number, Proposal.title, Notification.kind, Notification.detail, Notification.at)
        .join(Notification, Notification.proposal_id == Proposal.id)
        .where(Notification.id.in_(newest_of_each), within(reach))
        .order_by(Notification.id.desc())
        .limit(MOST_FRESH)
    )


def newest(session: Session, person: Person) -> int:
    """Return the id of the newest thing somebody was told; 0 if there is none."""
    return session.scalar(select(func.max(Notification.id)).where(Notification.person_id == person.id)) or 0


def count(session: Session, person: Person) -> int:
    """Count the proposals of which somebody was told something."""
    ids = select(Notification.proposal_id).where(Notification.person_id == person.id)
    statement = select(func.count()).select_from(Proposal).where(Proposal.id.in_(ids), visible_to(person))
    return session.scalar(statement) or 0


def page(session: Session, person: Person, *, offset: int, limit: int) -> Sequence[About]:
    """Return proposals with what somebody was told of them; that with the newest first."""
    told = Notification.id
    groups = (
        select(Proposal.id, Proposal.number, Proposal.title, func.count(told), _unseen())
        .join(Notification, Notification.proposal_id == Proposal.id)
        .where(Notification.person_id == person.id, visible_to(person))
        .group_by(Proposal.id, Proposal.number, Proposal.title)
        .order_by(func.max(told).desc())
        .offset(offset)
        .limit(limit)
    )
    rows = session.execute(groups).all()
    news = _news(session, person, [row[0] for row in rows])
    return [About(row[1] or "", row[2], news.get(row[0], ()), row[3], row[4]) for row in rows]


def _unseen() -> ColumnElement[int]:
    return func.count().filter(Notification.seen_at.is_(None))


def _news(session: Session, person: Person, proposal_ids: Sequence[int]) -> Mapping[int, Sequence[News]]:
    """Return the newest notices of each of these proposals, at most ``SHOWN``."""
    place = func.row_number().over(partition_by=Notification.proposal_id, order_by=Notification.id.desc())
    columns = (Notification.proposal_id, Notification.kind, Notification.detail, Notification.at)
    ranked = (
        select(Notification.id, *columns, Notification.seen_at, place.label("place"))
        .where(Notification.person_id == person.id, Notification.proposal_id.in_(proposal_ids))
        .subquery()
    )
    found: dict[int, list[News]] = {}
    for row in session.execute(select(ranked).where(ranked.c.place <= SHOWN).order_by(ranked.c.id.desc())):
        found.setdefault(row.proposal_id, []).append(News(row.kind, row.detail, row.at, row.seen_at is not None))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """The last thing that somebody was told of a proposal."""

    proposal_id: int
    kind: str
    detail: str


def told_in_app(
    session: Session, person_ids: Sequence[int], start: datetime, end: datetime
) -> Mapping[int, Sequence[Told]]:
    """Return what these people were told in a span and no mail tells, by the person's id, the newest first.

    One statement; whether they may still read it is for the caller to ask.
    """
    by_app_alone = (Notification.mail_at.is_(None), Notification.mailed_at.is_(None))
    statement = (
        select(Notification.person_id, Notification.proposal_id, Notification.kind, Notification.detail)
        .where(Notification.person_id.in_(person_ids), *by_app_alone)
        .where(Notification.at >= start, Notification.at < end)
        .order_by(Notification.id.desc())
    )
    found: dict[int, dict[int, Told]] = {}
    for person_id, proposal_id, kind, detail in session.execute(statement):
        found.setdefault(person_id, {}).setdefault(proposal_id, Told(proposal_id, kind, detail))
    return {person_id: list(told.values()) for person_id, told in found.items()}
