"""Who somebody is to a proposal: predicates of one sentence, of which ``permissions`` makes its policy.

They speak of the person and the proposal only; whether a verb fits the state is said by ``workflow``.
"""

from models import Occasion, Person, Proposal, Role, StudioRole
from models.enums import ProposalState
from studio.domain.panel import OWN_TEAM_LIMIT


def is_author(person: Person, proposal: Proposal) -> bool:
    """Submitter or contributor."""
    return person.id in proposal.author_ids


def is_submitter(person: Person, proposal: Proposal) -> bool:
    """The one who filed it, or for whom it was filed."""
    return person.id == proposal.submitter_id


def filed_it(person: Person, proposal: Proposal) -> bool:
    """The submitter, or the team leader who filed it for somebody."""
    return person.id in {proposal.submitter_id, proposal.filed_by_id}


def too_near(unit_id: int, proposal: Proposal) -> bool:
    """Of the team it comes from, while a large reward hangs on it: such a person judges it no more than an author."""
    claimed = proposal.claimed_benefit or 0
    return proposal.unit_id == unit_id and claimed > OWN_TEAM_LIMIT


def has_conflict(person: Person, proposal: Proposal) -> bool:
    """Author, or too near."""
    return is_author(person, proposal) or too_near(person.unit_id, proposal)


def sits_on_its_panel(person: Person, proposal: Proposal) -> bool:
    """Asked to judge it, and still there."""
    return person.id in proposal.panel_ids


def in_its_studio(person: Person, proposal: Proposal) -> bool:
    """Any member of the studio that has it."""
    return proposal.studio_id is not None and proposal.studio_id in person.studio_ids()


def in_asked_studio(person: Person, proposal: Proposal) -> bool:
    """Any member of the studio that was asked for a second opinion."""
    return proposal.opinion is not None and proposal.opinion.studio_id in person.studio_ids()


def coordinates_it(person: Person, proposal: Proposal) -> bool:
    """Coordinator of the unit it comes from; legacy rows without a unit belong to every coordinator."""
    return person.has_role(Role.COORDINATOR, proposal.unit)


def reviews_it(person: Person, proposal: Proposal) -> bool:
    """Lead or reviewer of its studio without a conflict of interest: nobody judges his own."""
    judges = person.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    return proposal.studio_id in judges and not has_conflict(person, proposal)


def only_a_rule(person: Person, proposal: Proposal) -> bool:  # noqa: ARG001 - as every predicate
    """Nobody: what is small enough goes to the team leader by itself."""
    return False


def leads_over_it(person: Person, proposal: Proposal) -> bool:
    """Leads the unit of what a team has or settled, or one above it, and is no author."""
    of_a_team = proposal.team_leader_id is not None and not is_author(person, proposal)
    return of_a_team and person.has_role(Role.TEAM_LEADER, proposal.unit)


def its_leader_has_left(proposal: Proposal) -> bool:
    """A team has it or settled it, and its leader is gone or leads that part of the firm no more."""
    leader = proposal.team_leader
    return leader is not None and not (leader.active and leader.has_role(Role.TEAM_LEADER, proposal.unit))


def answers_for_team(person: Person, proposal: Proposal) -> bool:
    """The team leader who has it in hand or settled it; once he has left, whoever leads there now. Never an author."""
    if not leads_over_it(person, proposal):
        return False
    return person.id == proposal.team_leader_id or its_leader_has_left(proposal)


def asks_about_it(person: Person, proposal: Proposal) -> bool:
    """Whoever judges it, in the studio or for the team."""
    return reviews_it(person, proposal) or answers_for_team(person, proposal)


def passes_it_on(person: Person, proposal: Proposal) -> bool:
    """The team leader who has it in hand, or the coordinator who sees that it is larger than it looked."""
    return answers_for_team(person, proposal) or coordinates_it(person, proposal)


def _lead_cannot_decide(proposal: Proposal) -> bool:
    """The lead has a conflict of interest or is gone, or no studio has it."""
    if proposal.studio is None:
        return True
    leads = [m.person for m in proposal.studio.memberships if m.role is StudioRole.LEAD and m.person.active]
    return not leads or any(has_conflict(lead, proposal) for lead in leads)


def decides_it(person: Person, proposal: Proposal) -> bool:
    """Lead of its studio, or of its team; where the lead has a conflict or is missing, the coordinator."""
    if is_author(person, proposal):
        return False
    if proposal.team_leader_id is not None:
        return answers_for_team(person, proposal)
    if has_conflict(person, proposal):
        return False
    if proposal.studio_id in person.studio_ids(StudioRole.LEAD):
        return True
    return coordinates_it(person, proposal) and _lead_cannot_decide(proposal)


def wakes_it(person: Person, proposal: Proposal) -> bool:
    """Whoever decides it, and the coordinator, who knows when the overhaul or the budget has come."""
    return decides_it(person, proposal) or coordinates_it(person, proposal)


def sees_prepared(person: Person, proposal: Proposal) -> bool:
    """May know what is decided but not told yet: its judges and the coordinator, never an author."""
    return reads_it(person, proposal) and reads_notes(person, proposal)


def announces(person: Person, occasion: Occasion) -> bool:
    """Coordinator of the unit whose occasion it is; what is the whole firm's, any coordinator for his part of it."""
    return person.active and person.has_role(Role.COORDINATOR, occasion.unit)


