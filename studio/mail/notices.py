"""What is told of one proposal. Operations call these inside their transaction; the mails leave after it.

Each tells a fact to the people it concerns, never to whoever did it, and never to somebody who may not read the
proposal. Everybody finds it in the app, and by mail as he has chosen; ``telling`` sees to both.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import (
    Assignment,
    Comment,
    CongressReferral,
    DeadlineNotice,
    DeadlineStep,
    Decision,
    Event,
    Follower,
    InformationRequest,
    Person,
    Proposal,
    Role,
    RoleGrant,
    SecondOpinion,
    Story,
    Studio,
    StudioMembership,
    StudioRole,
)
from studio.domain import blinding, relations
from studio.domain.blinding import Unnamed
from studio.domain.notices import GROUPS, part_of
from studio.mail import telling
from studio.mail.messages import Message
from studio.queries import follow_up
from studio.services import services

THANKED = "thanked"
STORY_TOLD = "story_told"


def submitted(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """Tell the authors that somebody filed for them: a co-author, or the team leader on a worker's behalf."""
    actor_id = proposal.filed_by_id or proposal.submitter_id
    _tell(session, "submitted", "filing", proposal, proposal.author_ids, at=at, actor_id=actor_id)


def assigned(session: Session, proposal: Proposal, *, at: datetime, assignment: Assignment | None = None) -> None:
    """Tell the reviewer and the lead that an answer is owed; a safety proposal is told to the safety officer too.

    ``assignment`` is the running one, for callers who have it in hand.
    """
    session.flush()  # a new assignment has its id only now
    current = assignment or next((a for a in reversed(proposal.assignments) if a.ended_at is None), None)
    about = f"assignment-{current.id if current else 0}"
    actor_id = current.assigned_by_id if current else None
    judges = {proposal.reviewer_id, *proposal.panel_ids, _lead_id(session, proposal)} - {None} - proposal.author_ids
    _tell(session, "assigned", about, proposal, judges, at=at, actor_id=actor_id)
    if proposal.urgent:
        officers = _safety_officers(session, proposal) - judges - proposal.author_ids
        _tell(session, "safety_filed", "filing", proposal, officers, at=at, actor_id=actor_id)


def thanked(session: Session, proposal: Proposal, authors: Collection[int], *, by: Person, at: datetime) -> None:
    """Tell authors in the app that somebody thanks them, of each person once; the page of the proposal says who."""
    _tell(session, THANKED, f"thanks-from-{by.id}", proposal, authors, at=at, actor_id=by.id)


def seated(session: Session, proposal: Proposal, people: Collection[int], *, at: datetime) -> None:
    """Ask people who were found for somebody who cannot judge it."""
    _tell(session, "assigned", f"seat-{at:%Y%m%d%H%M%S}", proposal, people, at=at, actor_id=None)


