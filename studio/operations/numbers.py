"""Proposal numbers such as 2026-00042: counted from 1 in each year of the site, without gaps."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import NumberSequence


def next_number(session: Session, year: int) -> str:
    """Return the year's next number and keep the year's row locked until the transaction ends.

    One statement starts the year or counts on, so two first filings of a year cannot collide; a transaction that
    is rolled back gives its number back, so there are no gaps.
    """
    return next_numbers(session, year, 1)[0]


def next_numbers(session: Session, year: int, count: int) -> list[str]:
    """Return the year's next ``count`` numbers, under the same promise."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(NumberSequence) if on_sqlite else postgresql.insert(NumberSequence)
    count_on = (
        insert.values(year=year, last=count)
        .on_conflict_do_update(index_elements=[NumberSequence.year], set_={"last": NumberSequence.last + count})
        .returning(NumberSequence.last)
    )
    last = session.execute(count_on).scalar_one()
    return [f"{year}-{number:05d}" for number in range(last - count + 1, last + 1)]
