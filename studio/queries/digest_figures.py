"""Figures of a month by unit, by studio and by who answered, frozen with the digest's other facts.

The formulas are those of the yearly statistics: participation is distinct authors by headcount, adoption is accepted
by decided, implementation is put to use by accepted. Times are working time of whoever answers, in minutes.

By unit counts only what every colleague may read and whose authors are named: where a team files one proposal a
month, its figures would say whose the nameless one is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, union
from sqlalchemy.orm import Session

from models import (
    Contributor,
    Decision,
    Delivery,
    DigestIssue,
    Event,
    MailState,
    Outcome,
    OutgoingMail,
    Person,
    Proposal,
    ProposalState,
    Studio,
    StudioMembership,
    StudioRole,
    Unit,
)
from studio.domain.clock import chinese_calendar
from studio.domain.periods import Month
from studio.domain.workflow import FIRST_ANSWERS, OPEN
from studio.domain.workload import median, quantile
from studio.queries.blinding import concealing
from studio.queries.desk_turns import due
from studio.queries.visibility import open_to_everybody
from studio.queries.working_time import working_times, works_by

MONTHS_OF_IMPLEMENTATION = 12
"""What was accepted in so many months up to the close is asked whether it is in use: a month alone is too short."""
NINETIETH = 0.9


Figures = dict[str, int]
"""Counts by name; what is nought is left out."""


class AnsweredBy(StrEnum):
    """Who gave a first answer."""

    TEAM_LEADER = "team_leader"
    REVIEWER = "reviewer"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    """Or whoever else answered for the studio."""


@dataclass(frozen=True, slots=True)
class _Answer:
    unit_ids: tuple[int, ...]
    """From the root down; empty where the unit is not to be known."""
    by: AnsweredBy
    open: bool
    taken: timedelta


@dataclass(slots=True)
class _Sums:
    figures: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    times: list[timedelta] = field(default_factory=list)


def figures_of(session: Session, month: Month, zone: ZoneInfo) -> dict[str, Any]:
    """Return the figures of a month in the site's time zone, ready to be stored as JSON; seven statements."""
    start, end = month.span(zone)
    answers = _answers(session, start, end, zone)
    since = month.plus(1 - MONTHS_OF_IMPLEMENTATION).span(zone)[0]
    return {
        "units": _by_unit(session, start, end, since, answers),
        "studios": _by_studio(session, start, end),
        "answered_by": _by_role(answers),
        "copies": copies_of(session, month.previous),
    }


def participation(session: Session, start: datetime, end: datetime) -> dict[str, Figures]:
    """Return headcount and how many people took part, of every unit with all below it, as ``figures_of`` keeps them.

    Two statements.
    """
    sums: defaultdict[int, Figures] = defaultdict(lambda: {"headcount": 0, "people": 0})
    paths: dict[int, tuple[int, ...]] = {}
    for unit_id, path, headcount in session.execute(select(Unit.id, Unit.path, Unit.headcount)):
        paths[unit_id] = _ids(path)
        sums[unit_id]["headcount"] = headcount
    for unit_id, figures in _authors(session, start, end):
        for above in paths.get(unit_id, ()):
            sums[above]["people"] += figures["people"]
    return {str(unit_id): figures for unit_id, figures in sums.items()}


