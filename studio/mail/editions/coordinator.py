"""What a coordinator reads besides: whether the copies of the issue before arrived."""

from dataclasses import dataclass

from models import Person, Role
from studio.mail.editions import room
from studio.mail.editions.parts import Copy


@dataclass(frozen=True, slots=True)
class Copies:
    """What had become of the copies of the issue before, when this one was made."""

    copies: int
    sent: int
    failed: int
    waiting: int
    in_app: int


def copies_before(copy: Copy, person: Person) -> Copies | None:
    """Return the figures, for a coordinator and if there was an issue."""
    figures: dict[str, int] | None = copy.edition.facts.get("copies")
    if not figures or not person.has_role(Role.COORDINATOR):
        return None
    copy.spend(room.NUMBERS)
    return Copies(**figures)
