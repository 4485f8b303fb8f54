"""From what happens to messages on their way: found on the timelines, joined while they wait, sent one by one.

Nothing is written while people work: the worker looks at what happened since it last looked. A line of a timeline
carries the moment of the act and is seen once that is committed, so each look goes back an hour further than the one
before; the database lets no hook be told anything twice. The facts and their message are one transaction.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from models import Hook, HookDelivery, HookFact, HookTopic, MailState
from studio.hooks.robots import Answer, Result, Target
from studio.mail.outbox import back_off
from studio.queries import hooks as queries
from studio.transactions import writing

LOOKS_BACK = timedelta(hours=1)
"""No act takes longer from its moment to its commit."""
LOOKS_ON = timedelta(minutes=10)
"""How often a hook that has nothing to tell notes how far it has looked."""
MOST_FACTS = 50
"""In one message."""
SPACING = timedelta(seconds=4)
"""Between two messages to one robot: fifteen a minute, where twenty are allowed."""
GIVE_UP_AFTER = timedelta(days=3)
"""News older than that are none."""
KEPT = timedelta(days=90)
"""How long what was sent is remembered; longer than anything is news."""


def gather(session: Session, *, at: datetime) -> int:
    """Put what happened into messages, for each hook that is on, and return how many facts there were."""
    session.rollback()
    ids = session.scalars(select(Hook.id).where(Hook.active).order_by(Hook.id)).all()
    return sum(_gather_for(session, hook_id, at) for hook_id in ids)


def _gather_for(session: Session, hook_id: int, at: datetime) -> int:
    hook = session.get(Hook, hook_id)
    if hook is None or (not _news(session, hook, at) and hook.looked_until > at - LOOKS_ON):
        return 0
    with writing(session):
        locked = select(Hook).where(Hook.id == hook_id, Hook.active).with_for_update(skip_locked=True)
        hook = session.scalars(locked).first()
        if hook is None:
            return 0
        news = _news(session, hook, at)
        if news:
            _join(session, hook, news, at)
        if len(news) < MOST_FACTS:
            hook.looked_until = max(hook.looked_until, at)
        return len(news)


def _news(session: Session, hook: Hook, at: datetime) -> list[dict[str, int]]:
    """Return what is still to be told, as columns of facts; the rest is found by the next look."""
    since = max(hook.listens_since, hook.looked_until - LOOKS_BACK, at - GIVE_UP_AFTER)
    news = [{"event_id": one} for one in session.scalars(queries.news_for(hook, since=since).limit(MOST_FACTS))]
    if HookTopic.ISSUE in hook.tells and len(news) < MOST_FACTS:
        news += [{"issue_id": one} for one in session.scalars(queries.issues_for(hook, at=at).limit(1))]
    return news


def _join(session: Session, hook: Hook, news: Sequence[dict[str, int]], at: datetime) -> None:
    """Add facts to the message that waits and was never tried, if it has room for them, or else to a new one."""
    held = select(func.count()).where(HookFact.delivery_id == HookDelivery.id).scalar_subquery()
    untried = (HookDelivery.hook_id == hook.id, HookDelivery.state == MailState.QUEUED, HookDelivery.attempts == 0)
    roomy = select(HookDelivery).where(*untried, held <= MOST_FACTS - len(news)).order_by(HookDelivery.id.desc())
    message = session.scalars(roomy.limit(1)).first()
    if message is None:
        message = HookDelivery(hook_id=hook.id, message_id=f"msg_{secrets.token_hex(16)}", created_at=at)
        session.add(message)
        session.flush()
    own = {"hook_id": hook.id, "delivery_id": message.id, "event_id": None, "issue_id": None}
    session.execute(insert(HookFact), [{**own, **fact} for fact in news])


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed message and where it goes, free of the database while it is on its way."""

    id: int
    hook_id: int
    hook_name: str
    target: Target
    message_id: str
    created_at: datetime
    attempts: int


