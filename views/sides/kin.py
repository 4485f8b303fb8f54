"""Which other proposals are like it, were there before it, or repeat it."""

from collections.abc import Sequence
from functools import cached_property

from models import Occasion
from studio.domain import blinding, relations, workflow
from studio.operations import repeats
from studio.queries import alike
from studio.services import services
from views import proposal_words
from views.access import database
from views.sides.reading import Reading


class Kin(Reading):
    """The proposals near this one, each under its own rule of who may know of it."""

    @cached_property
    def may_see_original(self) -> bool:
        """Whether the reader may know of the proposal that was there first."""
        original = self.proposal.duplicate_of
        return original is not None and relations.reads_it(self.reader, original)

    @cached_property
    def together_with(self) -> str:
        """Who wrote the original that this one was merged into, as names in a sentence; empty without a merge."""
        original = self.proposal.duplicate_of
        if original is None or not self.may_see_original or not repeats.merge_of(self.proposal):
            return ""
        if self.names_hidden or blinding.hides_names(self.reader, original):
            return ""
        own = self.record.author_ids
        return proposal_words.sharers(one for one in original.contributors if one.person_id not in own)

    @cached_property
    def repeats(self) -> Sequence[alike.Repeat]:
        """What was found to repeat it."""
        if self.record.original_id is None:  # the database lets nothing point at such a one
            return ()
        return alike.repeats_of(database(), self.reader, self.proposal)

    @cached_property
    def alike(self) -> Sequence[alike.Alike]:
        """What is most like it, while those who judge it may still find that it repeats something."""
        if not self.reads_notes or self.proposal.state not in workflow.OPEN:
            return []
        return alike.alike(database(), services().search, self.reader, self.proposal)

    def may_wait_for(self, occasion: Occasion) -> bool:
        """Tell whether a deferral may wait for it; one of a single unit would tell a unit that is hidden."""
        if self.names_hidden:
            return occasion.unit_id is None
        return occasion.concerns(self.record.unit)
