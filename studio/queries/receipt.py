"""The slip that somebody gets for a filing: its number, who answers by when, and why this studio."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models import Assignment, Person, Proposal, Studio, StudioMembership, StudioRole, Theme, proposal_themes
from studio.queries.naming import Name
from studio.queries.proposals import is_called
from studio.queries.visibility import filed_by, visible_to


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the slip says. ``mine`` tells whether its reader filed it or had it filed for him."""

    id: int
    number: str | None
    title: str
    mine: bool
    submitter_id: int | None
    submitter: Name | None
    urgent: bool
    studio: Name | None
    reviewer: Name | None
    lead: Name | None
    """Who is reminded if the reviewer does not answer; nobody where that is the reviewer himself."""
    reason: Mapping[str, Any] | None
    words: str
    submitted_at: datetime | None
    answer_due_at: datetime | None
    answered_at: datetime | None
    decision_due_at: datetime | None
    decided_at: datetime | None
    implemented_at: datetime | None


_COLUMNS = (
    Proposal.id,
    Proposal.number,
    Proposal.title,
    Proposal.submitter_id,
    Proposal.submitted_at,
    Proposal.answer_due_at,
    Proposal.answered_at,
    Proposal.decision_due_at,
    Proposal.decided_at,
    Proposal.implemented_at,
)
_KEYS = tuple(column.key for column in _COLUMNS)
_submitter, _reviewer, _lead = aliased(Person), aliased(Person), aliased(Person)


def receipt(session: Session, person: Person, number: str) -> Receipt | None:
    """Return the slip of the proposal of this number (or ``draft-ID``), or None if the person may not know of it."""
    leads = and_(StudioMembership.studio_id == Proposal.studio_id, StudioMembership.role == StudioRole.LEAD)
    running = and_(Assignment.proposal_id == Proposal.id, Assignment.ended_at.is_(None))
    statement = (
        select(
            *_COLUMNS,
            filed_by(person.id).label("mine"),
            _urgent(),
            Assignment.reason,
            Assignment.words,
            *_named(_submitter.name, _submitter.name_en, "submitter"),
            *_named(_reviewer.name, _reviewer.name_en, "reviewer"),
            *_named(_lead.name, _lead.name_en, "lead"),
            *_named(Studio.name_zh, Studio.name_en, "studio"),
        )
        .outerjoin(_submitter, _submitter.id == Proposal.submitter_id)
        .outerjoin(_reviewer, _reviewer.id == Proposal.reviewer_id)
        .outerjoin(Studio, Studio.id == Proposal.studio_id)
        .outerjoin(StudioMembership, leads)
        .outerjoin(_lead, and_(_lead.id == StudioMembership.person_id, _lead.id.is_distinct_from(Proposal.reviewer_id)))
        .outerjoin(Assignment, running)
        .where(is_called(number), visible_to(person))
    )
    row = session.execute(statement).one_or_none()
    return _receipt(row) if row else None


def _urgent() -> Any:  # noqa: ANN401 - SQLAlchemy's labelled column
    return (
        exists()
        .where(proposal_themes.c.proposal_id == Proposal.id, proposal_themes.c.theme_id == Theme.id, Theme.urgent)
        .label("urgent")
    )


def _named(zh: InstrumentedAttribute[str], en: InstrumentedAttribute[str], label: str) -> tuple[Any, Any]:
    return zh.label(f"{label}_zh"), en.label(f"{label}_en")


def _receipt(row: Any) -> Receipt:  # noqa: ANN401 - a row of the statement above
    return Receipt(
        **{key: getattr(row, key) for key in _KEYS},
        mine=bool(row.mine),
        urgent=bool(row.urgent),
        reason=row.reason,
        words=row.words or "",
        submitter=_name(row.submitter_zh, row.submitter_en),
        studio=_name(row.studio_zh, row.studio_en),
        reviewer=_name(row.reviewer_zh, row.reviewer_en),
        lead=_name(row.lead_zh, row.lead_en),
    )


def _name(zh: str | None, en: str | None) -> Name | None:
    return Name(zh, en or "") if zh else None
