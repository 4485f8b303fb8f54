"""After the decision: whose turn it is to begin, to do it, and to see with his own eyes that it is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """What somebody is asked to do once a proposal has been accepted."""

    START = "start"
    """It is accepted, and nobody has been named who does it: the author says who."""
    CARRY_OUT = "carry_out"
    """It is in his hands until he says that it is done."""
    LOOK = "look"
    """Somebody says that it is done; somebody else confirms what he has seen working."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody present who leads the unit of a proposal or coordinates it, for that unit or one above it.

    ``depth`` counts the units above the one that the role is held for; ``grant_id`` orders those of the same depth.
    """

    person_id: int
    coordinates: bool
    depth: int
    grant_id: int


def who_looks(
    holders: Sequence[Holder], *, settled_by: int | None = None, excluding: Collection[int] = ()
) -> tuple[int, ...]:
    """Return who is asked to look where no studio can: one leader, or the coordinators of the smallest part.

    First the leader who settled it (``settled_by``), then the nearest one up the tree, then the coordinators; none
    of ``excluding``, who wrote it or did it.
    """
    fit = [one for one in holders if one.person_id not in excluding]
    leaders = [one for one in fit if not one.coordinates]
    if settled_by in {one.person_id for one in leaders} and settled_by is not None:
        return (settled_by,)
    if leaders:
        return (min(leaders, key=lambda one: (-one.depth, one.grant_id)).person_id,)
    nearest = max((one.depth for one in fit), default=0)
    return tuple(sorted({one.person_id for one in fit if one.depth == nearest}))
