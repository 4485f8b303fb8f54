"""What a coordinator of the whole firm does with issues before they go out: a word in front, the day, holding back."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import DigestIssue, DigestSchedule, Person
from studio.domain import issues
from studio.domain.errors import InvalidInput, Problem, Stale
from studio.operations.working_time import require_coordinator
from studio.queries import issues as queries


class Note(NamedTuple):
    """An editor's note; whoever reads the language that is empty gets the other."""

    zh: str
    en: str


def write_note(issue: DigestIssue, note: Note, *, seen: int, actor: Person, at: datetime) -> None:
    """Put a word on top of an issue, another than before, or none. ``issue`` is locked.

    Raises NotAllowed, Stale if it is not the note that was ``seen``, and InvalidInput: ``issue_gone`` once copies are
    being made, ``too_long`` at ``note_zh`` or ``note_en``.
    """
    require_coordinator(actor, None)
    _require_here(issue)
    if issue.note_revision != seen:
        raise Stale
    issue.note_zh = issues.checked_note(note.zh, "note_zh")
    issue.note_en = issues.checked_note(note.en, "note_en")
    issue.note_by, issue.note_at = actor, at
    issue.note_revision += 1


def hold_back(issue: DigestIssue, *, actor: Person, at: datetime) -> None:
    """Keep an issue from going out until somebody lets it go. May be repeated. ``issue`` is locked.

    Raises NotAllowed, and InvalidInput (``issue_gone``) once copies are being made.
    """
    require_coordinator(actor, None)
    _require_here(issue)
    issue.held_at, issue.released_at, issue.steered_by = issue.held_at or at, None, actor


def let_go(issue: DigestIssue, *, actor: Person) -> None:
    """Let an issue that was held back go out on its day. ``issue`` is locked.

    Raises NotAllowed, and InvalidInput (``issue_gone``) once copies are being made.
    """
    require_coordinator(actor, None)
    _require_here(issue)
    issue.held_at, issue.released_at, issue.steered_by = None, None, actor


def send_now(issue: DigestIssue, *, actor: Person, at: datetime) -> None:
    """Let the worker send an issue at once, whatever its day is and whether it was held back. ``issue`` is locked.

    Raises NotAllowed, and InvalidInput (``issue_gone``) once copies are being made.
    """
    require_coordinator(actor, None)
    _require_here(issue)
    issue.held_at, issue.released_at, issue.steered_by = None, issue.released_at or at, actor


def set_schedule(session: Session, day: int, hour: int, *, actor: Person, at: datetime) -> None:
    """Say when issues go out, those that wait already too; it holds instead of the settings of the site.

    Raises NotAllowed, and InvalidInput as ``studio.domain.issues.checked_schedule`` does.
    """
    require_coordinator(actor, None)
    plan = issues.checked_schedule(day, hour)
    row = queries.set_schedule(session, lock=True) or DigestSchedule()
    row.day, row.hour, row.set_by, row.set_at = plan.day, plan.hour, actor, at
    session.add(row)
    session.flush()


def drop_schedule(session: Session, *, actor: Person) -> None:
    """Let the settings of the site hold again. May be repeated. Raises NotAllowed."""
    require_coordinator(actor, None)
    row = queries.set_schedule(session, lock=True)
    if row is not None:
        session.delete(row)


def _require_here(issue: DigestIssue) -> None:
    if issue.begun_at is not None:
        raise InvalidInput([Problem("issue_gone")])