def _in(moment: Any, start: datetime, end: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - any time column
    return and_(moment >= start, moment < end)


def _named() -> ColumnElement[bool]:
    return and_(open_to_everybody(), not_(concealing()))


def _answers(session: Session, start: datetime, end: datetime, zone: ZoneInfo) -> Sequence[_Answer]:
    """Return the first answers of the month, each with the working time it took."""
    first = (
        select(func.min(Event.id))
        .where(Event.proposal_id == Proposal.id, Event.verb.in_(sorted(FIRST_ANSWERS)))
        .correlate(Proposal)
        .scalar_subquery()
    )
    by = case(
        (Proposal.team_leader_id == Event.actor_id, AnsweredBy.TEAM_LEADER.value),
        (StudioMembership.role == StudioRole.LEAD, AnsweredBy.LEAD.value),
        (StudioMembership.role.is_not(None), AnsweredBy.REVIEWER.value),
        else_=AnsweredBy.COORDINATOR.value,
    )
    place = and_(StudioMembership.studio_id == Proposal.studio_id, StudioMembership.person_id == Event.actor_id)
    rows = session.execute(
        select(Proposal.submitted_at, Proposal.answered_at, by, works_by(), Unit.path, _named(), open_to_everybody())
        .join(Event, Event.id == first)
        .outerjoin(StudioMembership, place)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .where(_in(Proposal.answered_at, start, end), Proposal.submitted_at.is_not(None))
    ).all()
    times = working_times(session, chinese_calendar(zone))
    return [
        _Answer(
            _ids(path) if named else (),
            AnsweredBy(role),
            bool(is_open),
            times.calendar_at(works).working_time_between(filed, answered),
        )
        for filed, answered, role, works, path, named, is_open in rows
    ]


def _by_unit(
    session: Session, start: datetime, end: datetime, since: datetime, answers: Sequence[_Answer]
) -> dict[str, Figures]:
    """Return the figures of every unit with all below it, by its id as JSON keeps it."""
    sums: defaultdict[int, _Sums] = defaultdict(_Sums)
    paths: dict[int, tuple[int, ...]] = {}
    for unit_id, path, headcount in session.execute(select(Unit.id, Unit.path, Unit.headcount)):
        paths[unit_id] = _ids(path)
        sums[unit_id].figures["headcount"] = headcount
    for unit_id, figures in (*_filed(session, start, end, since), *_authors(session, start, end)):
        for above in paths.get(unit_id, ()):
            for name, value in figures.items():
                sums[above].figures[name] += value
    for answer in answers:
        for above in answer.unit_ids:
            sums[above].times.append(answer.taken)
    return {str(i): {k: v for k, v in {**one.figures, **_times(one.times)}.items() if v} for i, one in sums.items()}


def _filed(session: Session, start: datetime, end: datetime, since: datetime) -> Iterable[tuple[int, Figures]]:
    """Return what was filed, decided and put to use, by the unit it comes from."""
    accepted = Decision.outcome == Outcome.ACCEPTED
    used = _in(Proposal.implemented_at, start, end)
    counted = {
        "filed": _in(Proposal.submitted_at, start, end),
        "decided": _in(Decision.decided_at, start, end),
        "accepted": and_(_in(Decision.decided_at, start, end), accepted),
        "used": used,
        "year_accepted": and_(_in(Decision.decided_at, since, end), accepted),
        "year_used": and_(_in(Decision.decided_at, since, end), accepted, Proposal.implemented_at < end),
    }
    money = {"claimed": Proposal.claimed_benefit, "checked": Proposal.checked_benefit}
    rows = session.execute(
        select(
            Proposal.unit_id,
            *(func.count().filter(condition).label(name) for name, condition in counted.items()),
            *(func.coalesce(func.sum(column).filter(used), 0).label(name) for name, column in money.items()),
        )
        .outerjoin(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .where(_named(), Proposal.unit_id.is_not(None), or_(counted["filed"], Decision.decided_at >= since, used))
        .group_by(Proposal.unit_id)
    )
    names = (*counted, *money)
    return ((i, dict(zip(names, map(int, rest), strict=True))) for i, *rest in rows if i is not None)


def _authors(session: Session, start: datetime, end: datetime) -> Iterable[tuple[int, Figures]]:
    """Return how many people of each unit filed something or share in it, each person once."""
    filed = and_(_in(Proposal.submitted_at, start, end), _named())
    authors = union(
        select(Proposal.submitter_id.label("person_id")).where(filed),
        select(Contributor.person_id).join(Proposal, Proposal.id == Contributor.proposal_id).where(filed),
    ).subquery()
    rows = session.execute(
        select(Person.unit_id, func.count()).join(authors, authors.c.person_id == Person.id).group_by(Person.unit_id)
    )
    return ((unit_id, {"people": count}) for unit_id, count in rows)


def _by_studio(session: Session, start: datetime, end: datetime) -> dict[str, Figures]:
    """Return what lay with each studio at the close, and what it did in the month."""
    lies_there = and_(Proposal.submitted_at < end, Proposal.state.in_(sorted(OPEN)))
    counted = {
        "open": lies_there,
        "late": and_(lies_there, Proposal.state == ProposalState.UNDER_REVIEW, due() < end),
        "answered": _in(Proposal.answered_at, start, end),
        "in_time": and_(_in(Proposal.answered_at, start, end), Proposal.answered_at <= Proposal.answer_due_at),
        "decided": _in(Proposal.decided_at, start, end),
        "used": _in(Proposal.implemented_at, start, end),
    }
    rows = session.execute(
        select(Proposal.studio_id, *(func.count().filter(condition) for condition in counted.values()))
        .where(Proposal.studio_id.is_not(None), or_(*counted.values()))
        .group_by(Proposal.studio_id)
    )
    return {str(i): {name: n for name, n in zip(counted, rest, strict=True) if n} for i, *rest in rows}


def _by_role(answers: Iterable[_Answer]) -> dict[str, Figures]:
    times: defaultdict[AnsweredBy, list[timedelta]] = defaultdict(list)
    for answer in answers:
        if answer.open:
            times[answer.by].append(answer.taken)
    return {role.value: _times(times[role]) for role in AnsweredBy if role in times}


def _times(times: Sequence[timedelta]) -> Figures:
    middle, slow = median(times), quantile(times, NINETIETH)
    if middle is None or slow is None:
        return {}
    return {"answered": len(times), "median": _minutes(middle), "ninetieth": _minutes(slow)}


def _minutes(taken: timedelta) -> int:
    """Whole minutes, at least one: an answer was given."""
    return max(1, round(taken.total_seconds() / 60))


def _ids(path: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in (path or "").split("/") if part)


def copies_of(session: Session, month: Month) -> Figures | None:
    """Return what became of the copies of an issue; None if there is no such issue."""
    by_mail = Delivery.mail_id.is_not(None)
    counted = {
        "copies": Delivery.id.is_not(None),
        "sent": OutgoingMail.state == MailState.SENT,
        "failed": OutgoingMail.state.in_((MailState.FAILED, MailState.HELD)),
        "waiting": OutgoingMail.state.in_((MailState.QUEUED, MailState.SENDING)),
        "in_app": and_(Delivery.id.is_not(None), not_(by_mail)),
    }
    row = session.execute(
        select(*(func.count().filter(condition).label(name) for name, condition in counted.items()))
        .select_from(DigestIssue)
        .outerjoin(Delivery, Delivery.issue_id == DigestIssue.id)
        .outerjoin(OutgoingMail, OutgoingMail.id == Delivery.mail_id)
        .where(DigestIssue.month == str(month))
    ).one()
    figures: Mapping[str, int] = row._asdict()
    return dict(figures) if figures["copies"] else None


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or studio of which there are figures. Of a studio there is no ``parent_id``, of a unit no capacity."""

    id: int
    name_zh: str
    name_en: str
    parent_id: int | None = None
    capacity: int | None = None


def units(session: Session) -> dict[int, Place]:
    """Return all units by id, in the order of the tree."""
    rows = session.execute(select(Unit.id, Unit.name_zh, Unit.name_en, Unit.parent_id).order_by(Unit.path))
    return {row.id: Place(*row) for row in rows}


def studios(session: Session) -> dict[int, Place]:
    """Return all studios by id."""
    rows = session.execute(select(Studio.id, Studio.name_zh, Studio.name_en, Studio.capacity_per_month))
    return {i: Place(i, zh, en, capacity=capacity) for i, zh, en, capacity in rows}