def sends_it_on(person: Person, proposal: Proposal) -> bool:
    """Coordinator, or the lead who has it and thinks another studio knows better."""
    return coordinates_it(person, proposal) or proposal.studio_id in person.studio_ids(StudioRole.LEAD)


def shares_it_out(person: Person, proposal: Proposal) -> bool:
    """Lead of its studio or coordinator, never an author: gives others a share in it or takes it to the congress."""
    return sends_it_on(person, proposal) and not is_author(person, proposal)


def asks_another_studio(person: Person, proposal: Proposal) -> bool:
    """The submitter, once a studio has it; what a team declined is taken to a studio by an appeal."""
    return is_submitter(person, proposal) and proposal.studio_id is not None


def advises_on_it(person: Person, proposal: Proposal) -> bool:
    """Lead or reviewer of the studio that was asked, without a conflict of interest and not of the deciding one."""
    judges = person.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    asked = proposal.opinion is not None and proposal.opinion.studio_id in judges
    return asked and not has_conflict(person, proposal) and not in_its_studio(person, proposal)


def hears_the_congress(person: Person, proposal: Proposal) -> bool:
    """The coordinator, who is at the session and writes down what it said; never an author."""
    return coordinates_it(person, proposal) and not is_author(person, proposal)


def tells_its_story(person: Person, proposal: Proposal) -> bool:
    """The coordinator, who shows it to everybody; never an author, who would praise himself."""
    return coordinates_it(person, proposal) and not is_author(person, proposal)


def nobody(person: Person, proposal: Proposal) -> bool:  # noqa: ARG001 - the signature of a predicate
    """No person: it follows from what is done to another proposal."""
    return False


def drives_implementation(person: Person, proposal: Proposal) -> bool:
    """An author, the lead of its studio or team or the coordinator sees that it gets done.

    Of what was filed without a name, an author or the coordinator: whoever put it into somebody's hands could
    otherwise find out by trying who the author is.
    """
    if proposal.anonymous:
        return is_author(person, proposal) or coordinates_it(person, proposal)
    return is_author(person, proposal) or sends_it_on(person, proposal) or answers_for_team(person, proposal)


def says_it_is_done(person: Person, proposal: Proposal) -> bool:
    """Whoever does it, and whoever sees that it gets done."""
    return person.id == proposal.implemented_by_id or drives_implementation(person, proposal)


def adds_files(person: Person, proposal: Proposal) -> bool:
    """Whoever filed it, and whoever does it or sees that it gets done, and shows the result."""
    return filed_it(person, proposal) or says_it_is_done(person, proposal)


def verifies_it(person: Person, proposal: Proposal) -> bool:
    """Somebody of the studio, a leader of that team or above it, or the coordinator, who neither wrote nor did it."""
    judge = in_its_studio(person, proposal) or leads_over_it(person, proposal) or coordinates_it(person, proposal)
    return judge and not is_author(person, proposal) and person.id != proposal.implemented_by_id


def checks_its_benefit(person: Person, proposal: Proposal) -> bool:
    """Finance checker for its unit, never an author."""
    return person.has_role(Role.FINANCE_CHECKER, proposal.unit) and not is_author(person, proposal)


def reads_notes(person: Person, proposal: Proposal) -> bool:
    """Those who judge it and the coordinator; never an author."""
    return (reviews_it(person, proposal) or coordinates_it(person, proposal)) and not is_author(person, proposal)


def revives_it(person: Person, proposal: Proposal) -> bool:
    """Whoever decides it takes it up again; a withdrawn one also its submitter. A draft that was given up stays so.

    What a leader settled who has left, the coordinator too: it must not depend on there being another leader.
    """
    if proposal.submitted_at is None:
        return False
    if proposal.state is ProposalState.WITHDRAWN and is_submitter(person, proposal):
        return True
    return decides_it(person, proposal) or _stands_in_for_leader(person, proposal)


def _stands_in_for_leader(person: Person, proposal: Proposal) -> bool:
    near = coordinates_it(person, proposal) and not is_author(person, proposal)
    return near and proposal.team_leader_id is not None and its_leader_has_left(proposal)


def reads_it(person: Person, proposal: Proposal) -> bool:
    """May know that it exists. The same rule as ``studio.queries.visibility``, for one proposal in hand."""
    if proposal.submitted_at is None:
        return filed_it(person, proposal)
    if not proposal.confidential:
        return True
    return (
        filed_it(person, proposal)
        or is_author(person, proposal)
        or in_its_studio(person, proposal)
        or person.id == proposal.team_leader_id
        or coordinates_it(person, proposal)
        or in_asked_studio(person, proposal)
    )


def reveals_names(person: Person, proposal: Proposal) -> bool:
    """Its submitter alone lets names be shown that were filed to stay hidden; nobody else may break the promise."""
    return proposal.anonymous and is_submitter(person, proposal)


def follows_it(person: Person, proposal: Proposal) -> bool:
    """May ask to be told of it: whoever reads a filed one and is not told anyway."""
    filed = proposal.submitted_at is not None and reads_it(person, proposal)
    return filed and person.active and not is_author(person, proposal) and not filed_it(person, proposal)


def thanks_for_it(person: Person, proposal: Proposal) -> bool:
    """May thank its authors: whoever reads a filed one and is none of them, nor wrote it down for them."""
    return follows_it(person, proposal)
