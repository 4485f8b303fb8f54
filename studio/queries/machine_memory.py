"""What a machine remembers: what works, what is being tried, what is considered, what was refused and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from models import (
    Attachment,
    AttachmentRole,
    Decision,
    DecisionReason,
    Machine,
    Occasion,
    Person,
    Proposal,
    ProposalState,
)
from studio.domain.blinding import Unnamed
from studio.domain.machines import CHAPTERS, Chapter
from studio.queries.blinding import names_known_to
from studio.queries.naming import Name, named
from studio.queries.visibility import reach_of, visible_to

SHOWN, PER_PAGE = 3, 20
"""Rows of a chapter when all are shown, and of one chapter on a page of its own."""
PICTURES = (AttachmentRole.BEFORE, AttachmentRole.AFTER)


class Remembered(NamedTuple):
    """One proposal about a machine, and what was decided, as its own page tells it."""

    id: int
    number: str
    title: str
    state: ProposalState
    filed_at: datetime
    checked_benefit: Decimal | None
    because: Name | None
    reason: str
    trial_ends_on: date | None
    wake_up_on: date | None
    wake_up_when: str
    occasion: Name | None
    author: Name | Unnamed


@dataclass(frozen=True, slots=True)
class Memory:
    """What the reader may know of. Totals count everything, ``rows`` and ``pictures`` are of the newest only.

    ``saved`` is what finance has checked, in yuan a year. ``pictures`` holds ids of photos by proposal and role.
    """

    totals: Mapping[Chapter, int]
    saved: Decimal
    rows: Mapping[Chapter, Sequence[Remembered]]
    pictures: Mapping[int, Mapping[AttachmentRole, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many there are in all chapters."""
        return sum(self.totals.values())


def memory_of(
    session: Session, reader: Person, machine: Machine, *, only: Chapter | None = None, page: int = 1
) -> Memory:
    """Return what a machine remembers, newest first; three statements for any number of proposals.

    With ``only`` the rows are a page of that chapter.
    """
    about = and_(Proposal.machine_id == machine.id, Proposal.state.in_(CHAPTERS), visible_to(reader))
    totals: dict[Chapter, int] = dict.fromkeys(Chapter, 0)
    saved = Decimal(0)
    for state, count, money in session.execute(_sums(about)):
        totals[CHAPTERS[state]] += count
        saved += money or 0
    rows: defaultdict[Chapter, list[Remembered]] = defaultdict(list)
    for row in session.execute(_paged(about, reader, only, page)):
        made = _remembered(*row)
        rows[CHAPTERS[made.state]].append(made)
    shown = [row.id for chapter in rows.values() for row in chapter]
    return Memory(totals, saved, rows, _pictures(session, shown))


def _sums(about: ColumnElement[bool]) -> Select[ProposalState, int, Decimal | None]:
    works = Proposal.state.in_([state for state, chapter in CHAPTERS.items() if chapter is Chapter.WORKS])
    money = func.sum(case((works, Proposal.checked_benefit)))
    return select(Proposal.state, func.count(), money).where(about).group_by(Proposal.state)


def _paged(about: ColumnElement[bool], reader: Person, only: Chapter | None, page: int) -> Select[Any]:
    newest = (Proposal.submitted_at.desc(), Proposal.id.desc())
    if only is not None:
        states = [state for state, chapter in CHAPTERS.items() if chapter is only]
        ids = select(Proposal.id).where(about, Proposal.state.in_(states)).order_by(*newest)
        ids = ids.limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    else:
        chapter = case(*((Proposal.state == state, place) for state, place in _PLACES.items()), else_=len(Chapter))
        turn = func.row_number().over(partition_by=chapter, order_by=newest).label("turn")
        turns = select(Proposal.id, turn).where(about).subquery()
        ids = select(turns.c.id).where(turns.c.turn <= SHOWN)
    return _rows(reader).where(Proposal.id.in_(ids)).order_by(*newest)


_PLACES = {state: list(Chapter).index(chapter) for state, chapter in CHAPTERS.items()}
_author = aliased(Person)


_COLUMNS: tuple[Any, ...] = (
    Proposal.id,
    Proposal.number,
    Proposal.title,
    Proposal.state,
    Proposal.submitted_at,
    Proposal.checked_benefit,
    DecisionReason.name_zh,
    DecisionReason.name_en,
    Decision.reason,
    Decision.trial_ends_on,
    Decision.wake_up_on,
    Decision.wake_up_when,
    Occasion.name_zh,
    Occasion.name_en,
    func.coalesce(_author.name, Proposal.submitter_text),
    _author.name_en,
)


def _rows(reader: Person) -> Select[Any]:
    holds = and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None))
    return (
        select(*_COLUMNS, names_known_to(reach_of(reader)))
        .outerjoin(_author, _author.id == Proposal.submitter_id)
        .outerjoin(Decision, holds)
        .outerjoin(DecisionReason, DecisionReason.id == Decision.because_id)
        .outerjoin(Occasion, Occasion.id == Decision.occasion_id)
    )


def _remembered(*values: Any) -> Remembered:  # noqa: ANN401 - a row of _rows
    *facts, because, because_en, reason, ends_on, wake_on, wake_when, waits, waits_en, author, author_en, known = values
    told = (named(because, because_en), reason or "", ends_on, wake_on, wake_when or "", named(waits, waits_en))
    return Remembered._make((*facts, *told, Name(author, author_en or "") if known else Unnamed.AUTHOR))


def _pictures(session: Session, ids: Sequence[int]) -> Mapping[int, Mapping[AttachmentRole, int]]:
    """Return the latest photo before and after of each; their own names are never told, they may name somebody."""
    shots = and_(
        Attachment.proposal_id.in_(ids), Attachment.role.in_(PICTURES), Attachment.thumbnail_sha256.is_not(None)
    )
    statement = select(Attachment.proposal_id, Attachment.role, Attachment.id).where(shots).order_by(Attachment.id)
    found: defaultdict[int, dict[AttachmentRole, int]] = defaultdict(dict)
    for proposal_id, role, attachment_id in session.execute(statement):
        found[proposal_id][role] = attachment_id
    return found
