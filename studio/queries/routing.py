"""What routing looks at, read from the records, and the names that its reasons speak of."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Kind, Person, Proposal, RoutingRule, Studio, StudioMembership, StudioRole, Theme, Unit
from studio.domain import routing, workflow


def rules(session: Session) -> list[routing.RoutingRule]:
    """Return the active rules, lowest priority first."""
    statement = select(RoutingRule).where(RoutingRule.active).order_by(RoutingRule.priority, RoutingRule.id)
    return [
        routing.RoutingRule(
            studio=rule.studio.code,
            priority=rule.priority,
            units=tuple(rule.unit_codes),
            kinds=tuple(rule.kind_codes),
            themes=tuple(rule.theme_codes),
            words=tuple(rule.words),
        )
        for rule in session.scalars(statement)
    ]


def studios(session: Session) -> list[routing.StudioFacts]:
    """Return every studio as routing sees it."""
    statement = select(Studio).options(joinedload(Studio.unit, innerjoin=True)).order_by(Studio.code)
    return [
        routing.StudioFacts(
            code=studio.code,
            unit=studio.unit.code,
            specialities=tuple(studio.specialities),
            capacity=studio.capacity_per_month,
            active=studio.active,
        )
        for studio in session.scalars(statement)
    ]


def open_load(session: Session) -> dict[str, int]:
    """Return how many proposals wait in each studio, by its code; studios without work count 0."""
    waiting = (Proposal.studio_id == Studio.id) & Proposal.state.in_(sorted(workflow.OPEN))
    statement = select(Studio.code, func.count(Proposal.id)).outerjoin(Proposal, waiting).group_by(Studio.code)
    return dict(session.execute(statement).all())


def facts_of(session: Session, proposal: Proposal) -> routing.ProposalFacts:
    """Return what routing looks at in one proposal."""
    return routing.ProposalFacts(
        title=proposal.title,
        problem=proposal.problem,
        measure=proposal.measure,
        effect=proposal.effect,
        location=proposal.location,
        units=unit_codes(session, proposal.unit),
        kind=proposal.kind.code if proposal.kind else None,
        themes=tuple(theme.code for theme in proposal.themes),
    )


def unit_codes(session: Session, unit: Unit | None) -> tuple[str, ...]:
    """Return the codes of the unit and its ancestors, the unit itself first."""
    if unit is None:
        return ()
    found = dict(session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(unit.ancestor_ids))).all())
    return tuple(found[unit_id] for unit_id in reversed(unit.ancestor_ids) if unit_id in found)


def named(session: Session, reason: routing.Reason) -> dict[str, Any]:
    """Return the reason as it is kept with an assignment: its code, its params, and the names they speak of.

    ``names`` holds lists of ``{"name_zh", "name_en"}`` under ``studio``, ``unit``, ``themes`` and ``kinds``, as they
    were called on that day.
    """
    codes: Mapping[str, tuple[type[Studio | Unit | Theme | Kind], list[str]]] = {
        "studio": (Studio, [reason.params["studio"]]),
        "unit": (Unit, [reason.params["unit"]] if "unit" in reason.params else []),
        "themes": (Theme, reason.params.get("themes", [])),
        "kinds": (Kind, reason.params.get("kinds", [])),
    }
    names = {key: _names(session, thing, wanted) for key, (thing, wanted) in codes.items() if wanted}
    return {"code": reason.code, "params": dict(reason.params), "names": names}


def _names(session: Session, thing: type[Studio | Unit | Theme | Kind], codes: list[str]) -> list[dict[str, str]]:
    statement = select(thing.name_zh, thing.name_en).where(thing.code.in_(codes)).order_by(thing.id)
    return [{"name_zh": name_zh, "name_en": name_en} for name_zh, name_en in session.execute(statement)]


def studio_by_code(session: Session, code: str) -> Studio | None:
    """Return the active studio of this code with its members."""
    statement = select(Studio).where(Studio.code == code, Studio.active)
    members = selectinload(Studio.memberships).joinedload(StudioMembership.person)
    return session.scalars(statement.options(members)).one_or_none()


def least_busy_judge(session: Session, studio: Studio, *, excluding: frozenset[int]) -> Person | None:
    """Return who owes the next answer: a reviewer of the studio with the least open work, else its lead.

    People in ``excluding`` (the authors) and people who have left are passed over.
    """
    owed = (
        select(func.count())
        .where(Proposal.reviewer_id == Person.id, Proposal.state.in_(sorted(workflow.OPEN)))
        .scalar_subquery()
    )
    statement = (
        select(Person)
        .join(StudioMembership, StudioMembership.person_id == Person.id)
        .where(
            StudioMembership.studio_id == studio.id,
            StudioMembership.role.in_([StudioRole.REVIEWER, StudioRole.LEAD]),
            Person.active,
            Person.id.not_in(excluding),
        )
        .order_by(StudioMembership.role == StudioRole.LEAD, owed, StudioMembership.id)
        .limit(1)
    )
    return session.scalars(statement).unique().one_or_none()
