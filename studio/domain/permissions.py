"""Who may do what: names and one table. Nothing is allowed that the table does not allow.

``relations`` has the predicates; whether the verb fits the state is said by ``workflow``. Operations enforce both;
pages ask ``allowed_verbs`` to show only what may be done.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from models import Person, Proposal, Role, Studio, StudioRole, Unit, Verb
from studio.domain import relations, workflow
from studio.domain.errors import NotAllowed

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
    KEEP_ADDRESSES = "keep_addresses"
    """See whom no mail reaches, each in his part of the firm, and have it tried again."""
    CHECK_BENEFITS = "check_benefits"
    """Confirm the money."""


POLICY: Mapping[Verb, ProposalPredicate] = {
    Verb.SUBMIT: relations.filed_it,
    Verb.ASK_TEAM: relations.only_a_rule,
    Verb.PASS_ON: relations.passes_it_on,
    Verb.ROUTE: relations.coordinates_it,
    Verb.TRANSFER: relations.sends_it_on,
    Verb.REVIEW: relations.reviews_it,
    Verb.REQUEST_INFORMATION: relations.asks_about_it,
    Verb.ANSWER_INFORMATION_REQUEST: relations.filed_it,
    Verb.ACCEPT: relations.decides_it,
    Verb.START_TRIAL: relations.decides_it,
    Verb.DEFER: relations.decides_it,
    Verb.DECLINE: relations.decides_it,
    Verb.MARK_INADMISSIBLE: relations.decides_it,
    Verb.MARK_DUPLICATE: relations.decides_it,
    Verb.WITHDRAW: relations.filed_it,
    Verb.START_IMPLEMENTATION: relations.drives_implementation,
    Verb.REPORT_IMPLEMENTATION: relations.says_it_is_done,
    Verb.VERIFY_IMPLEMENTATION: relations.verifies_it,
    Verb.CHECK_BENEFIT: relations.checks_its_benefit,
    Verb.REOPEN: relations.revives_it,
    Verb.APPEAL: relations.is_submitter,
    Verb.WAKE_UP: relations.wakes_it,
    Verb.COMMENT: relations.reads_it,
    Verb.NOTE: relations.reads_notes,
    Verb.ATTACH: relations.adds_files,
    Verb.REMOVE_ATTACHMENT: relations.filed_it,
    Verb.ESCALATE: relations.nobody,
    Verb.UNDO_DUPLICATE: relations.shares_it_out,
    Verb.NOTE_REPEAT: relations.nobody,
    Verb.DROP_REPEAT: relations.nobody,
    Verb.STEP_ASIDE: relations.sits_on_its_panel,
    Verb.REVEAL: relations.reveals_names,
    Verb.REQUEST_OPINION: relations.asks_another_studio,
    Verb.GIVE_OPINION: relations.advises_on_it,
    Verb.DECLINE_OPINION: relations.advises_on_it,
    Verb.REFER_TO_CONGRESS: relations.shares_it_out,
    Verb.RECORD_CONGRESS_ANSWER: relations.hears_the_congress,
    Verb.RESCHEDULE: relations.nobody,
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
    Duty.KEEP_ADDRESSES: lambda p: p.has_role(Role.COORDINATOR) or p.has_role(Role.ADMINISTRATOR),
    Duty.CHECK_BENEFITS: lambda p: p.has_role(Role.FINANCE_CHECKER),
}


def keeps_machines_of(person: Person, unit: Unit) -> bool:
    """Coordinates or administers the unit that a machine belongs to."""
    return person.active and any(person.has_role(role, unit) for role in (Role.COORDINATOR, Role.ADMINISTRATOR))


def looks_after(person: Person, other: Person) -> bool:
    """Coordinates or administers the part of the firm where the other works."""
    return person.active and any(person.has_role(role, other.unit) for role in (Role.COORDINATOR, Role.ADMINISTRATOR))


def keeps_rules_of(person: Person, units: Sequence[Unit]) -> bool:
    """Coordinates or administers all the units that a rule names; for one that names none, the whole firm."""
    reach = [grant for grant in person.grants if grant.role in {Role.COORDINATOR, Role.ADMINISTRATOR}]
    if not units:
        return person.active and any(grant.unit.parent_id is None for grant in reach)
    return person.active and all(any(unit.is_within(grant.unit_id) for grant in reach) for unit in units)


def tells_story_of(person: Person, proposal: Proposal) -> bool:
    """Coordinates the part of the firm it comes from, may read it, and is no author."""
    return person.active and relations.reads_it(person, proposal) and relations.tells_its_story(person, proposal)


def sees_load_of(person: Person, studio: Studio) -> bool:
    """Judges in the studio or coordinates its part of the firm: may know how much waits there."""
    judges = studio.id in person.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    return person.active and (judges or person.has_role(Role.COORDINATOR, studio.unit))


def may(person: Person, verb: Verb, proposal: Proposal) -> bool:
    """Tell whether the person may do this to the proposal, whatever its state."""
    return person.active and relations.reads_it(person, proposal) and POLICY[verb](person, proposal)


def require(person: Person, verb: Verb, proposal: Proposal) -> None:
    """Raise NotAllowed unless the person may; ``own_proposal`` and the like explain a conflict of interest."""
    if not may(person, verb, proposal):
        if verb in {Verb.GIVE_OPINION, Verb.DECLINE_OPINION}:
            raise NotAllowed(_why_no_adviser(person, proposal))
        judging = verb in workflow.DECISIONS or verb in {Verb.REVIEW, Verb.VERIFY_IMPLEMENTATION, Verb.CHECK_BENEFIT}
        raise NotAllowed(_why_not(person, proposal) if judging else "not_allowed")


def _why_not(person: Person, proposal: Proposal) -> str:
    if relations.is_author(person, proposal):
        return "own_proposal"
    judges = proposal.studio_id in person.studio_ids(StudioRole.LEAD, StudioRole.REVIEWER)
    return _too_near(proposal) if judges and relations.too_near(person.unit_id, proposal) else "not_allowed"


def _why_no_adviser(person: Person, proposal: Proposal) -> str:
    if relations.is_author(person, proposal):
        return "own_proposal"
    if not relations.in_asked_studio(person, proposal):
        return "not_allowed"
    if relations.in_its_studio(person, proposal):
        return "own_studio"
    return _too_near(proposal) if relations.too_near(person.unit_id, proposal) else "not_allowed"


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
