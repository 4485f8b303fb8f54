"""What deferrals wait for by name: a coordinator says that it has come, and all that waited for it goes on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Occasion, Person
from studio.domain import permissions
from studio.domain.clock import WorkCalendar
from studio.domain.errors import NotAllowed
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
