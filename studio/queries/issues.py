"""The issues of the digest as records: when they go out, how far they have come, and what somebody must be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, load_only

from models import Delivery, DigestIssue, DigestSchedule, MailState, OutgoingMail, Person, Unit
from studio.domain.issues import LATE_AFTER, IssueState, Schedule, due_of, state_of
from studio.domain.periods import Month, last_complete_month, months_from
from studio.domain.slow_work import percent, seconds_left
from studio.queries import health
from studio.queries.digest import Named
from studio.queries.visibility import reach_of
from studio.settings import Settings

CATCH_UP = 12
"""Most missing issues that are made at once; a clock that is wrong by years must not make hundreds."""
LISTED = 12
UNREACHED_LISTED = 50
PACE_OF = timedelta(minutes=2)
"""Over so long it is measured how fast mails leave: long enough to be steady, short enough to notice a relay's rest."""


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands on top of every copy of an issue: its number, and a coordinator's words if there are any."""

    number: int
    note_zh: str = ""
    note_en: str = ""
    note_by: Named | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An issue with its month, where it stands, and when it goes out or should have."""

    issue: DigestIssue
    month: Month
    state: IssueState
    due_at: datetime

    @property
    def published(self) -> bool:
        """Whether everybody may read it in the app: until its time has come it is the coordinators' alone."""
        return self.state not in {IssueState.WAITING, IssueState.HELD}


@dataclass(frozen=True, slots=True)
class Figures:
    """How many copies of an issue there are, by what became of their mails; ``missing`` have none yet."""

    sent: int
    waiting: int
    failed: int
    in_app: int
    missing: int

    @property
    def copies(self) -> int:
        """How many people have one."""
        return self.sent + self.waiting + self.failed + self.in_app

    @property
    def mails(self) -> int:
        """How many people get a mail."""
        return self.sent + self.waiting + self.failed

    @property
    def mailed_percent(self) -> int | None:
        """How many of the mails do not wait any more, in whole per cent."""
        return percent(self.mails - self.waiting, self.mails)

    @property
    def everybody(self) -> int:
        """How many people have one or are to get one."""
        return self.copies + self.missing


@dataclass(frozen=True, slots=True)
class Overdue:
    """An issue that should have been out by now."""

    month: Month
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """What whoever answers for the digest must know: whether a worker lives, and which issues are late."""

    worker_seen_at: datetime | None
    silent: bool
    overdue: Sequence[Overdue]


def set_schedule(session: Session, *, lock: bool = False) -> DigestSchedule | None:
    """Return what a coordinator has set, if anybody has."""
    statement = select(DigestSchedule).options(joinedload(DigestSchedule.set_by))
    return session.scalars(statement.with_for_update(of=DigestSchedule) if lock else statement).unique().one_or_none()


def schedule(session: Session, settings: Settings) -> Schedule:
    """Return when issues go out: as a coordinator has set it, else as the settings say."""
    row = session.execute(_SCHEDULE).one_or_none()
    return Schedule(*row) if row else Schedule(settings.digest_day, settings.digest_hour)


def masthead(issue: DigestIssue) -> Masthead:
    """Return what stands on top of an issue."""
    by = issue.note_by
    note_by = Named(by.id, by.name, by.name_en) if by else None
    return Masthead(issue.number, issue.note_zh, issue.note_en, note_by)


def next_number(session: Session) -> int:
    """Return the number of the next issue. Two who ask at once get the same; the database refuses the second."""
    return (session.scalar(select(func.max(DigestIssue.number))) or 0) + 1


def months_without_issue(session: Session, settings: Settings, *, at: datetime) -> Sequence[Month]:
    """Return the months that are over and have no issue yet, the oldest first: those after the newest issue.

    A site has no digest of the time before there was anybody; the first month may have been a part of one.
    """
    begun = session.scalar(select(func.min(Person.created_at)))
    if begun is None:
        return ()
    newest = session.scalar(select(func.max(DigestIssue.month)))
    last = last_complete_month(at, settings.zone)
    first = Month.parse(newest).following if newest else Month.of(begun, settings.zone)
    return tuple(months_from(max(first, last.plus(1 - CATCH_UP)), last))


def unsent(session: Session, settings: Settings, *, at: datetime) -> Sequence[Standing]:
    """Return the issues that not everybody has, the oldest first; without their facts."""
    statement = select(DigestIssue).where(DigestIssue.sent_at.is_(None)).order_by(DigestIssue.month)
    return _standing(session, settings, statement.options(*_LIGHT), at=at)


def latest(session: Session, settings: Settings, *, at: datetime) -> Sequence[Standing]:
    """Return the issues of a year, the newest first; without their facts."""
    return _standing(session, settings, _LATEST, at=at)


def published(session: Session, settings: Settings, *, at: datetime) -> Sequence[Standing]:
    """Return the issues that everybody may read, the newest first."""
    found = _standing(session, settings, select(DigestIssue).order_by(DigestIssue.month.desc()), at=at)
    return [one for one in found if one.published]