def claim(session: Session, *, worker: str, at: datetime, until: datetime) -> Parcel | None:
    """Take the oldest message of a hook that is on and does not rest; one at a time goes to each hook, in order.

    What a worker that died had claimed is taken when its claim has run out. Two workers never take the same one:
    PostgreSQL skips locked hooks, SQLite has one writer.
    """
    session.rollback()
    rested = and_(Hook.active, or_(Hook.rests_until.is_(None), Hook.rests_until <= at))
    unsent = HookDelivery.state.in_((MailState.QUEUED, MailState.SENDING))
    due = select(HookDelivery.hook_id).where(
        unsent, or_(HookDelivery.claimed_until.is_(None), HookDelivery.claimed_until <= at)
    )
    under_way = select(HookDelivery.hook_id).where(HookDelivery.claimed_until > at)
    ready = (rested, Hook.id.in_(due), Hook.id.not_in(under_way))
    if session.scalar(select(Hook.id).where(*ready).limit(1)) is None:
        return None
    with writing(session):
        hook = session.scalars(
            select(Hook).where(*ready).order_by(Hook.rests_until, Hook.id).limit(1).with_for_update(skip_locked=True)
        ).first()
        if hook is None:
            return None
        oldest = select(HookDelivery).where(HookDelivery.hook_id == hook.id, unsent).order_by(HookDelivery.id).limit(1)
        message = session.scalars(oldest).first()
        if message is None or (message.claimed_until is not None and message.claimed_until > at):
            return None  # another worker was quicker, between our look and our lock
        message.state, message.claimed_by, message.claimed_until = MailState.SENDING, worker, until
        return _parcel(hook, message)


def _parcel(hook: Hook, message: HookDelivery) -> Parcel:
    return Parcel(
        id=message.id,
        hook_id=hook.id,
        hook_name=hook.name,
        target=target_of(hook),
        message_id=message.message_id,
        created_at=message.created_at,
        attempts=message.attempts,
    )


def target_of(hook: Hook) -> Target:
    """Return where a hook leads."""
    return Target(hook.kind, hook.address, hook.secret, hook.locale)


def record(
    session: Session, parcel: Parcel, result: Result, *, worker: str, at: datetime, chance: random.Random
) -> None:
    """Write down at once what became of a message, and when the next may go there; see ``back_off``."""
    later = result.answer is Answer.POSTPONED
    facts: dict[str, Any] = {"state": MailState.FAILED, "last_error": result.error}
    if result.answer is Answer.SENT:
        facts = {"state": MailState.SENT, "sent_at": at, "last_error": ""}
    elif later and at - parcel.created_at < GIVE_UP_AFTER:
        facts["state"] = MailState.QUEUED
    attempts = parcel.attempts + 1
    rest = back_off(attempts, chance) if later else SPACING
    with writing(session):
        if _settle(session, parcel, worker, attempts=attempts, **facts):
            hook = session.get_one(Hook, parcel.hook_id, with_for_update=True)
            hook.rests_until, hook.last_error = at + rest, result.error
            hook.failing_since = None if result.answer is Answer.SENT else hook.failing_since or at


def release(session: Session, parcel: Parcel, *, worker: str) -> None:
    """Put back what was claimed but not tried."""
    with writing(session):
        _settle(session, parcel, worker, state=MailState.QUEUED)


def discard(session: Session, parcel: Parcel) -> None:
    """Forget a message of which nothing is left that everybody may read."""
    with writing(session):
        session.execute(delete(HookDelivery).where(HookDelivery.id == parcel.id))


def _settle(session: Session, parcel: Parcel, worker: str, **values: Any) -> bool:  # noqa: ANN401 - columns of the message
    """Write a result, unless the claim was lost meanwhile; then the new claimer's word counts."""
    mine = (HookDelivery.id == parcel.id, HookDelivery.state == MailState.SENDING, HookDelivery.claimed_by == worker)
    values |= {"claimed_by": None, "claimed_until": None}
    settled = update(HookDelivery).where(*mine).values(**values).returning(HookDelivery.id)
    return session.scalar(settled) is not None


def forget(session: Session, *, at: datetime) -> None:
    """Forget what was sent, or given up, long ago."""
    over = HookDelivery.state.in_((MailState.SENT, MailState.FAILED))
    session.execute(delete(HookDelivery).where(over, HookDelivery.created_at < at - KEPT))
