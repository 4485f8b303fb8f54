from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models import Event, Person, Proposal, ProposalState, Theme, Verb
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.operations import filing
from studio.operations.filing import Filing, Share
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import draft

pytestmark = on_both_databases

WORDS = Filing(
    title="轧机导卫换得太慢",
    problem="换一次导卫要停四十分钟。",
    measure="做一个快换底座，两个人抬上去就行。",
    effect="停机缩到十分钟。",
    kind_code="renovation",
    theme_codes=("quality",),
    location="二轧 5号机",
    claimed_benefit=Decimal("12000.5"),
    filing_key="key-1",
)


def problems_of(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in error.value.problems]


def save(session, world, words=WORDS, *, actor=None, draft=None):
    with writing(session):
        return filing.save_draft(session, words, actor=actor or world.worker, at=world.at, draft=draft)


def submit(session, world, proposal, calendar, *, actor=None, at=None):
    with writing(session):
        return filing.submit(session, proposal, actor=actor or world.worker, at=at or world.at, calendar=calendar)


def test_a_draft_keeps_every_word(session, world):
    saved = save(session, world)
    assert (saved.title, saved.effect, saved.location) == (WORDS.title, WORDS.effect, WORDS.location)
    assert saved.kind is not None
    assert saved.kind.code == "renovation"
    assert [theme.code for theme in saved.themes] == ["quality"]
    assert saved.claimed_benefit == Decimal("12000.50")
    assert (saved.state, saved.number, saved.unit_id) == (ProposalState.DRAFT, None, world.team.id)
    assert [(c.person_id, c.share) for c in saved.contributors] == [(world.worker.id, 100)]


def test_an_empty_draft_may_be_saved(session, world):
    assert save(session, world, Filing(filing_key="k")).title == ""


def test_a_second_click_finds_the_first_draft(session, world):
    first = save(session, world)
    second = save(session, world, replace(WORDS, effect="停机缩到八分钟。"))
    assert first.id == second.id
    assert second.effect == "停机缩到八分钟。"
    assert session.scalar(select(func.count(Proposal.id))) == 1


def test_a_second_click_after_submitting_changes_nothing(session, world, calendar):
    submit(session, world, save(session, world), calendar)
    again = save(session, world, replace(WORDS, title="另一个题目"))
    assert again.title == WORDS.title
    assert submit(session, world, again, calendar).number == "2026-00001"
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == Verb.SUBMIT)) == 1


def test_nobody_gets_at_a_draft_by_guessing_its_key(session, world):
    save(session, world)
    with pytest.raises(NotAllowed):
        save(session, world, actor=world.stranger)


def test_nobody_writes_in_another_ones_draft(session, world):
    saved = save(session, world)
    with pytest.raises(NotAllowed):
        save(session, world, actor=world.mate, draft=saved)


def test_a_filed_proposal_is_no_draft_any_more(session, world, calendar):
    filed = submit(session, world, save(session, world), calendar)
    with pytest.raises(WrongState):
        save(session, world, draft=filed)


def test_everything_that_is_wrong_is_said_at_once(session, world):
    wrong = replace(
        WORDS,
        title="长" * 121,
        kind_code="nonsense",
        theme_codes=("quality", "nonsense"),
        claimed_benefit=Decimal(-1),
        cost=Decimal("1e30"),
        contact_phone="1" * 41,
        shares=(Share("000101", 101), Share("999999", 10), Share("000101", 5)),
        submitter_no="888888",
    )
    with pytest.raises(InvalidInput) as error:
        save(session, world, wrong)
    assert sorted(problems_of(error)) == [
        ("kind_unknown", "kind_code"),
        ("money_negative", "claimed_benefit"),
        ("money_too_large", "cost"),
        ("person_twice", "shares"),
        ("person_unknown", "shares"),
        ("person_unknown", "submitter_no"),
        ("share_out_of_range", "shares"),
        ("theme_unknown", "theme_codes"),
        ("too_long", "contact_phone"),
        ("too_long", "title"),
    ]
    assert session.scalar(select(func.count(Proposal.id))) == 0


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-0.01"])
def test_money_is_a_number_that_is_not_negative(session, world, amount):
    with pytest.raises(InvalidInput) as error:
        save(session, world, replace(WORDS, cost=Decimal(amount)))
    assert problems_of(error) == [("money_negative", "cost")]


def test_an_unknown_number_is_named(session, world):
    with pytest.raises(InvalidInput) as error:
        save(session, world, replace(WORDS, shares=(Share("000101", 50), Share("777", 50))))
    (problem,) = error.value.problems
    assert (problem.code, problem.field, problem.params) == ("person_unknown", "shares", {"number": "777"})


def test_somebody_who_has_left_cannot_share(session, world):
    with writing(session):
        world.mate.active = False
    with pytest.raises(InvalidInput) as error:
        save(session, world, replace(WORDS, shares=(Share("000101", 50), Share("000102", 50))))
    assert problems_of(error) == [("person_inactive", "shares")]


def test_numbers_may_be_typed_full_width(session, world):
    saved = save(session, world, replace(WORDS, shares=(Share(" ０００１０１ ", 60), Share("000102", 40))))
    assert [(c.person_id, c.share) for c in saved.contributors] == [(world.worker.id, 60), (world.mate.id, 40)]


