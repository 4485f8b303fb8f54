"""Who may do what, read from a table written by hand: rows are verbs, columns are people."""

from dataclasses import fields

import pytest

from models import (
    Contributor,
    Person,
    ProposalState,
    Role,
    RoleGrant,
    SecondOpinion,
    StudioMembership,
    StudioRole,
    Verb,
)
from studio.domain import permissions, relations
from studio.domain.errors import NotAllowed
from studio.domain.permissions import Duty
from studio.transactions import writing
from tests.factories.world import draft

DECIDING = {"lead"}
JUDGING = {"lead", "reviewer", "second_reviewer"}

MAY = {
    Verb.SUBMIT: {"worker"},
    Verb.ASK_TEAM: set(),
    Verb.PASS_ON: {"coordinator"},
    Verb.ROUTE: {"coordinator"},
    Verb.TRANSFER: {"coordinator", "lead"},
    Verb.REVIEW: JUDGING,
    Verb.REQUEST_INFORMATION: JUDGING,
    Verb.ANSWER_INFORMATION_REQUEST: {"worker"},
    Verb.ACCEPT: DECIDING,
    Verb.START_TRIAL: DECIDING,
    Verb.DEFER: DECIDING,
    Verb.DECLINE: DECIDING,
    Verb.MARK_INADMISSIBLE: DECIDING,
    Verb.MARK_DUPLICATE: DECIDING,
    Verb.WITHDRAW: {"worker"},
    Verb.START_IMPLEMENTATION: {"worker", "mate", "lead", "coordinator"},
    Verb.REPORT_IMPLEMENTATION: {"worker", "mate", "lead", "coordinator"},
    Verb.VERIFY_IMPLEMENTATION: JUDGING | {"coordinator"},
    Verb.CHECK_BENEFIT: {"finance"},
    Verb.REOPEN: DECIDING,
    Verb.APPEAL: {"worker"},
    Verb.WAKE_UP: DECIDING | {"coordinator"},
    Verb.NOTE: JUDGING | {"coordinator"},
    Verb.ATTACH: {"worker", "mate", "lead", "coordinator"},
    Verb.REMOVE_ATTACHMENT: {"worker"},
    Verb.UNDO_DUPLICATE: {"lead", "coordinator"},
    Verb.NOTE_REPEAT: set(),
    Verb.DROP_REPEAT: set(),
    Verb.REQUEST_OPINION: {"worker"},
    Verb.GIVE_OPINION: set(),
    Verb.DECLINE_OPINION: set(),
    Verb.REFER_TO_CONGRESS: {"lead", "coordinator"},
    Verb.RECORD_CONGRESS_ANSWER: {"coordinator"},
    Verb.RESCHEDULE: set(),
}


@pytest.fixture
def people(world):
    return {
        field.name: getattr(world, field.name) for field in fields(world) if type(getattr(world, field.name)) is Person
    }


def under_review(session, world, **facts):
    """A proposal in the first studio."""
    filed = {"number": "2026-00001", "submitted_at": world.at, "state": ProposalState.UNDER_REVIEW}
    return draft(session, world, **{**filed, "studio": world.studio, **facts})


@pytest.fixture
def proposal(session, world):
    """The worker's, with the mate as co-author."""
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    return under_review(session, world, contributors=shares)


def who_may(people, verb, proposal):
    return {name for name, person in people.items() if permissions.may(person, verb, proposal)}


@pytest.mark.parametrize("verb", sorted(MAY))
def test_each_verb_belongs_to_those_of_the_table(people, proposal, verb):
    assert who_may(people, verb, proposal) == MAY[verb]


def test_everybody_may_comment_on_what_is_open_to_all(people, proposal):
    assert who_may(people, Verb.COMMENT, proposal) == set(people)


def test_a_confidential_one_is_for_those_near_it(session, people, proposal):
    with writing(session):
        proposal.confidential = True
    near = {"worker", "mate", "lead", "reviewer", "second_reviewer", "coordinator"}
    assert {name for name, person in people.items() if relations.reads_it(person, proposal)} == near
    assert who_may(people, Verb.COMMENT, proposal) == near


def test_a_draft_is_its_authors_alone(session, world, people):
    proposal = draft(session, world)
    assert {name for name, person in people.items() if relations.reads_it(person, proposal)} == {"worker"}


def test_a_draft_that_was_given_up_stays_its_authors(session, world, people):
    proposal = draft(session, world, state=ProposalState.WITHDRAWN)
    assert {name for name, person in people.items() if relations.reads_it(person, proposal)} == {"worker"}
    assert who_may(people, Verb.REOPEN, proposal) == set()


def test_a_withdrawn_one_is_taken_up_by_its_author_or_the_lead(session, people, proposal):
    with writing(session):
        proposal.state = ProposalState.WITHDRAWN
    assert who_may(people, Verb.REOPEN, proposal) == {"worker", "lead"}


