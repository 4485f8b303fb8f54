"""What deferrals wait for by name: a coordinator says that it has come, and all that waited for it goes on."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Occasion, Person, Role, Unit
from studio.domain import permissions
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import TITLE_LIMIT, clean_line, too_long
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.operations import deciding
from studio.queries import occasions, proposals


def announce(
    session: Session, occasion: Occasion, *, actor: Person, at: datetime, calendar: WorkCalendar, times_seen: int
) -> Sequence[str]:
    """Take up again all that waited for the occasion where ``actor`` coordinates; returns their numbers.

    ``times_seen`` is how often it had come when the page was made: a second click, or a colleague's, does nothing.
    Raises NotAllowed.
    """
    if not permissions.announces(actor, occasion):
        raise NotAllowed
    if occasion.times != times_seen:
        return ()
    woken = occasions.waiting_numbers(session, occasion, actor)
    for number in woken:
        proposal = proposals.by_number(session, number, lock=True)
        if proposal is not None:
            deciding.wake_up(session, proposal, actor=actor, at=at, calendar=calendar, occasion=occasion)
    occasion.times += 1
    occasion.came_at, occasion.announced_by_id = at, actor.id
    return woken


def name_it(session: Session, *, actor: Person, name_zh: str, name_en: str = "", unit: Unit | None = None) -> Occasion:
    """Put something new on the list, for one unit or the whole firm.

    Raises NotAllowed, and InvalidInput: ``name_missing``, ``too_long``, ``occasion_name_taken``, ``unit_not_yours``.
    """
    if not (actor.active and actor.has_role(Role.COORDINATOR)):
        raise NotAllowed
    names = {"name_zh": clean_line(name_zh), "name_en": clean_line(name_en)}
    problems = [problem for field, name in names.items() for problem in too_long(name, field, TITLE_LIMIT)]
    if not names["name_zh"]:
        problems.append(Problem("name_missing", "name_zh"))
    if not actor.has_role(Role.COORDINATOR, unit):
        problems.append(Problem("unit_not_yours", "unit"))
    unit_id = unit.id if unit else None
    same = (Occasion.name_zh == names["name_zh"], Occasion.unit_id.is_not_distinct_from(unit_id), Occasion.active)
    if session.scalar(select(Occasion.id).where(*same)) is not None:
        problems.append(Problem("occasion_name_taken", "name_zh"))
    if problems:
        raise InvalidInput(problems)
    last = session.scalar(select(func.max(Occasion.position))) or 0
    made = Occasion(code=secrets.token_hex(4), unit_id=unit_id, position=last + 1, **names)
    session.add(made)
    session.flush()
    return made
