"""What the monthly digest reads: the facts of a month, frozen at its close, and the proposals they speak of.

Frozen facts hold ids and numbers only. Whatever is shown is loaded when a copy is composed, so a proposal that was
made confidential since is not shown to those who may not read it any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    CommentVisibility,
    Contributor,
    Decision,
    DigestIssue,
    Outcome,
    PanelSeat,
    Person,
    Proposal,
    ProposalState,
    Review,
    Unit,
)
from studio.domain.periods import Month
from studio.domain.quotation import own_sentence
from studio.domain.workflow import OPEN
from studio.queries import digest_figures
from studio.queries.blinding import concealing
from studio.queries.visibility import open_to_everybody

CANDIDATES = 8
"""How many stories, refusals and answers are kept, best first, for readers who have seen the best one already."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person or unit, as far as a mail speaks of it."""

    id: int
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Card:
    """A proposal, as far as a digest speaks of it. ``open`` means that every colleague may read it."""

    id: int
    number: str
    title: str
    open: bool
    state: ProposalState
    unit: Named | None
    unit_ids: tuple[int, ...]
    authors: tuple[Named, ...]
    """Nobody where the names are hidden, and no unit either; ``author_ids`` has them all the same."""
    checked_benefit: Decimal | None
    studio_id: int | None = None
    reviewer_id: int | None = None
    filer_ids: frozenset[int] = frozenset()
    hidden_ids: frozenset[int] = frozenset()
    """Authors who must not be named."""
    due_at: datetime | None = None
    answered: bool = False
    team_leader_id: int | None = None

    def __hash__(self) -> int:
        """Cards of one proposal that differ are told apart by comparing them; most that are asked for are the same."""
        return hash(self.id)

    @property
    def author_ids(self) -> frozenset[int]:
        """Everybody whose own proposal it is: authors, and who filed it for them."""
        return self.filer_ids | self.hidden_ids | {author.id for author in self.authors}


def facts_of(session: Session, month: Month, zone: ZoneInfo) -> dict[str, Any]:
    """Return the facts of a month in the site's time zone, ready to be stored as JSON."""
    start, end = month.span(zone)
    before = month.previous.span(zone)
    happened = happened_in(session, start, end)
    decided = happened["decided"]
    return {
        "numbers": _numbers(session, start, end),
        "before": _numbers(session, *before),
        "states": _states(session, start, end),
        "filed": _ids(session, _in(Proposal.submitted_at, start, end)),
        **happened,
        **_clock(session, start, end),
        "refused": [row[:2] for row in decided if row[2] in {Outcome.DECLINED, Outcome.INADMISSIBLE}][:CANDIDATES],
        "news": _news(session, start, end),
        **digest_figures.figures_of(session, month, zone),
    }


def happened_in(session: Session, start: datetime, end: datetime) -> dict[str, Any]:
    """Return what was decided, put to use and checked on site in a span, and the stories worth telling first."""
    decided = _decided(session, start, end)
    implemented = _ids(session, _in(Proposal.implemented_at, start, end), by=Proposal.checked_benefit)
    return {
        "decided": decided,
        "implemented": implemented,
        "verified": _ids(session, _in(Proposal.verified_at, start, end)),
        "stories": _stories(session, implemented or [row[0] for row in decided if row[2] == Outcome.ACCEPTED]),
    }