class TestConflictOfInterest:
    def test_nobody_judges_his_own(self, session, world, people):
        proposal = under_review(session, world, author=world.lead)
        for verb in (Verb.REVIEW, Verb.ACCEPT, Verb.VERIFY_IMPLEMENTATION, Verb.NOTE):
            assert "lead" not in who_may(people, verb, proposal)
        with pytest.raises(NotAllowed) as refusal:
            permissions.require(world.lead, Verb.ACCEPT, proposal)
        assert refusal.value.code == "own_proposal"

    def test_where_the_lead_is_an_author_the_coordinator_decides(self, session, world, people):
        proposal = under_review(session, world, author=world.lead)
        assert who_may(people, Verb.ACCEPT, proposal) == {"coordinator"}

    def test_where_nobody_leads_the_coordinator_decides(self, session, world, people):
        with writing(session):
            session.delete(next(m for m in world.studio.memberships if m.person_id == world.lead.id))
        proposal = under_review(session, world)
        session.expire_all()
        assert who_may(people, Verb.ACCEPT, proposal) == {"coordinator"}

    def test_a_co_author_judges_as_little(self, session, world, people, proposal):
        with writing(session):
            proposal.contributors.append(Contributor(person=world.reviewer, share=1))
        assert who_may(people, Verb.REVIEW, proposal) == {"lead", "second_reviewer"}

    def test_who_did_it_does_not_verify_it(self, session, world, people, proposal):
        with writing(session):
            proposal.implemented_by = world.reviewer
        assert "reviewer" not in who_may(people, Verb.VERIFY_IMPLEMENTATION, proposal)

    def test_a_finance_checker_does_not_confirm_his_own(self, session, world, people):
        proposal = under_review(session, world, author=world.finance)
        assert who_may(people, Verb.CHECK_BENEFIT, proposal) == set()


def test_whoever_reads_it_may_follow_it_but_those_who_are_told_anyway(session, world, people, proposal):
    follow = {name for name, person in people.items() if relations.follows_it(person, proposal)}
    assert follow == set(people) - {"worker", "mate"}
    assert not any(relations.follows_it(person, draft(session, world)) for person in people.values())


class TestTheTeamLeader:
    def with_the_team(self, session, world, **facts):
        filed = {"number": "2026-00001", "submitted_at": world.at, "state": ProposalState.TEAM_CHECK}
        return draft(session, world, **{**filed, "team_leader": world.leader, **facts})

    @pytest.mark.parametrize(
        ("verb", "who"),
        [
            (Verb.ACCEPT, {"leader"}),
            (Verb.DECLINE, {"leader"}),
            (Verb.REQUEST_INFORMATION, {"leader"}),
            (Verb.PASS_ON, {"leader", "coordinator"}),
            (Verb.WITHDRAW, {"worker"}),
        ],
    )
    def test_he_alone_settles_what_his_team_has_in_hand(self, session, world, people, verb, who):
        assert who_may(people, verb, self.with_the_team(session, world)) == who

    def test_he_looks_on_site_afterwards(self, session, world, people):
        facts = {"state": ProposalState.IMPLEMENTED, "decided_at": world.at, "implemented_at": world.at}
        proposal = self.with_the_team(session, world, **facts)
        assert who_may(people, Verb.VERIFY_IMPLEMENTATION, proposal) == {"leader", "coordinator"}

    def test_he_never_settles_what_he_shares_in(self, session, world, people):
        shares = [Contributor(person=world.worker, share=60), Contributor(person=world.leader, share=40)]
        proposal = self.with_the_team(session, world, contributors=shares)
        assert who_may(people, Verb.ACCEPT, proposal) == set()
        with pytest.raises(NotAllowed) as refusal:
            permissions.require(world.leader, Verb.ACCEPT, proposal)
        assert refusal.value.code == "own_proposal"

    def test_without_the_role_he_settles_nothing(self, session, world, people):
        proposal = self.with_the_team(session, world)
        with writing(session):
            session.delete(world.leader.grants[0])
        session.expire_all()
        assert who_may(people, Verb.ACCEPT, proposal) == set()

    def test_he_reads_a_confidential_one_that_he_has_in_hand(self, session, world, people):
        proposal = self.with_the_team(session, world, confidential=True)
        readers = {name for name, person in people.items() if relations.reads_it(person, proposal)}
        assert readers == {"worker", "leader", "coordinator"}


def test_who_has_left_may_do_nothing(session, world, people, proposal):
    with writing(session):
        world.lead.active = False
    assert "lead" not in who_may(people, Verb.ACCEPT, proposal)
    assert not permissions.has_duty(world.lead, Duty.SEE_DESK)


