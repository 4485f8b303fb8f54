"""Several proposals in one act, each in its own right: what can be done is done, the rest is told with its reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm.exc import StaleDataError

from models import Proposal
from studio.domain.completeness import clean_line
from studio.domain.errors import DomainError, NotFound, Stale
from studio.transactions import writing
from studio.wording.problems import refusal_sentence
from views.access import database, readable_proposal

MOST = 50
"""As many as one page of the desk shows."""
MOST_DIGITS = 9
LONGEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one of them; without a refusal it was done. ``title`` is empty for what may not be read."""

    number: str
    title: str
    refusal: str


def chosen_pairs(values: Sequence[str]) -> dict[str, str]:
    """Return number and stamp of each ticked box, whose value is both with a space between; the last of each counts."""
    return {number: stamp for number, _, stamp in (value.strip().partition(" ") for value in values) if number}


def revision_of(stamp: str) -> int:
    """Return the revision that a stamp says; a forged one fits no proposal."""
    return int(stamp) if stamp.isdecimal() and stamp.isascii() and len(stamp) <= MOST_DIGITS else -1


def each(chosen: dict[str, str], act: Callable[[Proposal, str], object]) -> Sequence[Fate]:
    """Do the act to one proposal after the other, in a transaction of its own; a stamp says what the page showed."""
    return [_one(number, stamp, act) for number, stamp in chosen.items()]


def _one(number: str, stamp: str, act: Callable[[Proposal, str], object]) -> Fate:
    title = ""
    try:
        with writing(database()):
            proposal = readable_proposal(number, lock=True)
            title = proposal.title
            act(proposal, stamp)
    except StaleDataError:
        return Fate(number, title, refusal_sentence(Stale()))
    except NotFound as refusal:
        return Fate(clean_line(number)[:LONGEST_SHOWN], "", refusal_sentence(refusal))
    except DomainError as refusal:
        return Fate(number, title, refusal_sentence(refusal))
    return Fate(number, title, "")
