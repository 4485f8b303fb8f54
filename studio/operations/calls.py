"""Putting up campaigns and challenges, changing them, and ending one before its last day."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from models import Call, CallKind, Person, Studio, Unit
from studio.domain.completeness import TITLE_LIMIT, clean_line, clean_text, too_long
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.operations.working_time import require_coordinator

LINE_LIMIT = 200
"""Characters of what is wanted and of the prizes in words: a poster has no room for more."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call as somebody writes it down; what the fields mean is said by ``models.Call``."""

    kind: CallKind
    title: str
    opens_on: date
    closes_on: date
    text: str = ""
    wanted: str = ""
    prize: Decimal | None = None
    prizes: str = ""
    studio: Studio | None = None
    units: Sequence[Unit] = ()


def may_change(actor: Person, call: Call) -> bool:
    """Tell whether the actor coordinates every unit that the call is for; without any, the whole firm."""
    try:
        _require(actor, call.units)
    except NotAllowed:
        return False
    return True


def put_up(session: Session, facts: CallFacts, *, actor: Person) -> Call:
    """Put up a new call. Raises NotAllowed as ``may_change`` says, and InvalidInput as ``change`` does."""
    made = Call(code=secrets.token_hex(4))
    _write(made, facts, actor)
    session.add(made)
    session.flush()
    return made


def change(call: Call, facts: CallFacts, *, actor: Person) -> None:
    """Say it anew; one that was ended is open again if its last day is still to come.

    Raises NotAllowed unless the actor coordinates the units it was for and those it is to be for, and InvalidInput:
    ``title_missing``, ``too_long``, ``ends_before_it_begins``.
    """
    _require(actor, call.units)
    _write(call, facts, actor)
    call.ended_on = None


def end(call: Call, *, actor: Person, today: date) -> None:
    """Take it down now. A second click changes nothing. Raises NotAllowed as ``change`` does."""
    _require(actor, call.units)
    call.ended_on = call.ended_on or today


def _write(call: Call, facts: CallFacts, actor: Person) -> None:
    _require(actor, facts.units)
    title, text, wanted = clean_line(facts.title), clean_text(facts.text), clean_line(facts.wanted)
    prizes = clean_line(facts.prizes)
    problems = [*too_long(title, "title", TITLE_LIMIT), *too_long(text, "text")]
    problems += [*too_long(wanted, "wanted", LINE_LIMIT), *too_long(prizes, "prizes", LINE_LIMIT)]
    if not title:
        problems.append(Problem("title_missing", "title"))
    if facts.closes_on < facts.opens_on:
        problems.append(Problem("ends_before_it_begins", "closes_on"))
    if problems:
        raise InvalidInput(problems)
    call.kind, call.title, call.text, call.wanted = facts.kind, title, text, wanted
    call.prize, call.prizes, call.studio, call.units = facts.prize, prizes, facts.studio, list(facts.units)
    call.opens_on, call.closes_on = facts.opens_on, facts.closes_on


def _require(actor: Person, units: Sequence[Unit]) -> None:
    for unit in units or (None,):
        require_coordinator(actor, unit)
