"""Machines and places: by their code, by what somebody wrote, as lists and as labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from models import Machine, Person, Proposal, Unit
from studio.domain.machines import CHAPTERS, Directory, Names, key_of
from studio.queries.visibility import visible_to

PER_PAGE = 50
SUGGESTED = 30


@dataclass(frozen=True, slots=True)
class MachineList:
    """One page of a list; ``proposals`` says how many the reader may know of, by the machine's id."""

    machines: Sequence[Machine]
    total: int
    proposals: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which machines: a piece of code or name, a unit with all below it, or some by their codes."""

    text: str = ""
    unit: Unit | None = None
    codes: tuple[str, ...] = ()
    in_use_on: date | None = None
    """Only those that are there on this day."""


def by_code(session: Session, code: str, *, lock: bool = False) -> Machine | None:
    """Return the machine of this code, however it is spelt, with its unit and what it stands in."""
    statement = select(Machine).where(Machine.code_key == key_of(code.replace("\0", "")))
    statement = statement.options(joinedload(Machine.unit), joinedload(Machine.within))
    if lock:
        statement = statement.with_for_update(of=Machine).execution_options(populate_existing=True)
    return session.scalars(statement).unique().one_or_none()


def named_in(session: Session, text: str) -> Machine | None:
    """Return the machine that a line of text names clearly, or None."""
    key = key_of(text)
    if not key:
        return None
    named = or_(
        literal(key).contains(Machine.code_key),
        literal(key).contains(Machine.name_key),
        and_(Machine.name_en != "", literal(text.lower()).contains(func.lower(Machine.name_en))),
    )
    # The database finds too many, since a sign such as “_” in a code stands for any other; the rule chooses.
    found = {machine.id: machine for machine in session.scalars(select(Machine).where(named))}
    chosen = Directory(map(_names, found.values())).named_in(text)
    return found[chosen] if chosen is not None else None


def directory(session: Session) -> Directory:
    """Return all machines by their names, to look through many texts."""
    rows = session.execute(select(Machine.id, Machine.code_key, Machine.name_key, Machine.name_en))
    return Directory(Names(row.id, row.code_key, row.name_key, key_of(row.name_en)) for row in rows)


def _names(machine: Machine) -> Names:
    return Names(machine.id, machine.code_key, machine.name_key, key_of(machine.name_en))


def suggested(session: Session, person: Person, text: str, today: date) -> Sequence[Machine]:
    """Return machines somebody may mean, those near his own unit first; without a text those of his unit alone."""
    near = Unit.id.in_(person.unit.ancestor_ids[-2:]) | Unit.path.startswith(person.unit.path, autoescape=True)
    statement = select(Machine).join(Machine.unit).where(_in_use(today))
    statement = statement.where(_called(text)) if key_of(text) else statement.where(near)
    return session.scalars(statement.order_by(near.desc(), Machine.code_key).limit(SUGGESTED)).all()


def listed(session: Session, reader: Person, wanted: Wanted, *, page: int = 1) -> MachineList:
    """Return machines by their codes; three statements for any number of them."""
    statement = _chosen(wanted)
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    machines = session.scalars(
        statement.options(joinedload(Machine.unit)).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    ).all()
    return MachineList(machines, total, _counts(session, reader, [machine.id for machine in machines]))


def _counts(session: Session, reader: Person, ids: Sequence[int]) -> Mapping[int, int]:
    remembered = and_(Proposal.machine_id.in_(ids), Proposal.state.in_(CHAPTERS), visible_to(reader))
    rows = session.execute(select(Proposal.machine_id, func.count()).where(remembered).group_by(Proposal.machine_id))
    return {machine_id: count for machine_id, count in rows if machine_id is not None}


def labelled(session: Session, wanted: Wanted, *, first: int, most: int) -> tuple[Sequence[Machine], int]:
    """Return some machines for their labels, after ``first`` others, and how many there are in all."""
    statement = _chosen(wanted)
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    return session.scalars(statement.limit(most).offset(first)).all(), total


def units(session: Session) -> Sequence[Unit]:
    """Return the units that have machines, and those above them, each after the one it belongs to."""
    paths = session.scalars(select(Unit.path).where(Unit.id.in_(select(Machine.unit_id))))
    ids = {int(part) for path in paths for part in path.split("/") if part}
    return session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)).all()


def places(session: Session) -> Mapping[str, str]:
    """Return in what each machine stands that stands in another, by code keys."""
    outer = aliased(Machine)
    rows = session.execute(select(Machine.code_key, outer.code_key).join(outer, outer.id == Machine.within_id))
    return {key: place for key, place in rows}  # noqa: C416 - dict() would lose the types


def parts_of(session: Session, machine: Machine, today: date) -> Sequence[Machine]:
    """Return what stands in it or is a part of it and is in use, by code."""
    parts = select(Machine).where(Machine.within_id == machine.id, _in_use(today)).order_by(Machine.code_key)
    return session.scalars(parts.limit(PER_PAGE)).all()


def is_pointed_at(session: Session, machine: Machine) -> bool:
    """Tell whether anything points at it: a proposal, a draft, or a machine that stands in it."""
    proposal = select(Proposal.id).where(Proposal.machine_id == machine.id).limit(1)
    part = select(Machine.id).where(Machine.within_id == machine.id).limit(1)
    return session.scalar(proposal) is not None or session.scalar(part) is not None


def _chosen(wanted: Wanted) -> Select[Machine]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.codes:
        conditions.append(Machine.code_key.in_([key_of(code) for code in wanted.codes]))
    if key_of(wanted.text):
        conditions.append(_called(wanted.text))
    if wanted.unit is not None:
        conditions.append(Unit.path.startswith(wanted.unit.path, autoescape=True))
    if wanted.in_use_on is not None:
        conditions.append(_in_use(wanted.in_use_on))
    return select(Machine).join(Machine.unit).where(*conditions).order_by(Machine.code_key)


def _called(text: str) -> ColumnElement[bool]:
    key = key_of(text)
    english = Machine.name_en.icontains(text.strip(), autoescape=True)
    return or_(
        Machine.code_key.contains(key, autoescape=True), Machine.name_key.contains(key, autoescape=True), english
    )


def _in_use(today: date) -> ColumnElement[bool]:
    return or_(Machine.in_use_until.is_(None), Machine.in_use_until > today)
