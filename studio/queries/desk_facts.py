"""Everything that lies on a judge's desk, as far as it can be narrowed; read whole, because each choice is counted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, null, or_, select
from sqlalchemy.orm import Session

from models import (
    Event,
    Kind,
    PanelSeat,
    Person,
    Proposal,
    ProposalState,
    Review,
    SecondOpinion,
    Studio,
    Theme,
    Unit,
    proposal_themes,
)
from studio.domain import desk_filter
from studio.domain.desk_filter import Due, Facts, Field, Pile
from studio.domain.turns import Turn
from studio.queries.blinding import names_known_to
from studio.queries.desk_turns import (
    DONE_BY_ME,
    JUDGED,
    PRESSING_FIRST,
    TURN,
    WATCHED,
    lies_here,
    next_due,
    own,
    review_count,
    watched,
)
from studio.queries.naming import Name
from studio.queries.visibility import Reach

Values = Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies on the desk, in its order, and what the values of its fields are called."""

    facts: Sequence[Facts]
    names: Mapping[Field, Mapping[str, Name]]


_COLUMNS = (
    Proposal.id,
    Proposal.number,
    Proposal.title,
    Proposal.state,
    Proposal.kind_id,
    Kind.name_zh.label("kind_zh"),
    Kind.name_en.label("kind_en"),
    Proposal.studio_id,
    Studio.name_zh.label("studio_zh"),
    Studio.name_en.label("studio_en"),
    Unit.path,
    review_count().label("reviews"),
)


def _described(statement: Select[Any]) -> Select[Any]:
    return (
        statement.outerjoin(Kind, Kind.id == Proposal.kind_id)
        .outerjoin(Studio, Studio.id == Proposal.studio_id)
        .outerjoin(Unit, Unit.id == Proposal.unit_id)
        .add_columns(*_COLUMNS)
    )


_LAST = select(func.max(Event.id)).where(*DONE_BY_ME).group_by(Event.proposal_id)
_WATCHED = (
    _described(watched())
    .add_columns(
        TURN.label("turn"), next_due().label("due_at"), SecondOpinion.due_at.is_not(None).label("owes_opinion")
    )
    .order_by(*PRESSING_FIRST)
)
_DONE = (
    _described(select().select_from(Event).join(Proposal, Proposal.id == Event.proposal_id))
    .add_columns(null().label("turn"))
    .where(Event.id.in_(_LAST))
    .order_by(Event.at.desc(), Event.id.desc())
)


@lru_cache(maxsize=1024)
def _with_names_known(reach: Reach) -> tuple[Select[Any], Select[Any]]:
    """Return both statements with whether somebody of this reach may know of each row where it comes from."""
    known = names_known_to(reach).label("known")
    return _WATCHED.add_columns(known), _DONE.add_columns(known)


def _lies_or_was_done_here() -> ColumnElement[bool]:
    return or_(lies_here(), Proposal.id.in_(select(Event.proposal_id).where(*DONE_BY_ME)))


_THEMES = (
    select(proposal_themes.c.proposal_id, Theme.id, Theme.name_zh, Theme.name_en)
    .join(Theme, Theme.id == proposal_themes.c.theme_id)
    .join(Proposal, Proposal.id == proposal_themes.c.proposal_id)
    .where(_lies_or_was_done_here())
    .order_by(Theme.position)
)
_GIVEN = exists().where(Review.proposal_id == PanelSeat.proposal_id, Review.reviewer_id == PanelSeat.person_id)
_SEATS = (
    select(PanelSeat.proposal_id, Person.id, Person.name, Person.name_en)
    .join(Person, Person.id == PanelSeat.person_id)
    .join(Proposal, Proposal.id == PanelSeat.proposal_id)
    .where(Proposal.studio_id.in_(JUDGED), Proposal.state.in_(WATCHED), PanelSeat.ended_at.is_(None), ~_GIVEN, ~own())
    .order_by(Person.name, Person.id)
)
_UNITS = select(Unit.id, Unit.name_zh, Unit.name_en).order_by(Unit.path)


def lying(
    session: Session, reach: Reach, places: Mapping[str, Any], *, at: datetime, today: date, zone: tzinfo
) -> Lying:
    """Return what lies on the desk of the person in ``places``; five statements, whatever there is."""
    ask = session.connection().execute
    watched_rows, done_rows = (ask(statement, places).all() for statement in _with_names_known(reach))
    themes, theme_names = _listed(ask(_THEMES, places))
    judges, judge_names = _listed(ask(_SEATS, places))
    rows = [*watched_rows, *done_rows]
    names: dict[Field, Mapping[str, Name]] = {
        Field.KIND: {str(row.kind_id): Name(row.kind_zh, row.kind_en) for row in rows if row.kind_id},
        Field.STUDIO: {str(row.studio_id): Name(row.studio_zh, row.studio_en) for row in rows if row.studio_id},
        Field.THEME: theme_names,
        Field.JUDGE: judge_names,
        Field.UNIT: {str(unit_id): Name(zh, en) for unit_id, zh, en in ask(_UNITS)},
    }
    made = _Reading(themes, judges, at, today, zone)
    facts = [made.watched(row) for row in watched_rows] + [made.done(row) for row in done_rows]
    return Lying(facts, names)


def _listed(rows: Any) -> tuple[Values, Mapping[str, Name]]:  # noqa: ANN401 - rows of proposal, id and both names
    found: defaultdict[int, set[str]] = defaultdict(set)
    names: dict[str, Name] = {}
    for proposal_id, one, zh, en in rows:
        found[proposal_id].add(str(one))
        names[str(one)] = Name(zh, en)
    return {proposal_id: frozenset(values) for proposal_id, values in found.items()}, names


@dataclass(frozen=True, slots=True)
class _Reading:
    """Makes facts of rows."""

    themes: Values
    judges: Values
    at: datetime
    today: date
    zone: tzinfo

    def watched(self, row: Any) -> Facts:  # noqa: ANN401 - a row of _WATCHED
        """Return what is under way."""
        turn = Turn(row.turn) if row.turn else None
        running = row.state is ProposalState.UNDER_REVIEW or row.owes_opinion
        presses = {Field.DUE: self._due(row.due_at) if running else frozenset()}
        judges = {Field.JUDGE: self.judges.get(row.id, frozenset())}
        return Facts(row.id, desk_filter.piles_of(turn, row.state), _text(row), self._choices(row) | presses | judges)

    def done(self, row: Any) -> Facts:  # noqa: ANN401 - a row of _DONE
        """Return what this person has done."""
        return Facts(row.id, frozenset({Pile.DONE}), _text(row), self._choices(row))

    def _choices(self, row: Any) -> dict[Field, frozenset[str]]:  # noqa: ANN401 - a row of _COLUMNS
        return {
            Field.KIND: frozenset({str(row.kind_id)} if row.kind_id else ()),
            Field.STUDIO: frozenset({str(row.studio_id)} if row.studio_id else ()),
            Field.THEME: self.themes.get(row.id, frozenset()),
            Field.UNIT: frozenset(part for part in (row.path or "").split("/") if part and row.known),
            Field.REVIEWS: frozenset({desk_filter.reviews_choice(row.reviews)}),
        }

    def _due(self, due_at: datetime | None) -> frozenset[str]:
        if due_at is None:
            return frozenset()
        if due_at < self.at:
            return frozenset({Due.LATE, Due.TODAY})
        return frozenset({Due.TODAY} if due_at.astimezone(self.zone).date() == self.today else ())


def _text(row: Any) -> str:  # noqa: ANN401 - a row of _COLUMNS
    return f"{row.number} {row.title}".lower()
