"""How a proposal is told to a program: codes beside names, moments with their offset, money as text."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from models import Kind, Proposal, Studio, Theme, Unit
from studio.wording.names import name_of
from studio.wording.reasons import reason_sentence
from studio.wording.states import outcome_name, state_name
from views import moments
from views.presentation import absolute
from views.proposal_page import ProposalPage

Told = dict[str, Any]


def outline(proposal: Proposal) -> Told:
    """Return the facts of a proposal, given as its reader may see it."""
    return {
        "number": proposal.number,
        "page": absolute(f"/proposals/{proposal.number}"),
        "title": proposal.title,
        "state": {"code": proposal.state, "name": state_name(proposal.state)},
        "kind": coded(proposal.kind) if proposal.kind else None,
        "themes": [coded(theme) for theme in proposal.themes],
        "studio": coded(proposal.studio) if proposal.studio else None,
        "unit": coded(proposal.unit) if proposal.unit else None,
        "submitter": person(proposal.submitter, proposal.submitter_text),
        "location": proposal.location,
        "already_done": proposal.already_done,
        "confidential": proposal.confidential,
        "claimed_benefit": _yuan(proposal.claimed_benefit),
        "checked_benefit": _yuan(proposal.checked_benefit),
        "filed_at": moment(proposal.submitted_at),
        "answered_at": moment(proposal.answered_at),
        "decided_at": moment(proposal.decided_at),
        "implemented_at": moment(proposal.implemented_at),
        "verified_at": moment(proposal.verified_at),
    }


def whole(page: ProposalPage) -> Told:
    """Return a proposal with its words and how it stands, as its reader may see it."""
    proposal = page.proposal
    return {
        **outline(proposal),
        **{name: getattr(proposal, name) for name in ("problem", "measure", "effect", "prospects", "legacy_key")},
        "cost": _yuan(proposal.cost),
        "names_hidden": page.names_hidden,
        "contributors": [
            {"person": person(one.person, one.name_text), "share": one.share} for one in proposal.contributors
        ],
        "why": reason_sentence(page.assignment.reason, named=page.named) if page.assignment else "",
        "promise": _promise(page),
        "decision": _decision(page),
    }


def _promise(page: ProposalPage) -> Told | None:
    owed = page.standing
    return {"what": owed.deadline, "by": person(owed.who), "due_at": moment(owed.due_at)} if owed else None


def _decision(page: ProposalPage) -> Told | None:
    made = page.decision
    if made is None:
        return None
    outcome = {"code": made.outcome, "name": outcome_name(made.outcome)}
    return {"outcome": outcome, "reason": made.reason, "decided_at": moment(made.decided_at)}


def coded(thing: Kind | Theme | Studio | Unit) -> Told:
    """Return the code and the name of something of a list."""
    return {"code": thing.code, "name": name_of(thing)}


def person(somebody: object, written: str = "") -> Told | None:
    """Return who it is: somebody of the firm, whoever must stay unknown, or a name from an old archive."""
    name = name_of(somebody) or written
    return {"employee_no": getattr(somebody, "employee_no", None), "name": name} if name else None


def moment(at: datetime | None) -> str | None:
    """Return a moment in the site's zone, with its offset."""
    return moments.iso(at) or None


def _yuan(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
