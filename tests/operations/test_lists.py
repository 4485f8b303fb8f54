"""The lists that decisions draw on: reasons and occasions change, what was decided does not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import Decision, Occasion, Outcome, OutcomeClass, Person, ProposalState, Role, RoleGrant, Verb
from studio.domain.errors import InvalidInput, NotAllowed
from studio.jobs.wake_up import wake_up_due
from studio.operations import deciding, occasions, reasons
from studio.operations.catalogue import fill_empty_lists
from studio.operations.deciding import Verdict
from studio.operations.reasons import Wording
from studio.queries import catalogue
from studio.queries import occasions as waiting
from studio.queries import reasons as facts
from studio.transactions import writing
from studio.wording.events import event_sentence
from studio.wording.language import speaking
from tests.conftest import on_both_databases
from tests.support.telling import told as told_of
from tests.support.telling import waiting_to_leave

pytestmark = on_both_databases
TODAY = date(2026, 11, 16)
NEW = Wording(name_zh="先试点", name_en="Pilot first", outcome_class=OutcomeClass.NEEDS_STUDY)


@pytest.fixture(autouse=True)
def lists(session, world):
    with writing(session):
        fill_empty_lists(session)


def reason(session, code):
    found = facts.by_code(session, code)
    assert found is not None
    return found


def add(session, world, wording=NEW, actor=None):
    with writing(session):
        return reasons.add(session, Outcome.DEFERRED, wording, actor=actor or world.admin)


def defer(session, world, proposal, **given):
    with writing(session):
        verdict = Verdict(**{"verb": Verb.DEFER, "reason_code": "no_window", "reason": "要停机。", **given})
        deciding.decide(session, proposal, verdict, actor=world.lead, at=world.at)
    return proposal


def codes(error):
    return [(problem.code, problem.field) for problem in error.value.problems]


class TestReasons:
    def test_a_new_one_is_offered_at_the_end_and_puts_answers_into_its_class(self, session, world, filed):
        made = add(session, world)
        assert [one.code for one in catalogue.decision_reasons(session) if one.outcome is Outcome.DEFERRED][
            -1
        ] == made.code
        proposal = defer(session, world, filed(), reason_code=made.code, wake_up_on=date(2027, 1, 1))
        assert proposal.decisions[0].outcome_class is OutcomeClass.NEEDS_STUDY

    @pytest.mark.parametrize(
        ("zh", "en", "expected"),
        [
            ("", "x", [("name_in_both_languages", "name_zh")]),
            ("x", " ", [("name_in_both_languages", "name_en")]),
            ("长" * 200, "x", [("too_long", "name_zh")]),
            ("还要研究论证", "x", [("reason_name_taken", "name_zh")]),
        ],
    )
    def test_a_name_is_whole_and_its_own(self, session, world, zh, en, expected):
        with pytest.raises(InvalidInput) as error:
            add(session, world, Wording(name_zh=zh, name_en=en, outcome_class=None))
        assert codes(error) == expected

    def test_other_words_and_another_class_leave_the_class_of_old_answers(self, session, world, filed):
        proposal = defer(session, world, filed(), reason_code="needs_study", wake_up_on=date(2027, 1, 1))
        with writing(session):
            wording = Wording(name_zh="还要论证", name_en="Needs study", outcome_class=None, needs_words=False)
            reasons.change(session, reason(session, "needs_study"), wording, actor=world.admin)
        decision = proposal.decisions[0]
        assert (decision.because.name_zh, decision.outcome_class) == ("还要论证", OutcomeClass.NEEDS_STUDY)

    def test_its_place_is_changed_step_by_step(self, session, world):
        def listed():
            return [one.code for one in facts.of_outcome(session, Outcome.TRIAL)]

        before = listed()
        for up in (True, False, False, False):
            with writing(session):
                reasons.move(session, reason(session, before[0]), up=up, actor=world.admin)
        assert listed() == [*before[1:], before[0]]

    def test_a_retired_one_is_not_offered_and_comes_back(self, session, world, filed):
        for active, error in ((False, InvalidInput), (True, None)):
            with writing(session):
                reasons.switch(reason(session, "no_window"), active=active, actor=world.admin)
            if error:
                with pytest.raises(error):
                    defer(session, world, filed(), wake_up_on=date(2027, 1, 1))
        assert defer(session, world, filed(), wake_up_on=date(2027, 1, 1)).state is ProposalState.DEFERRED

    def test_one_that_was_used_is_never_thrown_away_not_even_by_hand(self, session, world, filed):
        defer(session, world, filed(), wake_up_on=date(2027, 1, 1))
        with pytest.raises(InvalidInput) as error, writing(session):
            reasons.remove(session, reason(session, "no_window"), actor=world.admin)
        assert codes(error) == [("reason_in_use", "")]
        with pytest.raises(IntegrityError), writing(session):
            session.delete(reason(session, "no_window"))
        with writing(session):
            reasons.remove(session, reason(session, "no_budget"), actor=world.admin)
        assert facts.by_code(session, "no_budget") is None

    def test_nobody_but_an_administrator_changes_the_list(self, session, world):
        for person in (world.lead, world.coordinator, world.worker):
            one = reason(session, "no_window")
            for act in (
                lambda p: reasons.add(session, Outcome.TRIAL, NEW, actor=p),
                lambda p, one=one: reasons.change(session, one, NEW, actor=p),
                lambda p, one=one: reasons.move(session, one, up=True, actor=p),
                lambda p, one=one: reasons.switch(one, active=False, actor=p),
                lambda p, one=one: reasons.remove(session, one, actor=p),
            ):
                with pytest.raises(NotAllowed):
                    act(person)


class TestOccasions:
    def overhaul(self, session) -> Occasion:
        found = waiting.by_code(session, "overhaul", lock=True)
        assert found is not None
        return found

    def off(self, session, world, until=None, actor=None):
        with writing(session):
            return occasions.switch_off(
                session, self.overhaul(session), actor=actor or world.coordinator, at=world.at, today=TODAY, until=until
            )

    def test_another_name_is_shown_where_it_is_waited_for(self, session, world, filed):
        proposal = defer(session, world, filed(), occasion_code="overhaul")
        with writing(session):
            occasions.rename(session, self.overhaul(session), actor=world.coordinator, name_zh=" 明年大修 ")
        assert proposal.decisions[0].occasion.name_zh == "明年大修"

    def test_no_two_have_one_name(self, session, world):
        for name, code in (("下一轮预算", "occasion_name_taken"), ("", "name_missing")):
            with pytest.raises(InvalidInput) as error, writing(session):
                occasions.rename(session, self.overhaul(session), actor=world.coordinator, name_zh=name)
            assert codes(error) == [(code, "name_zh")]
        with writing(session):
            occasions.rename(session, self.overhaul(session), actor=world.coordinator, name_zh="下次大修")

    def test_what_nobody_waits_for_is_switched_off_and_on(self, session, world, filed):
        assert self.off(session, world) == 0
        with pytest.raises(InvalidInput) as error:
            defer(session, world, filed(), occasion_code="overhaul")
        assert codes(error) == [("occasion_unknown", "occasion_code")]
        with writing(session):
            occasions.switch_on(session, self.overhaul(session), actor=world.coordinator)
        defer(session, world, filed(), occasion_code="overhaul")

    @pytest.mark.parametrize(
        ("until", "code"), [(None, "occasion_waited_for"), (TODAY - timedelta(days=1), "date_in_the_past")]
    )
    def test_while_something_waits_for_it_a_day_is_asked_for(self, session, world, filed, until, code):
        proposal = defer(session, world, filed(), occasion_code="overhaul")
        with pytest.raises(InvalidInput) as error:
            self.off(session, world, until)
        assert codes(error) == [(code, "until")]
        assert (proposal.wake_up_on, self.overhaul(session).active) == (None, True)

    def test_what_waited_for_it_comes_back_on_that_day_or_sooner(self, session, world, filed, settings):
        sooner = TODAY + timedelta(days=20)
        waits, both = (
            defer(session, world, filed(), occasion_code="overhaul", wake_up_on=day) for day in (None, sooner)
        )
        until = TODAY + timedelta(days=60)
        assert self.off(session, world, until) == 2
        assert (waits.wake_up_on, both.wake_up_on) == (until, sooner)
        assert session.scalars(select(Decision.wake_up_on).order_by(Decision.id)).all() == [until, sooner]
        assert wake_up_due(session, settings, at=world.at + timedelta(days=61)) == 2

    def test_whoever_waited_for_it_hears_of_the_new_day_and_the_timeline_says_it(self, session, world, filed, app):
        sooner = TODAY + timedelta(days=20)
        waits, both = (
            defer(session, world, filed(), occasion_code="overhaul", wake_up_on=day) for day in (None, sooner)
        )
        self.off(session, world, TODAY + timedelta(days=60))
        (event,) = [event for event in waits.events if event.verb is Verb.RESCHEDULE]
        assert (event.actor_id, event.new_state) == (world.coordinator.id, ProposalState.DEFERRED)
        with app.test_request_context(), speaking("en"):
            said = event_sentence(event)
        assert said.endswith("took The next overhaul off the list; it is looked at again on 2027-01-15.")
        assert told_of(session, "rescheduled") == [(waits.id, world.worker.email), (waits.id, world.lead.email)]
        news = [notice.words for notice in waiting_to_leave(session) if notice.kind == "rescheduled"]
        assert [words.keys() for words in news if words] == [{"subject", "text", "html"}] * 2
        assert all("15 Jan" in words["text"] and "15 Jan" in words["html"] for words in news if words)
        assert not [event for event in both.events if event.verb is Verb.RESCHEDULE], "its own day comes sooner"

    def test_it_is_not_offered_again_under_a_name_that_another_has_by_now(self, session, world):
        self.off(session, world)
        with writing(session):
            other = occasions.name_it(session, actor=world.coordinator, name_zh="下次大修")
        with pytest.raises(InvalidInput) as error, writing(session):
            occasions.switch_on(session, self.overhaul(session), actor=world.coordinator)
        assert codes(error) == [("occasion_name_taken", "name_zh")]
        assert not self.overhaul(session).active
        with writing(session):
            occasions.rename(session, other, actor=world.coordinator, name_zh="明年大修")
            occasions.switch_on(session, self.overhaul(session), actor=world.coordinator)
        assert self.overhaul(session).active

    def test_what_is_the_whole_firm_s_is_not_switched_off_by_the_coordinator_of_a_part(self, session, world):
        with writing(session):
            of_plant = Person(
                employee_no="000500", name="谢调度", unit=world.plant, created_at=world.at,
                grants=[RoleGrant(role=Role.COORDINATOR, unit=world.plant)],
            )  # fmt: skip
            session.add(of_plant)
        for person in (of_plant, world.lead, world.admin):
            with pytest.raises(NotAllowed):
                self.off(session, world, actor=person)
        with writing(session):
            own = occasions.name_it(session, actor=of_plant, name_zh="轧线大修", unit=world.plant)
        with writing(session):
            assert occasions.switch_off(session, own, actor=of_plant, at=world.at, today=TODAY) == 0