def team_asked(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """Tell the team leader that it is his to settle, unless he wrote it down himself just now."""
    _tell(session, "team_asked", "filing", proposal, {proposal.team_leader_id}, at=at, actor_id=proposal.filed_by_id)
    if proposal.urgent:
        officers = _safety_officers(session, proposal) - {proposal.team_leader_id} - proposal.author_ids
        _tell(session, "safety_filed", "filing", proposal, officers, at=at, actor_id=proposal.filed_by_id)


def passed_on(session: Session, proposal: Proposal, event: Event, *, at: datetime) -> None:
    """Tell the authors that a studio answers now instead of the team leader."""
    concerned = {*proposal.author_ids, proposal.filed_by_id}
    about = _about(session, event)
    _tell(session, "passed_on", about, proposal, concerned, at=at, actor_id=event.actor_id, event=event)


def information_requested(session: Session, proposal: Proposal, request: InformationRequest, *, at: datetime) -> None:
    """Ask whoever filed it for the missing sentences."""
    filers = {proposal.submitter_id, proposal.filed_by_id}
    _tell(
        session,
        "information_requested",
        _about(session, request),
        proposal,
        filers,
        at=at,
        actor_id=request.asked_by_id,
        request=request,
    )


def information_answered(session: Session, proposal: Proposal, request: InformationRequest, *, at: datetime) -> None:
    """Tell who asked, and who owes the answer now, that the ball is back."""
    judges = {request.asked_by_id, proposal.reviewer_id}
    _tell(
        session,
        "information_answered",
        _about(session, request),
        proposal,
        judges,
        at=at,
        actor_id=request.answered_by_id,
        request=request,
    )


def decided(session: Session, proposal: Proposal, decision: Decision, *, at: datetime, merged: bool = False) -> None:
    """Tell the authors, the team leader who filed for them, and whoever follows it what was decided and why."""
    concerned = {*proposal.author_ids, proposal.filed_by_id}
    original = proposal.duplicate_of
    named = original if original is not None and not original.confidential else None
    facts = {"decision": decision, "original": named, "merged": merged}
    about, actor_id = _about(session, decision), decision.decided_by_id
    _tell(session, "decided", about, proposal, concerned, at=at, actor_id=actor_id, **facts)
    followers = _follower_ids(session, proposal, original if merged else None) - concerned
    _tell(session, "followed", about, proposal, followers, at=at, actor_id=actor_id, **facts)


def repeated(
    session: Session, original: Proposal, repeat: Proposal, decision: Decision, *, at: datetime, merged: bool
) -> None:
    """Tell the authors of the original that somebody had the same idea, and who shares in it now."""
    facts = {"decision": decision, "merged": merged, "repeat": None if repeat.confidential else repeat}
    concerned = original.author_ids - repeat.author_ids
    about = _about(session, decision)
    _tell(session, "repeated", about, original, concerned, at=at, actor_id=decision.decided_by_id, **facts)


def repeat_undone(
    session: Session, repeat: Proposal, original: Proposal, event: Event, *, at: datetime, merged: bool
) -> None:
    """Tell the authors of both that the one does not repeat the other after all."""
    named = None if original.confidential else original
    facts = {"event": event, "merged": merged, "original": named}
    filers = {*repeat.author_ids, repeat.filed_by_id}
    about = f"event-{event.id}"
    _tell(session, "repeat_undone", about, repeat, filers, at=at, actor_id=event.actor_id, **facts)
    others = original.author_ids - filers
    facts = {"event": event, "merged": merged, "repeat": None if repeat.confidential else repeat}
    _tell(session, "repeat_left", about, original, others, at=at, actor_id=event.actor_id, **facts)


def deadline(
    session: Session,
    proposal: Proposal,
    notice: DeadlineNotice,
    people: Iterable[Person],
    *,
    owing: Person | None,
    at: datetime,
) -> None:
    """Remind whoever owes an answer that is due soon; tell him and then those above that it is late."""
    kind = "due_soon" if notice.step is DeadlineStep.REMINDER else "overdue"
    concerned = {person.id for person in people}
    facts = {"notice": notice, "owing": owing}
    _tell(session, kind, f"deadline-{notice.id}", proposal, concerned, at=at, actor_id=None, **facts)


def woken_up(
    session: Session, proposal: Proposal, *, at: datetime, actor: Person | None, occasion: Mapping[str, str] | None
) -> None:
    """Tell the authors, who filed for them and the studio that what was put off is looked at again.

    ``occasion`` is the name in both languages of what it waited for, if that has come.
    """
    concerned = {*proposal.author_ids, proposal.filed_by_id, proposal.reviewer_id, _lead_id(session, proposal)}
    _tell(
        session,
        "woken_up",
        f"woken-{at.isoformat()}",
        proposal,
        concerned,
        at=at,
        actor_id=actor.id if actor else None,
        occasion=occasion,
        by_the_clock=actor is None,
    )


def rescheduled(
    session: Session, proposal: Proposal, event: Event, *, occasion: Mapping[str, str], day: date, at: datetime
) -> None:
    """Tell the authors, who filed for them and the lead on which day it is looked at, now that nothing is waited for.

    ``occasion`` is the name in both languages of what it waited for.
    """
    concerned = {*proposal.author_ids, proposal.filed_by_id, _lead_id(session, proposal)}
    facts = {"occasion": occasion, "day": day}
    about = _about(session, event)
    _tell(session, "rescheduled", about, proposal, concerned, at=at, actor_id=event.actor_id, **facts)


def mentioned(session: Session, proposal: Proposal, comment: Comment, people: Collection[int], *, at: datetime) -> None:
    """Tell people that somebody named them in a comment or a note, and what he said there."""
    about = _about(session, comment)
    _tell(session, "mentioned", about, proposal, people, at=at, actor_id=comment.author_id, comment=comment)


def opinion_requested(
    session: Session, proposal: Proposal, opinion: SecondOpinion, event: Event, judges: Collection[int], *, at: datetime
) -> None:
    """Ask those who judge in another studio what they think of it."""
    about = _about(session, event)
    _tell(session, "opinion_requested", about, proposal, judges, at=at, actor_id=opinion.asked_by_id, opinion=opinion)


def opinion_answered(
    session: Session, proposal: Proposal, opinion: SecondOpinion, event: Event, *, at: datetime
) -> None:
    """Tell who asked, the authors and the lead who decides what the other studio says, or that it says nothing."""
    kind = "opinion_declined" if opinion.declined else "opinion_given"
    concerned = {*proposal.author_ids, proposal.filed_by_id, _lead_id(session, proposal)}
    about = _about(session, event)
    _tell(session, kind, about, proposal, concerned, at=at, actor_id=opinion.answered_by_id, opinion=opinion)


def referred(session: Session, proposal: Proposal, referral: CongressReferral, *, at: datetime) -> None:
    """Tell the authors and the lead that the workers' congress is asked."""
    concerned = {*proposal.author_ids, proposal.filed_by_id, _lead_id(session, proposal)}
    about = _about(session, referral)
    _tell(session, "referred", about, proposal, concerned, at=at, actor_id=referral.referred_by_id, referral=referral)


def congress_answered(session: Session, proposal: Proposal, referral: CongressReferral, *, at: datetime) -> None:
    """Tell the authors, the lead and who referred it what the workers' congress says."""
    concerned = {*proposal.author_ids, proposal.filed_by_id, _lead_id(session, proposal), referral.referred_by_id}
    about, actor_id = _about(session, referral), referral.recorded_by_id
    _tell(session, "congress_answered", about, proposal, concerned, at=at, actor_id=actor_id, referral=referral)


def trial_over(session: Session, proposal: Proposal, decision: Decision, *, at: datetime) -> None:
    """Remind the lead that he has to say how it goes on, and ask the authors to tell how it went."""
    lead_id = _lead_id(session, proposal)
    concerned = {*proposal.author_ids, proposal.filed_by_id, lead_id}
    facts = {"decision": decision, "lead_id": None if lead_id in proposal.author_ids else lead_id}
    _tell(session, "trial_over", _about(session, decision), proposal, concerned, at=at, actor_id=None, **facts)


def implementation_started(session: Session, proposal: Proposal, event: Event, *, at: datetime) -> None:
    """Tell whoever is to do it that it is in his hands now, and the authors and the decider who that is."""
    concerned = {*_after_the_decision(session, proposal), proposal.implemented_by_id}
    about = _about(session, event)
    _tell(session, "work_started", about, proposal, concerned, at=at, actor_id=event.actor_id, event=event)


def implementation_reported(
    session: Session, proposal: Proposal, event: Event, *, at: datetime, told_already: bool = False
) -> None:
    """Ask those who are to look at it on the spot, and tell the authors and the decider that it is said to be done."""
    about = _about(session, event)
    lookers = set(follow_up.lookers(session, proposal))
    others = set() if told_already else {*_after_the_decision(session, proposal), proposal.implemented_by_id}
    facts = {"event": event, "lookers": lookers}
    _tell(session, "work_reported", about, proposal, lookers | others, at=at, actor_id=event.actor_id, **facts)


def implementation_verified(session: Session, proposal: Proposal, event: Event, *, at: datetime) -> None:
    """Tell the authors, who did it, the decider and whoever follows it that somebody has seen it working."""
    about = _about(session, event)
    concerned = {*_after_the_decision(session, proposal), proposal.implemented_by_id} | _follower_ids(session, proposal)
    _tell(session, "work_verified", about, proposal, concerned, at=at, actor_id=event.actor_id, event=event)


def benefit_checked(session: Session, proposal: Proposal, event: Event, *, at: datetime) -> None:
    """Tell the authors and the decider what it really saves."""
    concerned = _after_the_decision(session, proposal)
    about = _about(session, event)
    _tell(session, "benefit_checked", about, proposal, concerned, at=at, actor_id=event.actor_id, event=event)


def story_told(session: Session, proposal: Proposal, story: Story, *, at: datetime, actor_id: int) -> None:
    """Tell the authors that everybody reads what they made; once, however often it is taken down and put up again."""
    concerned, about = proposal.author_ids, f"story-{story.id}"
    _tell(session, STORY_TOLD, about, proposal, concerned, at=at, actor_id=actor_id, story=story)


def _after_the_decision(session: Session, proposal: Proposal) -> set[int | None]:
    """Authors, who filed it for them, and who decided it: the studio's lead or the team leader."""
    decider = proposal.team_leader_id or _lead_id(session, proposal)
    return {*proposal.author_ids, proposal.filed_by_id, decider}


def _tell(
    session: Session,
    kind: str,
    about: str,
    proposal: Proposal,
    concerned: Iterable[int | None],
    *,
    at: datetime,
    actor_id: int | None,
    **facts: object,
) -> None:
    """Tell everybody concerned, except the actor, who may read it."""
    session.flush()
    decision = facts.get("decision")
    outcome = str(decision.outcome) if isinstance(decision, Decision) else ""
    unnamed = _unnamed(session, proposal, actor_id) if proposal.conceals_names else {}
    messages = [
        Message(
            kind=kind,
            about=f"{about}-of-{proposal.id}",
            person=person,
            proposal_id=proposal.id,
            facts={"proposal": proposal, **facts},
            group=GROUPS[kind],
            detail=outcome,
            part=part_of(person, proposal, kind),
            unnamed=unnamed if blinding.hides_names(person, proposal) else {},
        )
        for person in _people(session, {i for i in concerned if i is not None and i != actor_id})
        if relations.reads_it(person, proposal)
    ]
    telling.tell(session, proposal, messages, at=at, settings=services().settings)


def _unnamed(session: Session, proposal: Proposal, actor_id: int | None) -> dict[int, Unnamed]:
    """Return what stands for the names that would betray it: its authors', and the actor's if he acts by office."""
    hidden = dict.fromkeys(blinding.hidden_ids(proposal), Unnamed.AUTHOR)
    actor = session.get(Person, actor_id) if actor_id is not None else None
    if actor is not None and blinding.acts_by_office(actor, proposal):
        hidden.setdefault(actor.id, Unnamed.COORDINATOR)
    return hidden


def _about(session: Session, record: Comment | CongressReferral | Decision | Event | InformationRequest) -> str:
    session.flush()  # a new record has its id only now
    return f"{type(record).__name__.lower()}-{record.id}"


def _follower_ids(session: Session, *proposals: Proposal | None) -> set[int]:
    """People who follow one of these; a merge has moved them before it is told."""
    ids = [proposal.id for proposal in proposals if proposal is not None]
    return set(session.scalars(select(Follower.person_id).where(Follower.proposal_id.in_(ids))))


def _people(session: Session, ids: Collection[int]) -> list[Person]:
    if not ids:
        return []
    with_duties = (joinedload(Person.grants).joinedload(RoleGrant.unit), joinedload(Person.memberships))
    statement = select(Person).where(Person.id.in_(ids)).order_by(Person.id).options(*with_duties)
    return list(session.scalars(statement).unique())


def _lead_id(session: Session, proposal: Proposal) -> int | None:
    return session.scalar(
        select(StudioMembership.person_id)
        .join(Studio)
        .where(Studio.id == proposal.studio_id, StudioMembership.role == StudioRole.LEAD)
    )


def _safety_officers(session: Session, proposal: Proposal) -> set[int]:
    """Safety officers whose part of the tree the proposal comes from."""
    grants = session.scalars(
        select(RoleGrant).where(RoleGrant.role == Role.SAFETY_OFFICER).options(joinedload(RoleGrant.unit))
    )
    return {g.person_id for g in grants if proposal.unit is None or proposal.unit.is_within(g.unit_id)}
