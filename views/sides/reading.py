"""Who reads it: what he may know and do, on which all other sides depend."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask_wtf import FlaskForm

from models import Person, Proposal, Verb
from studio.domain import permissions, relations
from views import kiosk_session


@dataclass(frozen=True)
class Reading:
    """One proposal and its reader. ``forms`` holds those that came back with a mistake.

    ``proposal`` is as its reader may see it, perhaps without its authors; ``record`` is what rules are asked about.
    """

    proposal: Proposal
    reader: Person
    forms: Mapping[Verb, FlaskForm]
    record: Proposal

    @cached_property
    def verbs(self) -> frozenset[Verb]:
        """What the reader may do now."""
        return kiosk_session.possible_here(permissions.allowed_verbs(self.reader, self.record))

    @cached_property
    def names_hidden(self) -> bool:
        """Whether the reader may not know whose it is."""
        return self.proposal is not self.record

    @cached_property
    def is_author(self) -> bool:
        """Whether the reader wrote it or shares in it."""
        return relations.is_author(self.reader, self.record)

    @cached_property
    def filed_it(self) -> bool:
        """Whether the reader filed it, for himself or for somebody of his team."""
        return relations.filed_it(self.reader, self.record)

    @cached_property
    def reads_notes(self) -> bool:
        """Whether the reviewers' notes are for this reader."""
        return relations.reads_notes(self.reader, self.record)

    def reads(self, another: Proposal) -> bool:
        """Tell whether the reader may know of another proposal too."""
        return relations.reads_it(self.reader, another)
