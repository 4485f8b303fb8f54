"""What attached documents say, as far as it has been read."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import Session

from models import Attachment, FileText, FileTextState, Proposal, Unreadable
from studio.queries.blinding import concealing


@dataclass(frozen=True, slots=True)
class Figures:
    """How many documents have been read, wait to be, and could not be, by the reason."""

    read: int
    waiting: int
    unreadable: Mapping[Unreadable, int]


def is_due(at: datetime) -> ColumnElement[bool]:
    """Return the condition that keeps what waits to be read and nobody is reading."""
    free = or_(FileText.claimed_until.is_(None), FileText.claimed_until <= at)
    return and_(FileText.state == FileTextState.WAITING, free)


def any_due(session: Session, *, at: datetime) -> bool:
    """Tell whether there is anything to read."""
    return session.scalar(select(FileText.id).where(is_due(at)).limit(1)) is not None


def figures(session: Session) -> Figures:
    """Count documents by what became of them; one statement."""
    rows = session.execute(
        select(FileText.state, FileText.reason, func.count()).group_by(FileText.state, FileText.reason)
    )
    found = {(state, reason): count for state, reason, count in rows}
    return Figures(
        read=found.get((FileTextState.READ, None), 0) + found.get((FileTextState.EMPTY, None), 0),
        waiting=found.get((FileTextState.WAITING, None), 0),
        unreadable={reason: count for (_, reason), count in found.items() if reason is not None},
    )


def said_in_files(session: Session, proposal_ids: Collection[int]) -> Mapping[int, list[tuple[str, str]]]:
    """Return name and text of the documents of some proposals, which the reader must be known to be allowed to read.

    Not of those that conceal names: there a document is not found by what it says.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for proposal_id, filename, text in session.connection().execute(_SAID, {"ids": sorted(proposal_ids)}):
        found.setdefault(proposal_id, []).append((filename, text))
    return found


_SAID = (
    select(Attachment.proposal_id, Attachment.filename, FileText.text)
    .join(FileText, FileText.sha256 == Attachment.sha256)
    .join(Proposal, Proposal.id == Attachment.proposal_id)
    .where(
        Attachment.proposal_id.in_(bindparam("ids", expanding=True)),
        FileText.state == FileTextState.READ,
        not_(concealing()),
    )
    .order_by(Attachment.id)
)


def without_text(session: Session, proposal_id: int) -> Mapping[str, Unreadable | None]:
    """Return the documents of a proposal that the search finds nothing in, by SHA-256; None: there is no text in it."""
    nothing = (FileTextState.EMPTY, FileTextState.UNREADABLE)
    rows = session.execute(
        select(FileText.sha256, FileText.reason)
        .join(Attachment, Attachment.sha256 == FileText.sha256)
        .where(Attachment.proposal_id == proposal_id, FileText.state.in_(nothing))
    )
    return dict(rows.all())
