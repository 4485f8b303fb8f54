"""Saying when one cannot be asked to judge, and who stands in."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Absence, Person
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.queries import staff_numbers

LONGEST = timedelta(days=366)


def announce(
    session: Session,
    *,
    actor: Person,
    at: datetime,
    today: date,
    first_on: date | None,
    last_on: date | None,
    deputy_no: str = "",
) -> Absence:
    """Keep the days of an absence, both included. From then on the clock finds others for the open seats.

    The same days said again are the same absence. Raises InvalidInput: ``day_missing``, ``ends_before_it_begins``,
    ``date_in_the_past`` and ``absence_too_long`` at the days, ``person_unknown`` and ``deputy_is_oneself`` at
    ``deputy_no``.
    """
    problems = [Problem("day_missing", name) for name, day in (("first_on", first_on), ("last_on", last_on)) if not day]
    if first_on and last_on:
        problems += _day_problems(first_on, last_on, today)
    deputy = _deputy(session, deputy_no, actor, problems)
    if problems or first_on is None or last_on is None:
        raise InvalidInput(problems)
    same = (Absence.person_id == actor.id, Absence.first_on == first_on, Absence.last_on == last_on)
    absence = session.scalars(select(Absence).where(*same)).one_or_none()
    if absence is None:
        absence = Absence(person_id=actor.id, first_on=first_on, last_on=last_on, created_at=at)
        session.add(absence)
    absence.deputy_id = deputy.id if deputy else None
    session.flush()
    return absence


def take_back(session: Session, absence_id: int, *, actor: Person) -> None:
    """Forget an absence of one's own; what was handed to others meanwhile stays with them. Raises NotFound."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.person_id != actor.id:
        raise NotFound
    session.delete(absence)


def _day_problems(first_on: date, last_on: date, today: date) -> list[Problem]:
    if last_on < first_on:
        return [Problem("ends_before_it_begins", "last_on")]
    if last_on < today:
        return [Problem("date_in_the_past", "last_on")]
    if last_on - first_on > LONGEST:
        return [Problem("absence_too_long", "last_on", {"days": LONGEST.days})]
    return []


def _deputy(session: Session, typed: str, actor: Person, problems: list[Problem]) -> Person | None:
    number = staff_numbers.as_typed(typed)
    if not number:
        return None
    found = session.scalars(select(Person).where(Person.employee_no == number, Person.active)).unique().one_or_none()
    if found is None:
        problems.append(Problem("person_unknown", "deputy_no", {"number": number}))
    elif found.id == actor.id:
        problems.append(Problem("deputy_is_oneself", "deputy_no"))
    return found
