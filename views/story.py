"""How a proposal is told to its reader: where it stands, what was said last, who is next."""

from datetime import datetime
from functools import cache

from flask_login import current_user
from markupsafe import Markup

from models import Person, Proposal, ProposalState, Role, Studio, StudioRole
from studio.domain import blinding
from studio.domain.blinding import Unnamed
from studio.domain.follow_up import Task
from studio.domain.turns import Turn
from studio.queries.home import Mine
from studio.queries.mine import MyProposal
from studio.wording import names, states
from studio.wording.language import gettext, lazy_gettext, spoken
from views import icons, moments

NAMES_SHOWN = 3
TURNS = {
    Turn.ANSWER: lazy_gettext("Give the author a first answer"),
    Turn.SCORE: lazy_gettext("Give your scores"),
    Turn.DECIDE: lazy_gettext("Decide"),
    Turn.HEAR_TRIAL: lazy_gettext("See how the trial went"),
    Turn.VERIFY: lazy_gettext("Check it on site"),
    Turn.ADVISE: lazy_gettext("Say what you think of it"),
}
TASKS = {
    Task.START: lazy_gettext("Accepted: say who does it"),
    Task.CARRY_OUT: lazy_gettext("Yours to do: say when it is done"),
    Task.LOOK: lazy_gettext("Look at it on the spot"),
}
STOPPED = frozenset(
    {
        ProposalState.DECLINED,
        ProposalState.INADMISSIBLE,
        ProposalState.DUPLICATE,
        ProposalState.WITHDRAWN,
        ProposalState.DEFERRED,
    }
)
CLOCK_RUNS = frozenset({ProposalState.SUBMITTED, ProposalState.TEAM_CHECK, ProposalState.UNDER_REVIEW})
WAITING_FOR = {
    ProposalState.INFORMATION_REQUESTED: lazy_gettext("A question is open. It goes on as soon as it is answered."),
    ProposalState.SUBMITTED: lazy_gettext("The coordinator looks for the right studio."),
}


def progress(proposal: Proposal | Mine | MyProposal) -> Markup:
    """Return the five blocks and the word of where a proposal stands; warm if it waits for this reader."""
    state = proposal.state
    waits = state is ProposalState.INFORMATION_REQUESTED and _filed_by_reader(proposal)
    return state_block(state, waits=waits)


def _filed_by_reader(proposal: Proposal | Mine | MyProposal) -> bool:
    return current_user.is_authenticated and current_user.id in {proposal.submitter_id, proposal.filed_by_id}


def state_block(state: ProposalState, *, waits: bool = False) -> Markup:
    """Return the blocks and the word of a state; ``waits`` marks that the reader is to act."""
    return _state_block(state, waits=waits, locale=spoken().locale)


@cache
def _state_block(state: ProposalState, *, waits: bool, locale: str) -> Markup:  # noqa: ARG001 - a part of what is kept
    last = "you" if waits else "stop" if state in STOPPED else "on"
    tone = "warm" if waits else "good" if state is ProposalState.VERIFIED else ""
    word = gettext("Waits for your answer") if waits else states.state_name(state)
    blocks = icons.five_blocks(states.progress(state), last=last)
    return Markup('<span class="state">{}<span class="{}">{}</span></span>').format(blocks, tone, word)


def latest_word(mine: Mine) -> str:
    """Return in one sentence what last happened to one of my proposals, or what comes next."""
    if mine.checked_benefit:
        return str(gettext("Saves %(money)s a year, checked.", money=moments.money(mine.checked_benefit)))
    if mine.reason:
        return _said_by(mine)
    if mine.state in {ProposalState.TEAM_CHECK, ProposalState.UNDER_REVIEW}:
        return _who_is_next(mine)
    return str(WAITING_FOR.get(mine.state, ""))


def _said_by(mine: Mine) -> str:
    words, name = shortened(mine.reason), names.name_of(mine.decider)
    return str(gettext("%(name)s: “%(words)s”", name=name, words=words)) if name else words


def _who_is_next(mine: Mine) -> str:
    owes_answer = mine.answered_at is None or mine.state is ProposalState.TEAM_CHECK
    if owes_answer and mine.reviewer is not None and mine.answer_due_at is not None:
        name, time = names.name_of(mine.reviewer), moments.moment(mine.answer_due_at)
        return str(gettext("%(name)s answers by %(time)s.", name=name, time=time))
    if mine.decision_due_at is not None:
        return str(gettext("The studio decides by %(day)s.", day=moments.day(mine.decision_due_at)))
    return str(gettext("The studio is looking at it."))


def owed_by(mine: Mine) -> datetime | None:
    """Return by when one of my proposals is owed something, while the clock runs."""
    if mine.state not in CLOCK_RUNS:
        return None
    return mine.answer_due_at if mine.answered_at is None else mine.decision_due_at


def written_by(mine: Mine) -> str:
    """Return who wrote it, as seen by one of the authors."""
    others = [names.name_of(other) for other in mine.others[:NAMES_SHOWN]]
    if others and mine.filed_by_id == current_user.id != mine.submitter_id:
        return str(gettext("written down for %(names)s", names=names.joined(others)))
    return str(gettext("with %(names)s", names=names.joined(others)) if others else gettext("written by you"))


def author_name(proposal: Proposal) -> str:
    """Return whose proposal it is, for a reader who may perhaps not know."""
    if blinding.hides_names(current_user, proposal):
        return names.name_of(Unnamed.AUTHOR)
    return names.name_of(proposal.submitter) or proposal.submitter_text


def unit_name(proposal: Proposal) -> str:
    """Return where it comes from; empty for a reader who may not know."""
    return "" if blinding.hides_names(current_user, proposal) else names.name_of(proposal.unit)


def shortened(text: str, longest: int = 90) -> str:
    """Return a text on one line, cut with an ellipsis where it is longer than ``longest`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def task_name(task: Task) -> str:
    """Return what somebody is asked to do once a proposal has been accepted."""
    return str(TASKS[task])


def desk_turn(turn: Turn | None) -> str:
    """Return what the reader is to do with a row of the desk."""
    return str(TURNS[turn]) if turn else gettext("To look at")


def studio_lead(studio: Studio | None) -> Person | None:
    """Return who leads a studio, if anybody does."""
    leads = [m.person for m in studio.memberships if m.role is StudioRole.LEAD] if studio else []
    return leads[0] if leads else None


def demo_part(part: str) -> str:
    """Return what somebody of the sample is, in a word."""
    if part in {StudioRole.LEAD, StudioRole.REVIEWER}:
        return states.studio_role_name(StudioRole(part))
    return str(gettext("Worker")) if part == "worker" else states.role_name(Role(part))
