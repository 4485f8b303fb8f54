"""What somebody filed, had filed for him or shares in: the list of his own proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models import Person, Proposal, ProposalState, Studio
from studio.queries.desk import Name
from studio.queries.visibility import contributed_by, filed_by

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class MyProposal:
    """One line of the list: where a proposal stands, who looks after it and by when."""

    id: int
    number: str | None
    title: str
    state: ProposalState
    submitter_id: int | None
    filed_by_id: int | None
    submitted_at: datetime | None
    updated_at: datetime
    answer_due_at: datetime | None
    answered_at: datetime | None
    decision_due_at: datetime | None
    submitter: Name
    reviewer: Name | None
    studio: Name | None


@dataclass(frozen=True, slots=True)
class MinePage:
    """One page of somebody's own proposals, and how many there are."""

    proposals: Sequence[MyProposal]
    total: int


_COLUMNS = (
    Proposal.id,
    Proposal.number,
    Proposal.title,
    Proposal.state,
    Proposal.submitter_id,
    Proposal.filed_by_id,
    Proposal.submitted_at,
    Proposal.updated_at,
    Proposal.answer_due_at,
    Proposal.answered_at,
    Proposal.decision_due_at,
)
_KEYS = tuple(column.key for column in _COLUMNS)
_submitter, _reviewer = aliased(Person), aliased(Person)


def page_of(session: Session, person: Person, *, page: int = 1) -> MinePage:
    """Return what waits for the person first, then drafts, then newest first; two statements for any number of rows."""
    own = or_(filed_by(person), and_(contributed_by(person), Proposal.state != ProposalState.DRAFT))
    total = session.scalar(select(func.count()).select_from(Proposal).where(own)) or 0
    waits = case((and_(Proposal.state == ProposalState.INFORMATION_REQUESTED, filed_by(person)), 0), else_=1)
    draft = case((Proposal.state == ProposalState.DRAFT, 0), else_=1)
    statement = (
        select(
            *_COLUMNS,
            Proposal.submitter_text,
            *_named(_submitter.name, _submitter.name_en, "submitter"),
            *_named(_reviewer.name, _reviewer.name_en, "reviewer"),
            *_named(Studio.name_zh, Studio.name_en, "studio"),
        )
        .outerjoin(_submitter, _submitter.id == Proposal.submitter_id)
        .outerjoin(_reviewer, _reviewer.id == Proposal.reviewer_id)
        .outerjoin(Studio, Studio.id == Proposal.studio_id)
        .where(own)
        .order_by(waits, draft, Proposal.submitted_at.desc(), Proposal.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return MinePage([_line(row) for row in session.execute(statement)], total)


def _named(
    zh: InstrumentedAttribute[str], en: InstrumentedAttribute[str], label: str
) -> tuple[ColumnElement[str], ...]:
    return zh.label(f"{label}_zh"), en.label(f"{label}_en")


def _line(row: Any) -> MyProposal:  # noqa: ANN401 - a row of page_of's statement
    return MyProposal(
        **{key: getattr(row, key) for key in _KEYS},
        submitter=_name(row.submitter_zh, row.submitter_en) or Name(row.submitter_text, ""),
        reviewer=_name(row.reviewer_zh, row.reviewer_en),
        studio=_name(row.studio_zh, row.studio_en),
    )


def _name(zh: str | None, en: str | None) -> Name | None:
    return Name(zh, en or "") if zh else None
