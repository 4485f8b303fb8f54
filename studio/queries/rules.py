"""Routing rules as people keep them: those that hold, drafts, and the history of each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from models import Kind, RoutingRule, RuleChange, Studio, Theme, Unit
from studio.domain import routing
from studio.domain.rules import Known, RuleDraft, seal_of
from studio.queries.people import by_name_only

CHANGES_PER_PAGE = 30


def present(session: Session) -> Sequence[RoutingRule]:
    """Return all rules that were not removed, drafts too, in the order in which they are tried; one statement.

    A draft comes right after the rule whose place it is to take.
    """
    rows = session.scalars(select(RoutingRule).where(RoutingRule.removed_at.is_(None))).unique().all()
    by_id = {row.id: row for row in rows}

    def place(row: RoutingRule) -> tuple[int, int, int]:
        first = by_id[row.replaces_id] if row.replaces_id is not None else row
        return first.priority, first.id, row.id if row is not first else 0

    return sorted(rows, key=place)


def by_id(session: Session, rule_id: int, *, lock: bool = False) -> RoutingRule | None:
    """Return one rule, a removed one too; with ``lock`` its row stays locked until the transaction ends."""
    statement = select(RoutingRule).where(RoutingRule.id == rule_id)
    if lock:
        statement = statement.with_for_update(of=RoutingRule)
    return session.scalars(statement.execution_options(populate_existing=True)).unique().one_or_none()


def draft_for(session: Session, rule: RoutingRule) -> RoutingRule | None:
    """Return the draft that is to take the place of a rule."""
    return session.scalars(select(RoutingRule).where(RoutingRule.replaces_id == rule.id)).unique().one_or_none()


def draft_of(rule: RoutingRule) -> RuleDraft:
    """Return a rule as somebody could have written it."""
    return RuleDraft(
        rule.priority,
        rule.studio.code,
        tuple(rule.unit_codes),
        tuple(rule.kind_codes),
        tuple(rule.theme_codes),
        tuple(rule.words),
    )


def known(session: Session) -> Known:
    """Return the codes that a rule may name; four statements."""
    return Known(
        studios=frozenset(session.scalars(select(Studio.code).where(Studio.active))),
        units=frozenset(session.scalars(select(Unit.code))),
        kinds=frozenset(session.scalars(select(Kind.code).where(Kind.active))),
        themes=frozenset(session.scalars(select(Theme.code).where(Theme.active))),
    )


def units_by_code(session: Session, codes: Collection[str] | None = None) -> Mapping[str, Unit]:
    """Return units by their codes; all of them, from the top of the tree down, without ``codes``."""
    statement = select(Unit).order_by(Unit.path)
    if codes is not None:
        statement = statement.where(Unit.code.in_(codes))
    return {unit.code: unit for unit in session.scalars(statement)}


def units_of(codes: Iterable[str], units: Mapping[str, Unit]) -> Sequence[Unit]:
    """Return the units that a rule concerns; none, which means the whole firm, if one of them is not there any more."""
    codes = list(codes)
    return [units[code] for code in codes] if all(code in units for code in codes) else []


def as_routed(rows: Iterable[RoutingRule], drafts: Collection[int] = ()) -> list[routing.RoutingRule]:
    """Return rules as routing asks them: those that hold, or those that would with these drafts switched on.

    ``drafts`` are ids of rows that are off; a draft takes the place of the rule it was made for.
    """
    chosen = [row for row in rows if row.id in drafts]
    replaced = {row.replaces_id for row in chosen if row.replaces_id is not None}
    holding = [row for row in rows if row.active and row.id not in replaced]
    chosen = [row for row in chosen if row.id not in replaced]
    ordered = sorted([*holding, *chosen], key=lambda row: (row.priority, row.replaces_id or row.id))
    return [_routed(row) for row in ordered]


def _routed(row: RoutingRule) -> routing.RoutingRule:
    columns = (row.unit_codes, row.kind_codes, row.theme_codes, row.words)
    return routing.RoutingRule(row.studio.code, row.priority, *(tuple(column) for column in columns))


def seal(rows: Iterable[RoutingRule], chosen: Iterable[int]) -> str:
    """Return the seal of rules as they are and of the drafts among them that were tried out."""
    return seal_of(((row.id, row.revision) for row in rows), chosen)


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of a history, newest first; ``total`` counts all of it."""

    rows: Sequence[RuleChange]
    total: int


def _history(rule: RoutingRule | None) -> Select[RuleChange]:
    statement = select(RuleChange).order_by(RuleChange.id.desc())
    return statement.where(RuleChange.rule_id == rule.id) if rule is not None else statement


def changes(session: Session, rule: RoutingRule | None = None, *, page: int = 1) -> Changes:
    """Return what was done to a rule, or to all of them; two statements."""
    statement = _history(rule)
    total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    named = (joinedload(RuleChange.actor).options(*by_name_only()), joinedload(RuleChange.rule))
    rows = session.scalars(
        statement.options(*named).limit(CHANGES_PER_PAGE).offset((page - 1) * CHANGES_PER_PAGE)
    ).unique()
    return Changes(rows.all(), total)


def change(session: Session, change_id: int) -> RuleChange | None:
    """Return one line of a history."""
    return session.get(RuleChange, change_id)
