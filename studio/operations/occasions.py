"""What deferrals wait for by name: a coordinator says that it has come, and all that waited for it goes on."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Decision, Occasion, Person, Proposal, Role, Unit, Verb
from studio.domain import relations
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import TITLE_LIMIT, clean_line, too_long
from studio.domain.errors import InvalidInput, NotAllowed, Problem
from studio.mail import notices
from studio.operations import deciding, transition
from studio.operations.working_time import require_coordinator
from studio.queries import occasions, proposals


def announce(
    session: Session, occasion: Occasion, *, actor: Person, at: datetime, calendar: WorkCalendar, times_seen: int
) -> Sequence[str]:
    """Take up again all that waited for the occasion where ``actor`` coordinates; returns their numbers.

    ``times_seen`` is how often it had come when the page was made: a second click, or a colleague's, does nothing.
    Raises NotAllowed.
    """
    if not relations.announces(actor, occasion):
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


def may_change(actor: Person, occasion: Occasion) -> bool:
    """Tell whether the actor may rename it or switch it off: he coordinates its unit, or without one the whole firm."""
    try:
        require_coordinator(actor, occasion.unit)
    except NotAllowed:
        return False
    return True


def rename(session: Session, occasion: Occasion, *, actor: Person, name_zh: str, name_en: str = "") -> None:
    """Call it something else, for all that waits for it too.

    Raises NotAllowed unless the actor coordinates its unit (without one, the whole firm), and InvalidInput as
    ``name_it`` does.
    """
    require_coordinator(actor, occasion.unit)
    names, problems = _names(session, name_zh, name_en, occasion.unit_id, but=occasion.id)
    if problems:
        raise InvalidInput(problems)
    occasion.name_zh, occasion.name_en = names["name_zh"], names["name_en"]


def switch_off(
    session: Session, occasion: Occasion, *, actor: Person, at: datetime, today: date, until: date | None = None
) -> int:
    """Offer it no more. What still waits for it is looked at again on the day ``until``; returns how many those are.

    Whatever gets another day says so on its timeline, and its authors and lead are told. Raises NotAllowed as
    ``rename`` does, and InvalidInput at ``until``: ``occasion_waited_for`` without a day while something waits,
    ``date_in_the_past``.
    """
    require_coordinator(actor, occasion.unit)
    waiting = occasions.all_waiting(session, occasion)
    if waiting and until is None:
        raise InvalidInput([Problem("occasion_waited_for", "until", {"count": len(waiting)})])
    if until is not None and until < today:
        raise InvalidInput([Problem("date_in_the_past", "until")])
    for proposal, decision in waiting:
        day = min(filter(None, (until, decision.wake_up_on)))
        if day != decision.wake_up_on:
            _reschedule(session, proposal, decision, occasion, day, actor=actor, at=at)
    occasion.active = False
    return len(waiting)


def _reschedule(
    session: Session,
    proposal: Proposal,
    decision: Decision,
    occasion: Occasion,
    day: date,
    *,
    actor: Person,
    at: datetime,
) -> None:
    names = {"name_zh": occasion.name_zh, "name_en": occasion.name_en}
    proposal.wake_up_on = decision.wake_up_on = day
    data = {"occasion": names, "day": day.isoformat()}
    event = transition.move(session, proposal, Verb.RESCHEDULE, actor=None, at=at, data=data)
    event.actor = actor  # it follows from what he does to the list; the proposal itself is not in his hands
    notices.rescheduled(session, proposal, event, occasion=names, day=day, at=at)


def switch_on(session: Session, occasion: Occasion, *, actor: Person) -> None:
    """Offer it again. Raises NotAllowed, and InvalidInput (``occasion_name_taken``) if another has its name by now."""
    require_coordinator(actor, occasion.unit)
    _, problems = _names(session, occasion.name_zh, occasion.name_en, occasion.unit_id, but=occasion.id)
    if problems:
        raise InvalidInput(problems)
    occasion.active = True


def name_it(session: Session, *, actor: Person, name_zh: str, name_en: str = "", unit: Unit | None = None) -> Occasion:
    """Put something new on the list, for one unit or the whole firm.

    Raises NotAllowed, and InvalidInput: ``name_missing``, ``too_long``, ``occasion_name_taken``, ``unit_not_yours``.
    """
    if not (actor.active and actor.has_role(Role.COORDINATOR)):
        raise NotAllowed
    unit_id = unit.id if unit else None
    names, problems = _names(session, name_zh, name_en, unit_id)
    if not actor.has_role(Role.COORDINATOR, unit):
        problems.append(Problem("unit_not_yours", "unit"))
    if problems:
        raise InvalidInput(problems)
    last = session.scalar(select(func.max(Occasion.position))) or 0
    made = Occasion(code=secrets.token_hex(4), unit_id=unit_id, position=last + 1, **names)
    session.add(made)
    session.flush()
    return made


def _names(
    session: Session, name_zh: str, name_en: str, unit_id: int | None, *, but: int = 0
) -> tuple[dict[str, str], list[Problem]]:
    """Return the names cleaned, and what is wrong with them; nothing on the list has the name in the same unit."""
    names = {"name_zh": clean_line(name_zh), "name_en": clean_line(name_en)}
    problems = [problem for field, name in names.items() for problem in too_long(name, field, TITLE_LIMIT)]
    if not names["name_zh"]:
        problems.append(Problem("name_missing", "name_zh"))
    same = (Occasion.name_zh == names["name_zh"], Occasion.unit_id.is_not_distinct_from(unit_id), Occasion.active)
    if session.scalar(select(Occasion.id).where(*same, Occasion.id != but)) is not None:
        problems.append(Problem("occasion_name_taken", "name_zh"))
    return names, problems
