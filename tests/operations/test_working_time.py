"""Calendars, days that differ and deadline rules: who may set them, what is refused, and what they change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import (
    CalendarException,
    DeadlineRule,
    Kind,
    Person,
    Role,
    RoleGrant,
    ShiftCalendar,
    Theme,
    Unit,
    UnitCalendar,
    Verb,
    WorkingSpan,
)
from studio.domain.errors import InvalidInput, NotAllowed
from studio.operations import deadlines as promises
from studio.operations import deciding, reviewing, routing
from studio.operations import working_time as operations
from studio.operations.working_time import Pattern, Term
from studio.queries import working_time as queries
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.stories import CALENDAR, asked, decided, filed
from tests.factories.world import World

pytestmark = on_both_databases

DAYS = ["08:00-12:00 13:00-17:00"] * 5 + ["", ""]
NIGHTS = ["22:00-06:00"] * 5 + ["", ""]
ALWAYS = ["00:00-24:00"] * 7


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def pattern(hours: list[str], *, name: str = "夜班", keeps_holidays: bool = True) -> Pattern:
    return Pattern(name_zh=name, name_en="", hours=hours, keeps_holidays=keeps_holidays)


def saved(session: Session, world: World, hours: list[str], *, keeps_holidays: bool = True) -> ShiftCalendar:
    with writing(session):
        return operations.save_calendar(session, pattern(hours, keeps_holidays=keeps_holidays), actor=world.coordinator)


def attached(session: Session, world: World, hours: list[str], **facts: bool) -> ShiftCalendar:
    """Let the plant of the first studio work at these hours."""
    made = saved(session, world, hours, **facts)
    with writing(session):
        operations.attach_calendar(session, world.plant, made, actor=world.coordinator)
    return made


def over_the_plant(session: Session, world: World) -> Person:
    """A coordinator of one plant only."""
    with writing(session):
        world.leader.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.plant))
    return world.leader


def term(**facts: object) -> Term:
    given = {"kind": None, "theme": None, "unit": None, "answer_hours": 16, "latest_hours": 48, "decision_days": 5}
    return Term(**{**given, **facts})  # type: ignore[arg-type]


def codes(refusal: pytest.ExceptionInfo[InvalidInput]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in refusal.value.problems}


class TestCalendars:
    def test_a_unit_without_one_works_by_that_of_the_unit_above(self, session: Session, world: World):
        attached(session, world, NIGHTS)
        times = queries.working_times(session, CALENDAR)
        assert times.calendar_of(world.team).add_working_hours(at(16, 9), 8) == at(17, 6)
        assert times.calendar_of(world.other_team).add_working_hours(at(16, 9), 7) == at(16, 17)
        assert times.calendar_of(None) is CALENDAR
        found = times.shifts_of(world.team)
        assert found is not None
        assert found.name_zh == "夜班"

    def test_the_answer_is_owed_in_the_studios_working_time(self, session: Session, world: World):
        attached(session, world, ALWAYS, keeps_holidays=False)
        proposal = filed(session, world)
        assert proposal.answer_due_at == at(17, 9)
        assert proposal.decision_due_at == at(27, 0)

    def test_a_transfer_counts_the_new_studios_time_and_keeps_the_decision(self, session: Session, world: World):
        attached(session, world, ALWAYS, keeps_holidays=False)
        proposal = filed(session, world)
        promised = proposal.decision_due_at
        with writing(session):
            routing.transfer(
                session, proposal, "S-CAST", actor=world.lead, at=at(16, 20), words="浇注的事", calendar=CALENDAR
            )
        assert proposal.answer_due_at == at(19, 17)
        assert proposal.decision_due_at == promised

    def test_a_pause_is_counted_in_the_studios_working_time_to_the_minute(self, session: Session, world: World):
        attached(session, world, NIGHTS)
        proposal = filed(session, world)
        before = proposal.decision_due_at
        assert before == at(28, 6) + timedelta(days=3)
        asked(session, world, proposal)  # at 10:00, eight hours before any work
        with writing(session):
            reviewing.answer_information_request(
                session, proposal, actor=world.worker, at=at(16, 23, 17), answer="三毫米", calendar=CALENDAR
            )
        assert proposal.decision_due_at == at(30, 23, 17) + timedelta(days=1)

    def test_changing_it_replaces_its_hours(self, session: Session, world: World):
        made = attached(session, world, DAYS)
        with writing(session):
            operations.save_calendar(
                session, pattern(["08:00-16:00"] + [""] * 6), actor=world.coordinator, calendar=made
            )
        session.expire_all()
        assert [(one.weekday, one.opens, one.minutes) for one in made.spans] == [(0, 480, 480)]

    @pytest.mark.parametrize(
        ("hours", "name", "problems"),
        [
            (DAYS, " ", {("calendar_name_missing", "name_zh")}),
            (DAYS, "长" * 61, {("too_long", "name_zh")}),
            ([""] * 7, "空", {("hours_missing", "")}),
            (["later"] + [""] * 6, "错", {("hours_unreadable", "hours_0")}),
            (["08:00-12:00 11:00-13:00"] + [""] * 6, "叠", {("hours_overlap", "")}),
            (["22:00-06:00", "05:00-13:00"] + [""] * 5, "叠", {("hours_overlap", "")}),
            (["08:00-12:00 08:00-11:00"] + [""] * 6, "叠", {("hours_overlap", "")}),
        ],
    )
    def test_what_is_no_calendar_is_refused(
        self, session: Session, world: World, hours: list[str], name: str, problems: set[tuple[str, str]]
    ):
        with pytest.raises(InvalidInput) as refusal, writing(session):
            operations.save_calendar(session, pattern(hours, name=name), actor=world.coordinator)
        assert codes(refusal) == problems
        assert session.scalars(select(ShiftCalendar)).all() == []

    def test_one_in_use_stays_until_the_units_have_another(self, session: Session, world: World):
        made = attached(session, world, NIGHTS)
        with pytest.raises(InvalidInput, match="calendar_in_use"), writing(session):
            operations.remove_calendar(session, made, actor=world.coordinator)
        with writing(session):
            operations.attach_calendar(session, world.plant, None, actor=world.coordinator)
            operations.remove_calendar(session, made, actor=world.coordinator)
        assert session.scalars(select(WorkingSpan)).all() == []

    def test_only_who_coordinates_all_its_units_may_change_it(self, session: Session, world: World):
        made = attached(session, world, NIGHTS)
        local = over_the_plant(session, world)
        with writing(session):
            operations.save_calendar(session, pattern(DAYS), actor=local, calendar=made)
            operations.attach_calendar(session, world.other_plant, made, actor=world.coordinator)
        for person in (local, world.worker, world.lead, world.admin):
            with pytest.raises(NotAllowed), writing(session):
                operations.save_calendar(session, pattern(ALWAYS), actor=person, calendar=made)
        for person in (world.worker, world.admin):
            with pytest.raises(NotAllowed), writing(session):
                operations.save_calendar(session, pattern(ALWAYS), actor=person)
        with pytest.raises(NotAllowed), writing(session):
            operations.attach_calendar(session, world.other_plant, None, actor=local)

    @pytest.mark.parametrize("facts", [{"weekday": 7}, {"opens": 1440}, {"minutes": 0}, {"minutes": 1441}])
    def test_the_database_refuses_impossible_hours(self, session: Session, world: World, facts: dict[str, int]):
        made = saved(session, world, DAYS)
        with pytest.raises(IntegrityError), writing(session):
            session.add(WorkingSpan(**{"calendar_id": made.id, "weekday": 6, "opens": 0, "minutes": 60, **facts}))


class TestDays:
    def enter(self, session: Session, world: World, day: date, *, works: bool = True, **facts: object) -> None:
        given = {"unit": world.company, "actor": world.coordinator, "note": "", **facts}
        with writing(session):
            operations.add_exception(session, day=day, works=works, today=date(2026, 11, 16), **given)  # type: ignore[arg-type]

    def test_a_make_up_saturday_of_the_firm_counts_everywhere(self, session: Session, world: World):
        self.enter(session, world, date(2026, 11, 21))
        calendar = queries.working_times(session, CALENDAR).calendar_of(world.team)
        assert calendar.add_working_hours(at(20, 17), 8) == at(21, 17)

    def test_the_nearest_unit_has_the_last_word(self, session: Session, world: World):
        day = date(2026, 11, 23)
        self.enter(session, world, day, works=False)
        self.enter(session, world, day, unit=world.plant)
        times = queries.working_times(session, CALENDAR)
        worked = [times.calendar_of(unit).is_working_day(day) for unit in (world.team, world.other_team)]
        assert worked == [True, False]

    def test_past_far_and_doubled_days_are_refused(self, session: Session, world: World):
        self.enter(session, world, date(2026, 11, 16))
        for day, code in (
            (date(2026, 11, 15), "day_is_over"),
            (date(2032, 1, 1), "day_too_far"),
            (date(2026, 11, 16), "day_entered"),
        ):
            with pytest.raises(InvalidInput) as refusal:
                self.enter(session, world, day)
            assert codes(refusal) == {(code, "day")}
        with pytest.raises(InvalidInput, match="too_long"):
            self.enter(session, world, date(2026, 11, 18), note="长" * 201)

    def test_a_day_that_is_over_stays(self, session: Session, world: World):
        self.enter(session, world, date(2026, 11, 21))
        found = session.scalars(select(CalendarException)).one()
        with pytest.raises(InvalidInput, match="day_is_over"), writing(session):
            operations.remove_exception(session, found, actor=world.coordinator, today=date(2026, 11, 22))
        with writing(session):
            operations.remove_exception(session, found, actor=world.coordinator, today=date(2026, 11, 21))
        assert session.scalars(select(CalendarException)).all() == []

    def test_a_day_is_written_anew_but_never_one_that_is_over(self, session: Session, world: World):
        self.enter(session, world, date(2026, 11, 21))
        found = session.scalars(select(CalendarException)).one()

        def change(day: date, today: date, *, actor: Person = world.coordinator, unit: Unit = world.plant) -> None:
            with writing(session):
                facts = {"works": False, "note": "改", "actor": actor, "today": today}
                operations.change_exception(session, found, unit, day, **facts)  # type: ignore[arg-type]

        change(date(2026, 11, 28), date(2026, 11, 21))
        assert (found.unit, found.day, found.works, found.note) == (world.plant, date(2026, 11, 28), False, "改")
        for day, today in ((date(2026, 12, 5), date(2026, 11, 29)), (date(2026, 11, 20), date(2026, 11, 21))):
            with pytest.raises(InvalidInput, match="day_is_over"):
                change(day, today)
        local = over_the_plant(session, world)
        change(date(2026, 11, 29), date(2026, 11, 21), actor=local)
        with pytest.raises(NotAllowed):
            change(date(2026, 11, 29), date(2026, 11, 21), actor=local, unit=world.company)
        change(date(2026, 11, 29), date(2026, 11, 21), unit=world.company)
        with pytest.raises(NotAllowed):
            change(date(2026, 11, 29), date(2026, 11, 21), actor=local, unit=world.plant)

    def test_a_plants_coordinator_speaks_for_the_plant_only(self, session: Session, world: World):
        local = over_the_plant(session, world)
        self.enter(session, world, date(2026, 11, 21), actor=local, unit=world.plant)
        for unit in (world.company, world.other_plant):
            with pytest.raises(NotAllowed):
                self.enter(session, world, date(2026, 11, 22), actor=local, unit=unit)


class TestRules:
    def test_a_rule_holds_for_what_it_names(self, session: Session, world: World):
        kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
        with writing(session):
            operations.add_rule(session, term(kind=kind, unit=world.plant), actor=world.coordinator)
        assert filed(session, world, kind=kind).answer_due_at == at(18, 9)
        assert filed(session, world).answer_due_at == at(19, 9)

    def test_numbers_out_of_range_and_doubles_are_refused(self, session: Session, world: World):
        with writing(session):
            operations.add_rule(session, term(), actor=world.coordinator)
        for facts, problem in (
            ({}, ("rule_exists", "")),
            ({"answer_hours": 0}, ("hours_out_of_range", "answer_hours")),
            ({"latest_hours": 10**9}, ("hours_out_of_range", "latest_hours")),
            ({"latest_hours": 15}, ("latest_too_early", "latest_hours")),
            ({"decision_days": 366}, ("days_out_of_range", "decision_days")),
        ):
            with pytest.raises(InvalidInput) as refusal, writing(session):
                operations.add_rule(session, term(**facts), actor=world.coordinator)
            assert problem in codes(refusal)

    def test_a_rule_is_written_anew_and_is_no_double_of_itself(self, session: Session, world: World):
        local = over_the_plant(session, world)
        with writing(session):
            made = operations.add_rule(session, term(unit=world.plant), actor=local)
            operations.add_rule(session, term(), actor=world.coordinator)
            operations.change_rule(session, made, term(unit=world.plant, answer_hours=4), actor=local)
        assert filed(session, world).answer_due_at == at(16, 14)
        for facts, actor, refused in (
            ({}, world.coordinator, InvalidInput),
            ({"unit": world.plant, "answer_hours": 0}, local, InvalidInput),
            ({}, local, NotAllowed),
            ({"unit": world.plant}, world.admin, NotAllowed),
        ):
            with pytest.raises(refused), writing(session):
                operations.change_rule(session, made, term(**facts), actor=actor)
        assert (made.unit, made.answer_hours) == (world.plant, 4)

    def test_the_whole_firms_rules_are_the_firms_coordinators(self, session: Session, world: World):
        local = over_the_plant(session, world)
        with writing(session):
            made = operations.add_rule(session, term(), actor=world.coordinator)
            operations.add_rule(session, term(unit=world.plant), actor=local)
        for person in (local, world.admin, world.worker):
            with pytest.raises(NotAllowed), writing(session):
                operations.remove_rule(session, made, actor=person)
        with writing(session):
            operations.remove_rule(session, made, actor=world.coordinator)
        assert len(session.scalars(select(DeadlineRule)).all()) == 1

    @pytest.mark.parametrize(
        "facts", [{"answer_hours": 0}, {"latest_hours": 1}, {"decision_days": 0}, {"matches": "kind-/theme-/unit-"}]
    )
    def test_the_database_refuses_impossible_rules(self, session: Session, world: World, facts: dict[str, object]):
        with writing(session):
            operations.add_rule(session, term(), actor=world.coordinator)
        given = {"matches": "x", "answer_hours": 8, "latest_hours": 24, "decision_days": 10, **facts}
        with pytest.raises(IntegrityError), writing(session):
            session.add(DeadlineRule(**given))


class TestCountingAnew:
    def recount(self, session: Session, actor: Person) -> int:
        with writing(session):
            return promises.recount(session, actor=actor, calendar=CALENDAR)

    def lively(self, session: Session, world: World) -> None:
        """Fill the firm with every sort of open proposal."""
        filed(session, world)
        filed(session, world, author=world.finance, title="会议室登记", location="")
        passed_on = filed(session, world)
        paused = asked(session, world, filed(session, world))
        waiting = asked(session, world, filed(session, world))
        decided(session, world, filed(session, world))
        safety = session.scalars(select(Theme).where(Theme.code == "safety")).one()
        filed(session, world, themes=[safety])
        assert waiting.answered_at is not None
        with writing(session):
            routing.transfer(
                session, passed_on, "S-CAST", actor=world.lead, at=at(17, 11), words="浇注", calendar=CALENDAR
            )
            reviewing.answer_information_request(
                session, paused, actor=world.worker, at=at(19, 11, 7), answer="三毫米", calendar=CALENDAR
            )
        declined = decided(session, world, filed(session, world), verb=Verb.DECLINE)
        with writing(session):
            deciding.reopen(session, declined, actor=world.lead, at=at(20, 15), calendar=CALENDAR, words="再看看")

    def test_without_a_change_every_date_stays(self, session: Session, world: World):
        attached(session, world, NIGHTS)
        self.lively(session, world)
        assert self.recount(session, world.coordinator) == 0

    def test_a_new_calendar_moves_what_is_open_and_nothing_twice(self, session: Session, world: World):
        open_one = filed(session, world)
        done = decided(session, world, filed(session, world))
        before = done.decision_due_at
        attached(session, world, ALWAYS, keeps_holidays=False)
        assert self.recount(session, world.coordinator) == 1
        session.expire_all()
        assert (open_one.answer_due_at, open_one.decision_due_at) == (at(17, 9), at(27, 0))
        assert done.decision_due_at == before
        assert self.recount(session, world.coordinator) == 0

    def test_a_given_first_answer_keeps_its_date(self, session: Session, world: World):
        proposal = asked(session, world, filed(session, world))
        before = proposal.answer_due_at
        with writing(session):
            operations.add_rule(session, term(answer_hours=1, decision_days=1), actor=world.coordinator)
        assert self.recount(session, world.coordinator) == 1
        session.expire_all()
        assert proposal.answer_due_at == before
        assert proposal.decision_due_at == at(17, 17)

    def test_only_a_coordinator_counts_and_only_his_part(self, session: Session, world: World):
        filed(session, world)
        filed(session, world, author=world.stranger)
        with writing(session):
            operations.add_rule(session, term(), actor=world.coordinator)
        for person in (world.worker, world.lead, world.admin):
            with pytest.raises(NotAllowed):
                self.recount(session, person)
        assert self.recount(session, over_the_plant(session, world)) == 1
        assert self.recount(session, world.coordinator) == 1


@examples(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(minutes=st.integers(0, 14 * 24 * 60), pause=st.integers(0, 7 * 24 * 60))
def test_a_pause_moves_the_decision_by_exactly_its_working_time(
    session: Session, world: World, minutes: int, pause: int
):
    if session.get(UnitCalendar, world.plant.id) is None:
        attached(session, world, NIGHTS)
    start = at(16, 9) + timedelta(minutes=minutes)
    proposal = filed(session, world, at=start)
    calendar = queries.working_times(session, CALENDAR).calendar_of(world.plant)
    before, question_at = proposal.decision_due_at, start + timedelta(hours=1)
    assert before is not None
    with writing(session):
        reviewing.request_information(session, proposal, actor=world.lead, at=question_at, question="多厚？")
    with writing(session):
        reviewing.answer_information_request(
            session,
            proposal,
            actor=world.worker,
            at=question_at + timedelta(minutes=pause),
            answer="三毫米",
            calendar=CALENDAR,
        )
    assert proposal.decision_due_at is not None
    moved = calendar.working_time_between(before, proposal.decision_due_at)
    assert moved == calendar.working_time_between(question_at, question_at + timedelta(minutes=pause))
