"""Rubrics change by new versions only, and no score that was given changes with them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models import (
    Criterion,
    CriterionLevel,
    Kind,
    Recommendation,
    Review,
    ReviewScore,
    Rubric,
    RubricAct,
    RubricEntry,
    RubricVersion,
)
from studio.domain.errors import InvalidInput, NotAllowed, Stale
from studio.domain.rubrics import CriterionDraft, RubricDraft
from studio.operations import reviewing, rubrics
from studio.operations.catalogue import fill_empty_lists
from studio.queries import reviews
from studio.queries import rubrics as queries
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.rubrics import one_to_five

pytestmark = on_both_databases

NEW_LINE = CriterionDraft("省力", "Saves effort", Decimal(10), 1, 5)


def present(session, code="policy"):
    found = queries.rubric(session, code)
    assert found is not None
    return found


def draft(session, code="policy"):
    return queries.draft_of(present(session, code).versions[-1])


def publish(session, world, wanted, *, actor=None, seen=1, code="policy", change="加一项"):
    with writing(session):
        return rubrics.publish(
            session,
            present(session, code),
            wanted,
            actor=actor or world.admin,
            at=world.at,
            seen=seen,
            change=change,
        ).number


def with_new_line(session):
    before = draft(session)
    return replace(before, criteria=(NEW_LINE, *before.criteria[1:]))


def review(session, world, proposal, by, **scores):
    given = {**stories.GOOD_SCORES, **scores}
    with writing(session):
        made = reviewing.review(
            session,
            proposal,
            actor=by,
            at=world.at + timedelta(hours=2),
            scores={code: score for code, score in given.items() if score is not None},
            recommendation=Recommendation.ACCEPT,
            comment="",
        )
        return made.rubric_version.number


class TestPublish:
    def test_what_is_published_holds_and_the_old_one_stays(self, session, world):
        before = draft(session)
        assert publish(session, world, with_new_line(session)) == 2
        first, second = present(session).versions
        assert queries.draft_of(first) == before
        assert [one.code for one in second.criteria] == ["saves_effort", "quality", "effect", "contribution"]
        assert [one.position for one in second.criteria] == [1, 2, 3, 4]
        assert (second.created_by_id, second.created_at, second.change) == (world.admin.id, world.at, "加一项")

    def test_lines_can_be_moved_and_new_names_get_codes_of_their_own(self, session, world):
        before = draft(session)
        forged = replace(NEW_LINE, code="effect")
        again = replace(NEW_LINE, name_en="Effect!", name_zh="另一项")
        chinese = replace(NEW_LINE, name_en="——", name_zh="没有字母")
        wanted = replace(before, criteria=(*reversed(before.criteria), forged, again, chinese))
        publish(session, world, wanted)
        codes = [one.code for one in present(session).versions[-1].criteria]
        assert codes == ["contribution", "effect", "quality", "innovation", "saves_effort", "effect_2", "criterion"]

    def test_a_second_click_makes_no_second_version(self, session, world):
        wanted = with_new_line(session)
        assert [publish(session, world, wanted) for _ in range(2)] == [2, 2]
        assert len(present(session).versions) == 2

    def test_nothing_new_is_no_version_but_the_name_may_change(self, session, world):
        assert publish(session, world, replace(draft(session), name_zh="新名字")) == 1
        assert present(session).name_zh == "新名字"

    def test_somebody_who_was_slower_is_told(self, session, world):
        publish(session, world, with_new_line(session))
        with pytest.raises(Stale):
            publish(session, world, replace(draft(session), criteria=(NEW_LINE,)), seen=1)
        assert len(present(session).versions) == 2

    def test_only_administrators_publish(self, session, world):
        for person in (world.worker, world.lead, world.coordinator, world.finance):
            with pytest.raises(NotAllowed):
                publish(session, world, with_new_line(session), actor=person)

    def test_a_bad_one_changes_nothing(self, session, world):
        with pytest.raises(InvalidInput) as error:
            publish(session, world, replace(draft(session), criteria=()), change="长" * 301)
        assert [problem.code for problem in error.value.problems] == ["rubric_empty", "too_long"]
        assert len(present(session).versions) == 1


class TestReviewsKeepTheirVersion:
    def test_no_score_of_the_past_changes(self, session, world):
        proposal = stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
        before = reviews.panel_of(proposal.reviews)
        publish(session, world, with_new_line(session))
        session.expire_all()
        assert reviews.panel_of(proposal.reviews) == before

    def test_a_panel_stays_with_the_version_of_its_first_review(self, session, world):
        scored, fresh = stories.filed(session, world), stories.filed(session, world)
        review(session, world, scored, world.reviewer)
        publish(session, world, with_new_line(session))
        assert review(session, world, scored, world.second_reviewer) == 1
        assert review(session, world, scored, world.reviewer, effect=10) == 1
        assert review(session, world, fresh, world.reviewer, innovation=None, saves_effort=5) == 2
        assert reviews.is_scored_as_before(session, scored)
        assert not reviews.is_scored_as_before(session, fresh)

    def test_a_score_on_another_scale_is_compared_with_its_ends(self, session, world):
        fresh = stories.filed(session, world)
        publish(session, world, with_new_line(session))
        with pytest.raises(InvalidInput) as error:
            review(session, world, fresh, world.reviewer, innovation=None, saves_effort=6)
        (problem,) = error.value.problems
        assert (problem.code, problem.field) == ("score_out_of_range", "saves_effort")
        assert problem.params == {"lowest": 1, "highest": 5}
        review(session, world, fresh, world.reviewer, innovation=None, saves_effort=5)
        panel = reviews.panel_of(fresh.reviews)
        assert panel is not None
        assert panel.per_criterion["saves_effort"] == Decimal(100)
        assert panel.given["saves_effort"] == Decimal(5)

    def test_who_read_another_version_looks_again(self, session, world):
        proposal = stories.filed(session, world)
        seen = present(session).versions[-1].id
        publish(session, world, replace(draft(session), criteria=draft(session).criteria[::-1]))
        with pytest.raises(InvalidInput) as error, writing(session):
            reviewing.review(
                session,
                proposal,
                actor=world.reviewer,
                at=world.at,
                scores=stories.GOOD_SCORES,
                recommendation=Recommendation.ACCEPT,
                comment="",
                seen_version=seen,
            )
        assert [problem.code for problem in error.value.problems] == ["criterion_unknown"]


class TestChoosing:
    @pytest.fixture
    def kaizen(self, session, world):
        with writing(session):
            session.add(one_to_five())

    def choose(self, session, world, *, actor=None, default="policy", **by_kind):
        with writing(session):
            rubrics.choose(session, default=default, by_kind=by_kind, actor=actor or world.admin, at=world.at)

    def rubric_of(self, session, kind_code):
        kind = session.scalars(select(Kind).where(Kind.code == kind_code)).one()
        return queries.newest_for_kind(session, kind.id).rubric.code

    def test_a_kind_gets_its_own_and_goes_back(self, session, world, kaizen):
        self.choose(session, world, suggestion="kaizen")
        assert (self.rubric_of(session, "suggestion"), self.rubric_of(session, "renovation")) == ("kaizen", "policy")
        assert [code for _kind, code in queries.kinds_with_rubric(session)] == ["", "kaizen"]
        self.choose(session, world, suggestion="")
        assert self.rubric_of(session, "suggestion") == "policy"

    def test_kinds_change_places(self, session, world, kaizen):
        self.choose(session, world, suggestion="kaizen", renovation="policy")
        self.choose(session, world, suggestion="policy", renovation="kaizen")
        assert (self.rubric_of(session, "suggestion"), self.rubric_of(session, "renovation")) == ("policy", "kaizen")

    def test_kinds_that_are_not_named_stay(self, session, world, kaizen):
        self.choose(session, world, suggestion="kaizen")
        self.choose(session, world, renovation="")
        assert self.rubric_of(session, "suggestion") == "kaizen"

    def test_another_may_be_the_default(self, session, world, kaizen):
        self.choose(session, world, default="kaizen")
        assert queries.newest_for_kind(session, None).rubric.code == "kaizen"
        self.choose(session, world, default="policy")
        assert queries.newest_for_kind(session, None).rubric.code == "policy"

    def test_a_scored_proposal_stays_with_its_rubric(self, session, world, kaizen):
        kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
        proposal = stories.filed(session, world, kind=kind)
        stories.reviewed(session, world, proposal, world.reviewer)
        self.choose(session, world, suggestion="kaizen")
        assert reviews.rubric_for(session, proposal).rubric.code == "policy"

    def test_what_is_not_there_cannot_be_chosen(self, session, world, kaizen):
        with pytest.raises(InvalidInput) as error:
            self.choose(session, world, default="none", suggestion="gone", sonnet="kaizen")
        assert [(problem.code, problem.field) for problem in error.value.problems] == [
            ("rubric_unknown", "default"),
            ("rubric_unknown", "suggestion"),
            ("kind_unknown", ""),
        ]

    def test_a_retired_one_lets_its_kinds_go(self, session, world, kaizen):
        self.choose(session, world, suggestion="kaizen")
        with writing(session):
            rubrics.retire(session, present(session, "kaizen"), actor=world.admin, at=world.at)
        assert self.rubric_of(session, "suggestion") == "policy"
        with pytest.raises(InvalidInput):
            self.choose(session, world, suggestion="kaizen")
        with writing(session):
            rubrics.take_back(session, present(session, "kaizen"), actor=world.admin, at=world.at)
        self.choose(session, world, suggestion="kaizen")
        assert self.rubric_of(session, "suggestion") == "kaizen"

    def test_the_default_one_cannot_retire(self, session, world):
        with pytest.raises(InvalidInput) as error, writing(session):
            rubrics.retire(session, present(session), actor=world.admin, at=world.at)
        assert [problem.code for problem in error.value.problems] == ["rubric_is_default"]

    def test_only_administrators_choose_and_retire(self, session, world, kaizen):
        for person in (world.worker, world.lead, world.coordinator):
            with pytest.raises(NotAllowed):
                self.choose(session, world, actor=person, suggestion="kaizen")
            for act in (rubrics.retire, rubrics.take_back):
                with pytest.raises(NotAllowed), writing(session):
                    act(session, present(session, "kaizen"), actor=person, at=world.at)


class TestTemplates:
    def test_an_empty_database_gets_four_and_a_second_time_none(self, session):
        with writing(session):
            fill_empty_lists(session)
        found = queries.rubrics(session)
        assert [one.code for one in found] == ["policy", "rationalisation", "proposal_sheet", "kaizen"]
        assert [one.code for one in found if one.is_default] == ["policy"]
        with writing(session):
            assert fill_empty_lists(session) == 0

    def test_a_firm_with_a_rubric_of_its_own_keeps_it(self, session, world):
        before = draft(session)
        with writing(session):
            fill_empty_lists(session)
        assert draft(session) == before
        assert len(queries.rubrics(session)) == 4
        assert queries.newest_for_kind(session, None).rubric.code == "policy"


def criterion(**facts):
    return Criterion(**{"code": "x", "name_zh": "项", "name_en": "Item", "weight": Decimal(1), **facts})


def add(session, version):
    version.rubric = present(session)
    session.add(version)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "facts",
        [{"weight": Decimal(0)}, {"weight": Decimal(-5)}, {"lowest": 5, "highest": 5}, {"lowest": -1}],
    )
    def test_criteria_that_cannot_weigh_or_measure(self, session, world, facts):
        with pytest.raises(IntegrityError), writing(session):
            add(session, RubricVersion(number=2, criteria=[criterion(**facts)]))

    def test_two_defaults_and_a_retired_one(self, session, world):
        for facts in ({"active": True}, {"active": False}):
            with pytest.raises(IntegrityError), writing(session):
                session.add(Rubric(code="other", name_zh="另", name_en="Other", is_default=True, **facts))

    def test_a_rubric_without_a_name_in_both_languages(self, session, world):
        with pytest.raises(IntegrityError), writing(session):
            session.add(Rubric(code="other", name_zh="另", name_en=" "))

    def test_one_number_or_code_twice(self, session, world):
        with pytest.raises(IntegrityError), writing(session):
            add(session, RubricVersion(number=1))
        with pytest.raises(IntegrityError), writing(session):
            add(session, RubricVersion(number=2, criteria=[criterion(), criterion()]))

    def test_a_level_without_words(self, session, world):
        level = CriterionLevel(from_score=60, text_zh="好", text_en=" ")
        with pytest.raises(IntegrityError), writing(session):
            add(session, RubricVersion(number=2, criteria=[criterion(levels=[level])]))

    @pytest.mark.parametrize("score", [-1, 101])
    def test_a_score_that_is_not_on_the_scale(self, session, world, score):
        proposal = stories.filed(session, world)
        version = queries.newest_for_kind(session, None)
        facts = {"recommendation": Recommendation.ACCEPT, "created_at": world.at, "updated_at": world.at}
        given = ReviewScore(criterion_id=version.criteria[0].id, lowest=0, highest=100, score=score)
        ids = {"proposal_id": proposal.id, "reviewer_id": world.lead.id, "rubric_version_id": version.id}
        made = Review(**ids, **facts, scores=[given])
        with pytest.raises(IntegrityError), writing(session):
            session.add(made)

    def test_a_score_with_ends_that_are_not_the_criterions(self, session, world):
        proposal = stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
        with pytest.raises(IntegrityError), writing(session):
            proposal.reviews[0].scores[0].highest = 1000

    def test_a_published_version_never_changes(self, session, world):
        for change in (
            lambda version: setattr(version.criteria[0], "weight", Decimal(99)),
            lambda version: setattr(version, "change", "悄悄改"),
        ):
            with pytest.raises(TypeError, match="never changes"), writing(session):
                change(present(session).versions[0])


class TestANewRubric:
    def lines(self, *weights):
        return RubricDraft(
            "班组小改评分",
            "Small team changes",
            tuple(CriterionDraft(f"第{n}项", f"Line {n}", Decimal(w)) for n, w in enumerate(weights)),
        )

    def begin(self, session, world, wanted, actor=None):
        with writing(session):
            return rubrics.begin(session, wanted, actor=actor or world.admin, at=world.at, change="班组要的")

    def test_it_scores_what_comes_once_it_is_chosen(self, session, world):
        made = self.begin(session, world, self.lines(60, 40))
        assert (made.code, made.is_default, [version.number for version in made.versions]) == (
            "small_team_changes", False, [1],
        )  # fmt: skip
        with writing(session):
            rubrics.choose(session, default="policy", by_kind={"suggestion": made.code}, actor=world.admin, at=world.at)
        kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
        assert queries.newest_for_kind(session, kind.id).rubric_id == made.id

    @pytest.mark.parametrize(
        ("weights", "codes"),
        [
            ((60, 30), ["weights_not_whole"]),
            ((100.5,), ["weights_not_whole"]),
            ((), ["rubric_empty"]),
            ((0, 100), ["weight_out_of_range"]),
        ],
    )
    def test_its_weights_make_a_hundred(self, session, world, weights, codes):
        with pytest.raises(InvalidInput) as error:
            self.begin(session, world, self.lines(*weights))
        assert [problem.code for problem in error.value.problems] == codes
        assert session.scalars(select(RubricEntry)).all() == []

    def test_a_second_click_makes_no_second_one(self, session, world):
        self.begin(session, world, self.lines(100))
        with pytest.raises(InvalidInput) as error:
            self.begin(session, world, self.lines(100))
        assert [(one.code, one.field) for one in error.value.problems] == [("rubric_name_taken", "name_zh")]

    def test_nobody_but_an_administrator(self, session, world):
        for person in (world.lead, world.coordinator, world.worker):
            with pytest.raises(NotAllowed):
                self.begin(session, world, self.lines(100), actor=person)


def test_who_published_chose_and_retired_it_is_kept_and_a_choice_that_changes_nothing_is_not(session, world):
    with writing(session):
        session.add(one_to_five())
    publish(session, world, with_new_line(session))
    choice = {"default": "policy", "actor": world.admin, "at": world.at}
    for code in ("kaizen", "kaizen", ""):
        with writing(session):
            rubrics.choose(session, by_kind={"suggestion": code}, **choice)
    for _twice in range(2):
        with writing(session):
            rubrics.retire(session, present(session, "kaizen"), actor=world.admin, at=world.at)
    kept = [
        (entry.act, entry.rubric.code if entry.rubric else "", entry.kind.code if entry.kind else "")
        for entry in reversed(queries.entries(session))
    ]
    assert kept == [
        (RubricAct.PUBLISHED, "policy", ""),
        (RubricAct.CHOSEN, "kaizen", "suggestion"),
        (RubricAct.CHOSEN, "", "suggestion"),
        (RubricAct.RETIRED, "kaizen", ""),
    ]
    assert {entry.by_id for entry in queries.entries(session)} == {world.admin.id}
