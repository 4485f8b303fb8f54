"""Colleagues who share in a proposal, as somebody types them: by staff number, by name, or by how the name is said.

Every colleague may know of every other one that he works here, in which unit and under which number; so nothing else is
told, and nobody who has left.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import Session

from models import Person, Unit
from search_index.sounds import may_be_said
from studio.queries import people
from studio.queries.naming import Name
from studio.queries.staff_numbers import as_typed

SUGGESTED = 8
NAMES_AT_ONCE = 500
"""Names of one sound that are looked up together; there are never so many but for a single letter."""
_SOUNDS = re.compile("[a-z]+")
_BETWEEN_NAMES = str.maketrans("", "", "·•・")
_NUMBERED = re.compile(r"(?P<name>.*\S)\s+(?P<number>\S*\d\S*)")
"""A name and a staff number, as the page writes whom it suggested."""


class Colleague(NamedTuple):
    """Somebody who may be meant, and the unit that tells him from others of his name."""

    employee_no: str
    name: Name
    unit: Name


def suggested(session: Session, person: Person, text: str) -> Sequence[Colleague]:
    """Return whom somebody may mean by what he has typed so far, those near him first; without a text his own team."""
    typed = key_of(text)
    if not typed:
        return _found(session, _near_first(person).where(Person.unit_id == person.unit_id).limit(SUGGESTED))
    by_letters = or_(
        func.lower(Person.employee_no).startswith(typed, autoescape=True),
        Person.name.contains(typed, autoescape=True),
        func.replace(func.lower(Person.name_en), " ", "").contains(typed, autoescape=True),
    )
    found = _found(session, _near_first(person).where(by_letters).limit(SUGGESTED))
    if len(found) == SUGGESTED or not _SOUNDS.fullmatch(typed):
        return found
    said = [one for one in _said(session, person, typed, SUGGESTED) if one not in found]
    return [*found, *said][:SUGGESTED]


def meant(session: Session, words: Iterable[str]) -> Mapping[str, Sequence[Person]]:
    """Return for each word everybody who may be meant by it, nobody where nobody is.

    A word is a staff number, a whole name, both of them as ``suggested`` offers them, or the whole name as it is said.
    """
    wanted = [word for word in words if word]
    keys = {part for word in wanted for part in (word, *_parts(word))}
    found = people.called(session, keys)
    exact = {word: _exact(word, found) for word in wanted}
    sounds = {word: key_of(word) for word in wanted if not exact[word] and _SOUNDS.fullmatch(key_of(word))}
    return {**exact, **(_by_sound(session, sounds) if sounds else {})}


def key_of(text: str) -> str:
    """Return what was typed as names and numbers are compared: no matter how wide, how large, or with which spaces."""
    return "".join(as_typed(text).casefold().replace("'", " ").split())


def _parts(word: str) -> tuple[str, ...]:
    both = _NUMBERED.fullmatch(word)
    return (both["name"], as_typed(both["number"])) if both else ()


def _exact(word: str, found: Sequence[Person]) -> Sequence[Person]:
    """Return the person with this staff number, else everybody of this name; a name beside a number has to fit it."""
    numbered = [person for person in found if person.employee_no == word]
    if parts := _parts(word):
        name, number = parts
        numbered += [one for one in found if one.employee_no == number and name in {one.name, one.name_en}]
    return numbered or [person for person in found if word in {person.name, person.name_en}]


def _by_sound(session: Session, sounds: Mapping[str, str]) -> Mapping[str, Sequence[Person]]:
    names = session.scalars(select(Person.name).where(Person.active).distinct()).all()
    called = {
        word: [name for name in names if may_be_said(sound, _spoken(name), whole=True)]
        for word, sound in sounds.items()
    }
    found = people.called(session, {name for each in called.values() for name in each[:NAMES_AT_ONCE]})
    return {word: [person for person in found if person.name in each] for word, each in called.items()}


def _said(session: Session, person: Person, letters: str, most: int) -> list[Colleague]:
    """Return whose name sounds so, by the whole name before the given name alone; his workshop is asked first."""
    found: list[Colleague] = []
    for near in (_in_workshop_of(person), true()):
        names = session.scalars(select(Person.name).where(Person.active, near).distinct()).all()
        whole = [name for name in names if may_be_said(letters, _spoken(name))]
        given = [name for name in names if may_be_said(letters, _spoken(name)[1:])]
        for called in (whole, given):
            those = _near_first(person).where(near, Person.name.in_(called[:NAMES_AT_ONCE]))
            found += [one for one in _found(session, those.limit(most)) if one not in found]
        if len(found) >= most:
            break
    return found[:most]


def _in_workshop_of(person: Person) -> ColumnElement[bool]:
    """Whether somebody's unit lies below the one above the person's own."""
    above = person.unit.path.removesuffix(f"{person.unit_id}/")
    path = person.unit.path if above in {"", "/"} else above
    return Person.unit_id.in_(select(Unit.id).where(Unit.path.startswith(path, autoescape=True)))


def _spoken(name: str) -> str:
    """Return a name without the dots in it, which nobody types."""
    return name.translate(_BETWEEN_NAMES)


def _near_first(person: Person) -> Select[Any]:
    """Return all other colleagues: those of his team, of his workshop, then the rest, each by name."""
    near = case((Person.unit_id == person.unit_id, 0), (_in_workshop_of(person), 1), else_=2)
    columns: tuple[Any, ...] = (
        Person.employee_no,
        Person.name,
        Person.name_en,
        Unit.name_zh,
        Unit.name_en.label("unit_en"),
    )
    return (
        select(*columns)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.active, Person.id != person.id)
        .order_by(near, Person.name, Person.employee_no)
    )


def _found(session: Session, statement: Select[Any]) -> list[Colleague]:
    rows = session.execute(statement)
    return [Colleague(row.employee_no, Name(row.name, row.name_en), Name(row.name_zh, row.unit_en)) for row in rows]
