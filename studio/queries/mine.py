"""What somebody filed, had filed for him or shares in: the list of his own proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models import Person, Proposal, ProposalState, Studio
from studio.queries.naming import Name
from studio.queries.visibility import contributed_by, filed_by
from studio.queries.working_time import works_by

PER_PAGE = 30
ANSWER_OWED = frozenset({ProposalState.UNDER_REVIEW, ProposalState.TEAM_CHECK})


class MyProposal(NamedTuple):
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
    works_by: str | None
    submitter: Name
    reviewer: Name | None
    studio: Name | None

    @property
    def next_due(self) -> datetime | None:
        """By when somebody owes the next answer; None where nobody does."""
        if self.state not in ANSWER_OWED:
            return None
        return self.decision_due_at if self.answered_at else self.answer_due_at or self.decision_due_at


@dataclass(frozen=True, slots=True)
class MinePage:
    """One page of somebody's own proposals, and how many there are."""

    proposals: tuple[MyProposal, ...]
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
_submitter, _reviewer = aliased(Person), aliased(Person)
_ME = bindparam("me", type_=Integer)
_OWN = or_(filed_by(_ME), and_(contributed_by(_ME), Proposal.state != ProposalState.DRAFT))
_WAITS = case((and_(Proposal.state == ProposalState.INFORMATION_REQUESTED, filed_by(_ME)), 0), else_=1)
_DRAFT = case((Proposal.state == ProposalState.DRAFT, 0), else_=1)


def _named(
    zh: InstrumentedAttribute[str], en: InstrumentedAttribute[str], label: str
) -> tuple[ColumnElement[str], ColumnElement[str]]:
    return zh.label(f"{label}_zh"), en.label(f"{label}_en")


_TOTAL = select(func.count()).select_from(Proposal).where(_OWN)
_PAGE = (
    select(
        *_COLUMNS,
        works_by(),
        Proposal.submitter_text,
        *_named(_submitter.name, _submitter.name_en, "submitter"),
        *_named(_reviewer.name, _reviewer.name_en, "reviewer"),
        *_named(Studio.name_zh, Studio.name_en, "studio"),
    )
    .outerjoin(_submitter, _submitter.id == Proposal.submitter_id)
    .outerjoin(_reviewer, _reviewer.id == Proposal.reviewer_id)
    .outerjoin(Studio, Studio.id == Proposal.studio_id)
    .where(_OWN)
    .order_by(_WAITS, _DRAFT, Proposal.submitted_at.desc(), Proposal.id.desc())
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("before", type_=Integer))
)


def page_of(session: Session, person: Person, *, page: int = 1) -> MinePage:
    """Return what waits for the person first, then drafts, then newest first; two statements for any number of rows."""
    ask = session.connection().execute
    rows = ask(_PAGE, {"me": person.id, "most": PER_PAGE, "before": (page - 1) * PER_PAGE})
    proposals = tuple(_line(*row) for row in rows)
    whole = page == 1 and len(proposals) < PER_PAGE
    total = len(proposals) if whole else ask(_TOTAL, {"me": person.id}).scalar_one()
    return MinePage(proposals, total)


def _line(*values: Any) -> MyProposal:  # noqa: ANN401 - a row of the statement
    *facts, written, submitter, submitter_en, reviewer, reviewer_en, studio, studio_en = values
    author = _name(submitter, submitter_en) or Name(written, "")
    return MyProposal._make((*facts, author, _name(reviewer, reviewer_en), _name(studio, studio_en)))


def _name(zh: str | None, en: str | None) -> Name | None:
    return Name(zh, en or "") if zh else None


def filed_under(session: Session, person: Person, keys: Sequence[str]) -> dict[str, Proposal]:
    """Return what ``person`` filed under which of these keys that his browser chose; drafts are not filed yet."""
    known = Proposal.filing_key.in_([key.replace("\0", "") for key in keys])
    statement = select(Proposal).where(known, filed_by(person.id), Proposal.submitted_at.is_not(None))
    return {str(proposal.filing_key): proposal for proposal in session.scalars(statement).unique()} if keys else {}
