"""Filing: from the first words of a draft to the number, and taking it back."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Contributor, Person, PreparedDecision, Proposal, ProposalState, Verb
from studio.domain import completeness, keeping, permissions, relations, shares
from studio.domain.clock import WorkCalendar
from studio.domain.completeness import clean_line, clean_text
from studio.domain.errors import InvalidInput, Problem, Stale, WrongState
from studio.domain.routing import NO_EXPERIENCE, Experience
from studio.mail import notices
from studio.operations import blinding, transition
from studio.operations.filing_facts import Filing, FilingFacts, Share, checked, texts_of
from studio.operations.numbers import next_number
from studio.operations.team import take_first_step

__all__ = ["Filing", "Share", "save_draft", "submit", "withdraw"]


def save_draft(
    session: Session,
    filing: Filing,
    *,
    actor: Person,
    at: datetime,
    draft: Proposal | None = None,
    written_at: datetime | None = None,
) -> Proposal:
    """Keep what is written so far, complete or not, and return the draft.

    The same ``filing_key`` finds the same draft again, however many clicks arrive at once; when it was submitted
    meanwhile, the proposal is returned as it is. ``written_at`` is when the words were written that waited in a
    browser: newer ones are not overwritten by them. Raises NotAllowed for somebody else's draft, WrongState when
    ``draft`` is none any more, Stale when it was written on since, and InvalidInput with the field at fault; see
    ``studio.wording.problems``.
    """
    known = draft or _filed_with(session, filing.filing_key, actor)
    if known is not None and known is not draft and known.state is not ProposalState.DRAFT:
        return known
    if known is not None:
        _require_own_draft(known, actor)
        _require_newest(known, filing, written_at)
    facts = checked(session, filing, actor)
    if known is None:
        return _new_draft(session, filing, facts, actor=actor, at=at)
    _write(known, filing, facts)
    known.updated_at = at
    return known


def submit(
    session: Session,
    proposal: Proposal,
    *,
    actor: Person,
    at: datetime,
    calendar: WorkCalendar,
    experience: Experience = NO_EXPERIENCE,
) -> Proposal:
    """File the draft: it gets its number, goes to the team leader or a studio, and somebody owes an answer by a date.

    ``experience`` is what the archive has that is like it. A second click returns the filed proposal unchanged.
    Raises NotAllowed, WrongState, and InvalidInput with what is missing: ``problem_missing`` and its kind at their
    fields, ``shares_not_whole`` and its kind at ``shares``.
    """
    if proposal.submitted_at is not None and relations.filed_it(actor, proposal):
        return proposal
    transition.require(proposal, Verb.SUBMIT, actor=actor)
    texts = completeness.prepared(texts_of(proposal))
    problems = [*completeness.check_submission(texts), *_share_problems(proposal)]
    if problems:
        raise InvalidInput(problems)
    number = next_number(session, at.astimezone(calendar.zone).year)
    with session.no_autoflush:
        proposal.title = texts.title
        transition.move(session, proposal, Verb.SUBMIT, actor=actor, at=at, data={"number": number})
        proposal.number, proposal.submitted_at, proposal.filed_by = number, at, actor
        blinding.settle(proposal)
    take_first_step(session, proposal, at=at, calendar=calendar, experience=experience)
    notices.submitted(session, proposal, at=at)
    return proposal


def says_the_same(proposal: Proposal, filing: Filing) -> bool:
    """Tell whether a filing sent again says what was filed; another one under the same key is a mistake."""
    return texts_of(proposal) == completeness.prepared(texts_of(filing))


def withdraw(session: Session, proposal: Proposal, *, actor: Person, at: datetime, reason: str = "") -> Proposal:
    """Take it back, or throw a draft away. A question that was still open is closed without an answer."""
    reason = clean_text(reason)
    transition.require(proposal, Verb.WITHDRAW, actor=actor)
    if problems := completeness.too_long(reason, "reason"):
        raise InvalidInput(problems)
    for request in proposal.information_requests:
        if request.answered_at is None:
            request.answer, request.answered_at, request.answered_by = "", at, actor
    if proposal.original_id is not None:
        raise InvalidInput([Problem("others_repeat_it", "reason")])
    session.execute(delete(PreparedDecision).where(PreparedDecision.proposal_id == proposal.id))
    transition.move(session, proposal, Verb.WITHDRAW, actor=actor, at=at, data={"reason": reason} if reason else None)
    return proposal


def _filed_with(session: Session, filing_key: str | None, actor: Person) -> Proposal | None:
    """Return what this key has filed already. Raises NotAllowed when it was somebody else's."""
    if not filing_key:
        return None
    found = session.scalars(select(Proposal).where(Proposal.filing_key == filing_key).with_for_update(of=Proposal))
    proposal = found.unique().one_or_none()
    if proposal is not None and not relations.filed_it(actor, proposal):
        permissions.require(actor, Verb.SUBMIT, proposal)
    return proposal


