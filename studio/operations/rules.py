"""Keeping routing rules: a rule is written as a draft, tried out, and switched on; what was done to it is kept.

A rule that holds is never changed where it stands. Its draft lies beside it until it takes its place in one step, so
routing sees the one or the other and nothing in between.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, RoutingRule, RuleAct, RuleChange, Studio
from models.routing import fingerprint_of
from studio.domain import permissions
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, Stale
from studio.domain.rules import HIGHEST_PRIORITY, LOWEST_PRIORITY, RuleDraft, check, prepared, snapshot
from studio.queries import rules as facts


def save(
    session: Session,
    draft: RuleDraft,
    *,
    actor: Person,
    at: datetime,
    rule: RoutingRule | None = None,
    seen: int | None = None,
) -> RoutingRule:
    """Keep a rule as a draft and return it: a new one, one that is off, or the draft for one that holds.

    ``seen`` is the revision of ``rule`` that the writer had before him. Saving what is there already changes nothing.
    Raises NotAllowed unless the actor keeps the rules of every unit it names, and named; Stale; InvalidInput with the
    problems of ``studio.domain.rules.check`` and ``rule_exists`` (with ``priority``).
    """
    draft = prepared(draft)
    if rule is not None:
        _require_keeper(session, rule.unit_codes, actor)
        if rule.removed_at is not None:
            raise NotFound
        if seen != rule.revision or facts.draft_for(session, rule) is not None:
            raise Stale
    problems = check(draft, facts.known(session))
    if not any(problem.field == "units" for problem in problems):
        _require_keeper(session, draft.units, actor)
    if not problems:
        problems = _twice(session, draft, rule)
    if problems:
        raise InvalidInput(problems)
    return _kept(session, draft, rule, actor=actor, at=at)


def _kept(session: Session, draft: RuleDraft, rule: RoutingRule | None, *, actor: Person, at: datetime) -> RoutingRule:
    if rule is None:
        return add(session, draft, active=False, actor=actor, at=at)
    if draft == facts.draft_of(rule):
        return rule
    was = shot(rule)
    target = RoutingRule(active=False, replaces=rule) if rule.active else rule
    fill(session, target, draft)
    session.add(target)
    session.flush()
    act = RuleAct.CHANGED if target is rule and rule.replaces_id is None else RuleAct.DRAFTED
    note(session, rule.replaces or rule, act, was=was, now=shot(target), actor=actor, at=at)
    return target


def switch_on(session: Session, chosen: Collection[int], *, seal: str, actor: Person, at: datetime) -> int:
    """Let drafts hold from now on, all of them or none; return how many there were.

    ``seal`` is that of the rules they were tried out with. Raises NotAllowed; Stale if any rule has changed since, or
    a draft is none any more; InvalidInput: ``studio_takes_none`` for one whose studio takes no proposals any more.
    """
    session.scalars(select(RoutingRule.id).order_by(RoutingRule.id).with_for_update()).all()
    rows = facts.present(session)
    drafts = [row for row in rows if row.id in set(chosen) and not row.active]
    if len(drafts) != len(set(chosen)) or facts.seal(rows, chosen) != seal:
        raise Stale
    for draft in drafts:
        _require_keeper(session, draft.unit_codes, actor)
        if not draft.studio.active:
            raise InvalidInput([Problem("studio_takes_none", params={"code": draft.studio.code})])
    for draft in drafts:
        _switch_on(session, draft, actor=actor, at=at)
    return len(drafts)


def _switch_on(session: Session, draft: RoutingRule, *, actor: Person, at: datetime) -> None:
    rule = draft.replaces
    if rule is None:
        was = shot(draft)
        draft.active = True
        note(session, draft, RuleAct.SWITCHED_ON, was=was, now=shot(draft), actor=actor, at=at)
        return
    _require_keeper(session, rule.unit_codes, actor)
    was, written = shot(rule), facts.draft_of(draft)
    session.delete(draft)
    session.flush()  # the draft makes room before its rule becomes what it says
    fill(session, rule, written)
    rule.active = True
    note(session, rule, RuleAct.SWITCHED_ON, was=was, now=shot(rule), actor=actor, at=at)


def switch_off(session: Session, rule: RoutingRule, *, actor: Person, at: datetime) -> None:
    """Let a rule hold no longer, at once; it can be tried out and switched on again. Raises NotAllowed."""
    _require_keeper(session, rule.unit_codes, actor)
    if not rule.active:
        return
    was = shot(rule)
    rule.active = False
    note(session, rule, RuleAct.SWITCHED_OFF, was=was, now=shot(rule), actor=actor, at=at)


def discard(session: Session, draft: RoutingRule, *, actor: Person, at: datetime) -> None:
    """Throw away the draft for a rule, which goes on as it is. Raises NotAllowed, NotFound if it is no such draft."""
    _require_keeper(session, draft.unit_codes, actor)
    if draft.replaces is None:
        raise NotFound
    _require_keeper(session, draft.replaces.unit_codes, actor)
    note(session, draft.replaces, RuleAct.DISCARDED, was=shot(draft), now=None, actor=actor, at=at)
    session.delete(draft)
    session.flush()


def remove(session: Session, rule: RoutingRule, *, actor: Person, at: datetime) -> None:
    """Take a rule off the list, with its draft if it has one; its history stays. Raises NotAllowed, NotFound."""
    _require_keeper(session, rule.unit_codes, actor)
    if rule.removed_at is not None or rule.replaces_id is not None:
        raise NotFound
    waiting = facts.draft_for(session, rule)
    if waiting is not None:
        discard(session, waiting, actor=actor, at=at)
    note(session, rule, RuleAct.REMOVED, was=shot(rule), now=None, actor=actor, at=at)
    rule.active, rule.removed_at = False, at
    session.flush()


def reorder(session: Session, priorities: Mapping[int, int], *, seal: str, actor: Person, at: datetime) -> int:
    """Give rules other priorities, by id; what holds gets a draft, so that the new order can be tried out first.

    ``seal`` is that of all rules as the writer saw them, with none chosen. Returns how many have another priority now.
    Raises NotAllowed, Stale, and InvalidInput: ``priority_out_of_range`` at ``priority_ID``.
    """
    rows = facts.present(session)
    if facts.seal(rows, ()) != seal:
        raise Stale
    problems = [
        Problem("priority_out_of_range", f"priority_{rule_id}", {"most": HIGHEST_PRIORITY})
        for rule_id, priority in priorities.items()
        if not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY
    ]
    if problems:
        raise InvalidInput(problems)
    replaced = {row.replaces_id for row in rows}
    moved = [row for row in rows if row.id not in replaced and priorities.get(row.id, row.priority) != row.priority]
    for row in moved:
        _require_keeper(session, row.unit_codes, actor)
        draft = replace(facts.draft_of(row), priority=priorities[row.id])
        _kept(session, draft, row, actor=actor, at=at)
    return len(moved)


def add(session: Session, draft: RuleDraft, *, active: bool, actor: Person | None, at: datetime) -> RoutingRule:
    """Write down a new rule that was checked already, with the first line of its history."""
    rule = RoutingRule(active=active)
    fill(session, rule, draft)
    session.add(rule)
    session.flush()
    note(session, rule, RuleAct.MADE, was=None, now=shot(rule), actor=actor, at=at)
    return rule


def fill(session: Session, rule: RoutingRule, draft: RuleDraft) -> None:
    """Write a draft that was checked already into a rule."""
    rule.studio = session.scalars(select(Studio).where(Studio.code == draft.studio)).one()
    rule.priority = draft.priority
    rule.unit_codes, rule.kind_codes = list(draft.units), list(draft.kinds)
    rule.theme_codes, rule.words = list(draft.themes), list(draft.words)


def shot(rule: RoutingRule) -> dict[str, Any]:
    """Return a rule as its history keeps it."""
    names = {"name_zh": rule.studio.name_zh, "name_en": rule.studio.name_en}
    return snapshot(facts.draft_of(rule), names, active=rule.active)


def note(
    session: Session,
    rule: RoutingRule,
    act: RuleAct,
    *,
    was: dict[str, Any] | None,
    now: dict[str, Any] | None,
    actor: Person | None,
    at: datetime,
) -> None:
    """Write a line into the history of a rule."""
    session.add(RuleChange(rule=rule, act=act, actor=actor, at=at, was=was, now=now))
    session.flush()


def _require_keeper(session: Session, unit_codes: Sequence[str], actor: Person) -> None:
    units = facts.units_of(unit_codes, facts.units_by_code(session, unit_codes))
    if not permissions.keeps_rules_of(actor, units):
        raise NotAllowed


def _twice(session: Session, draft: RuleDraft, rule: RoutingRule | None) -> list[Problem]:
    """Return the problem of a rule that another one of the same studio says already."""
    own = {key for key in (rule.id, rule.replaces_id) if key is not None} if rule is not None else set()
    fingerprint = fingerprint_of(draft.units, draft.kinds, draft.themes, draft.words)
    same = (
        select(RoutingRule)
        .join(Studio)
        .where(
            Studio.code == draft.studio,
            RoutingRule.fingerprint == fingerprint,
            RoutingRule.removed_at.is_(None),
        )
    )
    others = [one for one in session.scalars(same).unique() if one.id not in own and one.replaces_id not in own]
    return [Problem("rule_said_already", params={"priority": others[0].priority})] if others else []
