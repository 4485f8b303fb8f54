"""``studio.domain.blinding`` for statements, and for records that are only shown.

A list selects ``names_known_to`` as a column and shows ``Unnamed`` where it is false; a page of one proposal shows
what ``shown_to`` returns, on which nothing of its authors is left.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, true

from models import Assignment, Attachment, AttachmentRole, Base, Event, Person, Proposal, Verb
from studio.domain.blinding import Unnamed, hidden_ids, hides_names
from studio.queries import records
from studio.queries.visibility import Reach, contributed_by, coordinated_within, filed_by

FileName = Callable[[int, str], str]
"""Says what the n-th file of a proposal is called for those who may not know its own name."""

NAMES_THE_UNIT = frozenset({"rule_unit", "unit"})
BY_THE_RULES = "rule_hidden"
BY_ITS_COORDINATOR = frozenset({Verb.ROUTE, Verb.REFER_TO_CONGRESS, Verb.RECORD_CONGRESS_ANSWER, Verb.RESCHEDULE})
"""Whoever did so coordinates the part of the firm where it comes from."""


SAID_UNDER_ONES_NAME = frozenset({Verb.COMMENT, Verb.NOTE, Verb.ATTACH})
"""What anybody may do as well, so that it tells nothing."""


def concealing() -> ColumnElement[bool]:
    """Return ``Proposal.conceals_names`` as a condition; never NULL, so it may be negated."""
    return or_(Proposal.anonymous, judged_blind())


def judged_blind() -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps what is judged without names now."""
    return and_(Proposal.blind, Proposal.decided_at.is_(None))


def names_known_to(reach: Reach) -> ColumnElement[bool]:
    """Return the condition on Proposal that keeps those whose names somebody of this reach may know.

    As a column it may be NULL for what it is not true of, which counts as false.
    """
    coordinates = coordinated_within(reach.coordinated_ids)
    by_office = or_(coordinates, not_(Proposal.anonymous)) if reach.administers else coordinates
    outside = func.coalesce(Proposal.studio_id, 0).not_in(reach.studio_ids) if reach.studio_ids else true()
    return or_(
        not_(concealing()),
        filed_by(reach.person_id),
        and_(by_office, or_(not_(judged_blind()), outside)),
        contributed_by(reach.person_id),
    )


def shown_to(reader: Person, proposal: Proposal, file_name: FileName) -> Proposal:
    """Return the record as this reader may see it: itself, or a copy without its authors.

    The record must be one of ``studio.queries.proposals.with_its_story``. Rules go on asking the record itself.
    """
    if not hides_names(reader, proposal):
        return proposal
    hidden, officials = hidden_ids(proposal), _officials(proposal)
    names = _names_of(proposal)
    judges = {member.person.name for member in proposal.studio.memberships} if proposal.studio else set()
    files = _rename(proposal.attachments, file_name)
    said = (*proposal.events, *proposal.comments, *proposal.information_requests, *proposal.attachments)
    for thing in (*said, *filter(None, [proposal.opinion])):
        _unname(thing, hidden)
    for referral in proposal.referrals:  # by the coordinator of its own part of the firm
        records.tie(referral, referred_by=Unnamed.COORDINATOR)
        if referral.recorded_by is not None:
            records.tie(referral, recorded_by=Unnamed.COORDINATOR)
    for event in proposal.events:
        records.tie(event, data=_neutral(event, names, files, judges))
        if event.verb not in SAID_UNDER_ONES_NAME:
            _unname(event, officials, Unnamed.COORDINATOR)
    for assignment in proposal.assignments:
        records.tie(assignment, reason=neutral_reason(assignment))
    for thing in (*proposal.decisions, *proposal.assignments):
        _unname(thing, officials, Unnamed.COORDINATOR)
    copy = without_authors(proposal, hidden)
    _unname(copy, officials - hidden, Unnamed.COORDINATOR)
    return copy


def _officials(proposal: Proposal) -> frozenset[int]:
    """Return who has done something as the coordinator of the part of the firm where it comes from."""
    acts = (event for event in proposal.events if event.verb in BY_ITS_COORDINATOR or event.data.get("by_office"))
    by_office = {event.actor_id for event in acts if event.verb not in SAID_UNDER_ONES_NAME}
    return frozenset(person_id for person_id in by_office if person_id is not None)


def neutral_reason(assignment: Assignment) -> Mapping[str, Any]:
    """Return why a studio was chosen without the unit that the reason may speak of."""
    reason = assignment.reason or {}
    if reason.get("code") not in NAMES_THE_UNIT:
        return reason
    studios = reason.get("names", {}).get("studio", [])
    params = {"studio": reason.get("params", {}).get("studio", "")}
    return {**reason, "code": BY_THE_RULES, "params": params, "names": {"studio": studios}}


def without_authors(proposal: Proposal, hidden: frozenset[int] = frozenset()) -> Proposal:
    """Return a copy of a record for showing that leads to nobody of its authors, nor to their unit.

    ``hidden`` are people who must not show in any other part of it.
    """
    facts = {name: value for name, value in proposal.__dict__.items() if name != "_sa_instance_state"}
    blank: dict[str, object] = {"submitter_text": "", "contact_phone": "", "legacy_key": None, "filing_key": None}
    ids = {"submitter_id": None, "filed_by_id": None, "unit_id": None}
    people: Mapping[str, object] = {"submitter": Unnamed.AUTHOR, "filed_by": None, "unit": None, "contributors": []}
    if "attachments" in facts:  # a sheet that somebody has filled in bears his name and his hand
        blank["attachments"] = [one for one in facts["attachments"] if one.role is not AttachmentRole.PAPER]
    copy = records.record(Proposal, {**facts, **blank, **ids, **people})
    _unname(copy, hidden)
    return copy


def _unname(thing: Base, hidden: frozenset[int], instead: Unnamed = Unnamed.AUTHOR) -> None:
    """Let what leads from a record to one of its hidden people lead to nobody."""
    for name, column in records.people_of(type(thing)):
        if getattr(thing, column) in hidden:
            records.tie(thing, **{name: instead})


def _rename(attachments: list[Attachment], file_name: FileName) -> Mapping[str, str]:
    """Give each file a name that tells nothing, and return the new names by the old ones."""
    renamed = {}
    for number, attachment in enumerate(attachments, start=1):
        renamed[attachment.filename] = file_name(number, attachment.filename)
        records.tie(attachment, filename=renamed[attachment.filename])
    return renamed


def _names_of(proposal: Proposal) -> frozenset[str]:
    people = [proposal.submitter, proposal.filed_by, *(one.person for one in proposal.contributors)]
    return frozenset(person.name for person in people if person is not None)


def _neutral(event: Event, names: frozenset[str], files: Mapping[str, str], judges: Collection[str]) -> dict[str, Any]:
    """Return what an event keeps, without people and files; whoever is told and is no judge is the coordinator."""
    data = dict(event.data)
    if event.verb is Verb.ESCALATE:
        data["told"] = [one if one.get("name") in judges else Unnamed.COORDINATOR for one in data.get("told", [])]
    if isinstance(data.get("owner"), dict) and data["owner"].get("name") in names:
        data["owner"] = Unnamed.AUTHOR
    if "filename" in data:
        data["filename"] = files.get(data["filename"], "")
    return data
