"""What routing looks at, read from the records, and the names that its reasons speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from models import Kind, Person, Proposal, RoutingRule, Studio, StudioMembership, Theme, Unit
from search_index.analysis import fold, words
from studio.domain import routing, workflow
from studio.domain.stand_ins import Receiver, reachable

NAMED: Final[Mapping[str, type[Studio | Unit | Theme | Kind]]] = {
    "studio": Studio,
    "instead": Studio,
    "unit": Unit,
    "themes": Theme,
    "kinds": Kind,
}
"""Which params of a reason are codes, and of what."""
SHORTEST: Final = 4
"""Letters of a Latin word; shorter ones are mostly particles and figures."""


def rules(session: Session) -> list[routing.RoutingRule]:
    """Return the active rules, lowest priority first."""
    rule = RoutingRule
    statement = (
        select(Studio.code, rule.priority, rule.unit_codes, rule.kind_codes, rule.theme_codes, rule.words)
        .join(Studio, rule.studio_id == Studio.id)
        .where(rule.active)
        .order_by(rule.priority, rule.id)
    )
    return [
        routing.RoutingRule(code, priority, *(tuple(column) for column in columns))
        for code, priority, *columns in session.execute(statement)
    ]


def studios(session: Session) -> list[Receiver]:
    """Return every studio as routing sees it, with who stands in for it; one statement."""
    other = aliased(Studio)
    columns = (Studio.code, Unit.code, Studio.specialities, Studio.capacity_per_month, Studio.active)
    texts = (Studio.intro_zh, Studio.intro_en, _people())
    statement = (
        select(*columns, other.code, Studio.stand_in_from, *texts)
        .join(Unit, Studio.unit_id == Unit.id)
        .outerjoin(other, Studio.stand_in_id == other.id)
        .order_by(Studio.code)
    )
    found = [
        Receiver(
            code,
            unit,
            tuple(specialities),
            capacity,
            active,
            _words_of("\n".join(filter(None, about))),
            takes=active,
            stand_in=stand_in,
            stand_in_from=stand_in_from,
        )
        for code, unit, specialities, capacity, active, stand_in, stand_in_from, *about in session.execute(statement)
    ]
    open_to_all = reachable(found)
    return [replace(one, active=one.code in open_to_all) for one in found]


def _people() -> Any:  # noqa: ANN401 - SQLAlchemy's scalar subquery
    """Return the jobs of a studio's people and what their units are called."""
    home = aliased(Unit)
    line: ColumnElement[str] = Person.job_zh + " " + Person.job_en + " " + home.name_zh + " " + home.name_en
    return (
        select(func.aggregate_strings(line, "\n"))
        .select_from(StudioMembership)
        .join(Person, Person.id == StudioMembership.person_id)
        .join(home, home.id == Person.unit_id)
        .where(StudioMembership.studio_id == Studio.id, Person.active)
        .correlate(Studio)
        .scalar_subquery()
    )


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, as the search index cuts them, but for those too short to say anything."""
    return tuple(sorted(word for word in words(fold(text)) if len(word) >= (SHORTEST if word.isascii() else 2)))


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
    """Return one reason as ``all_named`` does."""
    return all_named(session, [reason])[0]


def all_named(session: Session, reasons: Sequence[routing.Reason]) -> list[dict[str, Any]]:
    """Return reasons as they are kept with an assignment: code, params, and the names they speak of.

    ``names`` holds lists of ``{"name_zh", "name_en"}`` under ``studio``, ``unit``, ``themes`` and ``kinds``, as they
    were called on that day. One statement finds all names.
    """
    wanted = {(key, code) for reason in reasons for key in NAMED for code in _codes(reason, key)}
    lookups = [
        select(literal(key), thing.code, thing.name_zh, thing.name_en).where(
            thing.code.in_(sorted(code for wanted_key, code in wanted if wanted_key == key))
        )
        for key, thing in NAMED.items()
        if any(wanted_key == key for wanted_key, _ in wanted)
    ]
    found = {
        (key, code): {"name_zh": name_zh, "name_en": name_en}
        for key, code, name_zh, name_en in (session.execute(union_all(*lookups)) if lookups else ())
    }
    return [
        {
            "code": reason.code,
            "params": dict(reason.params),
            "names": {
                key: [found[key, code] for code in codes if (key, code) in found]
                for key in NAMED
                if (codes := _codes(reason, key))
            },
        }
        for reason in reasons
    ]


def _codes(reason: routing.Reason, key: str) -> list[str]:
    """Return the codes that a reason has under a key: one text or a list of them."""
    given = reason.params.get(key) or []
    return [given] if isinstance(given, str) else list(given)


def names_of(studio: Studio) -> dict[str, str]:
    """Return a studio as events and reasons keep it: its code and what it is called today."""
    return {"code": studio.code, "name_zh": studio.name_zh, "name_en": studio.name_en}


def studio_by_code(session: Session, code: str) -> Studio | None:
    """Return the active studio of this code."""
    return session.scalars(select(Studio).where(Studio.code == code, Studio.active)).one_or_none()
