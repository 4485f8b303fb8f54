"""Records for showing: made from plain rows, with no session that watches over them.

A session looks up, compares and remembers each record it loads. A page that only reads has no use for that, and it took
most of the page's time. What was not read cannot be read later either: asking for it raises SQLAlchemy's
DetachedInstanceError. To change something, load it anew in ``writing``.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Column, bindparam, inspect, select
from sqlalchemy.orm import RelationshipDirection, Session
from sqlalchemy.orm.base import instance_state

from models import Base, Person, Unit

RecordT = TypeVar("RecordT", bound=Base)


@cache
def columns(kind: type[Base]) -> tuple[Column[Any], ...]:
    """Return what to select for whole records of a kind, in the order in which ``parted`` takes them."""
    return tuple(kind.metadata.tables[kind.__tablename__].columns)


def record(kind: type[RecordT], values: Mapping[str, Any]) -> RecordT:
    """Return a record of these attributes; those of its primary key must be among them."""
    manager, primary_key = _making(kind)
    made = cast("RecordT", manager.new_instance())
    made.__dict__.update(values)
    state = instance_state(made)
    # With an identity and a list of what is missing, that is an error; without them it would read as None.
    state.key = (kind, tuple([values[name] for name in primary_key]), None)
    if len(values) < len(_keys(kind)):
        state.expired_attributes.update(name for name in _keys(kind) if name not in values)
    return made


@cache
def _making(kind: type[Base]) -> tuple[Any, tuple[str, ...]]:
    """Return what makes bare records of a kind, and the names of what tells them apart."""
    mapper = inspect(kind)
    return mapper.class_manager, tuple(column.name for column in mapper.primary_key)


def parted(row: Sequence[Any], *kinds: type[Base]) -> list[Any]:
    """Return the records of a row that joins some kinds; None where an outer join found nothing."""
    found: list[Any] = []
    start = 0
    for kind in kinds:
        keys = _keys(kind)
        values = row[start : start + len(keys)]
        found.append(None if values[0] is None else record(kind, dict(zip(keys, values, strict=True))))
        start += len(keys)
    return found


def tie(thing: Base, **related: object) -> None:
    """Let relationships of a record be followed."""
    thing.__dict__.update(related)


def tie_people(session: Session, things: Iterable[Base]) -> None:
    """Let every relationship from these records to a person be followed; one statement.

    The people come with what names them and their unit, and with nothing else.
    """
    links = [(thing, name, getattr(thing, column)) for thing in things for name, column in people_of(type(thing))]
    ids = sorted({person_id for _, _, person_id in links if person_id is not None})
    rows = session.connection().execute(_PEOPLE, {"ids": ids}) if ids else ()
    people = {row[0]: _named_person(row) for row in rows}
    for thing, name, person_id in links:
        thing.__dict__[name] = people.get(person_id)


@cache
def _keys(kind: type[Base]) -> tuple[str, ...]:
    return tuple(column.name for column in columns(kind))


@cache
def people_of(kind: type[Base]) -> tuple[tuple[str, str], ...]:
    """Return the relationships of a kind of record that lead to one person, each with the column that says whom."""
    return tuple(
        (link.key, next(iter(link.local_columns)).name)
        for link in inspect(kind).relationships
        if link.mapper.class_ is Person and link.direction is RelationshipDirection.MANYTOONE
    )


_NAMING = ("id", "name", "name_en", "employee_no", "unit_id", "active")
_PEOPLE = (
    select(*(Person.__table__.c[name] for name in _NAMING), *columns(Unit))
    .join_from(Person.__table__, Unit.__table__, Person.__table__.c.unit_id == Unit.__table__.c.id)
    .where(Person.__table__.c.id.in_(bindparam("ids", expanding=True)))
)


def _named_person(row: Sequence[Any]) -> Person:
    person = record(Person, dict(zip(_NAMING, row, strict=False)))
    (unit,) = parted(row[len(_NAMING) :], Unit)
    tie(person, unit=unit)
    return person
