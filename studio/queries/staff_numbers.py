"""Staff numbers as people type them, and whom they belong to."""

import unicodedata
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from models import Person
from studio.domain.completeness import clean_line

LONGEST = 64
"""In characters; what is longer belongs to nobody."""


def as_typed(text: str) -> str:
    """Return the number as it is kept: full-width digits made plain, no white space around it, zeros untouched."""
    return unicodedata.normalize("NFKC", clean_line(text))


def owners(session: Session, numbers: Iterable[str]) -> dict[str, Person]:
    """Return who has these numbers, active or not; numbers of nobody are left out."""
    wanted = {number for number in numbers if 0 < len(number) <= LONGEST}
    if not wanted:
        return {}
    people = select(Person).where(Person.employee_no.in_(wanted))
    found = session.scalars(people.options(lazyload(Person.grants), lazyload(Person.memberships))).unique()
    return {person.employee_no: person for person in found}