def _in(moment: Any, start: datetime, end: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - any time column
    return and_(moment >= start, moment < end)


def _ids(session: Session, condition: ColumnElement[bool], by: Any = Proposal.id) -> list[int]:  # noqa: ANN401 - any column
    filed = Proposal.number.is_not(None)
    return list(
        session.scalars(select(Proposal.id).where(condition, filed).order_by(by.desc().nulls_last(), Proposal.id))
    )


def _numbers(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """Count what happened in a span to proposals that every colleague may read.

    ``checked`` is the checked yearly benefit of what was put to use, in yuan.
    """
    implemented = _in(Proposal.implemented_at, start, end)
    row = session.execute(
        select(
            func.count().filter(_in(Proposal.submitted_at, start, end)).label("filed"),
            func.count().filter(_in(Proposal.answered_at, start, end)).label("answered"),
            func.count()
            .filter(_in(Proposal.answered_at, start, end), Proposal.answered_at <= Proposal.answer_due_at)
            .label("in_time"),
            func.count().filter(_in(Proposal.decided_at, start, end)).label("decided"),
            func.count().filter(implemented).label("implemented"),
            func.count().filter(_in(Proposal.verified_at, start, end)).label("verified"),
            func.coalesce(func.sum(Proposal.checked_benefit).filter(implemented), 0).label("checked"),
        ).where(open_to_everybody())
    ).one()
    return {name: int(value) for name, value in row._asdict().items()}


def _states(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """Return where the month's filings stand at its close."""
    counted = (
        select(Proposal.state, func.count()).where(_in(Proposal.submitted_at, start, end)).group_by(Proposal.state)
    )
    return {state.value: count for state, count in session.execute(counted)}


def _decided(session: Session, start: datetime, end: datetime) -> list[list[Any]]:
    """Return proposal, decision and outcome of each decision that still holds, the newest first."""
    rows = session.execute(
        select(Decision.proposal_id, Decision.id, Decision.outcome)
        .where(_in(Decision.decided_at, start, end), Decision.superseded_at.is_(None))
        .order_by(Decision.decided_at.desc(), Decision.id)
    )
    return [[proposal, decision, outcome.value] for proposal, decision, outcome in rows]


def _news(session: Session, start: datetime, end: datetime) -> list[list[Any]]:
    """Return each proposal with the last thing that happened to it in the month, the newest first."""
    decided = _in(Decision.decided_at, start, end)
    used, seen = (_in(moment, start, end) for moment in (Proposal.implemented_at, Proposal.verified_at))
    rows = session.execute(
        select(Proposal.id, Decision.outcome, Decision.decided_at, Proposal.implemented_at, Proposal.verified_at)
        .outerjoin(Decision, and_(Decision.proposal_id == Proposal.id, Decision.superseded_at.is_(None)))
        .where(Proposal.number.is_not(None), or_(decided, used, seen))
    )
    found = []
    for proposal_id, outcome, *moments in rows:
        happened = zip(moments, (outcome, "implemented", "verified"), strict=True)
        told = [(at, what) for at, what in happened if at is not None and start <= at < end]
        found.append((told[-1][0], proposal_id, str(told[-1][1])))
    return [[proposal_id, what] for _, proposal_id, what in sorted(found, reverse=True)]


def _clock(session: Session, start: datetime, end: datetime) -> dict[str, list[list[int]]]:
    """Return the quickest first answers of the month, and who has waited longest at its close; in seconds."""
    answered = session.execute(
        select(Proposal.id, Proposal.submitted_at, Proposal.answered_at).where(
            _in(Proposal.answered_at, start, end), Proposal.submitted_at.is_not(None)
        )
    )
    quickest = sorted((int((a - s).total_seconds()), i) for i, s, a in answered if s is not None and a is not None)
    waiting = session.execute(
        select(Proposal.id, Proposal.submitted_at)
        .where(
            Proposal.submitted_at < end,
            or_(Proposal.answered_at.is_(None), Proposal.answered_at >= end),
            Proposal.state.in_(OPEN),
        )
        .order_by(Proposal.submitted_at, Proposal.id)
        .limit(CANDIDATES)
    )
    return {
        "fastest": [[proposal, seconds] for seconds, proposal in quickest[:CANDIDATES]],
        "oldest": [[proposal, int((end - filed).total_seconds())] for proposal, filed in waiting if filed is not None],
    }


def _stories(session: Session, ids: Sequence[int]) -> list[list[Any]]:
    """Return proposal, a colleague's own sentence about it, and who said it, for the stories worth telling first."""
    proposals = session.scalars(
        select(Proposal)
        .where(Proposal.id.in_(ids[: 4 * CANDIDATES]), open_to_everybody())
        .options(selectinload(Proposal.comments), joinedload(Proposal.submitter))
    ).unique()
    by_id = {proposal.id: proposal for proposal in proposals}
    told = (_sentence_about(by_id[i]) for i in ids if i in by_id)
    return [story for story in told if story][:CANDIDATES]


def _sentence_about(proposal: Proposal) -> list[Any] | None:
    comments = (c for c in proposal.comments if c.visibility is CommentVisibility.COMMENT)
    said = [(c.body, c.author_id) for c in comments]
    if proposal.submitter_id is not None:
        said.append((proposal.effect, proposal.submitter_id))
    for words, person_id in said:
        sentence = own_sentence(words)
        if sentence:
            return [proposal.id, sentence, person_id]
    return None


def stories_among(session: Session, ids: Sequence[int]) -> Sequence[Sequence[Any]]:
    """Return proposal, sentence and speaker as an issue keeps them, for some of its proposals: one unit's, say."""
    return _stories(session, ids)


def issue_of(session: Session, month: Month, *, lock: bool = False) -> DigestIssue | None:
    """Return the stored issue of a month; with ``lock`` nobody else can send it meanwhile."""
    statement = select(DigestIssue).where(DigestIssue.month == str(month))
    return session.scalars(statement.with_for_update() if lock else statement).one_or_none()


def cards(session: Session, condition: ColumnElement[bool]) -> dict[int, Card]:
    """Return cards of the proposals that meet a condition, by id; two statements whatever their number."""
    proposals = session.execute(
        select(
            Proposal.id,
            Proposal.number,
            Proposal.title,
            Proposal.confidential,
            concealing().label("concealed"),
            Proposal.state,
            Proposal.checked_benefit,
            Proposal.studio_id,
            Proposal.reviewer_id,
            Proposal.team_leader_id,
            Proposal.submitter_id,
            Proposal.filed_by_id,
            Proposal.submitter_text,
            Proposal.answered_at,
            Proposal.answer_due_at,
            Proposal.decision_due_at,
            Unit.id.label("unit_id"),
            Unit.name_zh,
            Unit.name_en,
            Unit.path,
        )
        .outerjoin(Unit, Proposal.unit_id == Unit.id)
        .where(condition, Proposal.number.is_not(None))
    ).all()
    authors = _authors(session, condition)
    return {row.id: _card(row, authors.get(row.id, ())) for row in proposals}


def _authors(session: Session, condition: ColumnElement[bool]) -> Mapping[int, Sequence[Named]]:
    rows = session.execute(
        select(Contributor.proposal_id, Contributor.name_text, Person.id, Person.name, Person.name_en)
        .join(Proposal, Contributor.proposal_id == Proposal.id)
        .outerjoin(Person, Contributor.person_id == Person.id)
        .where(condition)
        .order_by(Contributor.proposal_id, Contributor.position, Contributor.id)
    )
    found: dict[int, list[Named]] = {}
    for proposal_id, text, person_id, name, name_en in rows:
        found.setdefault(proposal_id, []).append(Named(person_id or 0, name or text, name_en or ""))
    return found


def _card(row: Any, authors: Sequence[Named]) -> Card:  # noqa: ANN401 - a row of the statement above
    unit = Named(row.unit_id, row.name_zh, row.name_en) if row.unit_id else None
    if not authors and row.submitter_text:
        authors = (Named(0, row.submitter_text, ""),)
    hidden = frozenset(author.id for author in authors) if row.concealed else frozenset[int]()
    path = "" if row.concealed else row.path or ""
    return Card(
        id=row.id,
        number=row.number,
        title=row.title,
        open=not row.confidential,
        state=row.state,
        unit=None if row.concealed else unit,
        unit_ids=tuple(int(part) for part in path.split("/") if part),
        authors=() if row.concealed else tuple(authors),
        hidden_ids=hidden,
        checked_benefit=row.checked_benefit,
        studio_id=row.studio_id,
        reviewer_id=row.reviewer_id,
        filer_ids=frozenset({row.submitter_id, row.filed_by_id} - {None}),
        due_at=row.decision_due_at if row.answered_at else row.answer_due_at,
        answered=row.answered_at is not None,
        team_leader_id=row.team_leader_id,
    )


def empty_score_sheets(session: Session) -> Mapping[int, Sequence[int]]:
    """Return the ids of what each judge is asked to score and has not, by his id."""
    scored = exists().where(Review.proposal_id == PanelSeat.proposal_id, Review.reviewer_id == PanelSeat.person_id)
    statement = (
        select(PanelSeat.person_id, PanelSeat.proposal_id)
        .join(Proposal, Proposal.id == PanelSeat.proposal_id)
        .where(PanelSeat.ended_at.is_(None), Proposal.state == ProposalState.UNDER_REVIEW, ~scored)
    )
    found: dict[int, list[int]] = {}
    for person_id, proposal_id in session.execute(statement):
        found.setdefault(person_id, []).append(proposal_id)
    return found


def names_of(session: Session, person_ids: Iterable[int]) -> dict[int, tuple[Named, Named]]:
    """Return people and their units by the person's id."""
    rows = session.execute(
        select(Person.id, Person.name, Person.name_en, Unit.id, Unit.name_zh, Unit.name_en)
        .join(Unit, Person.unit_id == Unit.id)
        .where(Person.id.in_(list(person_ids)))
    )
    return {i: (Named(i, name, en), Named(unit, zh, unit_en)) for i, name, en, unit, zh, unit_en in rows}


def reasons_of(session: Session, decision_ids: Iterable[int]) -> dict[int, str]:
    """Return the reasons of decisions by id."""
    rows = session.execute(select(Decision.id, Decision.reason).where(Decision.id.in_(list(decision_ids))))
    return {decision_id: reason for decision_id, reason in rows}  # noqa: C416 - dict() does not accept typed rows
