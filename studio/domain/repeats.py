"""When one proposal may count as a repeat of another, and when the two may become one."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from models import Contributor, Proposal, ProposalState
from studio.domain.errors import Problem
from studio.domain.shares import WHOLE, Share, check_shares, fair_split

FIELD = "shares"


def resolved(named: Proposal) -> Proposal:
    """Return what a repeat of ``named`` would repeat: the original, if ``named`` is a repeat itself."""
    return named.duplicate_of or named


def original_problem(repeat: Proposal, named: Proposal) -> str:
    """Return why ``repeat`` cannot repeat ``named``, as a code; empty if it can.

    A repeat always points at a final original, so there is one step to look at and no circle to walk.
    """
    if named.id == repeat.id:
        return "original_is_itself"
    if resolved(named).id == repeat.id:
        return "original_in_circle"
    if resolved(named).state is ProposalState.WITHDRAWN:
        return "original_withdrawn"
    return ""


def key_of(contributor: Contributor) -> int | str:
    """Return what tells people who share apart: the person's id, or the name as an old archive had it."""
    return contributor.person_id if contributor.person_id is not None else contributor.name_text


def shares_of(proposal: Proposal) -> list[Share]:
    """Return who shares how much; where nothing is written everything is the submitter's."""
    if proposal.contributors:
        return [Share(key_of(one), one.share) for one in proposal.contributors]
    author = proposal.submitter_id if proposal.submitter_id is not None else proposal.submitter_text
    return [Share(author, WHOLE)] if author else []


def suggested(original: Proposal, repeat: Proposal) -> list[Share]:
    """Return the shares that the page proposes; empty if there are too many people, or nobody is known."""
    first, later = shares_of(original), shares_of(repeat)
    if not 1 <= len({share.person for share in (*first, *later)}) <= WHOLE:
        return []
    return fair_split(first, later)


def merge_hindrance(repeat: Proposal, original: Proposal, judges: Collection[int | None]) -> str:
    """Return why the two cannot become one, as a code; empty if they can.

    ``judges`` are those who have judged the original or owe it an answer: none of them may get a share in it.
    """
    if original.state is ProposalState.VERIFIED:
        return "original_settled"
    if repeat.confidential and not original.confidential:
        return "repeat_is_secret"
    if repeat.conceals_names or original.conceals_names:
        return "sharers_hidden"
    if repeat.author_ids & set(judges):
        return "author_judges_original"
    if not suggested(original, repeat):
        return "too_many_sharers"
    return ""


def share_problems(repeat: Proposal, original: Proposal, given: Sequence[Share]) -> list[Problem]:
    """Return what is wrong with the agreed shares: everybody of both keeps one, and together they make 100."""
    everybody = {share.person for share in suggested(original, repeat)}
    if {share.person for share in given} != everybody:
        return [Problem("sharers_changed", FIELD)]
    first = shares_of(original) or given
    return [replace(found, field=FIELD) for found in check_shares(given, submitter=first[0].person)]
