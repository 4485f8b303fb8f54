"""The monthly digest's acts: make an issue once, send each person one copy."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Delivery, DigestIssue, MailWords, OutgoingMail, Person
from studio.domain.errors import InvalidInput, Problem
from studio.domain.periods import Month
from studio.mail import digest, outbox
from studio.mail.edition import Edition, load_edition
from studio.mail.messages import Circular
from studio.mail.press import Press
from studio.queries import digest as queries
from studio.queries import issues
from studio.settings import Settings
from studio.transactions import writing

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(slots=True)
class Sent:
    """How many copies an issue got: by mail, and for reading in the app only."""

    mailed: int = 0
    in_app: int = 0


def make_issue(session: Session, month: Month, *, at: datetime, settings: Settings) -> DigestIssue:
    """Return the issue of a month, made from its facts if it is the first time. Part of the running transaction.

    Raises InvalidInput while the month is still running: its facts are not final.
    """
    if at < month.span(settings.zone)[1]:
        raise InvalidInput([Problem("month_not_over", "month", {"month": str(month)})])
    issue = queries.issue_of(session, month, lock=True)
    if issue is None:
        facts, number = queries.facts_of(session, month, settings.zone), issues.next_number(session)
        issue = DigestIssue(number=number, month=str(month), frozen_at=at, facts=facts)
        session.add(issue)
        session.flush()
    return issue


def edition_of(session: Session, month: Month, *, at: datetime, settings: Settings) -> Edition:
    """Return the edition of a month: of its stored issue, or as it would be if it were closed now."""
    issue = queries.issue_of(session, month)
    facts = issue.facts if issue else queries.facts_of(session, month, settings.zone)
    return load_edition(session, month, facts, at=at, masthead=issues.masthead(issue) if issue else None)


def send(
    session: Session,
    month: Month,
    *,
    at: datetime,
    settings: Settings,
    batch: int = BATCH,
    told: Callable[[int, int], None] | None = None,
) -> Sent:
    """Give every active person who has none yet a copy of the month's issue. Commits batch by batch.

    A copy and its mail are one row each, written together; both forbid a second. So it may be called again, by
    several at once, and after being killed: it goes on where it stopped. Copies are composed outside the
    transaction. A batch takes a fixed number of statements as long as there is an index for saved searches.
    ``told`` hears after each batch how many have theirs, of how many who had none.
    Raises InvalidInput (``month_not_over``, ``issue_held``) at ``month``.
    """
    started = monotonic()
    issue_id = _begin(session, month, at=at, settings=settings)
    press = Press(edition_of(session, month, at=at, settings=settings), settings)
    sent, after, total = Sent(), 0, _how_many_without(session, issue_id) if told else 0
    while True:
        session.rollback()
        people = _without_copy(session, issue_id, after, batch)
        if not people:
            _end(session, issue_id, at=at + timedelta(seconds=monotonic() - started))
            return sent
        after = people[-1].id
        everybody = [person.id for person in people]
        readers = [person for person in people if outbox.wants(person, Circular.DIGEST)]
        own = digest.load_own(session, readers, month, settings.zone)
        copies = (press.printed(person, own.get(person.id, digest.NOTHING)) for person in readers)
        mails = [outbox.rows(message, words, at=at, settings=settings) for message, words in copies]
        with writing(session):
            _store(session, issue_id, everybody, mails, at=at, sent=sent)
        if told:
            told(sent.mailed + sent.in_app, total)


def make_once(session: Session, month: Month, *, at: datetime, settings: Settings) -> int:
    """Make the issue of a month in a transaction of its own, unless it is there; return its id. Many may at once."""
    try:
        with writing(session):
            return make_issue(session, month, at=at, settings=settings).id
    except IntegrityError:  # somebody else made it at the same moment; it is there now
        with writing(session):
            return make_issue(session, month, at=at, settings=settings).id


def _begin(session: Session, month: Month, *, at: datetime, settings: Settings) -> int:
    """Note that copies are being made, so that from now on nobody changes the issue or holds it back."""
    issue_id = make_once(session, month, at=at, settings=settings)
    with writing(session):
        issue = session.get_one(DigestIssue, issue_id, with_for_update=True)
        if issue.held_at is not None:
            raise InvalidInput([Problem("issue_held", "month", {"month": str(month)})])
        issue.begun_at = issue.begun_at or at
    return issue_id


def _end(session: Session, issue_id: int, *, at: datetime) -> None:
    with writing(session):
        unsent = DigestIssue.id == issue_id, DigestIssue.sent_at.is_(None)
        session.execute(update(DigestIssue).where(*unsent).values(sent_at=at))


def waiting_for_copy(session: Session, month: Month) -> Sent:
    """Count who would get a copy now, for a dry run; two statements."""
    issue = queries.issue_of(session, month)
    people = _without_copy(session, issue.id if issue else 0, after=0)
    mailed = sum(outbox.wants(person, Circular.DIGEST) for person in people)
    return Sent(mailed=mailed, in_app=len(people) - mailed)


def _without_copy(session: Session, issue_id: int, after: int, most: int | None = None) -> Sequence[Person]:
    wanted = select(Person).where(Person.id > after, _lacks_copy(issue_id)).order_by(Person.id)
    return session.scalars(wanted.limit(most)).unique().all()


def _how_many_without(session: Session, issue_id: int) -> int:
    return session.scalar(select(func.count(Person.id)).where(_lacks_copy(issue_id))) or 0


def _lacks_copy(issue_id: int) -> ColumnElement[bool]:
    has_copy = select(Delivery.id).where(Delivery.issue_id == issue_id, Delivery.person_id == Person.id).exists()
    return and_(Person.active.is_(True), ~has_copy)


def _store(
    session: Session,
    issue_id: int,
    everybody: Sequence[int],
    mails: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    *,
    at: datetime,
    sent: Sent,
) -> None:
    """Write the copies of one batch and their mails, except those that somebody else wrote meanwhile."""
    session.scalars(select(DigestIssue.id).where(DigestIssue.id == issue_id).with_for_update()).one()
    served = set(
        session.scalars(
            select(Delivery.person_id).where(Delivery.issue_id == issue_id, Delivery.person_id.in_(everybody))
        )
    )
    new = {mail["person_id"]: (mail, words) for mail, words in mails if mail["person_id"] not in served}
    mail_ids: dict[int | None, int] = {}
    if new:
        envelopes = [mail for mail, _ in new.values()]
        stored = session.execute(insert(OutgoingMail).returning(OutgoingMail.person_id, OutgoingMail.id), envelopes)
        mail_ids = {person_id: mail_id for person_id, mail_id in stored}  # noqa: C416 - dict() does not accept typed rows
        session.execute(insert(MailWords), [{"mail_id": mail_ids[i], **words} for i, (_, words) in new.items()])
    copies = [
        {"issue_id": issue_id, "person_id": i, "mail_id": mail_ids.get(i), "created_at": at}
        for i in everybody
        if i not in served
    ]
    if copies:
        session.execute(insert(Delivery), copies)
    sent.mailed += len(new)
    sent.in_app += len(copies) - len(new)
