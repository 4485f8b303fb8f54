"""Telling people a fact: a notice in the app for each, and by mail at once, together with more, or not at all.

All is written in the transaction of the fact. What may not leave yet lies with its notice, in finished words, until
``operations.together`` puts it into one mail with what else happened.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from models import NoticeChoice, NoticePart, Notification, Person, Proposal
from studio.domain import notices
from studio.domain.notices import Rhythm
from studio.mail import outbox
from studio.mail.messages import Circular, Message
from studio.mail.rendering import render_part
from studio.settings import Settings

TOGETHER = "together"
"""The mail that tells several things about one proposal."""
DAILY = "daily"
"""The mail of the day."""


@dataclass(frozen=True, slots=True)
class Story:
    """A proposal and what is told of it, in the order in which it happened: each a subject, plain text and HTML."""

    number: str
    title: str
    told: Sequence[Mapping[str, str]]


def rhythm(settings: Settings) -> Rhythm:
    """Return how often mails may come at this site."""
    return Rhythm(timedelta(minutes=settings.notice_gap_minutes), settings.daily_notice_time, settings.zone)


def tell(
    session: Session, proposal: Proposal, messages: Iterable[Message], *, at: datetime, settings: Settings
) -> None:
    """Write the notices of one fact, and the mails that may leave now; what was told before is not told again.

    The number of statements does not depend on how many people are told.
    """
    wanted = {message.once: message for message in messages if message.person.active}
    if not wanted:
        return
    pace = rhythm(settings)
    known = _known(session, proposal, wanted.values(), since=at - pace.gap)
    told = {notice.once for notice in known}
    rows, mails = [], []
    for message in (message for once, message in wanted.items() if once not in told):
        before = [notice for notice in known if notice.person_id == message.person.id]
        mail_at = _mail_at(message, before, pace, at)
        row = _row(message, proposal, at=at)
        if mail_at is not None and mail_at <= at:
            row["mailed_at"] = at
            mails.append(_with_what_waits(message, proposal, before, at=at, settings=settings))
        elif mail_at is not None:
            row |= {"mail_at": mail_at, "words": words_of(message, settings)}
        rows.append(row)
    outbox.put(session, mails, at=at, settings=settings)
    if rows:
        session.flush()
        session.execute(insert(Notification), rows)


def words_of(message: Message, settings: Settings) -> dict[str, str]:
    """Return what a message tells, to stand in a mail that tells more."""
    words = render_part(message, settings)
    return {"subject": words.subject, "text": words.text, "html": words.html}


def together(
    kind: str, about: str, person: Person, notices: Sequence[Notification], stories: Sequence[Story]
) -> Message:
    """Return one mail that tells all these stories, which the notices stand for."""
    groups, parts = {notice.topic for notice in notices}, {notice.part for notice in notices}
    return Message(
        kind=kind,
        about=about,
        person=person,
        proposal_id=notices[0].proposal_id if len(stories) == 1 else None,
        facts={"stories": stories, "count": sum(len(story.told) for story in stories), "daily": kind == DAILY},
        group=groups.pop() if len(groups) == 1 else None,
        part=parts.pop() if len(parts) == 1 else NoticePart.CONCERNED,
    )


def left(notice: Notification, at: datetime) -> None:
    """Note that what a notice tells is on its way by mail."""
    notice.mail_at, notice.words, notice.mailed_at = None, None, at


def _known(
    session: Session, proposal: Proposal, messages: Collection[Message], *, since: datetime
) -> Sequence[Notification]:
    """Return what these people were told of it before, as far as it matters now; nobody else may send it meanwhile."""
    same = Notification.once.in_([message.once for message in messages])
    statement = select(Notification).where(
        Notification.person_id.in_([message.person.id for message in messages]),
        Notification.proposal_id == proposal.id,
        or_(same, Notification.mail_at.is_not(None), Notification.mailed_at > since),
    )
    return session.scalars(statement.order_by(Notification.id).with_for_update()).all()


def _mail_at(message: Message, before: Sequence[Notification], pace: Rhythm, at: datetime) -> datetime | None:
    """Return from when on a mail may tell it; None if none is to."""
    if not outbox.wants(message.person, Circular.NOTICES):
        return None
    last = max((notice.mailed_at for notice in before if notice.mailed_at), default=None)
    held = min((notice.mail_at for notice in before if notice.mail_at and not notice.daily), default=None)
    return pace.mail_at(_choice(message), at, last=last, held=held)


def _choice(message: Message) -> NoticeChoice:
    return notices.choice_for(message.person, message.kind)


def _row(message: Message, proposal: Proposal, *, at: datetime) -> dict[str, Any]:
    return {
        "person_id": message.person.id,
        "proposal_id": proposal.id,
        "kind": message.kind,
        "detail": message.detail,
        "topic": notices.GROUPS[message.kind],
        "part": message.part,
        "once": message.once,
        "at": at,
        "daily": _choice(message) is NoticeChoice.DAILY,
        "mail_at": None,
        "words": None,
        "mailed_at": None,
    }


def _with_what_waits(
    message: Message, proposal: Proposal, before: Sequence[Notification], *, at: datetime, settings: Settings
) -> Message:
    """Return the mail that leaves now: it takes along whatever waits to be told of the same proposal."""
    waiting = [notice for notice in before if notice.words is not None]
    if not waiting:
        return message
    told = [*(notice.words for notice in waiting if notice.words), words_of(message, settings)]
    for notice in waiting:
        left(notice, at)
    story = Story(proposal.number or "", proposal.title, told)
    about = f"{message.kind}-{message.about}"
    present = Notification(topic=message.group, part=message.part, proposal_id=proposal.id)
    return together(TOGETHER, about, message.person, [*waiting, present], [story])
