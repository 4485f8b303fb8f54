"""What it is and brings: photos, files and money."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from models import Attachment, AttachmentRole
from studio.queries import file_texts, paper
from studio.wording.files import why_not_searchable
from views import scales
from views.access import database
from views.sides.reading import Reading


class Work(Reading):
    """What somebody made or means to make."""

    @cached_property
    def money(self) -> Sequence[scales.MoneyBar]:
        """Claimed and checked benefit, side by side."""
        return scales.money_bars(self.proposal.claimed_benefit, self.proposal.checked_benefit)

    def files(self, *roles: AttachmentRole) -> Sequence[Attachment]:
        """Return attached files of some roles: photos before, photos after, documents, recordings."""
        return [found for found in self.proposal.attachments if found.role in roles]

    @cached_property
    def pairs(self) -> Sequence[tuple[Attachment, Attachment]]:
        """Photos of the same thing before and after, as far as there are both: the first with the first."""
        return list(zip(self.files(AttachmentRole.BEFORE), self.files(AttachmentRole.AFTER), strict=False))

    @cached_property
    def single_photos(self) -> Sequence[Attachment]:
        """Photos that have no other half."""
        paired = {photo.id for pair in self.pairs for photo in pair}
        return [one for one in self.files(AttachmentRole.BEFORE, AttachmentRole.AFTER) if one.id not in paired]

    @cached_property
    def written_on(self) -> date | None:
        """The day on the sheet of paper that it was written on, if it was and the reader may see the sheet."""
        sheet = paper.of_proposal(database(), self.record.id) if self.files(AttachmentRole.PAPER) else None
        return sheet.written_on if sheet else None

    @cached_property
    def not_searchable(self) -> Mapping[str, str]:
        """Why the search finds nothing in some documents, by SHA-256; told to whoever attached them."""
        own = {one.sha256 for one in self.record.attachments if one.uploaded_by_id == self.reader.id}
        if not own:
            return {}
        without = file_texts.without_text(database(), self.record.id)
        return {sha256: why_not_searchable(reason) for sha256, reason in without.items() if sha256 in own}
