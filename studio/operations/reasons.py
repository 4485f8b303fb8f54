"""The firm's list of reasons for decisions: what it offers from now on. What was decided keeps its reason for ever."""

import secrets
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import DecisionReason, Outcome, OutcomeClass, Person
from studio.domain.completeness import TITLE_LIMIT, clean_line, too_long
from studio.domain.errors import InvalidInput, Problem
from studio.operations.administration import require_administrator
from studio.queries import reasons as facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a reason is called, in which class it puts an answer (None: in that of its outcome), and if words follow."""

    name_zh: str
    name_en: str
    outcome_class: OutcomeClass | None
    needs_words: bool = True


def add(session: Session, outcome: Outcome, wording: Wording, *, actor: Person) -> DecisionReason:
    """Put a reason at the end of its outcome's list.

    Raises NotAllowed, and InvalidInput: ``name_in_both_languages`` and ``too_long`` at ``name_zh`` and ``name_en``,
    ``reason_name_taken`` at ``name_zh``.
    """
    require_administrator(actor)
    wording = _checked(session, outcome, wording)
    last = session.scalar(select(func.max(DecisionReason.position)).where(DecisionReason.outcome == outcome)) or 0
    made = DecisionReason(code=secrets.token_hex(4), outcome=outcome, position=last + 1)
    _write(made, wording)
    session.add(made)
    session.flush()
    return made


def change(session: Session, reason: DecisionReason, wording: Wording, *, actor: Person) -> None:
    """Write it in other words, also where it was used: a slip of the pen is mended everywhere.

    A class that was given to an answer stays as it was on that day. Raises as ``add`` does.
    """
    require_administrator(actor)
    _write(reason, _checked(session, reason.outcome, wording, but=reason.id))


def move(session: Session, reason: DecisionReason, *, up: bool, actor: Person) -> None:
    """Let it stand one place higher or lower among those of its outcome; at the end nothing happens. NotAllowed."""
    require_administrator(actor)
    listed = list(facts.of_outcome(session, reason.outcome))
    at = listed.index(reason)
    to = at - 1 if up else at + 1
    if 0 <= to < len(listed):
        listed.insert(to, listed.pop(at))
    for position, one in enumerate(listed, start=1):
        one.position = position


def switch(reason: DecisionReason, *, active: bool, actor: Person) -> None:
    """Offer it no more, or again. Raises NotAllowed."""
    require_administrator(actor)
    reason.active = active


def remove(session: Session, reason: DecisionReason, *, actor: Person) -> None:
    """Throw it away. Raises NotAllowed, and InvalidInput (``reason_in_use``) once a decision names it."""
    require_administrator(actor)
    if facts.is_used(session, reason):
        raise InvalidInput([Problem("reason_in_use")])
    session.delete(reason)


def _checked(session: Session, outcome: Outcome, wording: Wording, *, but: int = 0) -> Wording:
    names = {"name_zh": clean_line(wording.name_zh), "name_en": clean_line(wording.name_en)}
    problems = [Problem("name_in_both_languages", field) for field, name in names.items() if not name]
    problems += [problem for field, name in names.items() for problem in too_long(name, field, TITLE_LIMIT)]
    same = (DecisionReason.outcome == outcome, DecisionReason.name_zh == names["name_zh"], DecisionReason.id != but)
    if session.scalar(select(DecisionReason.id).where(*same)) is not None:
        problems.append(Problem("reason_name_taken", "name_zh"))
    if problems:
        raise InvalidInput(problems)
    return Wording(**names, outcome_class=wording.outcome_class, needs_words=wording.needs_words)


def _write(reason: DecisionReason, wording: Wording) -> None:
    reason.name_zh, reason.name_en = wording.name_zh, wording.name_en
    reason.outcome_class, reason.needs_words = wording.outcome_class, wording.needs_words