def test_shares_may_change_as_long_as_it_is_a_draft(session, world):
    save(session, world, replace(WORDS, shares=(Share("000101", 60), Share("000102", 40))))
    saved = save(session, world, replace(WORDS, shares=(Share("000104", 30), Share("000101", 70))))
    assert [(c.person_id, c.share) for c in saved.contributors] == [(world.stranger.id, 30), (world.worker.id, 70)]
    assert [c.share for c in save(session, world).contributors] == [30, 70]


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ((Share("000101", 60), Share("000102", 30)), "shares_not_whole"),
        ((Share("000102", 100),), "submitter_without_share"),
    ],
)
def test_shares_must_be_whole_when_it_is_submitted(session, world, calendar, shares, code):
    saved = save(session, world, replace(WORDS, shares=shares))
    with pytest.raises(InvalidInput) as error:
        submit(session, world, saved, calendar)
    assert problems_of(error) == [(code, "shares")]
    assert saved.state is ProposalState.DRAFT


def test_all_three_questions_must_be_answered(session, world, calendar):
    saved = save(session, world, Filing(problem="地上有油，人会滑倒。"))
    with pytest.raises(InvalidInput) as error:
        submit(session, world, saved, calendar)
    assert problems_of(error) == [("measure_missing", "measure"), ("effect_missing", "effect")]


def test_a_missing_title_is_made_from_the_problem(session, world, calendar):
    saved = save(session, world, replace(WORDS, title=""))
    assert saved.title == ""
    assert submit(session, world, saved, calendar).title == "换一次导卫要停四十分钟"


def test_submitting_gives_a_number_a_studio_and_dates(session, world, calendar):
    filed = submit(session, world, save(session, world), calendar)
    assert filed.number == "2026-00001"
    assert filed.state is ProposalState.UNDER_REVIEW
    assert filed.studio_id == world.studio.id
    assert filed.reviewer_id in {world.reviewer.id, world.second_reviewer.id}
    assert filed.answer_due_at == datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
    assert filed.decision_due_at == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert (filed.filed_by_id, filed.submitted_at) == (world.worker.id, world.at)
    assert [event.verb for event in filed.events] == [Verb.SUBMIT, Verb.ROUTE]
    assert [event.actor_id for event in filed.events] == [world.worker.id, None]


def test_safety_is_answered_within_a_shift(session, world, calendar):
    filed = submit(session, world, save(session, world, replace(WORDS, theme_codes=("safety",))), calendar)
    assert filed.answer_due_at == world.at + timedelta(days=1)


def test_the_year_of_the_number_is_the_sites_own(session, world, calendar):
    last_evening = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    filed = submit(session, world, save(session, world), calendar, at=last_evening)
    assert filed.number == "2027-00001"


def test_a_filing_that_fails_takes_no_number(session, world, calendar):
    first = save(session, world)

    def fail_after_submitting():
        with writing(session):
            filing.submit(session, first, actor=world.worker, at=world.at, calendar=calendar)
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        fail_after_submitting()
    assert submit(session, world, first, calendar).number == "2026-00001"


def test_only_its_author_submits_a_draft(session, world, calendar):
    saved = save(session, world)
    for person in (world.mate, world.admin, world.coordinator):
        with pytest.raises(NotAllowed):
            submit(session, world, saved, calendar, actor=person)


class TestOnBehalf:
    def test_a_team_leader_files_for_somebody_of_the_team(self, session, world, calendar):
        saved = save(session, world, replace(WORDS, submitter_no="000101"), actor=world.leader)
        filed = submit(session, world, saved, calendar, actor=world.leader)
        assert (filed.submitter_id, filed.filed_by_id) == (world.worker.id, world.leader.id)
        assert filed.author_ids == {world.worker.id}

    def test_but_not_for_somebody_elsewhere(self, session, world):
        with pytest.raises(InvalidInput) as error:
            save(session, world, replace(WORDS, submitter_no="000104"), actor=world.leader)
        assert problems_of(error) == [("not_your_team", "submitter_no")]

    def test_nor_does_anybody_who_leads_no_team(self, session, world):
        with pytest.raises(InvalidInput) as error:
            save(session, world, replace(WORDS, submitter_no="000102"), actor=world.worker)
        assert problems_of(error) == [("not_your_team", "submitter_no")]

    def test_the_worker_sees_what_was_filed_for_him(self, session, world, calendar):
        saved = save(session, world, replace(WORDS, submitter_no="000101"), actor=world.leader)
        assert submit(session, world, saved, calendar, actor=world.worker).filed_by_id == world.worker.id


class TestWithdrawing:
    def test_a_filed_one_keeps_its_number(self, session, world, calendar):
        filed = submit(session, world, save(session, world), calendar)
        with writing(session):
            filing.withdraw(session, filed, actor=world.worker, at=world.at, reason="已经有人做了")
        assert (filed.state, filed.number) == (ProposalState.WITHDRAWN, "2026-00001")
        assert filed.events[-1].data == {"reason": "已经有人做了"}

    def test_a_draft_is_thrown_away_and_stays_so(self, session, world, calendar):
        saved = save(session, world)
        with writing(session):
            filing.withdraw(session, saved, actor=world.worker, at=world.at)
        with pytest.raises(WrongState):
            submit(session, world, saved, calendar)

    def test_nobody_else_withdraws_it(self, session, world, calendar):
        filed = submit(session, world, save(session, world), calendar)
        with pytest.raises(NotAllowed), writing(session):
            filing.withdraw(session, filed, actor=world.lead, at=world.at)


def test_hostile_text_is_kept_as_text(session, world, calendar):
    nasty = replace(WORDS, title="<script>alert(1)</script> 😀", problem="a\x00b \u202eabc\ud800", location="مصنع")
    filed = submit(session, world, save(session, world, nasty), calendar)
    assert filed.title == "<script>alert(1)</script> 😀"
    assert filed.problem == "ab abc"
    assert filed.location == "مصنع"


def test_a_draft_helper_of_the_tests_is_complete(session, world, calendar):
    proposal = draft(session, world, themes=list(session.scalars(select(Theme))))
    submit(session, world, proposal, calendar)
    assert session.get_one(Person, world.worker.id).id == proposal.submitter_id
