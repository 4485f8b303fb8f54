"""Whose names a reader is not shown: of authors who filed without a name, and while something is judged blind.

One rule for every page, list, search, mail and export. ``Proposal.conceals_names`` says whether there is anything to
hide, ``hides_names`` from whom; ``studio.queries.blinding`` says the same to the database, and a test holds the two
together. What is judged blind hides its authors from everybody who is not exempt and not from its judges alone,
because each of them could ask as a plain colleague.
"""

from enum import StrEnum

from models import Person, Proposal, Role
from studio.domain import relations


class Unnamed(StrEnum):
    """Stands on a page where a name would; ``studio.wording.names`` says it in the reader's language."""

    AUTHOR = "author"
    COORDINATOR = "coordinator"
    """Of the part of the firm where it comes from; the name would tell which part that is."""


def hides_names(person: Person, proposal: Proposal) -> bool:
    """Tell whether submitter, contributors and unit must stay unknown to this person.

    Its authors know, and so does the coordinator, who answers questions and sees to rewards. An administrator knows
    what is only judged blind, not who filed without a name. Whoever is in the studio that has it is blind whatever
    else he is: the lead too, for what he decides is what blindness is for.
    """
    return proposal.conceals_names and not _knows(person, proposal)


def _knows(person: Person, proposal: Proposal) -> bool:
    if relations.filed_it(person, proposal):
        return True
    judged_blind = proposal.blind and proposal.decided_at is None
    coordinates = relations.coordinates_it(person, proposal)
    by_office = coordinates or (person.has_role(Role.ADMINISTRATOR) and not proposal.anonymous)
    if by_office and not (judged_blind and relations.in_its_studio(person, proposal)):
        return True
    return relations.is_author(person, proposal)


def hidden_ids(proposal: Proposal) -> frozenset[int]:
    """Return the people whose names would betray it: authors, and who wrote it down for them."""
    writer = proposal.filed_by_id
    return proposal.author_ids if writer is None else proposal.author_ids | {writer}


def acts_by_office(person: Person, proposal: Proposal) -> bool:
    """Tell whether somebody does something to it as the coordinator of the part of the firm it comes from.

    His name would tell which part that is, so it is shown to those alone who may know. What he does as a judge, he
    does under his name.
    """
    hideable = proposal.anonymous or proposal.blind
    return hideable and relations.coordinates_it(person, proposal) and not relations.in_its_studio(person, proposal)
