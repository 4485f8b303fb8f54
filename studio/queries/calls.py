"""What the firm asks its people for now: campaigns and challenges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models import Call, CallKind, Person, Proposal, ProposalState, Unit
from studio.queries.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or studio, as far as a call names it."""

    name_zh: str
    name_en: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call as it is shown; what its fields mean is said by ``models.Call``."""

    code: str
    kind: CallKind
    title: str
    text: str
    wanted: str
    prize: Decimal | None
    prizes: str
    closes_on: date
    studio: Place | None
    units: tuple[Place, ...]

    def concerns(self, unit: Unit) -> bool:
        """Tell whether somebody of this unit, or of one below it, may answer."""
        near = (place.path.startswith(unit.path) or unit.path.startswith(place.path) for place in self.units)
        return not self.units or any(near)


def open_on(session: Session, day: date) -> Sequence[OpenCall]:
    """Return what is open on a day, in one statement: challenges first, and in each kind what closes first."""
    found = session.scalars(_open(), {"day": day}).unique()
    return [_shown(call) for call in found]


def by_code(session: Session, code: str, *, lock: bool = False) -> Call | None:
    """Return the call of this code; with ``lock`` nobody else can change it meanwhile."""
    statement = _with_names().where(Call.code == code.replace("\0", ""))
    statement = statement.with_for_update(of=Call) if lock else statement
    return session.scalars(statement).unique().one_or_none()


def all_calls(session: Session) -> Sequence[Call]:
    """Return every call that was ever made, the latest first."""
    return session.scalars(_with_names().order_by(None).order_by(Call.closes_on.desc(), Call.id)).unique().all()


@dataclass(frozen=True, slots=True)
class Answer:
    """A proposal that answers a call."""

    number: str | None
    title: str
    state: ProposalState
    submitted_at: datetime | None


def answer_counts(session: Session, reader: Person) -> Mapping[str, int]:
    """Return how many proposals that a reader may read answer each call, by its code; one statement."""
    found = select(Call.code, func.count(Proposal.id)).join(Proposal, Proposal.call_id == Call.id)
    rows = session.execute(found.where(*_readable_answers(reader)).group_by(Call.code))
    return {code: count for code, count in rows}  # noqa: C416 - dict() does not accept typed rows


def answers(session: Session, reader: Person, call: Call, *, offset: int, limit: int) -> Sequence[Answer]:
    """Return proposals that answer a call and that a reader may read, the newest first."""
    found = select(Proposal.number, Proposal.title, Proposal.state, Proposal.submitted_at)
    found = found.where(Proposal.call_id == call.id, *_readable_answers(reader))
    newest = found.order_by(Proposal.submitted_at.desc(), Proposal.id.desc()).offset(offset).limit(limit)
    return [Answer(*row) for row in session.execute(newest)]


def _readable_answers(reader: Person) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on Proposal that keep what is filed and may be read, as everywhere."""
    return (Proposal.submitted_at.is_not(None), visible_to(reader))


@lru_cache(maxsize=1)
def _open() -> Select[Call]:
    return _with_names().where(_open_on(bindparam("day", type_=Date)))


def _open_on(day: ColumnElement[date]) -> ColumnElement[bool]:
    running = and_(Call.opens_on <= day, Call.closes_on >= day)
    return and_(running, or_(Call.ended_on.is_(None), Call.ended_on > day))


def _with_names() -> Select[Call]:
    names = (joinedload(Call.studio), joinedload(Call.units))
    return select(Call).options(*names).order_by(Call.kind.desc(), Call.closes_on, Call.id)


def _shown(call: Call) -> OpenCall:
    studio = Place(call.studio.name_zh, call.studio.name_en) if call.studio else None
    units = tuple(Place(unit.name_zh, unit.name_en, unit.path) for unit in call.units)
    texts = (call.code, call.kind, call.title, call.text, call.wanted)
    return OpenCall(*texts, call.prize, call.prizes, call.closes_on, studio, units)
