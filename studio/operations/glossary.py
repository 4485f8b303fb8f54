"""Keeping the glossary: rows of words that mean the same to whoever searches."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import GlossaryRow, Person
from studio.domain import glossary, permissions
from studio.domain.errors import InvalidInput, NotAllowed, Problem, Stale
from studio.domain.permissions import Duty
from studio.queries import glossary as rows


def add(session: Session, text: str, *, actor: Person, at: datetime) -> GlossaryRow:
    """Add a row of the words in ``text``. Raises NotAllowed, and InvalidInput as ``change`` does."""
    _require(actor)
    made = GlossaryRow(words=_free(session, text), changed_by=actor, changed_at=at)
    session.add(made)
    session.flush()
    return made


def change(session: Session, row: GlossaryRow, text: str, *, seen: int, actor: Person, at: datetime) -> None:
    """Let a row consist of other words.

    Raises NotAllowed, Stale if it is not the revision that was ``seen``, and InvalidInput at ``words`` as
    ``studio.domain.glossary`` does, or ``glossary_row_there``.
    """
    _require(actor)
    if row.revision != seen:
        raise Stale
    row.words, row.changed_by, row.changed_at = _free(session, text, but=row), actor, at
    session.flush()


def remove(session: Session, row: GlossaryRow, *, seen: int, actor: Person) -> None:
    """Take a row away: its words no longer find each other. Raises NotAllowed and Stale."""
    _require(actor)
    if row.revision != seen:
        raise Stale
    session.delete(row)
    session.flush()


def _require(actor: Person) -> None:
    if not permissions.has_duty(actor, Duty.KEEP_GLOSSARY):
        raise NotAllowed


def _free(session: Session, text: str, but: GlossaryRow | None = None) -> str:
    words = glossary.words_of(text)
    if any(set(row.listed) == set(words) for row in rows.having(session, words[0]) if row is not but):
        raise InvalidInput([Problem("glossary_row_there", "words")])
    return ";".join(words)
