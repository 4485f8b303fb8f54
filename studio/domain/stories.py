"""What may be told as a story, and how long and how careful its words have to be."""

from collections.abc import Iterable

from models import Proposal, ProposalState
from studio.domain.completeness import too_long
from studio.domain.errors import Problem

HEADLINE_LIMIT = 60
WORDS_LIMIT = 600
"""Both in characters: a headline of two lines, and what somebody reads standing."""
IN_USE = frozenset({ProposalState.IMPLEMENTED, ProposalState.VERIFIED})


def cannot_be_told(proposal: Proposal) -> list[Problem]:
    """Return why a proposal cannot be shown to everybody now; nothing if it can."""
    problems = []
    if proposal.confidential:
        problems.append(Problem("story_confidential"))
    if proposal.state not in IN_USE:
        problems.append(Problem("story_not_in_use"))
    return problems


def flaws(headline: str, words: str, hidden_names: Iterable[str] = ()) -> list[Problem]:
    """Return what is wrong with the words of a story, both cleaned.

    ``hidden_names`` are those that must not be read in them: names and staff numbers of nameless authors.
    """
    problems = [*too_long(headline, "headline", HEADLINE_LIMIT), *too_long(words, "words", WORDS_LIMIT)]
    if not headline:
        problems.append(Problem("headline_missing", "headline"))
    secrets = [name.casefold() for name in hidden_names if name.strip()]
    for field, text in (("headline", headline), ("words", words)):
        if any(secret in text.casefold() for secret in secrets):
            problems.append(Problem("story_names_author", field))
    return problems
