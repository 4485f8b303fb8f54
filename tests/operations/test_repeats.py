"""One proposal repeats another: pointers, shares, followers, and the way back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from models import Base, Contributor, Follower, OutgoingMail, Preferences, ProposalState, Verb
from studio.domain import repeats as rules
from studio.domain.errors import DomainError, InvalidInput, NotAllowed, WrongState
from studio.domain.shares import Share
from studio.operations import deciding, filing, following
from studio.operations.deciding import Verdict
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.mails import words_of
from tests.operations.conftest import CALENDAR

pytestmark = on_both_databases


def mark(session, world, repeat, original, *, shares=(), actor=None, at=None):
    verdict = Verdict(verb=Verb.MARK_DUPLICATE, reason="同一件事。", duplicate_of=original.number, shares=shares)
    with writing(session):
        return deciding.decide(session, repeat, verdict, actor=actor or world.lead, at=at or world.at)


def merge(session, world, repeat, original, **facts):
    return mark(session, world, repeat, original, shares=rules.suggested(original, repeat), **facts)


def undo(session, world, repeat, *, actor=None):
    with writing(session):
        deciding.undo_duplicate(session, repeat, actor=actor or world.lead, at=world.at, calendar=CALENDAR)


def shares(proposal):
    return {one.person.name: one.share for one in proposal.contributors}


def followers(session, proposal):
    return set(session.scalars(select(Follower.person_id).where(Follower.proposal_id == proposal.id)))


def refused(error):
    return [(problem.code, problem.field) for problem in error.value.problems]


class TestPointers:
    def test_a_repeat_of_a_repeat_points_at_the_original(self, session, world, filed):
        first, second, third = filed(), filed(), filed()
        mark(session, world, second, first)
        decision = mark(session, world, third, second)
        assert (third.duplicate_of_id, decision.duplicate_of_id) == (first.id, first.id)
        assert third.events[-1].data["duplicate_of"] == first.number

    def test_what_pointed_at_it_moves_along_and_comes_home(self, session, world, filed):
        first, second, third = filed(), filed(), filed()
        mark(session, world, third, second)
        mark(session, world, second, first)
        session.expire_all()
        assert {second.duplicate_of_id, third.duplicate_of_id} == {first.id}
        undo(session, world, second)
        session.expire_all()
        assert (second.state, second.duplicate_of_id) == (ProposalState.UNDER_REVIEW, None)
        assert third.duplicate_of_id == second.id

    def test_what_was_taken_back_meanwhile_does_not_come_home(self, session, world, filed):
        first, second, third = filed(), filed(), filed()
        mark(session, world, third, second)
        mark(session, world, second, first)
        undo(session, world, third)
        mark(session, world, third, first)
        undo(session, world, second)
        session.expire_all()
        assert third.duplicate_of_id == first.id

    def test_what_was_taken_back_by_its_author_is_no_original(self, session, world, filed):
        first, second = filed(), filed()
        with writing(session):
            filing.withdraw(session, first, actor=world.worker, at=world.at)
        with pytest.raises(InvalidInput) as error:
            mark(session, world, second, first)
        assert refused(error) == [("original_withdrawn", "duplicate_of")]

    def test_the_original_tells_it_without_growing_stale(self, session, world, filed):
        first, second = filed(), filed()
        before = first.revision
        mark(session, world, second, first)
        session.expire_all()
        assert first.revision == before
        assert first.events[-1].verb is Verb.NOTE_REPEAT
        assert first.events[-1].data == {"repeat": second.number}

    def test_what_is_confidential_is_not_named_on_the_other_page(self, session, world, filed):
        first, second, third = filed(), filed(confidential=True), filed()
        mark(session, world, second, first)
        assert first.events[-1].data == {}
        undo(session, world, second)
        mark(session, world, third, second)
        assert "duplicate_of" not in third.events[-1].data


class TestTheDatabase:
    def set(self, session, proposal, **values):
        table = Base.metadata.tables["proposals"]
        with writing(session):
            session.execute(update(table).where(table.c.id == proposal.id).values(**values))

    def test_nothing_points_at_a_repeat(self, session, world, filed):
        first, second, third = filed(), filed(), filed()
        mark(session, world, second, first)
        with pytest.raises(IntegrityError):
            self.set(session, third, duplicate_of_id=second.id, state="duplicate", decided_at=world.at)
        with pytest.raises(IntegrityError):
            self.set(session, second, original_id=second.id)

    def test_what_is_repeated_repeats_nothing(self, session, world, filed):
        first, second, third = filed(), filed(), filed()
        mark(session, world, second, first)
        mark(session, world, filed(), third)
        facts = {"duplicate_of_id": third.id, "state": "duplicate", "decided_at": world.at}
        for original_id in (first.id, None):
            with pytest.raises(IntegrityError):
                self.set(session, first, original_id=original_id, **facts)
        with pytest.raises(IntegrityError):
            self.set(session, first, original_id=second.id)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(tries=st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 4), st.integers(0, 4)), max_size=14))
    def test_no_order_of_marking_and_undoing_makes_a_chain(self, session, world, tries):
        pool = [stories.filed(session, world) for _ in range(5)]
        for marks, merges, one, other in tries:
            try:
                if not marks:
                    undo(session, world, pool[one])
                elif merges:
                    merge(session, world, pool[one], pool[other])
                else:
                    mark(session, world, pool[one], pool[other])
            except DomainError:
                pass
            session.expire_all()
            for proposal in pool:
                original = proposal.duplicate_of
                assert (original is not None) == (proposal.state is ProposalState.DUPLICATE)
                assert original is None or original.duplicate_of_id is None
                assert sum(part.share for part in proposal.contributors) == 100
        for _ in pool:  # and everything can be taken back, in some order
            for proposal in pool:
                try:
                    undo(session, world, proposal)
                except DomainError:
                    session.expire_all()
        session.expire_all()
        assert not [proposal for proposal in pool if proposal.duplicate_of_id]


class TestMerging:
    @pytest.fixture
    def pair(self, filed, world):
        return filed(), filed(author=world.mate)

    def test_both_keep_credit(self, session, world, pair):
        original, repeat = pair
        merge(session, world, repeat, original)
        assert shares(original) == {world.worker.name: 67, world.mate.name: 33}
        assert shares(repeat) == {world.mate.name: 100}
        assert repeat.state is ProposalState.DUPLICATE
        assert original.events[-1].data == {"repeat": repeat.number, "merged": True}

    def test_the_shares_agreed_on_count(self, session, world, pair):
        original, repeat = pair
        agreed = [Share(world.worker.id, 50), Share(world.mate.id, 50)]
        before = original.revision
        mark(session, world, repeat, original, shares=agreed)
        assert shares(original) == {world.worker.name: 50, world.mate.name: 50}
        assert original.revision > before

    @pytest.mark.parametrize(
        ("percents", "code"),
        [([50, 49], "shares_not_whole"), ([100, 0], "share_out_of_range"), ([100], "sharers_changed")],
    )
    def test_shares_that_do_not_fit_are_refused(self, session, world, pair, percents, code):
        original, repeat = pair
        people = [world.worker.id, world.mate.id]
        given = [Share(person, percent) for person, percent in zip(people, percents, strict=False)]
        with pytest.raises(InvalidInput) as error:
            mark(session, world, repeat, original, shares=given)
        assert code in [problem.code for problem in error.value.problems]
        session.expire_all()
        assert repeat.state is ProposalState.UNDER_REVIEW
        assert shares(original) == {world.worker.name: 100}

    def test_nobody_gets_a_share_in_what_he_judged(self, session, world, filed):
        original, repeat = filed(), filed(author=world.reviewer)
        stories.reviewed(session, world, original, world.reviewer)
        with pytest.raises(InvalidInput) as error:
            merge(session, world, repeat, original)
        assert refused(error) == [("author_judges_original", "shares")]
        mark(session, world, repeat, original)

    def test_the_lead_of_another_studio_gives_no_shares(self, session, world, filed):
        original = filed(author=world.stranger, title="冒口", problem="浇注冒口缩孔。")
        repeat = filed()
        assert original.studio_id != repeat.studio_id
        with pytest.raises(InvalidInput) as error:
            merge(session, world, repeat, original)
        assert refused(error) == [("original_elsewhere", "shares")]

    def test_a_lead_gives_none_in_his_own(self, session, world, filed):
        original, repeat = filed(author=world.lead), filed()
        with pytest.raises(InvalidInput) as error:
            merge(session, world, repeat, original)
        assert refused(error) == [("original_elsewhere", "shares")]

    def test_a_secret_is_not_given_away(self, session, world, filed):
        original, repeat = filed(), filed(author=world.mate, confidential=True)
        with pytest.raises(InvalidInput) as error:
            merge(session, world, repeat, original)
        assert refused(error) == [("repeat_is_secret", "shares")]

    def test_names_of_an_old_archive_keep_their_share(self, session, world, filed):
        original = filed()
        repeat = filed(author=world.mate, contributors=[
            Contributor(person=world.mate, share=50), Contributor(name_text="老张", share=50)])  # fmt: skip
        merge(session, world, repeat, original)
        assert [one.share for one in original.contributors if one.name_text == "老张"] in ([16], [17])
        undo(session, world, repeat)
        assert shares(original) == {world.worker.name: 100}

    def test_others_do_not_merge(self, session, world, pair):
        original, repeat = pair
        for person in (world.reviewer, world.coordinator, world.worker, world.other_lead):
            with pytest.raises(NotAllowed):
                merge(session, world, repeat, original, actor=person)

    def test_it_is_done_once(self, session, world, pair):
        original, repeat = pair
        merge(session, world, repeat, original)
        with pytest.raises(WrongState):
            merge(session, world, repeat, original)


class TestUndoing:
    def test_shares_and_followers_are_as_before(self, session, world, filed):
        original, repeat = filed(), filed(author=world.mate)
        with writing(session):
            for person, followed in ((world.finance, repeat), (world.safety, repeat), (world.safety, original),
                                     (world.worker, repeat)):  # fmt: skip
                following.follow(session, followed, actor=person, at=world.at)
        merge(session, world, repeat, original)
        assert followers(session, repeat) == set()
        assert followers(session, original) == {world.finance.id, world.safety.id}
        undo(session, world, repeat, actor=world.coordinator)
        session.expire_all()
        assert followers(session, repeat) == {world.finance.id, world.safety.id, world.worker.id}
        assert followers(session, original) == {world.safety.id}
        assert shares(original) == {world.worker.name: 100}
        assert repeat.state is ProposalState.UNDER_REVIEW
        assert [event.verb for event in repeat.events][-1] is Verb.UNDO_DUPLICATE
        assert original.events[-1].data == {"repeat": repeat.number, "merged": True}

    def test_who_has_left_since_has_left(self, session, world, filed):
        original, repeat = filed(), filed(author=world.mate)
        with writing(session):
            following.follow(session, repeat, actor=world.finance, at=world.at)
        merge(session, world, repeat, original)
        with writing(session):
            following.unfollow(session, original, actor=world.finance)
        undo(session, world, repeat)
        assert followers(session, repeat) == followers(session, original) == set()

    def test_shares_that_changed_since_stay(self, session, world, filed):
        original, repeat = filed(), filed(author=world.mate)
        merge(session, world, repeat, original)
        with writing(session):
            for part, share in zip(original.contributors, (60, 40), strict=True):
                part.share = share
        with pytest.raises(InvalidInput) as error:
            undo(session, world, repeat)
        assert refused(error) == [("shares_changed_since", "words")]
        assert repeat.state is ProposalState.DUPLICATE

    def test_the_last_merge_goes_first(self, session, world, filed):
        first, second, third = filed(), filed(author=world.mate), filed(author=world.leader)
        merge(session, world, third, second)
        merge(session, world, second, first)
        with pytest.raises(InvalidInput) as error:
            undo(session, world, third)
        assert refused(error) == [("merged_on", "words")]
        undo(session, world, second)
        undo(session, world, third)
        assert shares(second) == {world.mate.name: 100}
        assert shares(first) == {world.worker.name: 100}

    def test_others_do_not_undo(self, session, world, filed):
        original, repeat = filed(), filed(author=world.mate)
        merge(session, world, repeat, original)
        for person in (world.reviewer, world.worker, world.mate, world.other_lead, world.admin):
            with pytest.raises(NotAllowed):
                undo(session, world, repeat, actor=person)

    def test_what_repeats_nothing_cannot_be_undone(self, session, world, filed):
        with pytest.raises(WrongState):
            undo(session, world, filed())

    @pytest.mark.parametrize("appeals", [True, False])
    def test_taking_it_up_by_another_way_undoes_the_merge_too(self, session, world, filed, appeals):
        original, repeat = filed(), filed(author=world.mate)
        merge(session, world, repeat, original)
        later = world.at + timedelta(days=1)
        with writing(session):
            if appeals:
                deciding.appeal(session, repeat, actor=world.mate, at=later, words="不一样", calendar=CALENDAR)
            else:
                deciding.reopen(session, repeat, actor=world.lead, at=later, calendar=CALENDAR)
        assert shares(original) == {world.worker.name: 100}
        assert repeat.duplicate_of_id is None


class TestFollowing:
    def test_twice_is_once_and_leaving_twice_too(self, session, world, filed):
        proposal = filed()
        for _ in range(2):
            with writing(session):
                following.follow(session, proposal, actor=world.stranger, at=world.at)
        assert followers(session, proposal) == {world.stranger.id}
        for _ in range(2):
            with writing(session):
                following.unfollow(session, proposal, actor=world.stranger)
        assert followers(session, proposal) == set()

    def test_authors_are_told_anyway(self, session, world, filed):
        proposal = filed()
        with pytest.raises(NotAllowed), writing(session):
            following.follow(session, proposal, actor=world.worker, at=world.at)

    def test_what_may_not_be_read_is_not_followed(self, session, world, filed):
        proposal = filed(confidential=True)
        with pytest.raises(NotAllowed), writing(session):
            following.follow(session, proposal, actor=world.stranger, at=world.at)


class TestMails:
    def told(self, session):
        session.expire_all()
        return sorted((mail.kind, mail.address[1:7]) for mail in session.scalars(select(OutgoingMail)))

    def empty(self, session):
        with writing(session):
            session.execute(text("DELETE FROM outgoing_mails"))

    def test_authors_and_followers_hear_of_it(self, session, world, filed):
        original, repeat = filed(), filed(author=world.mate)
        with writing(session):
            following.follow(session, repeat, actor=world.stranger, at=world.at)
        self.empty(session)
        merge(session, world, repeat, original)
        assert self.told(session) == [("decided", "000102"), ("followed", "000104"), ("repeated", "000101")]
        self.empty(session)
        undo(session, world, repeat)
        assert self.told(session) == [("repeat_left", "000101"), ("repeat_undone", "000102")]

    @pytest.mark.parametrize("locale", ["en", "zh_CN"])
    @pytest.mark.parametrize("merges", [True, False])
    def test_in_words(self, session, world, filed, locale, merges):
        original, repeat = filed(title="盖板A"), filed(author=world.mate, title="盖板B")
        with writing(session):
            following.follow(session, repeat, actor=world.stranger, at=world.at)
            for person in (world.worker, world.mate, world.stranger):
                person.preferences = Preferences(locale=locale)
        self.empty(session)
        (merge if merges else mark)(session, world, repeat, original)
        undo(session, world, repeat)
        mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
        assert len(mails) == 5
        for mail in mails:
            assert original.number in words_of(mail).text or repeat.number in words_of(mail).text
            assert "%(" not in mail.subject + words_of(mail).text + words_of(mail).html
        [told] = [mail for mail in mails if mail.kind == "repeated"]
        assert ("67%" in words_of(told).text) is merges
        assert ("67%" in words_of(told).html) is merges
