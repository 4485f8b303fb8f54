"""Keeping the list of machines and places, and tying proposals to the machine they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Machine, MachineKind, Person, Proposal, Unit
from search_index.sync import mark_stale
from studio.domain import permissions
from studio.domain.completeness import clean_line, too_long
from studio.domain.errors import InvalidInput, NotAllowed, Problem, Stale
from studio.domain.machines import CODE_LIMIT, NAME_LIMIT, key_of, leads_back
from studio.queries import machines as facts
from studio.transactions import writing

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """What somebody says of a machine. ``within`` is the code of what it stands in, as typed."""

    name_zh: str
    name_en: str = ""
    kind: MachineKind = MachineKind.MACHINE
    unit: Unit
    within: str = ""
    in_use_until: date | None = None


def add(session: Session, code: str, plate: Plate, *, actor: Person) -> Machine:
    """Put a machine on the list.

    Raises NotAllowed, and InvalidInput: ``machine_code_missing``, ``machine_there`` and ``too_long`` at ``code``,
    ``machine_name_missing`` at ``name_zh``, ``machine_unknown`` and ``machine_within_itself`` at ``within``.
    """
    _require(actor, plate.unit)
    code = clean_line(code)
    made = Machine(code=code, code_key=key_of(code))
    problems = [] if made.code_key else [Problem("machine_code_missing", "code")]
    problems += too_long(code, "code", CODE_LIMIT)
    if made.code_key and facts.by_code(session, code) is not None:
        problems.append(Problem("machine_there", "code", {"code": code}))
    _write(session, made, plate, problems)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # somebody else added it in the same moment
        raise InvalidInput([Problem("machine_there", "code", {"code": code})]) from None
    return made


def change(session: Session, machine: Machine, plate: Plate, *, seen: int, actor: Person) -> None:
    """Say something else of a machine; its code stays, for it is on the plate and on the printed labels.

    Raises NotAllowed unless the actor keeps both units, Stale if it is not the revision that was ``seen``, and
    InvalidInput as ``add`` does.
    """
    _require(actor, machine.unit)
    _require(actor, plate.unit)
    if machine.revision != seen:
        raise Stale
    _write(session, machine, plate, [])
    session.flush()


def remove(session: Session, machine: Machine, *, actor: Person) -> None:
    """Take one off the list that nothing points at. Raises NotAllowed, and InvalidInput (``machine_in_use``)."""
    _require(actor, machine.unit)
    if facts.is_pointed_at(session, machine):
        raise InvalidInput([Problem("machine_in_use")])
    session.delete(machine)
    session.flush()


def connect(session: Session, told: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """Tie each filed proposal that names a machine clearly and is tied to none, and return how many were.

    Looks first and writes afterwards in short transactions, because an archive is large. ``told`` hears how many are
    tied, of how many.
    """
    session.rollback()
    directory = facts.directory(session)
    loose = select(Proposal.id, Proposal.location).where(
        Proposal.machine_id.is_(None), Proposal.location != "", Proposal.submitted_at.is_not(None)
    )
    found = [
        (proposal_id, machine_id)
        for proposal_id, location in session.execute(loose)
        if (machine_id := directory.named_in(location)) is not None
    ]
    tying = update(Proposal).where(Proposal.id == bindparam("key")).values(machine_id=bindparam("machine"))
    for start in range(0, len(found), BATCH):
        some = found[start : start + BATCH]
        with writing(session):
            session.connection().execute(tying, [{"key": key, "machine": machine} for key, machine in some])
            mark_stale(session, Proposal.id.in_([key for key, _machine in some]))
        told(start + len(some), len(found))
    return len(found)


def _require(actor: Person, unit: Unit) -> None:
    if not permissions.keeps_machines_of(actor, unit):
        raise NotAllowed


def _write(session: Session, machine: Machine, plate: Plate, problems: list[Problem]) -> None:
    """Copy what was said into the record, or raise InvalidInput with everything that is wrong."""
    name_zh, name_en = clean_line(plate.name_zh), clean_line(plate.name_en)
    if not name_zh:
        problems.append(Problem("machine_name_missing", "name_zh"))
    problems += [*too_long(name_zh, "name_zh", NAME_LIMIT), *too_long(name_en, "name_en", NAME_LIMIT)]
    within = _place(session, machine, clean_line(plate.within), problems)
    if problems:
        raise InvalidInput(problems)
    machine.name_zh, machine.name_en, machine.name_key = name_zh, name_en, key_of(name_zh)
    machine.kind, machine.unit, machine.within = plate.kind, plate.unit, within
    machine.in_use_until = plate.in_use_until


def _place(session: Session, machine: Machine, code: str, problems: list[Problem]) -> Machine | None:
    if not code:
        return None
    within = facts.by_code(session, code)
    if within is None:
        problems.append(Problem("machine_unknown", "within", {"code": code}))
        return None
    if leads_back(machine.code_key, {**facts.places(session), machine.code_key: within.code_key}):
        problems.append(Problem("machine_within_itself", "within"))
    return within