def one(session: Session, settings: Settings, month: Month, *, at: datetime) -> Standing | None:
    """Return the issue of a month with everybody who wrote or steered it."""
    people = (joinedload(DigestIssue.note_by), joinedload(DigestIssue.steered_by))
    statement = select(DigestIssue).where(DigestIssue.month == str(month)).options(*people)
    return next(iter(_standing(session, settings, statement, at=at)), None)


_LIGHT = (
    load_only(
        DigestIssue.number,
        DigestIssue.month,
        DigestIssue.frozen_at,
        DigestIssue.held_at,
        DigestIssue.released_at,
        DigestIssue.begun_at,
        DigestIssue.sent_at,
    ),
)
_SCHEDULE = select(DigestSchedule.day, DigestSchedule.hour)
_LATEST = select(DigestIssue).order_by(DigestIssue.month.desc()).limit(LISTED).options(*_LIGHT)


def _standing(
    session: Session, settings: Settings, statement: Select[DigestIssue], *, at: datetime
) -> Sequence[Standing]:
    plan, zone = schedule(session, settings), settings.zone
    return [
        Standing(issue, Month.parse(issue.month), state_of(issue, plan, zone, at), due_of(issue, plan, zone))
        for issue in session.scalars(statement).unique()
    ]


def figures(session: Session, issue_id: int) -> Figures:
    """Count the copies of an issue by what became of their mails; two statements."""
    counted = (
        select(OutgoingMail.state, func.count())
        .select_from(Delivery)
        .outerjoin(OutgoingMail, Delivery.mail_id == OutgoingMail.id)
        .where(Delivery.issue_id == issue_id)
        .group_by(OutgoingMail.state)
    )
    by_state: Mapping[MailState | None, int] = {state: count for state, count in session.execute(counted)}  # noqa: C416 - dict() does not accept typed rows
    has_copy = select(Delivery.id).where(Delivery.issue_id == issue_id, Delivery.person_id == Person.id).exists()
    missing = session.scalar(select(func.count()).select_from(Person).where(Person.active.is_(True), ~has_copy)) or 0
    return Figures(
        sent=by_state.get(MailState.SENT, 0),
        waiting=by_state.get(MailState.QUEUED, 0) + by_state.get(MailState.SENDING, 0),
        failed=by_state.get(MailState.FAILED, 0) + by_state.get(MailState.HELD, 0),
        in_app=by_state.get(None, 0),
        missing=missing,
    )


def seconds_until_all_left(session: Session, issue_id: int, waiting: int, *, at: datetime) -> float | None:
    """Return how long the waiting mails of an issue take at the pace of the last minutes; None if none has left."""
    left, since = session.execute(
        select(func.count(), func.min(OutgoingMail.sent_at))
        .select_from(Delivery)
        .join(Delivery.mail)
        .where(Delivery.issue_id == issue_id, OutgoingMail.sent_at > at - PACE_OF)
    ).one()
    return seconds_left(left, left + waiting, (at - since).total_seconds()) if since else None


def progress(session: Session, issue_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many people have a copy, by the issue's id."""
    counted = select(Delivery.issue_id, func.count()).where(Delivery.issue_id.in_(issue_ids))
    return {i: count for i, count in session.execute(counted.group_by(Delivery.issue_id))}  # noqa: C416 - as above


def unreached(session: Session, issue_id: int, coordinator: Person) -> Sequence[Delivery]:
    """Return copies whose mail could not be delivered, to people of the coordinator's part of the firm, with both."""
    statement = (
        select(Delivery)
        .join(Delivery.mail)
        .join(Delivery.person)
        .join(Person.unit)
        .where(Delivery.issue_id == issue_id, OutgoingMail.state == MailState.FAILED, _coordinated_by(coordinator))
        .order_by(Person.employee_no)
        .limit(UNREACHED_LISTED)
        .options(
            contains_eager(Delivery.mail).load_only(OutgoingMail.address, OutgoingMail.last_error),
            contains_eager(Delivery.person).contains_eager(Person.unit),
        )
    )
    return session.scalars(statement).unique().all()


def _coordinated_by(person: Person) -> ColumnElement[bool]:
    return or_(false(), *(Unit.path.contains(f"/{unit_id}/") for unit_id in reach_of(person).coordinated_ids))


def watch(session: Session, settings: Settings, *, at: datetime) -> Watch:
    """Return what must be told about worker and digest; six statements at most."""
    seen_at = health.worker_seen_at(session)
    return Watch(seen_at, health.is_silent(seen_at, at), overdue(session, settings, at=at))


def overdue(session: Session, settings: Settings, *, at: datetime) -> Sequence[Overdue]:
    """Return the issues that should have gone out an hour ago or earlier and have not, the oldest first."""
    late = [
        Overdue(found.month, found.due_at)
        for found in unsent(session, settings, at=at)
        if found.state is IssueState.SENDING and at - found.due_at >= LATE_AFTER
    ]
    plan = schedule(session, settings)
    due = plan.last_due(at - LATE_AFTER, settings.zone)
    if due in months_without_issue(session, settings, at=at):
        late.append(Overdue(due, plan.due(due, settings.zone)))
    return late
