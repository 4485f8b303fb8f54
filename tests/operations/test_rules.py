"""Rules are written as drafts, tried out, switched on in one step, and everything that was done to them is kept."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Person, Role, RoleGrant, RoutingRule, RuleAct, RuleChange, Studio
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Stale
from studio.domain.rules import RuleDraft
from studio.operations import rules
from studio.queries import routing
from studio.queries import rules as facts
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World

pytestmark = on_both_databases

NEW = RuleDraft(priority=30, studio="S-CAST", words=("漏气", "压缩空气"))


@pytest.fixture
def live(session: Session, world: World) -> RoutingRule:
    """The rule that sends everything of the rolling mill to the first studio."""
    return session.scalars(select(RoutingRule).where(RoutingRule.priority == 10)).one()


@pytest.fixture
def save(session: Session, world: World) -> Callable[..., RoutingRule]:
    def run(draft: RuleDraft, rule: RoutingRule | None = None, actor: Person | None = None, **options: object):
        options.setdefault("seen", rule.revision if rule is not None else None)
        with writing(session):
            return rules.save(session, draft, rule=rule, actor=actor or world.admin, at=world.at, **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def local(session: Session, world: World) -> Person:
    """Somebody who coordinates the other plant only."""
    with writing(session):
        world.stranger.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.other_plant))
    return world.stranger


def switch_on(session: Session, world: World, *chosen: RoutingRule, actor: Person | None = None) -> None:
    ids = [row.id for row in chosen]
    seal = facts.seal(facts.present(session), ids)
    with writing(session):
        rules.switch_on(session, ids, seal=seal, actor=actor or world.admin, at=world.at)


def history(session: Session, rule: RoutingRule) -> list[tuple[RuleAct, str | None]]:
    rows = session.scalars(select(RuleChange).where(RuleChange.rule_id == rule.id).order_by(RuleChange.id))
    return [(row.act, row.actor.employee_no if row.actor else None) for row in rows.unique()]


class TestWriting:
    def test_a_new_rule_is_a_draft_that_routing_does_not_see(self, session, world, save):
        before = routing.rules(session)
        made = save(NEW)
        assert (made.active, made.replaces_id, facts.draft_of(made)) == (False, None, NEW)
        assert routing.rules(session) == before
        assert history(session, made) == [(RuleAct.MADE, "000304")]

    def test_a_rule_that_holds_goes_on_as_it_was_until_its_draft_is_switched_on(self, session, world, live, save):
        before = routing.rules(session)
        draft = save(RuleDraft(5, "S-CAST", units=("ROLL",), words=("天车",)), live)
        assert (draft.active, draft.replaces_id) == (False, live.id)
        assert routing.rules(session) == before
        switch_on(session, world, draft)
        assert facts.draft_of(live) == RuleDraft(5, "S-CAST", units=("ROLL",), words=("天车",))
        assert live.active
        assert [row.id for row in facts.present(session) if row.replaces_id] == []
        assert history(session, live) == [(RuleAct.DRAFTED, "000304"), (RuleAct.SWITCHED_ON, "000304")]

    def test_a_draft_is_written_over(self, session, world, live, save):
        draft = save(RuleDraft(5, "S-ROLL", units=("ROLL",)), live)
        again = save(RuleDraft(6, "S-ROLL", units=("ROLL",)), draft)
        assert again is draft
        assert (draft.priority, live.priority) == (6, 10)

    def test_what_is_off_is_changed_where_it_stands(self, session, world, save):
        made = save(NEW)
        save(RuleDraft(31, "S-CAST", words=("漏气",)), made)
        assert (made.priority, made.words) == (31, ["漏气"])
        assert [act for act, _ in history(session, made)] == [RuleAct.MADE, RuleAct.CHANGED]

    def test_saving_what_is_there_changes_nothing(self, session, world, live, save):
        assert save(facts.draft_of(live), live) is live
        assert history(session, live) == []

    @pytest.mark.parametrize("which", ["live", "draft"])
    def test_a_page_from_before_somebody_else_s_change_is_refused(self, session, world, live, save, which):
        draft = save(RuleDraft(5, "S-ROLL", units=("ROLL",)), live)
        target = live if which == "live" else draft
        with pytest.raises(Stale):
            save(RuleDraft(7, "S-ROLL", units=("ROLL",)), target, seen=target.revision if which == "live" else 0)
        session.expire_all()
        assert (live.priority, draft.priority) == (10, 5)

    def test_a_removed_rule_cannot_be_written(self, session, world, live, save):
        with writing(session):
            rules.remove(session, live, actor=world.admin, at=world.at)
        with pytest.raises(NotFound):
            save(RuleDraft(5, "S-ROLL", units=("ROLL",)), live)

    @pytest.mark.parametrize(
        ("draft", "problem"),
        [
            (RuleDraft(10, "S-ROLL"), "rule_asks_nothing"),
            (RuleDraft(10, "S-MOON", words=("导卫",)), "studio_unknown"),
            (RuleDraft(10, "S-ROLL", units=("MOON",)), "unit_unknown"),
            (RuleDraft(10, "S-ROLL", kinds=("moon",)), "kind_unknown"),
            (RuleDraft(10, "S-ROLL", themes=("moon",)), "theme_unknown"),
            (RuleDraft(10, "S-ROLL", words=("导",)), "word_too_short"),
            (RuleDraft(10, "S-CAST", words=("浇注", "冒口")), "rule_said_already"),
        ],
    )
    def test_a_bad_rule_is_refused_and_nothing_changes(self, session, world, save, draft, problem):
        with pytest.raises(InvalidInput) as refused:
            save(draft)
        assert [one.code for one in refused.value.problems] == [problem]
        assert len(facts.present(session)) == 2

    def test_a_studio_that_is_off_is_no_aim(self, session, world, save):
        with writing(session):
            world.other_studio.active = False
        with pytest.raises(InvalidInput):
            save(NEW)

    def test_the_same_words_for_another_studio_are_another_rule(self, world, save):
        assert save(RuleDraft(30, "S-ROLL", words=("冒口", "浇注"))).id

    def test_a_draft_may_not_say_what_another_draft_says(self, world, live, save):
        save(NEW)
        with pytest.raises(InvalidInput):
            save(RuleDraft(9, "S-CAST", words=("压缩空气", "漏气")), live)

    def test_the_database_refuses_the_same_rule_twice_and_a_draft_that_holds(self, session, world, live):
        with pytest.raises(IntegrityError), writing(session):
            session.add(RoutingRule(priority=99, studio=world.studio, unit_codes=["ROLL"]))
        with pytest.raises(IntegrityError), writing(session):
            session.add(RoutingRule(priority=99, studio=world.studio, words=["新词"], active=True, replaces=live))


class TestSwitching:
    def test_several_are_switched_on_together(self, session, world, live, save):
        made, draft = save(NEW), save(RuleDraft(5, "S-ROLL", units=("ROLL",)), live)
        switch_on(session, world, made, draft)
        assert [(rule.studio, rule.priority) for rule in routing.rules(session)] == [
            ("S-ROLL", 5),
            ("S-CAST", 20),
            ("S-CAST", 30),
        ]

    def test_the_seal_breaks_when_any_rule_has_changed_since(self, session, world, live, save):
        made = save(NEW)
        seal = facts.seal(facts.present(session), [made.id])
        with writing(session):
            rules.switch_off(session, live, actor=world.admin, at=world.at)
        with pytest.raises(Stale), writing(session):
            rules.switch_on(session, [made.id], seal=seal, actor=world.admin, at=world.at)
        assert not made.active

    def test_a_second_click_switches_nothing(self, session, world, save):
        made = save(NEW)
        seal = facts.seal(facts.present(session), [made.id])
        for again in (False, True):
            try:
                with writing(session):
                    rules.switch_on(session, [made.id], seal=seal, actor=world.admin, at=world.at)
            except Stale:
                assert again
        assert [act for act, _ in history(session, made)] == [RuleAct.MADE, RuleAct.SWITCHED_ON]

    def test_a_draft_whose_studio_was_switched_off_meanwhile_stays_one(self, session, world, save):
        made = save(NEW)
        with writing(session):
            world.other_studio.active = False
        with pytest.raises(InvalidInput):
            switch_on(session, world, made)
        assert not made.active

    def test_off_at_once_and_only_once(self, session, world, live):
        for _ in range(2):
            with writing(session):
                rules.switch_off(session, live, actor=world.coordinator, at=world.at)
        assert [rule.priority for rule in routing.rules(session)] == [20]
        assert history(session, live) == [(RuleAct.SWITCHED_OFF, "000301")]

    def test_what_was_switched_off_is_switched_on_again_as_it_was(self, session, world, live):
        with writing(session):
            rules.switch_off(session, live, actor=world.admin, at=world.at)
        switch_on(session, world, live)
        assert live.active


class TestTakingAway:
    def test_a_discarded_draft_leaves_its_rule_alone(self, session, world, live, save):
        draft = save(RuleDraft(5, "S-CAST", units=("ROLL",)), live)
        with writing(session):
            rules.discard(session, draft, actor=world.admin, at=world.at)
        assert (live.active, live.priority, facts.draft_for(session, live)) == (True, 10, None)
        assert [act for act, _ in history(session, live)] == [RuleAct.DRAFTED, RuleAct.DISCARDED]

    def test_a_rule_itself_is_no_draft_to_discard(self, session, world, live):
        with pytest.raises(NotFound), writing(session):
            rules.discard(session, live, actor=world.admin, at=world.at)

    def test_a_removed_rule_keeps_its_history_and_can_be_written_again(self, session, world, live, save):
        save(RuleDraft(5, "S-CAST", units=("ROLL",)), live)
        with writing(session):
            rules.remove(session, live, actor=world.admin, at=world.at)
        assert [row.priority for row in facts.present(session)] == [20]
        assert [act for act, _ in history(session, live)] == [RuleAct.DRAFTED, RuleAct.DISCARDED, RuleAct.REMOVED]
        assert save(RuleDraft(10, "S-ROLL", units=("ROLL",))).id != live.id

    def test_the_database_does_not_lose_a_history(self, session, world, save):
        made = save(NEW)
        with pytest.raises(IntegrityError), writing(session):
            session.execute(delete(RoutingRule).where(RoutingRule.id == made.id))
        with pytest.raises(IntegrityError), writing(session):
            session.execute(text("UPDATE rule_changes SET now = NULL"))

    def test_a_history_tells_what_was_and_what_is(self, session, world, save):
        made = save(NEW)
        save(RuleDraft(31, "S-ROLL", words=("漏气",)), made)
        row = session.scalars(select(RuleChange).where(RuleChange.act == RuleAct.CHANGED)).unique().one()
        assert row.was is not None
        assert row.now is not None
        assert (row.was["priority"], row.was["words"], row.was["studio"]) == (30, ["漏气", "压缩空气"], "S-CAST")
        assert (row.now["priority"], row.now["words"], row.now["studio_names"]["name_en"]) == (
            31,
            ["漏气"],
            "Studio S-ROLL",
        )


class TestOrder:
    def test_what_holds_gets_a_draft_and_what_is_off_is_moved(self, session, world, live, save):
        made = save(NEW)
        seal = facts.seal(facts.present(session), ())
        with writing(session):
            moved = rules.reorder(session, {live.id: 40, made.id: 5}, seal=seal, actor=world.coordinator, at=world.at)
        draft = facts.draft_for(session, live)
        assert draft is not None
        assert (moved, live.priority, draft.priority, made.priority) == (2, 10, 40, 5)
        assert [rule.priority for rule in routing.rules(session)] == [10, 20]

    def test_the_draft_of_a_rule_is_moved_and_not_the_rule(self, session, world, live, save):
        draft = save(RuleDraft(11, "S-ROLL", units=("ROLL",)), live)
        seal = facts.seal(facts.present(session), ())
        with writing(session):
            moved = rules.reorder(session, {live.id: 40, draft.id: 12}, seal=seal, actor=world.admin, at=world.at)
        assert (moved, live.priority, draft.priority) == (1, 10, 12)

    def test_an_order_made_on_an_old_page_is_refused(self, session, world, live):
        with pytest.raises(Stale), writing(session):
            rules.reorder(session, {live.id: 40}, seal="old", actor=world.admin, at=world.at)

    def test_impossible_numbers_are_refused_at_their_rule(self, session, world, live):
        seal = facts.seal(facts.present(session), ())
        with pytest.raises(InvalidInput) as refused, writing(session):
            rules.reorder(session, {live.id: 1000}, seal=seal, actor=world.admin, at=world.at)
        assert [(one.code, one.field) for one in refused.value.problems] == [
            ("priority_out_of_range", f"priority_{live.id}")
        ]


class TestWho:
    def test_who_keeps_no_rules_may_do_none_of_it(self, session, world, live, save):
        made, seal = save(NEW), facts.seal(facts.present(session), ())
        for nobody in (world.worker, world.leader, world.lead, world.finance):
            how = {"actor": nobody, "at": world.at}
            for act in (
                lambda how=how: rules.save(session, RuleDraft(1, "S-ROLL", words=("新词",)), **how),
                lambda how=how: rules.save(session, NEW, rule=live, seen=live.revision, **how),
                lambda how=how: rules.switch_off(session, live, **how),
                lambda how=how: rules.remove(session, live, **how),
                lambda how=how: rules.reorder(session, {live.id: 3}, seal=seal, **how),
                lambda how=how: rules.switch_on(
                    session, [made.id], seal=facts.seal(facts.present(session), [made.id]), **how
                ),
            ):
                with pytest.raises(NotAllowed), writing(session):
                    act()

    def test_a_coordinator_keeps_the_rules_of_his_part_only(self, session, world, live, save, local):
        made = save(RuleDraft(30, "S-ROLL", units=("CAST-A", "CAST"), words=("天车",)), actor=local)
        switch_on(session, world, made, actor=local)
        for draft in (NEW, RuleDraft(1, "S-ROLL", units=("CAST", "ROLL-A"))):
            with pytest.raises(NotAllowed):
                save(draft, actor=local)
        with pytest.raises(NotAllowed):
            save(RuleDraft(1, "S-ROLL", units=("ROLL",), words=("天车",)), made, actor=local)
        with pytest.raises(NotAllowed):
            save(RuleDraft(1, "S-ROLL", units=("CAST",), words=("天车",)), live, actor=local)
        session.expire_all()
        assert made.priority == 30

    def test_nobody_below_the_top_switches_on_a_draft_for_a_rule_of_the_whole_firm(self, session, world, save, local):
        rule = session.scalars(select(RoutingRule).where(RoutingRule.priority == 20)).one()
        draft = save(RuleDraft(20, "S-CAST", units=("CAST",), words=("冒口", "浇注")), rule)
        with pytest.raises(NotAllowed):
            switch_on(session, world, draft, actor=local)
        with pytest.raises(NotAllowed), writing(session):
            rules.discard(session, draft, actor=local, at=world.at)
        assert session.get(RoutingRule, draft.id) is not None


def test_a_studio_s_name_in_a_history_is_that_of_its_day(session: Session, world: World, save) -> None:
    save(NEW)
    with writing(session):
        session.scalars(select(Studio).where(Studio.code == "S-CAST")).one().name_en = "Renamed"
    row = session.scalars(select(RuleChange)).unique().one()
    assert row.now is not None
    assert row.now["studio_names"]["name_en"] == "Studio S-CAST"
