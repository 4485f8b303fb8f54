from datetime import UTC, datetime, timedelta

import pytest

from models import CommentVisibility, ProposalState, Recommendation, Verb
from studio.domain.errors import InvalidInput, NotAllowed, WrongState
from studio.operations import filing, reviewing
from studio.transactions import writing
from tests.conftest import on_both_databases

pytestmark = on_both_databases

SCORES = {"innovation": 80, "quality": 70, "effect": 90, "contribution": 60}


def review(session, world, proposal, *, actor=None, scores=SCORES, comment="想得周到。", at=None):
    with writing(session):
        return reviewing.review(
            session,
            proposal,
            actor=actor or world.reviewer,
            at=at or world.at,
            scores=scores,
            recommendation=Recommendation.ACCEPT,
            comment=comment,
        )


def ask(session, world, proposal, *, at=None, question="几号机？"):
    with writing(session):
        return reviewing.request_information(
            session, proposal, actor=world.reviewer, at=at or world.at, question=question
        )


def answer(session, world, proposal, calendar, *, at=None, words="五号机。"):
    with writing(session):
        return reviewing.answer_information_request(
            session, proposal, actor=world.worker, at=at or world.at, answer=words, calendar=calendar
        )


class TestReview:
    def test_it_keeps_scores_and_words(self, session, world, filed):
        opinion = review(session, world, filed())
        assert {score.criterion.code: score.score for score in opinion.scores} == SCORES
        assert (opinion.comment, opinion.studio_id) == ("想得周到。", world.studio.id)
        assert opinion.proposal.answered_at == world.at
        assert opinion.proposal.state is ProposalState.UNDER_REVIEW

    def test_a_later_one_replaces_it_and_the_timeline_keeps_both(self, session, world, filed):
        proposal = filed()
        first = review(session, world, proposal)
        second = review(session, world, proposal, scores={**SCORES, "effect": 10}, at=world.at + timedelta(hours=1))
        assert first.id == second.id
        assert len(proposal.reviews) == 1
        given = [event.data["scores"]["effect"] for event in proposal.events if event.verb is Verb.REVIEW]
        assert given == [90, 10]

    @pytest.mark.parametrize(
        ("scores", "problems"),
        [
            ({}, [("score_missing", code) for code in SCORES]),
            ({**SCORES, "effect": 101}, [("score_out_of_range", "effect")]),
            ({**SCORES, "effect": -1}, [("score_out_of_range", "effect")]),
            ({**SCORES, "effect": 70.5}, [("score_out_of_range", "effect")]),
            ({**SCORES, "effect": True}, [("score_out_of_range", "effect")]),
            ({**SCORES, "luck": 50}, [("criterion_unknown", "")]),
        ],
    )
    def test_scores_are_whole_from_0_to_100_for_every_criterion(self, session, world, filed, scores, problems):
        proposal = filed()
        with pytest.raises(InvalidInput) as error:
            review(session, world, proposal, scores=scores)
        assert [(p.code, p.field) for p in error.value.problems] == problems
        assert (proposal.reviews, proposal.answered_at) == ([], None)

    def test_others_do_not_review(self, session, world, filed):
        proposal = filed()
        for person in (world.worker, world.stranger, world.other_lead, world.coordinator, world.admin):
            with pytest.raises(NotAllowed):
                review(session, world, proposal, actor=person)


class TestInformationRequests:
    def test_asking_is_a_first_answer(self, session, world, filed):
        proposal = filed()
        ask(session, world, proposal)
        assert (proposal.state, proposal.answered_at) == (ProposalState.INFORMATION_REQUESTED, world.at)

    def test_the_clock_stands_still_while_the_author_is_asked(self, session, world, filed, calendar):
        proposal = filed()
        promised = proposal.decision_due_at
        ask(session, world, proposal)
        answer(session, world, proposal, calendar, at=world.at + timedelta(days=2))
        assert promised == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
        assert proposal.decision_due_at == datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
        assert proposal.state is ProposalState.UNDER_REVIEW

    def test_a_clock_that_went_back_takes_no_time_away(self, session, world, filed, calendar):
        proposal = filed()
        promised = proposal.decision_due_at
        ask(session, world, proposal, at=world.at)
        answer(session, world, proposal, calendar, at=world.at - timedelta(hours=1))
        assert proposal.decision_due_at == promised

    def test_the_author_is_asked_twice_at_most(self, session, world, filed, calendar):
        proposal = filed()
        for _ in range(2):
            ask(session, world, proposal)
            answer(session, world, proposal, calendar)
        with pytest.raises(InvalidInput) as error:
            ask(session, world, proposal)
        assert [p.code for p in error.value.problems] == ["too_many_rounds"]

    def test_only_the_author_answers(self, session, world, filed, calendar):
        proposal = filed()
        ask(session, world, proposal)
        with pytest.raises(NotAllowed), writing(session):
            reviewing.answer_information_request(
                session, proposal, actor=world.mate, at=world.at, answer="五号", calendar=calendar
            )

    def test_nothing_is_answered_that_was_not_asked(self, session, world, filed, calendar):
        with pytest.raises(WrongState):
            answer(session, world, filed(), calendar)

    @pytest.mark.parametrize(("words", "code"), [("\x00 ", "_missing"), ("长" * 4001, "too_long")])
    def test_questions_and_answers_are_words(self, session, world, filed, calendar, words, code):
        proposal = filed()
        with pytest.raises(InvalidInput) as error:
            ask(session, world, proposal, question=words)
        assert error.value.problems[0].code.endswith(code)
        ask(session, world, proposal)
        with pytest.raises(InvalidInput) as error:
            answer(session, world, proposal, calendar, words=words)
        assert error.value.problems[0].code.endswith(code)

    def test_withdrawing_closes_the_question(self, session, world, filed):
        proposal = filed()
        request = ask(session, world, proposal)
        with writing(session):
            filing.withdraw(session, proposal, actor=world.worker, at=world.at)
        assert (request.answer, request.answered_at) == ("", world.at)


class TestWords:
    def test_anybody_who_reads_it_may_comment(self, session, world, filed):
        with writing(session):
            said = reviewing.comment(session, filed(), actor=world.stranger, at=world.at, body="我们也要！")
        assert (said.visibility, said.author_id) == (CommentVisibility.COMMENT, world.stranger.id)

    def test_notes_are_the_reviewers_own(self, session, world, filed):
        proposal = filed()
        with writing(session):
            assert (
                reviewing.note(session, proposal, actor=world.lead, at=world.at, body="去年也有人提。").visibility
                is CommentVisibility.NOTE
            )
        with pytest.raises(NotAllowed), writing(session):
            reviewing.note(session, proposal, actor=world.worker, at=world.at, body="？")

    def test_a_second_click_says_nothing_twice(self, session, world, filed):
        proposal = filed()
        for _ in range(2):
            with writing(session):
                reviewing.comment(session, proposal, actor=world.mate, at=world.at, body="赞成")
        assert [said.body for said in proposal.comments] == ["赞成"]

    def test_nothing_is_not_a_comment(self, session, world, filed):
        with pytest.raises(InvalidInput), writing(session):
            reviewing.comment(session, filed(), actor=world.mate, at=world.at, body=" \n\x00")
