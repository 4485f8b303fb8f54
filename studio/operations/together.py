"""The mails that waited: what one proposal had to tell within a while goes together, the rest once a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import NoticeChoice, Notification, OutgoingMail, Person, Proposal, RoleGrant
from studio.domain import notices as rules
from studio.domain import relations
from studio.domain.notices import Rhythm
from studio.mail import outbox, telling
from studio.mail.messages import Circular, Message
from studio.mail.telling import Story
from studio.settings import Settings
from studio.transactions import with_pauses, writing

BATCH = 20
"""How many people's mails are put together in one transaction."""


def send_waiting(session: Session, settings: Settings, *, at: datetime) -> int:
    """Put what may leave by now into as few mails as possible, and return how many.

    A mail and the note that its notices have left are one transaction, so it may be killed and run by several at
    once. Notices that somebody else has in hand are left to him.
    """
    sent = 0
    for people in with_pauses(session, _batches(session, at)):
        with writing(session):
            sent += _send(session, people, settings, at=at)
    return sent


def _batches(session: Session, at: datetime) -> Iterable[Sequence[int]]:
    after = 0
    while True:
        session.rollback()
        due = select(Notification.person_id).where(Notification.mail_at <= at, Notification.person_id > after)
        people = session.scalars(due.distinct().order_by(Notification.person_id).limit(BATCH)).all()
        if not people:
            return
        after = people[-1]
        yield people


def _send(session: Session, person_ids: Sequence[int], settings: Settings, *, at: datetime) -> int:
    waiting = _waiting(session, person_ids)
    people = _people(session, person_ids)
    pace = telling.rhythm(settings)
    last = _last_mails(session, person_ids, since=at - pace.gap)
    mails: list[Message] = []
    for person_id, of_person in groupby(waiting, lambda notice: notice.person_id):
        wanted = [notice for notice in of_person if _still_wanted(people[person_id], notice)]
        ready = [notices for notices in _by_proposal(wanted) if not _too_soon(notices, last, pace, at)]
        mails += _mails(session, people[person_id], ready, pace, at)
    outbox.put(session, mails, at=at, settings=settings)
    return len(mails)


def _waiting(session: Session, person_ids: Sequence[int]) -> Sequence[Notification]:
    """Return all that waits for these people and that nobody else has in hand, by person, in its order.

    A proposal that something happens to at this moment is left for the next time: whoever acts on it holds its row
    and wants its notices next, so waiting for him here could be waiting for each other.
    """
    waits = (Notification.person_id.in_(person_ids), Notification.mail_at.is_not(None))
    its_proposal = Proposal.id.in_(select(Notification.proposal_id).where(*waits))
    free = select(Proposal.id).where(its_proposal).order_by(Proposal.id)
    quiet = session.scalars(free.with_for_update(read=True, key_share=True, skip_locked=True)).all()
    proposal = selectinload(Notification.proposal)
    statement = (
        select(Notification)
        .where(*waits, Notification.proposal_id.in_(quiet))
        .order_by(Notification.person_id, Notification.id)
        .with_for_update(skip_locked=True, of=Notification)
        .options(
            proposal.selectinload(Proposal.contributors),
            proposal.selectinload(Proposal.opinion),
            proposal.selectinload(Proposal.unit),
        )
    )
    return session.scalars(statement).all()


def _people(session: Session, person_ids: Sequence[int]) -> dict[int, Person]:
    with_duties = (joinedload(Person.grants).joinedload(RoleGrant.unit), joinedload(Person.memberships))
    found = session.scalars(select(Person).where(Person.id.in_(person_ids)).options(*with_duties)).unique()
    return {person.id: person for person in found}


def _last_mails(session: Session, person_ids: Sequence[int], *, since: datetime) -> dict[tuple[int, int], datetime]:
    """Return when the last mail left about which proposal to whom, where that is not long ago."""
    whose = (Notification.person_id, Notification.proposal_id)
    statement = select(*whose, func.max(Notification.mailed_at)).where(
        Notification.person_id.in_(person_ids), Notification.mailed_at > since
    )
    return {(row[0], row[1]): row[2] for row in session.execute(statement.group_by(*whose)) if row[2]}


def _still_wanted(person: Person, notice: Notification) -> bool:
    """Tell whether somebody still gets it by mail; if not, it only stays in the app."""
    chosen = rules.choice_of(person, notice.topic) is not NoticeChoice.APP
    if chosen and outbox.wants(person, Circular.NOTICES) and relations.reads_it(person, notice.proposal):
        return True
    notice.mail_at, notice.words = None, None
    return False


def _too_soon(
    notices: Sequence[Notification], last: Mapping[tuple[int, int], datetime], pace: Rhythm, at: datetime
) -> bool:
    """Tell whether something about this proposal has just left; then what is due waits on."""
    told = last.get((notices[0].person_id, notices[0].proposal_id))
    if told is not None:
        _postpone(_due(notices, at), pace, min(told, at))
    return told is not None


def _due(notices: Sequence[Notification], at: datetime) -> list[Notification]:
    return [notice for notice in notices if notice.mail_at and notice.mail_at <= at]


def _mails(
    session: Session, person: Person, ready: Sequence[list[Notification]], pace: Rhythm, at: datetime
) -> list[Message]:
    """Return the mails that leave now: one for each proposal that has waited long enough, and the mail of the day."""
    mails, of_today = [], []
    for notices in ready:
        due = _due(notices, at)
        if all(notice.daily for notice in due):
            of_today += due
        else:
            about = f"{notices[0].proposal_id}-{notices[0].id}"
            mails.append(_mail(telling.TOGETHER, about, person, notices, at))
    if of_today:
        day = pace.day_of(max(notice.mail_at for notice in of_today if notice.mail_at))
        if _told(session, f"{telling.DAILY}:{day}:{person.id}"):
            _postpone(of_today, pace, at + timedelta(seconds=1))
        else:
            mails.append(_mail(telling.DAILY, str(day), person, of_today, at))
    return mails


def _told(session: Session, once: str) -> bool:
    return session.scalar(select(OutgoingMail.id).where(OutgoingMail.once == once)) is not None


def _postpone(notices: Iterable[Notification], pace: Rhythm, last: datetime) -> None:
    """Let notices wait on: something about the same proposal has just left, or the mail of the day has."""
    for notice in notices:
        choice = NoticeChoice.DAILY if notice.daily else NoticeChoice.AT_ONCE
        notice.mail_at = pace.mail_at(choice, last, last=last)


def _mail(kind: str, about: str, person: Person, notices: Sequence[Notification], at: datetime) -> Message:
    stories = [
        Story(told[0].proposal.number or "", told[0].proposal.title, [notice.words for notice in told if notice.words])
        for told in reversed(_by_proposal(notices))
    ]
    for notice in notices:
        telling.left(notice, at)
    return telling.together(kind, about, person, notices, stories)


def _by_proposal(notices: Sequence[Notification]) -> list[list[Notification]]:
    """Return the notices of each proposal, the proposal with the newest of all last."""
    found: dict[int, list[Notification]] = {}
    for notice in notices:
        found.setdefault(notice.proposal_id, []).append(notice)
    return sorted(found.values(), key=lambda told: told[-1].id)
