"""What a studio shows of itself: who is in it, what it looks after, how soon it answers, what it did.

Everybody reads it, so only what every colleague may read counts in its figures; how much waits is for those alone who
may know.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models import Call, Decision, Kind, Outcome, Proposal, ProposalState, RoutingRule, Studio, Theme, Unit
from studio.domain import workflow, workload
from studio.domain.deadlines import Limits, limits_for
from studio.queries import answers, working_time
from studio.queries.desk_turns import due
from studio.queries.naming import Name
from studio.queries.visibility import open_to_everybody
from studio.queries.working_time import WorkingTimes

FEWEST_ANSWERS = 5
"""Fewer say more about one case than about a studio."""
ANSWERS_OF = timedelta(days=91)
NINETIETH = 0.9
DECIDED_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Remit:
    """One thing that a studio looks after; every part that is given narrows it."""

    units: tuple[Name, ...]
    kinds: tuple[Name, ...]
    themes: tuple[Name, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon first answers came, in working time; ``half`` and ``most`` are None where there are too few."""

    count: int
    half: timedelta | None
    most: timedelta | None
    limits: Limits


@dataclass(frozen=True, slots=True)
class Achieved:
    """What a studio brought about since a day: decided, put to use, and the yearly benefit of that, checked."""

    decided: int = 0
    used: int = 0
    checked: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that holds."""

    number: str
    title: str
    outcome: Outcome
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many proposals lie with a studio, and how many of them are late."""

    open: int
    late: int


def remits(session: Session, studio_id: int) -> Sequence[Remit]:
    """Return what the rules that hold send to a studio, in the order in which they are tried; four statements."""
    rules = session.execute(
        select(RoutingRule.unit_codes, RoutingRule.kind_codes, RoutingRule.theme_codes, RoutingRule.words)
        .where(RoutingRule.studio_id == studio_id, RoutingRule.active)
        .order_by(RoutingRule.priority, RoutingRule.id)
    ).all()
    units, kinds, themes = (_names(session, thing) for thing in (Unit, Kind, Theme))
    return [
        Remit(_named(rule[0], units), _named(rule[1], kinds), _named(rule[2], themes), tuple(rule[3])) for rule in rules
    ]


def _named(codes: Iterable[str], names: Mapping[str, Name]) -> tuple[Name, ...]:
    return tuple(names[code] for code in codes if code in names)


def _names(session: Session, thing: type[Unit | Kind | Theme]) -> Mapping[str, Name]:
    rows = session.execute(select(thing.code, thing.name_zh, thing.name_en))
    return {code: Name(zh, en) for code, zh, en in rows}


def pace(session: Session, studio: Studio, times: WorkingTimes, *, at: datetime) -> Pace:
    """Return how soon a studio has answered lately, beside how long an answer may take there; two statements."""
    found = answers.first_answers(session, [studio.id], times, since=at - ANSWERS_OF)
    taken = [answer.taken for answer in found]
    rules = working_time.limits(session)
    limits = limits_for(rules, kind_id=None, theme_ids=(), unit_ids=studio.unit.ancestor_ids, urgent=False)
    if len(taken) < FEWEST_ANSWERS:
        return Pace(len(taken), None, None, limits)
    return Pace(len(taken), workload.median(taken), workload.quantile(taken, NINETIETH), limits)


def usual_times(
    session: Session, studio_ids: Collection[int], times: WorkingTimes, *, at: datetime
) -> Mapping[int, timedelta]:
    """Return the median of first answers lately of each studio that gave enough of them; one statement."""
    taken: dict[int, list[timedelta]] = {}
    for answer in answers.first_answers(session, studio_ids, times, since=at - ANSWERS_OF):
        taken.setdefault(answer.studio_id, []).append(answer.taken)
    medians = {i: workload.median(found) for i, found in taken.items() if len(found) >= FEWEST_ANSWERS}
    return {studio_id: middle for studio_id, middle in medians.items() if middle is not None}


def achieved(session: Session, studio_ids: Collection[int], *, since: datetime) -> Mapping[int, Achieved]:
    """Return what each of these studios brought about; one statement."""
    used = Proposal.implemented_at >= since
    decided = Proposal.decided_at >= since
    rows = session.execute(
        select(
            Proposal.studio_id,
            func.count().filter(decided),
            func.count().filter(used),
            func.coalesce(func.sum(Proposal.checked_benefit).filter(used), 0),
        )
        .where(Proposal.studio_id.in_(sorted(studio_ids)), open_to_everybody(), or_(decided, used))
        .group_by(Proposal.studio_id)
    )
    return {i: Achieved(n, in_use, Decimal(money or 0)) for i, n, in_use, money in rows if i is not None}


def decided_lately(session: Session, studio_id: int) -> Sequence[Decided]:
    """Return the newest decisions of a studio that hold; authors stand on the proposals' own pages."""
    rows = session.execute(
        select(Proposal.number, Proposal.title, Decision.outcome, Decision.decided_at)
        .join(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .where(Proposal.studio_id == studio_id, open_to_everybody())
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(DECIDED_SHOWN)
    )
    return [Decided(number or "", title, outcome, at) for number, title, outcome, at in rows]


def waiting(session: Session, studio_id: int, *, at: datetime) -> Waiting:
    """Return how much lies with a studio: a number, for those who may know it."""
    late = and_(Proposal.state == ProposalState.UNDER_REVIEW, due() < at)
    counted = (func.count(), func.count().filter(late))
    lies_there = (Proposal.studio_id == studio_id, Proposal.state.in_(sorted(workflow.OPEN)))
    return Waiting(*session.execute(select(*counted).where(*lies_there)).one())


def calls_of(session: Session, studio_id: int, day: date) -> Sequence[Call]:
    """Return the calls open on a day whose takers the studio helps, what closes first at the beginning."""
    opened = and_(Call.opens_on <= day, Call.closes_on >= day, or_(Call.ended_on.is_(None), Call.ended_on > day))
    statement = select(Call).where(Call.studio_id == studio_id, opened).order_by(Call.closes_on, Call.id)
    return session.scalars(statement).all()
