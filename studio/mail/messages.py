"""What a mail is before it has words: its kind, what it is about, who gets it, and the facts for its templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models import NoticeGroup, NoticePart, Person
from studio.domain.blinding import Unnamed


class Circular(StrEnum):
    """What a person can stop getting with one click."""

    NOTICES = "notices"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one person. ``kind`` names the folder of its templates below ``templates/mail``.

    ``about`` says which fact it tells, such as ``decision-17``. The same kind about the same fact goes to the same
    person once only, and always carries the same Message-ID.
    """

    kind: str
    about: str
    person: Person
    facts: Mapping[str, Any] = field(default_factory=dict)
    proposal_id: int | None = None
    circular: Circular = Circular.NOTICES
    group: NoticeGroup | None = None
    """The kind of event it tells; None for the digest, and for what tells several."""
    detail: str = ""
    """What tells cases of one kind apart in the app: the outcome of a decision."""
    part: NoticePart = NoticePart.CONCERNED
    """What its reader has to do with the proposal."""
    unnamed: Mapping[int, Unnamed] = field(default_factory=dict)
    """Whom this reader must not find in it by name, by id, and what stands there; see ``studio.domain.blinding``."""

    @property
    def leaving(self) -> Circular | NoticeGroup:
        """What its reader stops getting when he wants no more such mails."""
        return self.group or self.circular

    @property
    def once(self) -> str:
        """What forbids telling it twice."""
        return f"{self.kind}:{self.about}:{self.person.id}"
