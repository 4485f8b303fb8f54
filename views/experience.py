"""What the archive teaches about a proposal that is to be routed anew, looked up before the transaction."""

from studio.domain.routing import Experience, ProposalFacts
from studio.operations.filing import Filing
from studio.queries import precedents
from studio.services import services
from views.access import database, readable_proposal


def experience_of(number: str) -> Experience:
    """Return what is like the proposal of this number. 404 if there is none the person may know of."""
    return precedents.of_proposal(database(), services().search, readable_proposal(number))


def experience_of_new(filing: Filing) -> Experience:
    """Return what is like a proposal that is about to be filed."""
    texts = {name: getattr(filing, name) for name in precedents.TEXTS}
    return precedents.experience(database(), services().search, ProposalFacts(**texts))
