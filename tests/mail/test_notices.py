"""Single mails: whom they reach, in which words, and whom they never reach."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    Assignment,
    Contributor,
    Decision,
    InformationRequest,
    NoticeChoice,
    NoticeGroup,
    Notification,
    Outcome,
    OutgoingMail,
    Person,
    Preferences,
    Proposal,
    ProposalState,
    Theme,
)
from studio.mail import notices
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.mails import words_of
from tests.factories.world import World, draft

pytestmark = on_both_databases


@pytest.fixture
def proposal(session: Session, world: World) -> Proposal:
    """Under review in the first studio, with a reviewer and one co-author."""
    made = draft(session, world)
    with writing(session):
        made.contributors[0].share = 60
        made.contributors.append(Contributor(person=world.mate, share=40))
        made.number = "2026-00001"
        made.submitted_at = world.at
        made.state = ProposalState.UNDER_REVIEW
        made.studio = world.studio
        made.reviewer = world.reviewer
        made.answer_due_at = world.at + timedelta(days=1)
        made.assignments.append(Assignment(studio=world.studio, assigned_at=world.at))
    return made


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def recipients(session: Session) -> set[str]:
    return {mail.address for mail in mails(session)}


def addresses(*people: Person) -> set[str]:
    return {str(person.email) for person in people}


def decision_on(session: Session, proposal: Proposal, world: World, outcome: Outcome, **facts: object) -> Decision:
    made = Decision(
        proposal=proposal,
        outcome=outcome,
        reason="地坑盖板下月统一换。",
        decided_by=world.lead,
        decided_at=world.at,
        **facts,
    )
    session.add(made)
    return made


def decide(session: Session, proposal: Proposal, world: World, outcome: Outcome, **facts: object) -> None:
    with writing(session):
        decision = decision_on(session, proposal, world, outcome, **facts)
        notices.decided(session, proposal, decision, at=world.at)


def test_a_decision_is_told_to_every_author_and_not_to_who_decided(session, world, proposal):
    decide(session, proposal, world, Outcome.DECLINED)
    assert recipients(session) == addresses(world.worker, world.mate)


def test_the_reason_stands_in_both_versions(session, world, proposal):
    decide(session, proposal, world, Outcome.DECLINED)
    mail = mails(session)[0]
    assert "> 地坑盖板下月统一换。" in words_of(mail).text
    assert "地坑盖板下月统一换。" in words_of(mail).html
    assert "http://127.0.0.1:8000/proposals/2026-00001" in words_of(mail).text


def test_the_same_fact_is_told_once(session, world, proposal):
    with writing(session):
        decision = decision_on(session, proposal, world, Outcome.ACCEPTED)
        notices.decided(session, proposal, decision, at=world.at)
        notices.decided(session, proposal, decision, at=world.at)
    assert len(mails(session)) == 2


def test_a_mail_vanishes_with_the_fact_it_tells(session, world, proposal):
    decision = decision_on(session, proposal, world, Outcome.ACCEPTED)
    notices.decided(session, proposal, decision, at=world.at)
    assert len(mails(session)) == 2
    session.rollback()
    assert mails(session) == []


def test_people_without_a_usable_mailbox_or_without_the_wish_get_none(session, world, proposal):
    with writing(session):
        world.worker.email = "not an address\nBcc: all@example.com"
        world.mate.preferences = Preferences(notices=dict.fromkeys(NoticeGroup, NoticeChoice.APP))
    decide(session, proposal, world, Outcome.ACCEPTED)
    assert mails(session) == []


def test_everybody_is_written_to_in_their_own_language(session, world, proposal):
    with writing(session):
        world.worker.preferences = Preferences(locale="zh_CN")
    decide(session, proposal, world, Outcome.ACCEPTED)
    chinese, english = mails(session)
    assert '<html lang="zh' in words_of(chinese).html
    assert '<html lang="en"' in words_of(english).html
    assert words_of(english).text.startswith("Person 000102,")


def test_an_assignment_is_told_to_reviewer_and_lead(session, world, proposal):
    with writing(session):
        notices.assigned(session, proposal, at=world.at)
    assert recipients(session) == addresses(world.reviewer, world.lead)


def test_who_assigned_it_knows_already(session, world, proposal):
    with writing(session):
        proposal.assignments[-1].assigned_by = world.lead
        notices.assigned(session, proposal, at=world.at)
    assert recipients(session) == addresses(world.reviewer)


def test_an_author_who_leads_the_studio_is_not_asked_to_judge(session, world, proposal):
    with writing(session):
        proposal.contributors[1].person = world.lead
        notices.assigned(session, proposal, at=world.at)
    assert recipients(session) == addresses(world.reviewer)


def test_a_safety_proposal_is_told_to_the_safety_officer_unless_it_is_confidential(session, world, proposal):
    urgent = session.scalars(select(Theme).where(Theme.urgent)).one()
    with writing(session):
        proposal.themes = [urgent]
        proposal.confidential = True
        notices.assigned(session, proposal, at=world.at)
    assert str(world.safety.email) not in recipients(session)
    with writing(session):
        proposal.confidential = False
        notices.assigned(session, proposal, at=world.at)
    assert recipients(session) == addresses(world.reviewer, world.lead, world.safety)


def test_a_question_goes_to_the_filer_and_its_answer_back_to_who_asked(session, world, proposal):
    with writing(session):
        proposal.filed_by = world.leader
        request = InformationRequest(proposal=proposal, asked_by=world.reviewer, question="多深？", asked_at=world.at)
        session.add(request)
        notices.information_requested(session, proposal, request, at=world.at)
    assert recipients(session) == addresses(world.worker, world.leader)
    with writing(session):
        request.answer, request.answered_by, request.answered_at = "三公分。", world.worker, world.at
        notices.information_answered(session, proposal, request, at=world.at)
    assert recipients(session) == addresses(world.worker, world.leader, world.reviewer)


def test_a_filing_is_told_to_the_other_authors_only(session, world, proposal):
    with writing(session):
        notices.submitted(session, proposal, at=world.at)
    assert session.scalars(select(Notification.person_id)).all() == [world.mate.id]


def test_script_in_a_title_stays_text_and_line_ends_stay_out_of_the_subject(session, world, proposal):
    with writing(session):
        proposal.title = "盖板<script>alert(1)</script>\r\nBcc: everybody@example.com\u2028\u202eend"
    decide(session, proposal, world, Outcome.DUPLICATE, duplicate_of_id=_another(session, world))
    mail = mails(session)[0]
    assert "<script" not in words_of(mail).html
    assert "&lt;script&gt;" in words_of(mail).html
    assert mail.subject.splitlines() == [mail.subject]
    assert "\u202e" not in mail.subject


def _another(session: Session, world: World) -> int:
    return draft(session, world).id


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_outcome_has_words_in_both_languages(session, world, proposal, outcome, locale):
    with writing(session):
        world.worker.preferences = Preferences(locale=locale)
    extra: dict[str, object] = {"duplicate_of_id": _another(session, world)} if outcome is Outcome.DUPLICATE else {}
    if outcome is Outcome.DEFERRED:
        extra = {"wake_up_when": "下次大修"}
    if outcome is Outcome.TRIAL:
        extra = {"trial_ends_on": date(2026, 12, 31)}
    decide(session, proposal, world, outcome, **extra)
    mail = mails(session)[0]
    assert proposal.title in mail.subject
    assert proposal.title in words_of(mail).text
    assert "\n\n\n" not in words_of(mail).text
