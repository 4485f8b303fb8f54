"""Web hooks as an administrator sees them, and what they have to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models import (
    Contributor,
    Delivery,
    DigestIssue,
    Event,
    Hook,
    HookDelivery,
    HookFact,
    MailState,
    Proposal,
    Unit,
)
from studio.domain.hooks import VERBS
from studio.queries.blinding import concealing
from studio.queries.people import by_name_only
from studio.queries.visibility import open_to_everybody

LATEST = 20
ISSUES_ARE_NEWS = timedelta(days=35)
FAILS_AFTER = timedelta(days=1)
"""What has not worked for so long will hardly mend itself."""


def hooks(session: Session) -> Sequence[Hook]:
    """Return all hooks by their names."""
    return session.scalars(select(Hook).order_by(Hook.name, Hook.id)).all()


def by_id(session: Session, hook_id: int, *, lock: bool = False) -> Hook | None:
    """Return a hook; with ``lock`` nobody else can change it meanwhile."""
    return session.get(Hook, hook_id, with_for_update=lock or None, populate_existing=lock)


def failing(at: datetime) -> ColumnElement[bool]:
    """Return the condition on Hook that keeps those that are on and have not worked for a day."""
    return and_(Hook.active, Hook.failing_since <= at - FAILS_AFTER)


@dataclass(frozen=True, slots=True)
class Told:
    """A message to a hook and how many things it tells."""

    delivery: HookDelivery
    facts: int


def latest(session: Session, hook_id: int) -> Sequence[Told]:
    """Return the newest messages of a hook; one statement."""
    count = select(func.count()).where(HookFact.delivery_id == HookDelivery.id).scalar_subquery()
    statement = select(HookDelivery, count).where(HookDelivery.hook_id == hook_id)
    return [Told(*row) for row in session.execute(statement.order_by(HookDelivery.id.desc()).limit(LATEST))]


def waiting(session: Session) -> Mapping[int, int]:
    """Return how many messages of each hook have not left yet."""
    unsent = HookDelivery.state.in_((MailState.QUEUED, MailState.SENDING))
    rows = session.execute(select(HookDelivery.hook_id, func.count()).where(unsent).group_by(HookDelivery.hook_id))
    return {hook_id: count for hook_id, count in rows}  # noqa: C416 - dict() would lose the types


def news_for(hook: Hook, *, since: datetime) -> Select[int]:
    """Return the statement for the ids of the events that a hook has to tell and has not told, in order.

    Only what every colleague may read. A hook for one part of the firm tells nothing whose names are hidden: that it
    tells it would say where it comes from.
    """
    verbs = {verb for topic in hook.tells for verb in VERBS[topic]}
    told = exists().where(HookFact.hook_id == hook.id, HookFact.event_id == Event.id)
    statement = (
        select(Event.id)
        .join(Event.proposal)
        .where(Event.at >= since, Event.verb.in_(verbs), open_to_everybody(), not_(told))
        .order_by(Event.id)
    )
    if hook.studio_id is not None:
        statement = statement.where(Proposal.studio_id == hook.studio_id)
    if hook.unit_id is not None:
        below = select(Unit.id).where(Unit.path.contains(f"/{hook.unit_id}/"))
        statement = statement.where(Proposal.unit_id.in_(below), not_(concealing()))
    return statement


def issues_for(hook: Hook, *, at: datetime) -> Select[int]:
    """Return the statement for the ids of the issues that went out since the hook was switched on, and are untold."""
    told = exists().where(HookFact.hook_id == hook.id, HookFact.issue_id == DigestIssue.id)
    copy = exists().where(Delivery.issue_id == DigestIssue.id)
    before = copy.where(Delivery.created_at < hook.listens_since)
    recent = DigestIssue.frozen_at >= at - ISSUES_ARE_NEWS
    return select(DigestIssue.id).where(recent, copy, not_(before), not_(told)).order_by(DigestIssue.id)


def events_of(session: Session, delivery_id: int) -> Sequence[Event]:
    """Return what a message tells of proposals that every colleague may still read, in order."""
    author = selectinload(Proposal.contributors).joinedload(Contributor.person).options(*by_name_only())
    proposal = contains_eager(Event.proposal).options(joinedload(Proposal.unit), joinedload(Proposal.studio), author)
    statement = (
        select(Event)
        .join(HookFact, HookFact.event_id == Event.id)
        .join(Event.proposal)
        .where(HookFact.delivery_id == delivery_id, open_to_everybody())
        .order_by(HookFact.id)
        .options(proposal)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).unique().all()


def issues_of(session: Session, delivery_id: int) -> Sequence[DigestIssue]:
    """Return the issues that a message tells of."""
    statement = select(DigestIssue).join(HookFact, HookFact.issue_id == DigestIssue.id)
    return session.scalars(statement.where(HookFact.delivery_id == delivery_id).order_by(HookFact.id)).all()
