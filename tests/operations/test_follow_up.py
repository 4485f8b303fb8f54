"""After the decision: who is told of what, what waits for whom, and who steps in for a leader."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from models import Contributor, Kind, MailWords, OutgoingMail, Person, ProposalState, Role, RoleGrant, Verb
from studio.domain import permissions
from studio.domain.errors import NotAllowed
from studio.domain.follow_up import Task
from studio.domain.periods import Month
from studio.mail.digest import compose_for
from studio.operations import deciding, digest, implementation, team
from studio.queries import follow_up, proposals
from studio.queries import team as team_facts
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of
from tests.support.statements import listening

pytestmark = on_both_databases

LIMITS = team.Limits(kind_codes=["suggestion"], cost=Decimal(300), benefit=Decimal(5000), days=2)


def told(session, kind):
    """The addresses that a kind of mail went to."""
    return set(session.scalars(select(OutgoingMail.address).where(OutgoingMail.kind == kind)))


def to(*people):
    return {person.email for person in people}


def waits(session, person):
    return [(one.number, one.task) for one in follow_up.waiting_for(session, person)]


def another(session, world, number, role, unit):
    """Somebody more with a role."""
    with writing(session):
        made = Person(
            employee_no=number,
            name="彭班长",
            name_en=f"Person {number}",
            unit=world.team,
            email=f"p{number}@example.com",
            created_at=world.at,
            grants=[RoleGrant(role=role, unit=unit)],
        )
        session.add(made)
    return made


@pytest.fixture
def accepted(session, world):
    return stories.decided(session, world, stories.filed(session, world))


@pytest.fixture
def of_team(session, world, calendar):
    """Accepted by the team leader."""
    with writing(session):
        team.set_limits(session, world.plant, LIMITS, actor=world.coordinator)
        kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
    made = stories.filed(session, world, kind=kind)
    with writing(session):
        team.approve(session, made, actor=world.leader, at=world.at)
    return made


def start(session, world, proposal, actor, owner):
    with writing(session):
        implementation.start_implementation(session, proposal, actor=actor, at=world.at, owner_no=owner.employee_no)


def report(session, world, proposal, actor, words=""):
    with writing(session):
        implementation.report_implementation(session, proposal, actor=actor, at=world.at, words=words)


class TestMails:
    def test_whoever_is_to_do_it_hears_so_and_the_authors_who_does_it(self, session, world, accepted):
        start(session, world, accepted, world.lead, world.mate)
        assert told(session, "work_started") == to(world.worker, world.mate)
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "work_started"))
        texts = {mail.address: words_of(mail).text for mail in mails}
        assert "Person 000102 does it now" in texts[world.worker.email]
        assert "into your hands" in texts[world.mate.email]

    def test_who_is_to_look_is_asked_and_the_authors_and_the_lead_are_told(self, session, world, accepted):
        start(session, world, accepted, world.worker, world.worker)
        report(session, world, accepted, world.worker, "四角都焊好了。")
        assert told(session, "work_reported") == to(world.lead, world.reviewer)
        text = session.scalars(
            select(MailWords.text).join(OutgoingMail.words).where(OutgoingMail.kind == "work_reported")
        ).first()
        assert "confirm what you have seen working" in text
        assert "> 四角都焊好了。" in text

    def test_that_it_was_seen_working_is_told_to_all_who_had_a_part_in_it(self, session, world, accepted):
        start(session, world, accepted, world.lead, world.mate)
        report(session, world, accepted, world.mate)
        with writing(session):
            accepted.claimed_benefit = Decimal(2000)
            implementation.verify_implementation(session, accepted, actor=world.reviewer, at=world.at)
        assert told(session, "work_verified") == to(world.worker, world.mate, world.lead)

    def test_what_it_saves_is_told_to_the_authors_and_the_lead_each_time(self, session, world, accepted):
        report(session, world, start_it(session, world, accepted), world.worker)
        for yuan in (2000, 2500):
            with writing(session):
                implementation.check_benefit(session, accepted, actor=world.finance, at=world.at, yuan=Decimal(yuan))
        assert told(session, "benefit_checked") == to(world.worker, world.lead)
        text = [words_of(m).text for m in session.scalars(select(OutgoingMail)) if m.kind == "benefit_checked"]
        assert len(text) == 4
        assert "2,500 yuan" in text[-1]

    def test_what_was_done_before_it_was_approved_brings_its_author_one_mail_and_not_three(
        self, session, world, calendar, of_team
    ):
        with writing(session):
            session.add(RoleGrant(role=Role.TEAM_LEADER, unit=world.plant, person=world.second_reviewer))
        made = stories.filed(session, world, kind=of_team.kind, already_done=True)
        with writing(session):
            team.approve(session, made, actor=world.leader, at=world.at, done=True)
        assert made.state is ProposalState.IMPLEMENTED
        kinds = session.scalars(
            select(OutgoingMail.kind).where(
                OutgoingMail.proposal_id == made.id, OutgoingMail.address == world.worker.email
            )
        ).all()
        assert kinds == ["decided"]
        assert waits(session, world.leader) == [(made.number, Task.LOOK)]


def start_it(session, world, proposal):
    start(session, world, proposal, world.worker, world.worker)
    return proposal


class TestWhatWaits:
    def test_what_is_accepted_waits_for_its_author_and_then_for_whoever_does_it(self, session, world, accepted):
        assert waits(session, world.worker) == [(accepted.number, Task.START)]
        start(session, world, accepted, world.lead, world.mate)
        assert waits(session, world.worker) == []
        assert waits(session, world.mate) == [(accepted.number, Task.CARRY_OUT)]
        report(session, world, accepted, world.mate)
        assert waits(session, world.mate) == []

    def test_what_a_team_settled_waits_for_its_leader(self, session, world, of_team):
        report(session, world, start_it(session, world, of_team), world.worker)
        assert waits(session, world.leader) == [(of_team.number, Task.LOOK)]
        assert [row.number for row in team_facts.to_look_at(session, world.leader)] == [of_team.number]
        assert waits(session, world.coordinator) == []

    def test_what_the_leader_did_himself_waits_for_another_leader_or_else_the_coordinator(
        self, session, world, of_team
    ):
        start(session, world, of_team, world.leader, world.leader)
        report(session, world, of_team, world.leader)
        assert waits(session, world.leader) == []
        assert waits(session, world.coordinator) == [(of_team.number, Task.LOOK)]
        assert told(session, "work_reported") == to(world.coordinator, world.worker)
        above = another(session, world, "000501", Role.TEAM_LEADER, world.plant)
        assert waits(session, world.coordinator) == []
        assert waits(session, above) == [(of_team.number, Task.LOOK)]
        assert [row.number for row in team_facts.to_look_at(session, above)] == [of_team.number]
        with writing(session):
            implementation.verify_implementation(session, of_team, actor=above, at=world.at)
        assert of_team.verified_by_id == above.id

    def test_a_secret_is_looked_at_by_the_coordinator(self, session, world, of_team):
        start(session, world, of_team, world.leader, world.leader)
        report(session, world, of_team, world.leader)
        above = another(session, world, "000501", Role.TEAM_LEADER, world.plant)
        with writing(session):
            of_team.confidential = True
        assert waits(session, above) == []
        assert waits(session, world.coordinator) == [(of_team.number, Task.LOOK)]

    def test_where_every_judge_of_the_studio_had_a_part_in_it_the_coordinator_looks(self, session, world, accepted):
        report(session, world, start_it(session, world, accepted), world.worker)
        assert waits(session, world.coordinator) == []
        with writing(session):
            for judge in (world.lead, world.reviewer, world.second_reviewer):
                accepted.contributors.append(Contributor(person=judge, share=1))
        assert waits(session, world.coordinator) == [(accepted.number, Task.LOOK)]
        assert follow_up.lookers(session, accepted) == (world.coordinator.id,)

    def test_whoever_it_waits_for_may_do_it(self, session, world, accepted, of_team):
        start(session, world, of_team, world.leader, world.leader)
        report(session, world, of_team, world.leader)
        for person in session.scalars(select(Person)).unique():
            for one in follow_up.waiting_for(session, person):
                proposal = proposals.by_number(session, one.number)
                assert proposal is not None
                verbs = permissions.allowed_verbs(person, proposal)
                assert verbs & {Verb.START_IMPLEMENTATION, Verb.REPORT_IMPLEMENTATION, Verb.VERIFY_IMPLEMENTATION}

    def test_it_costs_one_statement_however_much_waits(self, session, world, accepted, of_team):
        report(session, world, start_it(session, world, of_team), world.worker)
        for person in (world.worker, world.leader, world.coordinator):
            list(person.grants)
            with listening() as heard:
                follow_up.waiting_for(session, person)
            assert heard.count == 1


class TestTheDigest:
    def copy_for(self, session, world, settings, person):
        edition = digest.edition_of(session, Month(2026, 10), at=world.at, settings=settings)
        return compose_for(edition, person).waiting

    def test_it_counts_what_waits_for_a_team_leader(self, session, world, settings, of_team):
        with_team = stories.filed(session, world, kind=of_team.kind)
        waiting = self.copy_for(session, world, settings, world.leader)
        assert ([card.id for card in waiting.first], waiting.on_desk) == ([with_team.id], False)

    def test_it_counts_the_second_judge_s_seat_until_he_has_scored(self, session, world, settings):
        made = stories.filed(session, world)
        asked = {world.reviewer, world.second_reviewer}
        assert set(made.panel_ids) == {person.id for person in asked}
        for person in asked:
            assert self.copy_for(session, world, settings, person).count == 1
        stories.reviewed(session, world, made, world.second_reviewer)
        assert self.copy_for(session, world, settings, world.second_reviewer) is None

    def test_it_counts_what_is_to_be_begun_and_to_be_looked_at(self, session, world, settings, accepted, of_team):
        assert self.copy_for(session, world, settings, world.worker).count == 2
        report(session, world, start_it(session, world, accepted), world.worker)
        report(session, world, start_it(session, world, of_team), world.worker)
        assert self.copy_for(session, world, settings, world.worker) is None
        assert self.copy_for(session, world, settings, world.lead).count == 1
        assert self.copy_for(session, world, settings, world.leader).count == 1


class TestALeaderWhoHasLeft:
    def leave(self, session, world, how):
        with writing(session):
            if how == "gone":
                world.leader.active = False
            else:
                world.leader.grants.clear()

    def may(self, session, proposal, person, verb=Verb.REOPEN):
        session.expire_all()
        found = proposals.by_number(session, proposal.number)
        assert found is not None
        return permissions.may(person, verb, found)

    def test_while_he_is_there_it_is_his_alone(self, session, world, of_team):
        above = another(session, world, "000501", Role.TEAM_LEADER, world.plant)
        assert self.may(session, of_team, world.leader)
        assert not self.may(session, of_team, above)
        assert not self.may(session, of_team, world.coordinator)

    @pytest.mark.parametrize("how", ["gone", "no leader any more"])
    @pytest.mark.parametrize(
        ("number", "role", "where", "may"),
        [
            ("000501", Role.TEAM_LEADER, "team", True),
            ("000502", Role.TEAM_LEADER, "plant", True),
            ("000503", Role.TEAM_LEADER, "company", True),
            ("000504", Role.TEAM_LEADER, "other_team", False),
            ("000505", Role.COORDINATOR, "plant", True),
            ("000506", Role.COORDINATOR, "other_plant", False),
            ("000507", Role.ADMINISTRATOR, "company", False),
            ("000508", Role.FINANCE_CHECKER, "company", False),
        ],
    )
    def test_then_whoever_leads_there_or_coordinates_it_takes_it_up(
        self, session, world, calendar, of_team, how, number, role, where, may
    ):
        person = another(session, world, number, role, getattr(world, where))
        self.leave(session, world, how)
        assert self.may(session, of_team, person) is may
        assert not self.may(session, of_team, world.leader)

    def test_a_declined_one_goes_to_a_studio_then(self, session, world, calendar, of_team):
        made = stories.filed(session, world, kind=of_team.kind)
        with writing(session):
            team.decline(session, made, actor=world.leader, at=world.at, reason="太贵。")
        with pytest.raises(NotAllowed), writing(session):
            deciding.reopen(session, made, actor=world.coordinator, at=world.at, calendar=calendar)
        self.leave(session, world, "gone")
        with writing(session):
            deciding.reopen(session, made, actor=world.coordinator, at=world.at, calendar=calendar)
        assert (made.state, made.team_leader_id) == (ProposalState.UNDER_REVIEW, None)
        assert made.studio_id == world.studio.id

    def test_an_author_takes_nothing_up(self, session, world, of_team):
        above = another(session, world, "000501", Role.TEAM_LEADER, world.plant)
        self.leave(session, world, "gone")
        with writing(session):
            of_team.contributors.append(Contributor(person=above, share=1))
        assert not self.may(session, of_team, above)

    def test_the_page_shows_the_button_to_the_successor(self, session, world, of_team):
        made = stories.filed(session, world, kind=of_team.kind)
        with writing(session):
            team.decline(session, made, actor=world.leader, at=world.at, reason="太贵。")
        self.leave(session, world, "gone")
        shown = proposals.with_its_story(session, str(made.number))
        assert shown is not None
        assert Verb.REOPEN in permissions.allowed_verbs(world.coordinator, shown)
