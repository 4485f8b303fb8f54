"""A few are asked to judge; who cannot is replaced, and nobody twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from models import (
    Absence,
    Kind,
    OutgoingMail,
    PanelSeat,
    ProposalState,
    Recommendation,
    SeatEnd,
    StudioMembership,
    StudioRole,
    Verb,
)
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, WrongState
from studio.domain.panel import OWN_TEAM_LIMIT
from studio.jobs.seats import fill_empty_seats
from studio.operations import absences, deciding, panel, reviewing
from studio.operations.deciding import Verdict
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories

pytestmark = on_both_databases
DAY = timedelta(days=1)


def today(world, days=0):
    return (world.at + days * DAY).date()


def aside(session, world, proposal, person, words="他是我徒弟。"):
    with writing(session):
        return panel.step_aside(session, proposal, actor=person, at=world.at, today=today(world), words=words)


def away(session, world, person, *, days=(0, 3), deputy_no=""):
    first_on, last_on = (today(world, day) for day in days)
    facts = {"first_on": first_on, "last_on": last_on, "deputy_no": deputy_no}
    with writing(session):
        return absences.announce(session, actor=person, at=world.at, today=today(world), **facts)


def test_two_are_asked_and_one_of_them_owes_the_answer(session, world):
    proposal = stories.filed(session, world)
    assert set(proposal.panel_ids) == {world.reviewer.id, world.second_reviewer.id}
    assert proposal.reviewer_id == proposal.panel_ids[0]


def test_for_small_things_one_is_enough(session, world):
    with writing(session):
        small = session.query(Kind).filter_by(code="suggestion").one()
        small.panel_size = 1
    first, second = (stories.filed(session, world, title=title, kind=small) for title in ("一条", "另一条"))
    assert len(first.panel_ids) == len(second.panel_ids) == 1
    assert first.panel_ids != second.panel_ids  # the second goes to whoever has less to do


def test_an_author_is_not_asked_and_the_lead_helps(session, world):
    proposal = stories.filed(session, world, author=world.reviewer)
    assert proposal.panel_ids == (world.second_reviewer.id, world.lead.id)


def test_who_steps_aside_is_replaced_told_on_the_timeline_and_never_asked_again(session, world):
    proposal = stories.filed(session, world)
    assert aside(session, world, proposal, world.reviewer) == [world.lead.id]
    assert set(proposal.panel_ids) == {world.second_reviewer.id, world.lead.id}
    assert proposal.events[-1].verb is Verb.STEP_ASIDE
    assert proposal.events[-1].data == {}  # why is nobody's business but the lead's, whom one tells in person
    with pytest.raises(NotAllowed):
        aside(session, world, proposal, world.reviewer)
    assert aside(session, world, proposal, world.second_reviewer) == []
    assert proposal.panel_ids == (world.lead.id,)


def test_the_one_who_is_asked_instead_gets_a_mail(session, world):
    proposal = stories.filed(session, world, author=world.stranger, unit=world.team)
    before = session.query(OutgoingMail).filter_by(person_id=world.lead.id).count()
    aside(session, world, proposal, world.reviewer)
    assert session.query(OutgoingMail).filter_by(person_id=world.lead.id).count() == before + 1


def test_stepping_aside_needs_a_seat_a_reason_and_an_open_proposal(session, world):
    proposal = stories.filed(session, world)
    with pytest.raises(NotAllowed):
        aside(session, world, proposal, world.lead)
    for words in ("", "  ", "长" * 501):
        with pytest.raises(InvalidInput):
            aside(session, world, proposal, world.reviewer, words)
    stories.decided(session, world, proposal)
    with pytest.raises(WrongState):
        aside(session, world, proposal, world.reviewer)


def test_above_the_limit_nobody_judges_his_own_team(session, world):
    with writing(session):
        for member in world.studio.memberships:
            if member.person_id == world.reviewer.id:
                member.person.unit = world.team
    small = stories.filed(session, world, claimed_benefit=Decimal(OWN_TEAM_LIMIT))
    assert world.reviewer.id in small.panel_ids
    large = stories.filed(session, world, title="大的", claimed_benefit=Decimal(OWN_TEAM_LIMIT + 1))
    assert set(large.panel_ids) == {world.second_reviewer.id, world.lead.id}
    with pytest.raises(NotAllowed) as refusal, writing(session):
        reviewing.review(session, large, actor=world.reviewer, at=world.at, scores=stories.GOOD_SCORES,
                         recommendation=Recommendation.ACCEPT, comment="")  # fmt: skip
    assert refusal.value.code == "own_team"


def test_a_lead_too_near_leaves_the_decision_to_the_coordinator(session, world):
    with writing(session):
        world.lead.unit = world.team
    proposal = stories.filed(session, world, claimed_benefit=Decimal(OWN_TEAM_LIMIT + 1))
    verdict = Verdict(verb=Verb.ACCEPT, reason="好")
    with pytest.raises(NotAllowed), writing(session):
        deciding.decide(session, proposal, verdict, actor=world.lead, at=world.at)
    with writing(session):
        deciding.decide(session, proposal, verdict, actor=world.coordinator, at=world.at)
    assert proposal.state is ProposalState.ACCEPTED


def test_who_is_away_is_not_asked_and_the_deputy_stands_in(session, world):
    away(session, world, world.reviewer, deputy_no=world.lead.employee_no)
    assert set(stories.filed(session, world).panel_ids) == {world.second_reviewer.id, world.lead.id}


def test_the_clock_finds_others_for_who_goes_away_later_and_does_so_once(session, world, settings):
    proposal = stories.filed(session, world)
    away(session, world, world.reviewer, days=(2, 5))
    assert fill_empty_seats(session, settings, at=world.at) == 0
    assert fill_empty_seats(session, settings, at=world.at + 2 * DAY) == 1
    assert fill_empty_seats(session, settings, at=world.at + 2 * DAY) == 0
    session.expire_all()
    assert set(proposal.panel_ids) == {world.second_reviewer.id, world.lead.id}
    ended = [seat.ended_for for seat in proposal.seats if seat.person_id == world.reviewer.id]
    assert ended == [SeatEnd.AWAY]


def test_who_has_scored_keeps_the_seat_when_going_away(session, world, settings):
    proposal = stories.filed(session, world)
    stories.reviewed(session, world, proposal, world.reviewer)
    away(session, world, world.reviewer)
    assert fill_empty_seats(session, settings, at=world.at) == 0
    assert world.reviewer.id in proposal.panel_ids


def test_who_leaves_the_studio_makes_room(session, world, settings):
    proposal = stories.filed(session, world)
    with writing(session):
        session.delete(session.query(StudioMembership).filter_by(person_id=world.reviewer.id).one())
    assert fill_empty_seats(session, settings, at=world.at) == 1
    session.expire_all()
    assert set(proposal.panel_ids) == {world.second_reviewer.id, world.lead.id}


def test_a_seat_nobody_can_fill_does_not_keep_the_clock_busy(session, world, settings):
    proposal = stories.filed(session, world)
    for person in (world.reviewer, world.second_reviewer, world.lead):
        away(session, world, person)
    assert fill_empty_seats(session, settings, at=world.at) == 1
    assert fill_empty_seats(session, settings, at=world.at) == 0
    session.expire_all()
    assert proposal.panel_ids == ()


def test_another_studio_has_its_own_panel(session, world):
    from studio.operations import routing  # noqa: PLC0415 - only this test hands over

    proposal = stories.filed(session, world)
    with writing(session):
        routing.transfer(
            session, proposal, "S-CAST", actor=world.lead, at=world.at, words="他们更懂", calendar=stories.CALENDAR
        )
    assert set(proposal.panel_ids) == {world.other_reviewer.id, world.other_lead.id}


def test_the_database_allows_one_open_seat_a_person(session, world):
    proposal = stories.filed(session, world)
    with pytest.raises(IntegrityError), writing(session):
        session.add(PanelSeat(proposal=proposal, person_id=world.reviewer.id, seated_at=world.at))


@pytest.mark.parametrize(
    ("days", "deputy_no", "code"),
    [
        ((3, 0), "", "ends_before_it_begins"),
        ((-5, -1), "", "date_in_the_past"),
        ((0, 400), "", "absence_too_long"),
        ((0, 3), "999999", "person_unknown"),
        ((0, 3), "000202", "deputy_is_oneself"),
    ],
)
def test_an_absence_that_cannot_be_is_explained(session, world, days, deputy_no, code):
    with pytest.raises(InvalidInput) as refusal:
        away(session, world, world.reviewer, days=days, deputy_no=deputy_no)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_the_same_days_twice_are_one_absence_and_only_its_owner_takes_it_back(session, world):
    first = away(session, world, world.reviewer)
    again = away(session, world, world.reviewer, deputy_no=world.lead.employee_no)
    assert first.id == again.id
    assert again.deputy_id == world.lead.id
    with pytest.raises(NotFound), writing(session):
        absences.take_back(session, first.id, actor=world.lead)
    with writing(session):
        absences.take_back(session, first.id, actor=world.reviewer)
    assert session.query(Absence).count() == 0
    with pytest.raises(NotFound), writing(session):
        absences.take_back(session, first.id, actor=world.reviewer)


def test_a_studio_role_of_member_judges_nothing(session, world):
    with writing(session):
        world.studio.memberships.append(StudioMembership(person=world.mate, role=StudioRole.MEMBER))
    assert world.mate.id not in stories.filed(session, world).panel_ids


class TestWhatWasOpenBeforeThereWerePanels:
    @pytest.fixture
    def upgraded(self, session, world):
        """As the tables were brought up to date: who owed the answer has the only seat."""
        made = stories.filed(session, world)
        with writing(session):
            for seat in made.seats:
                if seat.person_id != made.reviewer_id:
                    session.delete(seat)
        session.expire_all()
        return made

    def fill(self, session, settings, world):
        return fill_empty_seats(session, settings, at=world.at)

    def test_the_missing_seat_is_filled_once(self, session, world, settings, upgraded):
        kept = upgraded.panel_ids
        assert len(kept) == 1
        assert self.fill(session, settings, world) == 1
        session.expire_all()
        assert set(upgraded.panel_ids) == {world.reviewer.id, world.second_reviewer.id}
        assert upgraded.panel_ids[0] == kept[0]
        assert self.fill(session, settings, world) == 0

    def test_one_without_any_gets_all(self, session, world, settings, upgraded):
        with writing(session):
            upgraded.seats.clear()
        assert self.fill(session, settings, world) == 1
        session.expire_all()
        assert len(upgraded.panel_ids) == 2

    def test_who_has_scored_unasked_takes_a_seat_s_place(self, session, world, settings, upgraded):
        stories.reviewed(session, world, upgraded, world.lead)
        assert self.fill(session, settings, world) == 0

    def test_where_nobody_is_free_nothing_is_tried_again_and_again(self, session, world, settings, upgraded):
        with writing(session):
            other = {world.reviewer, world.second_reviewer, world.lead} - {upgraded.reviewer}
            for person in other:
                person.active = False
        assert self.fill(session, settings, world) == 0

    def test_as_many_as_the_kind_asks_for(self, session, world, settings, upgraded):
        with writing(session):
            upgraded.kind = session.query(Kind).filter_by(code="suggestion").one()
            upgraded.kind.panel_size = 1
        assert self.fill(session, settings, world) == 0
        with writing(session):
            upgraded.kind.panel_size = 3
        assert self.fill(session, settings, world) == 1
        session.expire_all()
        assert len(upgraded.panel_ids) == 3
