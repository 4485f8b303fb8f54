"""Who stands in for a studio while it takes no proposals, or has its hands full."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Studio
from studio.domain import permissions, stand_ins
from studio.domain.errors import InvalidInput, NotAllowed, Problem, Stale
from studio.domain.stand_ins import HIGHEST_PERCENT, LOWEST_PERCENT


def name_stand_in(
    session: Session,
    studio: Studio,
    code: str,
    *,
    actor: Person,
    start: int | None = None,
    seen: tuple[str, int | None] | None = None,
) -> None:
    """Let a studio's work go to the studio of this code while it takes none; an empty code takes the stand-in away.

    ``start`` is from how full on it goes there too: the open proposals in per cent of what the studio can take a
    month. ``seen`` is the code and the number that the writer had before him. Raises NotAllowed unless the actor keeps
    the rules of the studio's unit; Stale; InvalidInput: ``studio_unknown``, ``stand_in_is_itself`` and
    ``stand_in_circle`` (with ``path``) at ``stand_in``, ``percent_out_of_range`` and ``capacity_missing`` at ``start``.
    """
    if not permissions.keeps_rules_of(actor, [studio.unit]):
        raise NotAllowed
    studios = locked(session)
    present = studio.stand_in.code if studio.stand_in else ""
    if seen is not None and seen != (present, studio.stand_in_from):
        raise Stale
    problems = [*_problems(studio, code, studios), *(_start_problems(studio, start) if code and start else [])]
    if problems:
        raise InvalidInput(problems)
    studio.stand_in = studios[code] if code else None
    studio.stand_in_from = start if code else None
    session.flush()


def locked(session: Session) -> Mapping[str, Studio]:
    """Return all studios by code, locked until the transaction ends: two who write at once could close a circle."""
    return {one.code: one for one in session.scalars(select(Studio).order_by(Studio.id).with_for_update())}


def links(studios: Mapping[str, Studio]) -> dict[str, str]:
    """Return who stands in for whom, by code."""
    codes = {one.id: one.code for one in studios.values()}
    return {one.code: codes[one.stand_in_id] for one in studios.values() if one.stand_in_id is not None}


def _problems(studio: Studio, code: str, studios: Mapping[str, Studio]) -> list[Problem]:
    if not code:
        return []
    if code == studio.code:
        return [Problem("stand_in_is_itself", "stand_in")]
    if code not in studios:
        return [Problem("studio_unknown", "stand_in", {"code": code})]
    path = stand_ins.circle({**links(studios), studio.code: code})
    return [Problem("stand_in_circle", "stand_in", {"path": " → ".join(path)})] if path else []


def _start_problems(studio: Studio, start: int) -> list[Problem]:
    if not LOWEST_PERCENT <= start <= HIGHEST_PERCENT:
        return [Problem("percent_out_of_range", "start", {"least": LOWEST_PERCENT, "most": HIGHEST_PERCENT})]
    return [] if studio.capacity_per_month else [Problem("capacity_missing", "start")]
