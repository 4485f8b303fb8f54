"""Attaching files to a proposal, taking them off a draft, and clearing away what nothing refers to."""

import logging
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Attachment, AttachmentRole, Person, Proposal, ProposalState, Verb
from studio.domain.errors import InvalidInput, Problem
from studio.files import names
from studio.files.refusals import FileRefused, Reason
from studio.files.store import FileStore
from studio.files.uploads import PreparedUpload, UploadLimits, prepare_upload
from studio.operations import file_texts
from studio.operations.transition import move, require

BATCH = 500
log = logging.getLogger(__name__)


def prepare_attachment(
    stream: BinaryIO, filename: str, *, limits: UploadLimits, store: FileStore, field: str
) -> PreparedUpload:
    """Check an upload and keep its bytes. This is slow: call it before ``writing``.

    ``field`` is where the form shows a refusal. Raises InvalidInput; its code is one of ``Reason``.
    """
    try:
        return prepare_upload(stream, filename, limits, store)
    except FileRefused as refused:
        if refused.reason is Reason.DISK_FULL:
            log.error("no room is left on the disk for uploads")  # noqa: TRY400 - the traceback would say no more
        shown = names.cleaned(filename)[: names.LONGEST]
        problem = Problem(refused.reason.value, field, {"filename": shown, **refused.params})
        raise InvalidInput([problem]) from refused


def attach(
    session: Session,
    proposal: Proposal,
    prepared: PreparedUpload,
    *,
    role: AttachmentRole,
    actor: Person,
    at: datetime,
    files_per_proposal: int,
) -> Attachment:
    """Add a prepared file to a proposal. The same file in the same role a second time changes nothing.

    ``role`` is what the sender says; a film sent as a photo becomes a recording. On PostgreSQL load the proposal
    with its lock, so that two uploads cannot pass the limit together. Raises NotAllowed, WrongState, and
    InvalidInput (``too_many_files``).
    """
    require(proposal, Verb.ATTACH, actor=actor)
    role = _role_that_fits(prepared, role)
    for present in proposal.attachments:
        if (present.sha256, present.role) == (prepared.sha256, role):
            return present
    if len(proposal.attachments) >= files_per_proposal:
        raise InvalidInput([Problem(Reason.TOO_MANY_FILES.value, params={"limit": files_per_proposal})])
    attachment = Attachment(
        proposal=proposal,
        role=role,
        sha256=prepared.sha256,
        thumbnail_sha256=prepared.thumbnail_sha256,
        filename=prepared.filename,
        media_type=prepared.media_type,
        size=prepared.size,
        width=prepared.width,
        height=prepared.height,
        uploaded_by=actor,
        created_at=at,
    )
    session.add(attachment)
    file_texts.have_read(session, prepared)
    if proposal.state is not ProposalState.DRAFT:  # A draft has no timeline yet.
        facts = {"filename": attachment.filename, "role": role.value}
        move(session, proposal, Verb.ATTACH, actor=actor, at=at, data=facts)
    return attachment


def remove_attachment(attachment: Attachment, *, actor: Person) -> None:
    """Take a file off a draft; its bytes stay until nothing refers to them for a day.

    A draft has no timeline yet, so no event is left: what was removed before filing is nobody's business.
    Raises NotAllowed, and WrongState once the proposal is filed, because reviewers have judged what they saw.
    """
    proposal = attachment.proposal
    require(proposal, Verb.REMOVE_ATTACHMENT, actor=actor)
    proposal.attachments.remove(attachment)


def discard_unused_files(session: Session, store: FileStore, *, older_than: datetime) -> int:
    """Remove kept files that no attachment names and what dead uploads left; return how many.

    Files younger than ``older_than`` stay: somebody may be about to attach them. A day is plenty.
    """
    shelves = ((store, Attachment.sha256), (store.thumbnails, Attachment.thumbnail_sha256))
    return sum(_discard_from(session, shelf, column, older_than) for shelf, column in shelves)


def _discard_from(
    session: Session,
    shelf: FileStore,
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    older_than: datetime,
) -> int:
    removed = shelf.sweep(older_than=older_than)
    for batch in _batches(shelf.stored()):
        used = set(session.scalars(select(column).where(column.in_(batch))))
        removed += sum(shelf.discard(sha256, older_than=older_than) for sha256 in batch if sha256 not in used)
    return removed


def _batches(items: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _role_that_fits(prepared: PreparedUpload, role: AttachmentRole) -> AttachmentRole:
    """Only pictures stand side by side as before and after; a sheet may also have been scanned."""
    family = prepared.media_type.partition("/")[0]
    if family in {"audio", "video"}:
        return AttachmentRole.RECORDING
    if family == "image":
        return AttachmentRole.DOCUMENT if role is AttachmentRole.RECORDING else role
    return AttachmentRole.PAPER if role is AttachmentRole.PAPER else AttachmentRole.DOCUMENT
