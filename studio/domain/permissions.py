"""Who may do what: names, one-line predicates and one table. Nothing is allowed that the table does not allow.

A predicate speaks of the person and the proposal only; whether the verb fits the state is said by
``studio.domain.workflow``. Operations enforce both; pages ask ``allowed_verbs`` to show only what may be done.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from models import Occasion, Person, Proposal, Role, Studio, StudioRole, Unit, Verb
from models.enums import ProposalState
from studio.domain import workflow
from studio.domain.errors import NotAllowed
from studio.domain.panel import OWN_TEAM_LIMIT

ProposalPredicate = Callable[[Person, Proposal], bool]


class Duty(StrEnum):
    """What a person may do apart from any single proposal."""

    LEAD_TEAM = "lead_team"
    """File for people of the team, and settle what is small enough."""
    SEE_DESK = "see_desk"
    """Open the review desk."""
    SEE_WORKLOAD = "see_workload"
    """Compare studios and their judges: a lead his own, a coordinator those of his part of the firm."""
    EXPORT_REVIEWS = "export_reviews"
    """Take the reviews of a studio home as a table."""
    COORDINATE = "coordinate"
    """Send on what no rule caught; see the digest's deliveries."""
    ADMINISTER = "administer"
    """Change people, roles, studios and lists; read the outbox and the log of sign-ins."""
    KEEP_RULES = "keep_rules"
    """Write, try out and switch routing rules, each in his part of the firm; name who stands in for a studio."""
    KEEP_GLOSSARY = "keep_glossary"
    """Say which words the search takes for the same."""
    KEEP_MACHINES = "keep_machines"
    """Keep the list of machines and places, each in his part of the firm, and print their labels."""
    CHECK_BENEFITS = "check_benefits"
    """Confirm the money."""


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


POLICY: Mapping[Verb, ProposalPredicate] = {
    Verb.SUBMIT: filed_it,
    Verb.ASK_TEAM: only_a_rule,
    Verb.PASS_ON: passes_it_on,
    Verb.ROUTE: coordinates_it,
    Verb.TRANSFER: sends_it_on,
    Verb.REVIEW: reviews_it,
    Verb.REQUEST_INFORMATION: asks_about_it,
    Verb.ANSWER_INFORMATION_REQUEST: filed_it,
    Verb.ACCEPT: decides_it,
    Verb.START_TRIAL: decides_it,
    Verb.DEFER: decides_it,
    Verb.DECLINE: decides_it,
    Verb.MARK_INADMISSIBLE: decides_it,
    Verb.MARK_DUPLICATE: decides_it,
    Verb.WITHDRAW: filed_it,
    Verb.START_IMPLEMENTATION: drives_implementation,
    Verb.REPORT_IMPLEMENTATION: says_it_is_done,
    Verb.VERIFY_IMPLEMENTATION: verifies_it,
    Verb.CHECK_BENEFIT: checks_its_benefit,
    Verb.REOPEN: revives_it,
    Verb.APPEAL: is_submitter,
    Verb.WAKE_UP: wakes_it,
    Verb.COMMENT: reads_it,
    Verb.NOTE: reads_notes,
    Verb.ATTACH: adds_files,
    Verb.REMOVE_ATTACHMENT: filed_it,
    Verb.ESCALATE: nobody,
    Verb.UNDO_DUPLICATE: shares_it_out,
    Verb.NOTE_REPEAT: nobody,
    Verb.DROP_REPEAT: nobody,
    Verb.STEP_ASIDE: sits_on_its_panel,
    Verb.REVEAL: reveals_names,
    Verb.REQUEST_OPINION: asks_another_studio,
    Verb.GIVE_OPINION: advises_on_it,
    Verb.DECLINE_OPINION: advises_on_it,
    Verb.REFER_TO_CONGRESS: shares_it_out,
    Verb.RECORD_CONGRESS_ANSWER: hears_the_congress,
    Verb.RESCHEDULE: nobody,
}

