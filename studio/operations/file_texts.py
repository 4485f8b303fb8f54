"""Having the text of attached documents read, and writing down what became of it.

A document is read once, whoever attaches it how often: it goes by its bytes. A worker claims it before it begins and
claims run out, so any number of workers may be killed; a document over which several died is given up.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Attachment, FileText, FileTextState, Unreadable
from studio.files.reading import READABLE, Finding
from studio.files.uploads import PreparedUpload
from studio.queries.file_texts import is_due

MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Errand:
    """A document that a worker has claimed."""

    id: int
    sha256: str
    media_type: str


def have_read(session: Session, prepared: PreparedUpload) -> None:
    """Let a file wait to be read, if it is one with text in it and has not been asked for before."""
    if prepared.media_type not in READABLE:
        return
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = sqlite.insert(FileText) if on_sqlite else postgresql.insert(FileText)
    facts = {"sha256": prepared.sha256, "media_type": prepared.media_type}
    session.execute(statement.values(**facts).on_conflict_do_nothing(index_elements=[FileText.sha256]))


def claim(session: Session, *, worker: str, at: datetime, until: datetime) -> Errand | None:
    """Take the document that was attached last and that nobody is reading; None if there is none.

    What workers have begun too often without an end is given up on the way.
    """
    while True:
        row = session.scalars(
            select(FileText).where(is_due(at)).order_by(FileText.id.desc()).limit(1).with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        if row.attempts < MOST_ATTEMPTS:
            row.attempts, row.claimed_by, row.claimed_until = row.attempts + 1, worker, until
            return Errand(row.id, row.sha256, row.media_type)
        _settle(row, Finding(reason=Unreadable.GIVEN_UP), at)
        session.flush()


def record(session: Session, errand: Errand, finding: Finding, *, worker: str, at: datetime) -> bool:
    """Write down what became of a document; tell whether the claim still held, else the new claimer's word counts."""
    row = session.scalars(
        select(FileText).where(FileText.id == errand.id, FileText.claimed_by == worker).with_for_update()
    ).one_or_none()
    if row is not None:
        _settle(row, finding, at)
    return row is not None


def put_in_order(session: Session) -> None:
    """Forget the texts of files that nobody has attached, and let those wait of which nothing is known."""
    session.execute(delete(FileText).where(~exists().where(Attachment.sha256 == FileText.sha256)))
    unknown = (
        select(
            Attachment.sha256,
            func.min(Attachment.media_type),
            literal(FileTextState.WAITING.value),
            literal(""),
            literal(0),
        )
        .where(Attachment.media_type.in_(READABLE), ~exists().where(FileText.sha256 == Attachment.sha256))
        .group_by(Attachment.sha256)
    )
    columns = ["sha256", "media_type", "state", "text", "attempts"]
    session.execute(insert(FileText).from_select(columns, unknown))


def _settle(row: FileText, finding: Finding, at: datetime) -> None:
    row.state, row.text, row.reason, row.read_at = finding.state, finding.text, finding.reason, at
    row.claimed_by = row.claimed_until = None
