"""The log of every mail, for administrators: found by person, kind, day and state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, load_only

from models import MailAttempt, MailState, OutgoingMail, Person, Proposal
from studio.queries.administration import Page, page_of
from studio.queries.blinding import names_known_to
from studio.queries.visibility import reach_of, visible_to


@dataclass(frozen=True, slots=True)
class Asked:
    """Which mails are looked for; what is empty narrows nothing. ``day`` is one of the site's time zone."""

    text: str = ""
    kind: str = ""
    day: date | None = None
    state: MailState | None = None


def mails(session: Session, person: Person, asked: Asked, zone: ZoneInfo, *, page: int = 1) -> Page[OutgoingMail]:
    """Return the mails that somebody asks for, newest first, without their bodies."""
    statement = select(OutgoingMail).where(_asked_for(person, asked, zone)).order_by(OutgoingMail.id.desc())
    if asked.state is not None:
        statement = statement.where(OutgoingMail.state == asked.state)
    columns = load_only(
        OutgoingMail.kind,
        OutgoingMail.address,
        OutgoingMail.recipient_name,
        OutgoingMail.subject,
        OutgoingMail.state,
        OutgoingMail.attempts,
        OutgoingMail.next_attempt_at,
        OutgoingMail.created_at,
        OutgoingMail.sent_at,
        OutgoingMail.last_error,
    )
    return page_of(session, statement.options(columns), page)


def counts(session: Session, person: Person, asked: Asked, zone: ZoneInfo) -> Mapping[MailState, int]:
    """Return how many of the mails that somebody asks for are in each state."""
    statement = select(OutgoingMail.state, func.count()).where(_asked_for(person, asked, zone))
    rows = session.execute(statement.group_by(OutgoingMail.state))
    return {state: count for state, count in rows}  # noqa: C416 - dict() would lose the types


def attempts_of(session: Session, mail: OutgoingMail) -> Sequence[MailAttempt]:
    """Return the attempts to deliver a mail that are remembered, the first one first."""
    statement = select(MailAttempt).where(MailAttempt.mail_id == mail.id)
    return session.scalars(statement.order_by(MailAttempt.at, MailAttempt.id)).all()


def unreadable(session: Session, person: Person, mails: Iterable[OutgoingMail]) -> frozenset[int]:
    """Return the ids of those mails that speak of proposals this person may not read, or not with their authors.

    Whom a mail goes to is written beside its subject, which would tell who filed without a name.
    """
    about = select(OutgoingMail.id).where(OutgoingMail.id.in_([mail.id for mail in mails]), ~_is_readable(person))
    return frozenset(session.scalars(about))


def _is_readable(person: Person) -> ColumnElement[bool]:
    # By what may be read, not by its negation: a comparison with an empty column is neither true nor false.
    readable = select(Proposal.id).where(visible_to(person), names_known_to(reach_of(person)))
    return or_(OutgoingMail.proposal_id.is_(None), OutgoingMail.proposal_id.in_(readable))


def _asked_for(person: Person, asked: Asked, zone: ZoneInfo) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [OutgoingMail.id.is_not(None)]
    for word in asked.text.split():
        people = select(Person.id).where(_named(word))
        conditions.append(
            or_(OutgoingMail.person_id.in_(people), OutgoingMail.address.icontains(word, autoescape=True))
        )
    if asked.kind:
        # What a mail tells of a proposal is for those who may read it: a kind is the authors' alone, and names them.
        conditions += [OutgoingMail.kind == asked.kind, _is_readable(person)]
    if asked.day is not None:
        begin = datetime.combine(asked.day, time(), zone)
        end = datetime.combine(asked.day + timedelta(days=1), time(), zone)
        conditions += [OutgoingMail.created_at >= begin, OutgoingMail.created_at < end]
    return and_(*conditions)


def _named(word: str) -> ColumnElement[bool]:
    columns = (Person.employee_no, Person.name, Person.name_en)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))
