"""Documents attached as people do it."""

import io

from sqlalchemy.orm import Session

from models import Attachment, AttachmentRole, Person, Proposal
from studio.files.uploads import limits_of
from studio.operations.attachments import attach, prepare_attachment
from studio.services import Services
from studio.transactions import writing
from tests.files import samples


def attached(
    session: Session,
    services: Services,
    proposal: Proposal,
    content: bytes | str,
    *,
    name: str = "图纸.pdf",
    actor: Person | None = None,
) -> Attachment:
    """Attach a document to a proposal, as its submitter; words make a PDF of one page."""
    content = samples.pdf(content) if isinstance(content, str) else content
    prepared = prepare_attachment(
        io.BytesIO(content), name, limits=limits_of(services.settings), store=services.files, field="files"
    )
    actor = actor or proposal.submitter
    assert actor is not None
    with writing(session):
        return attach(
            session,
            proposal,
            prepared,
            role=AttachmentRole.DOCUMENT,
            actor=actor,
            at=services.clock(),
            files_per_proposal=services.settings.attachments_per_proposal,
        )
