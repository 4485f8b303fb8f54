"""Proposals by their number, and the lists people look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only, selectinload

from models import (
    Assignment,
    Contributor,
    Person,
    Proposal,
    ProposalState,
    Review,
    ReviewScore,
    Studio,
)

DRAFT_PREFIX = "draft-"
LONGEST_ID = 9
"""More digits than a database id has."""


def reference_of(proposal: Proposal) -> str:
    """Return what addresses a proposal in a URL: its number, or ``draft-ID`` before it has one."""
    return proposal.number or f"{DRAFT_PREFIX}{proposal.id}"


def by_number(session: Session, number: str, *, lock: bool = False) -> Proposal | None:
    """Return the proposal with this number or draft reference, with what permissions look at.

    With ``lock`` the row stays locked until the transaction ends, so nobody else can act on it meanwhile.
    """
    statement = select(Proposal).options(
        selectinload(Proposal.contributors).joinedload(Contributor.person),
        selectinload(Proposal.themes),
        joinedload(Proposal.unit),
        joinedload(Proposal.kind),
        joinedload(Proposal.studio).selectinload(Studio.memberships),
    )
    statement = statement.where(_is_called(number))
    if lock:
        statement = statement.with_for_update(of=Proposal)
    return session.scalars(statement).unique().one_or_none()


def _is_called(number: str) -> ColumnElement[bool]:
    draft_id = number.removeprefix(DRAFT_PREFIX) if number.startswith(DRAFT_PREFIX) else ""
    if draft_id.isdecimal() and draft_id.isascii() and len(draft_id) <= LONGEST_ID:
        return Proposal.id == int(draft_id)
    # PostgreSQL refuses to be asked for a text with a NUL in it; nothing is called so.
    return Proposal.number == number.replace("\0", "")


MINE_PER_PAGE = 30


def by_name_only() -> tuple[Any, ...]:
    """Options for a query of people who are only to be named: no roles, no studios, no preferences."""
    return (
        load_only(Person.name, Person.name_en, Person.unit_id, Person.employee_no),
        lazyload(Person.preferences),
        lazyload(Person.grants),
        lazyload(Person.memberships),
    )


def with_its_story(session: Session, number: str) -> Proposal | None:
    """Return the proposal with all that its page tells; the number of statements is the same for every proposal.

    People who appear in it are loaded once, by name only, and found by their id wherever they are mentioned.
    """
    proposal = session.scalars(_by_reference(number)).unique().one_or_none()
    if proposal is None:
        return None
    people = select(Person).where(Person.id.in_(_people_in(proposal))).options(*by_name_only())
    # The session remembers people only while somebody holds them.
    session.info["people of the page"] = session.scalars(people).unique().all()
    return proposal


def _by_reference(number: str) -> Select[Proposal]:
    statement = select(Proposal).options(
        joinedload(Proposal.unit),
        joinedload(Proposal.kind),
        joinedload(Proposal.studio).selectinload(Studio.memberships),
        joinedload(Proposal.duplicate_of).selectinload(Proposal.contributors),
        selectinload(Proposal.themes),
        selectinload(Proposal.contributors),
        selectinload(Proposal.attachments),
        selectinload(Proposal.assignments).joinedload(Assignment.studio),
        selectinload(Proposal.reviews).selectinload(Review.scores).joinedload(ReviewScore.criterion),
        selectinload(Proposal.information_requests),
        selectinload(Proposal.decisions),
        selectinload(Proposal.comments),
        selectinload(Proposal.events),
    )
    return statement.where(_is_called(number))


def _people_in(proposal: Proposal) -> frozenset[int]:
    """Return the ids of everybody the page may name."""
    facts = (
        *(getattr(proposal, column) for column in PEOPLE_COLUMNS),
        *(share.person_id for share in proposal.contributors),
        *(member.person_id for member in (proposal.studio.memberships if proposal.studio else ())),
        *(made.assigned_by_id for made in proposal.assignments),
        *(review.reviewer_id for review in proposal.reviews),
        *(asked.asked_by_id for asked in proposal.information_requests),
        *(asked.answered_by_id for asked in proposal.information_requests),
        *(decision.decided_by_id for decision in proposal.decisions),
        *(comment.author_id for comment in proposal.comments),
        *(event.actor_id for event in proposal.events),
    )
    return frozenset(person_id for person_id in facts if person_id is not None)


PEOPLE_COLUMNS = ("submitter_id", "filed_by_id", "reviewer_id", "implemented_by_id", "verified_by_id")


@dataclass(frozen=True, slots=True)
class MinePage:
    """One page of somebody's own proposals, and how many there are."""

    proposals: Sequence[Proposal]
    total: int


def mine(session: Session, person: Person, *, page: int = 1) -> MinePage:
    """Return what the person filed, had filed for him or shares in: what waits for him first, then newest first."""
    own = _written_by(person)
    total = session.scalar(select(func.count()).select_from(Proposal).where(own)) or 0
    waits = case((and_(Proposal.state == ProposalState.INFORMATION_REQUESTED, _filed_by(person)), 0), else_=1)
    draft = case((Proposal.state == ProposalState.DRAFT, 0), else_=1)
    statement = (
        select(Proposal)
        .where(own)
        .order_by(waits, draft, Proposal.submitted_at.desc(), Proposal.id.desc())
        .options(
            selectinload(Proposal.reviewer).options(*by_name_only()),
            selectinload(Proposal.submitter).options(*by_name_only()),
            joinedload(Proposal.studio),
            selectinload(Proposal.contributors),
        )
        .limit(MINE_PER_PAGE)
        .offset((page - 1) * MINE_PER_PAGE)
    )
    return MinePage(session.scalars(statement).unique().all(), total)


def _filed_by(person: Person) -> ColumnElement[bool]:
    return or_(Proposal.submitter_id == person.id, Proposal.filed_by_id == person.id)


def _written_by(person: Person) -> ColumnElement[bool]:
    shares = exists().where(Contributor.proposal_id == Proposal.id, Contributor.person_id == person.id)
    return or_(_filed_by(person), and_(shares, Proposal.state != ProposalState.DRAFT))