def test_duties(people):
    held = {duty: {name for name, person in people.items() if permissions.has_duty(person, duty)} for duty in Duty}
    assert held == {
        Duty.LEAD_TEAM: {"leader"},
        Duty.SEE_DESK: JUDGING | {"other_lead", "other_reviewer", "coordinator"},
        Duty.SEE_WORKLOAD: {"lead", "other_lead", "coordinator"},
        Duty.EXPORT_REVIEWS: {"lead", "other_lead", "coordinator", "admin"},
        Duty.COORDINATE: {"coordinator"},
        Duty.ADMINISTER: {"admin"},
        Duty.KEEP_RULES: {"admin", "coordinator"},
        Duty.KEEP_GLOSSARY: {"admin", "coordinator"},
        Duty.KEEP_MACHINES: {"admin", "coordinator"},
        Duty.KEEP_ADDRESSES: {"admin", "coordinator"},
        Duty.CHECK_BENEFITS: {"finance"},
    }


def test_rules_are_kept_by_whoever_coordinates_or_administers_all_that_they_name(session, world):
    with writing(session):
        world.stranger.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.other_plant))
    everything = [[], [world.other_team], [world.other_plant, world.other_team], [world.other_team, world.team]]

    def kept(person: Person) -> list[bool]:
        return [permissions.keeps_rules_of(person, units) for units in everything]

    assert kept(world.admin) == kept(world.coordinator) == [True] * 4
    assert kept(world.stranger) == [False, True, True, False]
    for nobody in (world.worker, world.leader, world.lead, world.finance, world.safety):
        assert not any(kept(nobody))
    world.coordinator.active = False
    assert not any(kept(world.coordinator))


def test_reviews_are_exported_by_whoever_answers_for_the_studio(people, world):
    may = {name for name, person in people.items() if permissions.exports_reviews_of(person, world.studio)}
    assert may == {"lead", "coordinator", "admin"}


def test_the_buttons_of_a_page_are_what_fits_and_is_allowed(world, proposal):
    assert permissions.allowed_verbs(world.stranger, proposal) == {Verb.COMMENT}
    own = {Verb.COMMENT, Verb.WITHDRAW, Verb.ATTACH, Verb.REQUEST_OPINION}
    assert permissions.allowed_verbs(world.worker, proposal) == own


class TestTheStudioThatWasAsked:
    """The second studio is asked what it thinks of the worker's proposal, which the first one decides."""

    @pytest.fixture
    def asked(self, session, world, proposal):
        with writing(session):
            proposal.confidential = True
            proposal.opinion = SecondOpinion(
                studio=world.other_studio,
                deciding_studio_id=world.studio.id,
                question="行不行？",
                asked_by=world.worker,
                asked_at=world.at,
                due_at=world.at,
            )
        return proposal

    def test_reads_what_is_confidential(self, people, asked):
        near = {"worker", "mate", "lead", "reviewer", "second_reviewer", "coordinator"}
        readers = {name for name, person in people.items() if relations.reads_it(person, asked)}
        assert readers == near | {"other_lead", "other_reviewer"}

    @pytest.mark.parametrize("verb", [Verb.GIVE_OPINION, Verb.DECLINE_OPINION])
    def test_its_judges_alone_answer(self, people, asked, verb):
        assert who_may(people, verb, asked) == {"other_lead", "other_reviewer"}

    def test_it_judges_and_notes_nothing(self, people, asked):
        for verb in (Verb.REVIEW, Verb.NOTE, Verb.DECLINE, Verb.TRANSFER):
            assert not who_may(people, verb, asked) & {"other_lead", "other_reviewer"}

    def test_an_author_does_not_advise_on_his_own(self, session, world, people, asked):
        with writing(session):
            asked.contributors.append(Contributor(person=world.other_reviewer, share=1))
        assert who_may(people, Verb.GIVE_OPINION, asked) == {"other_lead"}
        with pytest.raises(NotAllowed) as refusal:
            permissions.require(world.other_reviewer, Verb.GIVE_OPINION, asked)
        assert refusal.value.code == "own_proposal"

    def test_nobody_of_the_deciding_studio_advises(self, session, world, people, asked):
        with writing(session):
            session.add(StudioMembership(person=world.other_lead, studio=world.studio, role=StudioRole.MEMBER))
        session.expire_all()
        assert who_may(people, Verb.GIVE_OPINION, asked) == {"other_reviewer"}
        with pytest.raises(NotAllowed) as refusal:
            permissions.require(world.other_lead, Verb.DECLINE_OPINION, asked)
        assert refusal.value.code == "own_studio"

    def test_nobody_advises_on_a_large_one_of_his_own_team(self, session, world, people, asked):
        with writing(session):
            asked.claimed_benefit, asked.unit = 50_000, world.other_plant
        assert who_may(people, Verb.GIVE_OPINION, asked) == set()
        with pytest.raises(NotAllowed) as refusal:
            permissions.require(world.other_lead, Verb.GIVE_OPINION, asked)
        assert refusal.value.code == "own_team"


def test_what_a_team_declined_goes_to_a_studio_before_another_is_asked(session, world, people):
    facts = {"number": "2026-00001", "submitted_at": world.at, "state": ProposalState.DECLINED, "decided_at": world.at}
    proposal = draft(session, world, team_leader=world.leader, **facts)
    assert who_may(people, Verb.REQUEST_OPINION, proposal) == set()
    assert who_may(people, Verb.APPEAL, proposal) == {"worker"}
