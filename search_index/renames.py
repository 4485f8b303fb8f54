"""What stands in the index beside a proposal's own record makes it stale when it changes.

A person, studio or machine that gets another name, a unit that moves, a comment or a file that is added, a file whose
text has been read. Watched where every change passes, at the session's flush, so that no import and no page can forget
it.
"""

from collections.abc import Iterable, Mapping
from typing import TypeGuard

from sqlalchemy import ColumnElement, event, or_, select
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PassiveFlag

from models import (
    Attachment,
    Comment,
    CommentVisibility,
    Contributor,
    FileText,
    Machine,
    Person,
    Proposal,
    Studio,
    Unit,
)
from search_index.sync import mark_stale

Carried = Person | Studio | Machine | Unit | FileText
WATCHED: Mapping[type[Carried], tuple[str, ...]] = {
    Person: ("name", "name_en", "employee_no"),
    Studio: ("name_zh", "name_en"),
    Machine: ("name_zh", "name_en"),
    Unit: ("path",),
    FileText: ("text",),
}
"""What of other records ``documents.document_of`` writes into the index."""


def watch() -> None:
    """Begin to watch all sessions; a second call changes nothing."""
    if not event.contains(Session, "before_flush", _before_flush):
        event.listen(Session, "before_flush", _before_flush)


def _before_flush(session: Session, _transaction: UOWTransaction, _instances: object) -> None:
    for kind, names in WATCHED.items():
        ids = [thing.id for thing in session.dirty if isinstance(thing, kind) and _differs(thing, names)]
        if ids:
            mark_stale(session, _carrying(kind, ids))
    added_to = {thing.proposal_id or thing.proposal.id for thing in session.new if _is_found(thing)}
    if added_to:
        mark_stale(session, Proposal.id.in_(added_to - {None}))


def _is_found(thing: object) -> TypeGuard[Comment | Attachment]:
    """Tell whether something new below a proposal will be found."""
    if isinstance(thing, Comment):
        return thing.visibility is CommentVisibility.COMMENT
    return isinstance(thing, Attachment)


def _differs(thing: Carried, names: Iterable[str]) -> bool:
    return any(get_history(thing, name, PassiveFlag.PASSIVE_NO_FETCH).has_changes() for name in names)


def _carrying(kind: type[Carried], ids: list[int]) -> ColumnElement[bool]:
    """Return the condition on Proposal that finds what carries one of these."""
    if kind is Studio:
        return Proposal.studio_id.in_(ids)
    if kind is Machine:
        return Proposal.machine_id.in_(ids)
    if kind is Unit:
        return Proposal.unit_id.in_(ids)
    if kind is FileText:
        attached = select(Attachment.proposal_id).join(FileText, FileText.sha256 == Attachment.sha256)
        return Proposal.id.in_(attached.where(FileText.id.in_(ids)))
    shares = select(Contributor.proposal_id).where(Contributor.person_id.in_(ids))
    return or_(Proposal.submitter_id.in_(ids), Proposal.id.in_(shares))
