"""What a coordinator reads besides: whether the copies of the issue before arrived."""

from dataclasses import dataclass

from models import Person, Role
from studio.mail.edition import Edition


@dataclass(frozen=True, slots=True)
class Copies:
    """What had become of the copies of the issue before, when this one was made."""

    copies: int
    sent: int
    failed: int
    waiting: int
    in_app: int


def copies_before(edition: Edition, person: Person) -> Copies | None:
    """Return the figures, for a coordinator and if there was an issue."""
    figures: dict[str, int] | None = edition.facts.get("copies")
    return Copies(**figures) if figures and person.has_role(Role.COORDINATOR) else None