def _require_own_draft(draft: Proposal, actor: Person) -> None:
    permissions.require(actor, Verb.SUBMIT, draft)
    if draft.state is not ProposalState.DRAFT:
        raise WrongState(Verb.SUBMIT, draft.state)


def _require_newest(draft: Proposal, filing: Filing, written_at: datetime | None) -> None:
    """Words that waited may not take the place of newer ones; the same words sent again take nobody's place."""
    if written_at is None or texts_of(draft) == texts_of(filing):
        return
    if keeping.written_on(draft.updated_at, written_at):
        raise Stale


def _new_draft(session: Session, filing: Filing, facts: FilingFacts, *, actor: Person, at: datetime) -> Proposal:
    """Insert the draft; if the same key arrived in another transaction meanwhile, write into that one instead."""
    draft = Proposal(state=ProposalState.DRAFT, filing_key=filing.filing_key or None, filed_by=actor)
    draft.created_at = draft.updated_at = at
    _write(draft, filing, facts)
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        if _filed_with(session, filing.filing_key, actor) is None:
            raise
        return save_draft(session, filing, actor=actor, at=at)
    return draft


def _write(draft: Proposal, filing: Filing, facts: FilingFacts) -> None:
    """Copy the facts of a checked filing into the draft."""
    texts = facts.texts
    draft.title, draft.problem, draft.measure, draft.effect = texts.title, texts.problem, texts.measure, texts.effect
    draft.location, draft.prospects = texts.location, texts.prospects
    draft.machine, draft.call = facts.machine, facts.call
    draft.contact_phone = clean_line(filing.contact_phone)
    draft.already_done, draft.confidential = filing.already_done, filing.confidential
    draft.anonymous = filing.anonymous
    draft.claimed_benefit, draft.cost = facts.claimed_benefit, facts.cost
    draft.kind, draft.themes = facts.kind, facts.themes
    draft.submitter, draft.unit = facts.submitter, facts.submitter.unit
    if facts.contributors:
        _share_out(draft, facts.contributors)
    elif facts.submitter.id not in {contributor.person_id for contributor in draft.contributors}:
        _share_out(draft, [(facts.submitter, shares.WHOLE)])


def _share_out(draft: Proposal, parts: list[tuple[Person, int]]) -> None:
    """Set who shares in it, keeping the rows of those who stay."""
    present = {contributor.person_id: contributor for contributor in draft.contributors}
    kept = [present.get(person.id) or Contributor(person=person, person_id=person.id) for person, _ in parts]
    for position, (contributor, (_, percent)) in enumerate(zip(kept, parts, strict=True)):
        contributor.position, contributor.share = position, percent
    draft.contributors = kept


def _share_problems(proposal: Proposal) -> list[Problem]:
    parts = [shares.Share(contributor.person_id, contributor.share) for contributor in proposal.contributors]
    problems = shares.check_shares(parts, submitter=proposal.submitter_id)
    left = [part.person for part in proposal.contributors if part.person is not None and not part.person.active]
    problems += [Problem("person_inactive", params={"number": p.employee_no, "name": p.name}) for p in left]
    return [replace(problem, field="shares") for problem in problems]
