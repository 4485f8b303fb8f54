"""Naming people in comments and notes: who is told, who cannot be, and that nothing is said before that is clear."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from models import Comment, Mention, NoticeChoice, NoticeGroup, OutgoingMail, Person, Preferences
from studio.domain.errors import InvalidInput
from studio.operations import mentions, reviewing
from studio.queries.mentions import unseen
from studio.queries.naming import Name
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.mails import words_of

pytestmark = on_both_databases


def say(session, proposal, actor, body, *, note=False, at=None):
    act = reviewing.note if note else reviewing.comment
    with writing(session):
        return act(session, proposal, actor=actor, at=at or proposal.submitted_at, body=body)


def refused(session, proposal, actor, body, **how):
    with pytest.raises(InvalidInput) as refusal:
        say(session, proposal, actor, body, **how)
    session.rollback()
    assert session.scalars(select(Comment)).all() == []
    return [(problem.code, problem.field) for problem in refusal.value.problems], refusal.value.problems


def told(session):
    return [
        mail.address
        for mail in session.scalars(
            select(OutgoingMail).where(OutgoingMail.kind == "mentioned").order_by(OutgoingMail.address)
        )
    ]


def test_whoever_is_named_is_told_once_however_often_he_is_named(session, world, filed):
    said = say(session, filed(), world.worker, "@何广茂 请看，@000201 再看。@文有才请一起")
    assert {(one.person_id, one.said) for one in said.mentions} == {
        (world.lead.id, "何广茂"),
        (world.reviewer.id, "文有才"),
    }
    assert told(session) == [world.lead.email, world.reviewer.email]


def test_naming_oneself_tells_nobody(session, world, filed):
    assert say(session, filed(), world.worker, "@叶思琪 记一下").mentions == []
    assert told(session) == []


def test_a_second_click_tells_nobody_twice(session, world, filed):
    proposal = filed()
    first = say(session, proposal, world.worker, "@何广茂 请看")
    assert say(session, proposal, world.worker, "@何广茂 请看") is first
    assert told(session) == [world.lead.email]


def test_the_mail_is_in_the_language_of_who_gets_it_and_says_why(session, world, filed):
    with writing(session):
        world.lead.preferences = Preferences(locale="zh_CN")
    proposal = filed()
    say(session, proposal, world.worker, "@何广茂 @文有才 <b>看看</b>")
    mails = {mail.address: mail for mail in session.scalars(select(OutgoingMail)) if mail.kind == "mentioned"}
    chinese, english = mails[world.lead.email], mails[world.reviewer.email]
    assert chinese.subject == f"叶思琪点了您的名：“{proposal.title}”"
    assert "有人点了您的名，所以告诉您一声。" in words_of(chinese).text
    assert english.subject == f"Person 000101 named you: “{proposal.title}”"
    assert "because somebody named you there" in words_of(english).text
    assert "<b>看看" not in words_of(english).html
    assert "&lt;b&gt;看看" in words_of(english).html


def test_who_wants_no_mails_is_named_all_the_same(session, world, filed):
    with writing(session):
        world.lead.preferences = Preferences(notices=dict.fromkeys(NoticeGroup, NoticeChoice.APP))
    say(session, filed(), world.worker, "@何广茂 请看")
    assert told(session) == []
    assert len(unseen(session, world.lead)) == 1


def test_nobody_is_told_of_what_he_may_not_read(session, world, filed):
    codes, problems = refused(session, filed(confidential=True), world.worker, "@钟守业 @何广茂 看看")
    assert codes == [("mention_no_reader", "body")]
    assert [one["number"] for one in problems[0].params["people"]] == ["000104"]
    assert told(session) == []


def test_a_note_names_those_only_who_read_notes(session, world, filed):
    proposal = filed()
    codes, _ = refused(session, proposal, world.reviewer, "@叶思琪 @林书敏 看看", note=True)
    assert codes == [("mention_no_judge", "body")]
    said = say(session, proposal, world.reviewer, "@何广茂 @林书敏 看看", note=True)
    assert len(said.mentions) == 2


def test_two_of_one_name_are_told_apart_by_number_and_unit(session, world, filed):
    with writing(session):
        world.stranger.name = world.lead.name
    codes, problems = refused(session, filed(), world.worker, "@何广茂 看看")
    assert codes == [("mention_ambiguous", "body")]
    assert [(one["number"], one["unit"]["name_zh"]) for one in problems[0].params["people"]] == [
        ("000104", "CAST-A车间"),
        ("000201", "ROLL车间"),
    ]
    assert say(session, filed(), world.worker, "@000201 看看").mentions[0].person_id == world.lead.id


def test_who_has_left_cannot_be_named(session, world, filed):
    proposal = filed()
    with writing(session):
        world.lead.active = False
    assert refused(session, proposal, world.worker, "@何广茂")[0] == [("mention_gone", "body")]


def test_a_name_that_nobody_has_is_said_and_the_others_too(session, world, filed):
    codes, problems = refused(session, filed(), world.worker, "@何光茂 @999999 看看")
    assert codes == [("mention_unknown", "body")] * 2
    assert [problem.params["word"] for problem in problems] == ["何光茂", "999999"]


def test_a_crowd_is_not_called(session, world, filed):
    assert refused(session, filed(), world.worker, "@000201 " * 21)[0] == [("too_many_mentions", "body")]


class TestUntilHeHasLooked:
    def test_it_waits_with_the_last_words(self, session, world, filed):
        proposal = filed()
        later = proposal.submitted_at + timedelta(hours=1)
        say(session, proposal, world.worker, "@何广茂 一")
        say(session, proposal, world.mate, "@何广茂 二", at=later)
        (waiting,) = unseen(session, world.lead)
        author = Name(world.mate.name, world.mate.name_en)
        assert (waiting.number, waiting.author, waiting.at) == (proposal.number, author, later)
        assert unseen(session, world.worker) == []

    def test_looking_ends_it_and_says_where(self, session, world, filed):
        proposal = filed()
        said = [say(session, proposal, world.worker, f"@何广茂 {words}") for words in "一二"]
        with writing(session):
            at = proposal.submitted_at
            assert mentions.see(session, proposal, actor=world.lead, at=at) == [one.id for one in said]
            assert mentions.see(session, proposal, actor=world.lead, at=at) == []
        assert unseen(session, world.lead) == []

    def test_answering_ends_it_too(self, session, world, filed):
        proposal = filed()
        say(session, proposal, world.worker, "@何广茂 看看")
        say(session, proposal, world.lead, "看了")
        assert unseen(session, world.lead) == []

    def test_what_became_secret_since_is_not_shown(self, session, world, filed):
        proposal = filed()
        say(session, proposal, world.worker, "@钟守业 看看")
        with writing(session):
            proposal.confidential = True
        assert unseen(session, world.stranger) == []


def test_the_database_keeps_one_mention_a_person_and_text(session, world, filed):
    said = say(session, filed(), world.worker, "@何广茂 看看")
    with pytest.raises(IntegrityError), writing(session):
        session.execute(insert(Mention).values(comment_id=said.id, person_id=world.lead.id, said="又一次"))
    assert session.get(Mention, (said.id, world.lead.id)).person is session.get(Person, world.lead.id)