DUTIES: Mapping[Duty, Callable[[Person], bool]] = {
    Duty.LEAD_TEAM: lambda p: p.has_role(Role.TEAM_LEADER),
    Duty.SEE_DESK: lambda p: bool(p.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)) or p.has_role(Role.COORDINATOR),
    Duty.SEE_WORKLOAD: lambda p: bool(p.studio_ids(StudioRole.LEAD)) or p.has_role(Role.COORDINATOR),
    Duty.EXPORT_REVIEWS: lambda p: (
        bool(p.studio_ids(StudioRole.LEAD)) or p.has_role(Role.COORDINATOR) or p.has_role(Role.ADMINISTRATOR)
    ),
    Duty.COORDINATE: lambda p: p.has_role(Role.COORDINATOR),
    Duty.ADMINISTER: lambda p: p.has_role(Role.ADMINISTRATOR),
    Duty.KEEP_RULES: lambda p: p.has_role(Role.COORDINATOR) or p.has_role(Role.ADMINISTRATOR),
    Duty.KEEP_GLOSSARY: lambda p: p.has_role(Role.COORDINATOR) or p.has_role(Role.ADMINISTRATOR),
    Duty.KEEP_MACHINES: lambda p: p.has_role(Role.COORDINATOR) or p.has_role(Role.ADMINISTRATOR),
    Duty.CHECK_BENEFITS: lambda p: p.has_role(Role.FINANCE_CHECKER),
}


def keeps_machines_of(person: Person, unit: Unit) -> bool:
    """Coordinates or administers the unit that a machine belongs to."""
    return person.active and any(person.has_role(role, unit) for role in (Role.COORDINATOR, Role.ADMINISTRATOR))


def keeps_rules_of(person: Person, units: Sequence[Unit]) -> bool:
    """Coordinates or administers all the units that a rule names; for one that names none, the whole firm."""
    reach = [grant for grant in person.grants if grant.role in {Role.COORDINATOR, Role.ADMINISTRATOR}]
    if not units:
        return person.active and any(grant.unit.parent_id is None for grant in reach)
    return person.active and all(any(unit.is_within(grant.unit_id) for grant in reach) for unit in units)


def may(person: Person, verb: Verb, proposal: Proposal) -> bool:
    """Tell whether the person may do this to the proposal, whatever its state."""
    return person.active and reads_it(person, proposal) and POLICY[verb](person, proposal)


def require(person: Person, verb: Verb, proposal: Proposal) -> None:
    """Raise NotAllowed unless the person may; ``own_proposal`` and the like explain a conflict of interest."""
    if not may(person, verb, proposal):
        if verb in {Verb.GIVE_OPINION, Verb.DECLINE_OPINION}:
            raise NotAllowed(_why_no_adviser(person, proposal))
        judging = verb in workflow.DECISIONS or verb in {Verb.REVIEW, Verb.VERIFY_IMPLEMENTATION, Verb.CHECK_BENEFIT}
        raise NotAllowed(_why_not(person, proposal) if judging else "not_allowed")


def _why_not(person: Person, proposal: Proposal) -> str:
    if is_author(person, proposal):
        return "own_proposal"
    judges = proposal.studio_id in person.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    return _too_near(proposal) if judges and too_near(person.unit_id, proposal) else "not_allowed"


def _why_no_adviser(person: Person, proposal: Proposal) -> str:
    if is_author(person, proposal):
        return "own_proposal"
    if not in_asked_studio(person, proposal):
        return "not_allowed"
    if in_its_studio(person, proposal):
        return "own_studio"
    return _too_near(proposal) if too_near(person.unit_id, proposal) else "not_allowed"


def _too_near(proposal: Proposal) -> str:
    """Return why somebody of its team is refused; where names are hidden, the team would betray who it is."""
    return "conflict_of_interest" if proposal.conceals_names else "own_team"


def exports_reviews_of(person: Person, studio: Studio) -> bool:
    """Lead of the studio, coordinator of its part of the firm, or administrator."""
    leads = studio.id in person.studio_ids(StudioRole.LEAD)
    part = any(person.has_role(role, studio.unit) for role in (Role.COORDINATOR, Role.ADMINISTRATOR))
    return person.active and (leads or part)


def has_duty(person: Person, duty: Duty) -> bool:
    """Tell whether the person has a duty anywhere."""
    return person.active and DUTIES[duty](person)


def allowed_verbs(person: Person, proposal: Proposal) -> frozenset[Verb]:
    """Return what this person may do to this proposal now: the buttons of its page."""
    return frozenset(verb for verb in Verb if workflow.fits(verb, proposal.state) and may(person, verb, proposal))
