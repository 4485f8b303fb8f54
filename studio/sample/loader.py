"""Loading the sample factory into an empty database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import (
    GlossaryRow,
    MailState,
    Notification,
    OutgoingMail,
    Person,
    Proposal,
    Role,
    RoleGrant,
    Studio,
    TeamLimit,
    Unit,
)
from studio.domain.clock import WorkCalendar
from studio.domain.errors import DomainError
from studio.domain.periods import last_complete_month, months_from
from studio.files.store import FileStore
from studio.operations import digest, importing, pins
from studio.operations.catalogue import fill_empty_lists
from studio.sample import calls, pictures, stories, thanks
from studio.sample.factory import DATA, Cast, records, table, words
from studio.sample.plan import Planner
from studio.sample.replay import Replay
from studio.settings import DEMO_PIN, Settings
from studio.tables import Row, read_rows
from studio.transactions import writing

FILES = ("proposals.jsonl", "open_work.jsonl", "team_work.jsonl")
MACHINES = ("machines.csv", "more_machines.csv")
"""The second names what the proposals speak of."""
MAIL_TAKES = timedelta(minutes=1)
NEWS_IS_READ_IN = timedelta(days=4)
MORNING = timedelta(hours=8)
DIGESTS = 3
TEAMS_SETTLE_FOR = timedelta(days=20)
"""So long ago the firm let teams settle small things by themselves; before that everything went to a studio."""
Record = TypeVar("Record")
Progress = Callable[[int, int], None]
"""Told how many steps are lived through, and of how many."""


class NotEmpty(DomainError):  # noqa: N818 - reads as a sentence at the raise
    """There are people already. The sample goes into an empty database only, never among real people."""

    def __init__(self) -> None:
        super().__init__("there are people in this database already; the sample factory needs an empty one")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much there is now."""

    units: int
    people: int
    studios: int
    proposals: int


def load(
    session: Session,
    files: FileStore,
    *,
    password_hash: str,
    at: datetime,
    calendar: WorkCalendar,
    settings: Settings,
    progress: Progress | None = None,
) -> Loaded:
    """Load everything; the newest filing is on the day of ``at``. All people get the same password. Raises NotEmpty.

    Takes some ten seconds. If it is interrupted, delete the data directory and start again.
    """
    if session.scalar(select(func.count()).select_from(Person)):
        raise NotEmpty
    _organisation(session, at=at, password_hash=password_hash)
    photos = {key: pictures.prepared(key, files) for key in pictures.SUBJECTS}
    with writing(session):
        replay = Replay(session, calendar, photos)
        planner = _planner(at, calendar)
        steps = [step for row in _rows() for step in planner.steps(row)]
        replay.watched(progress, len(steps))
        replay.run(step for step in steps if step.at < at - TEAMS_SETTLE_FOR)
        _team_limits(session)
        _glossary(session)
        calls.put_up(session, at.astimezone(settings.zone).date())
        replay.run(step for step in steps if step.at >= at - TEAMS_SETTLE_FOR)
        thanks.say(session, at)
        stories.tell(session, at)
    _digests(session, at, settings)
    with writing(session):
        _mails_have_left(session, at)
    return Loaded(*(_count(session, record) for record in (Unit, Person, Studio, Proposal)))


def choose_pins(session: Session, people: Iterable[Person], *, password: str, at: datetime) -> None:
    """Let these people have chosen a PIN, so that a terminal of the demo can be tried."""
    with writing(session):
        for person in people:
            pins.set_pin(session, person, pin=DEMO_PIN, password=password, actor=person, at=at)


def _rows() -> Iterator[dict[str, object]]:
    for name in FILES:
        yield from records(name)


def _planner(at: datetime, calendar: WorkCalendar) -> Planner:
    newest = max(date.fromisoformat(str(row["filed_on"])) for row in _rows())
    return Planner(Cast.from_files(), calendar, newest, at)


def _organisation(session: Session, *, at: datetime, password_hash: str) -> None:
    with writing(session):
        fill_empty_lists(session)
    importing.import_units(session, read_rows(DATA / "units.csv"))
    importing.import_people(session, read_rows(DATA / "people.csv"), at=at)
    importing.import_studios(session, _studio_rows(DATA / "studios.csv"))
    importing.import_rules(session, read_rows(DATA / "routing_rules.csv"), at=at)
    for machines in MACHINES:
        importing.import_machines(session, read_rows(DATA / machines))
    with writing(session):
        _roles(session)
        session.execute(update(Person).values(password_hash=password_hash, must_change_password=False))


def _studio_rows(path: Path) -> Iterator[Row]:
    """Put the members, which the sample keeps in a list of their own, into the rows of the studios."""
    members: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in table("studio_members.csv"):
        members[row["studio_code"]][row["role"]].append(row["employee_no"])
    for studio in read_rows(path):
        of_it = members[studio.cells["code"]]
        yield Row(studio.number, {**studio.cells, "reviewers": of_it["reviewer"], "members": of_it["member"]})


def _glossary(session: Session) -> None:
    for row in table("glossary.csv"):
        session.add(GlossaryRow(words=";".join((row["term"], *words(row["synonyms"])))))


def _roles(session: Session) -> None:
    people = _by(session, Person, lambda person: person.employee_no)
    units = _by(session, Unit, lambda unit: unit.code)
    for row in table("roles.csv"):
        person, unit = people[row["employee_no"]], units[row["unit_code"]]
        session.add(RoleGrant(person=person, role=Role(row["role"]), unit=unit))


def _team_limits(session: Session) -> None:
    units = _by(session, Unit, lambda unit: unit.code)
    for row in table("team_limits.csv"):
        session.add(
            TeamLimit(
                unit=units[row["unit_code"]],
                kind_codes=words(row["kinds"]),
                cost_limit=Decimal(row["cost_limit"]),
                benefit_limit=Decimal(row["benefit_limit"]),
                days=int(row["days"]),
            )
        )
    session.flush()


def _digests(session: Session, at: datetime, settings: Settings) -> None:
    """Make the digests of the last months as they were then, and send the latest to everybody."""
    month = last_complete_month(at, settings.zone)
    for past in months_from(month.plus(1 - DIGESTS), month.previous):
        with writing(session):
            made_at = past.span(settings.zone)[1]
            issue = digest.make_issue(session, past, at=made_at, settings=settings)
            issue.begun_at = issue.sent_at = made_at + MORNING
    digest.send(session, month, at=min(month.span(settings.zone)[1] + MORNING, at), settings=settings)


def _mails_have_left(session: Session, at: datetime) -> None:
    """The notices of the past were read long ago: an outbox full of them would flood a real relay."""
    for mail in session.scalars(select(OutgoingMail)):
        mail.state, mail.sent_at = MailState.SENT, min(mail.created_at + MAIL_TAKES, at)
    left = {"mail_at": None, "words": None, "mailed_at": Notification.mail_at}
    session.execute(update(Notification).where(Notification.mail_at.is_not(None)).values(left))
    session.execute(update(Notification).where(Notification.at < at - NEWS_IS_READ_IN).values(seen_at=at))


def _by(session: Session, record: type[Record], key: Callable[[Record], str]) -> dict[str, Record]:
    return {key(found): found for found in session.scalars(select(record))}


def _count(session: Session, record: type) -> int:
    return session.scalar(select(func.count()).select_from(record)) or 0
