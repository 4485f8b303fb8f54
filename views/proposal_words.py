"""What the pages of one proposal say of its way: the steps, why this studio, what happened."""

from collections.abc import Callable, Iterable, Sequence

from flask import Flask, url_for
from markupsafe import Markup, escape

from models import Assignment, Contributor, Deadline, Decision, Event, Proposal, ProposalState
from studio.domain.next_steps import NextStep
from studio.queries.alike import Alike
from studio.queries.deadlines import Standing
from studio.queries.regards import Thanked
from studio.queries.timeline import Progress, Stage, Step
from studio.wording import events, mails, names, next_steps, reasons, states, team
from studio.wording.language import gettext as _
from studio.wording.language import spoken
from views import moments, talk

ALMOST, MUCH = 0.45, 0.3
"""Likeness from which on two proposals are almost the same, or much alike."""
KEPT_WHERE_WRITTEN = frozenset({"review", "comment", "note"})


def stage_name(step: Step, proposal: Proposal) -> str:
    """Return what a step is called; the answer's step is called as the answer was."""
    if step.stage is Stage.DECISION and step.progress is not Progress.AHEAD:
        return _decided_name(proposal)
    if step.stage is Stage.REVIEW and proposal.team_leader_id is not None:
        return str(_("Team's check"))
    if step.stage is Stage.IMPLEMENTATION:
        begun = proposal.state is ProposalState.IN_IMPLEMENTATION
        return str(_("Being done") if begun else _("Done") if step.progress is Progress.DONE else _("Doing it"))
    stages = {
        Stage.FILED: _("Filed"),
        Stage.REVIEW: _("Review"),
        Stage.DECISION: _("Decision"),
        Stage.VERIFICATION: _("Checked on site"),
        Stage.BENEFIT: _("Benefit checked"),
    }
    return str(stages[step.stage])


def _decided_name(proposal: Proposal) -> str:
    decision = next((made for made in proposal.decisions if made.superseded_at is None), None)
    return states.outcome_name(decision.outcome) if decision else states.state_name(proposal.state)


def step_note(step: Step, proposal: Proposal) -> str:
    """Return when and by whom a step was done, or who owes it by when."""
    if step.progress is Progress.AHEAD:
        return ""
    if step.due_at is not None and proposal.state is not ProposalState.INFORMATION_REQUESTED:
        facts = {"name": names.name_of(step.who), "when": moments.moment(step.due_at)}
        return str(_("%(name)s, by %(when)s", **facts) if step.who else _("by %(when)s", **facts))
    if step.progress is Progress.HERE and proposal.state is ProposalState.INFORMATION_REQUESTED:
        return str(_("waits for the author"))
    if step.at is None:
        return ""
    day = moments.day(step.at)
    return f"{day} {names.name_of(step.who)}" if step.who else day


def what_next(step: NextStep, proposal: Proposal, decision: Decision | None, standing: Standing | None) -> str:
    """Return what comes next, said to an author: with who acts and by when, as far as the records say."""
    doer = proposal.implemented_by if step is NextStep.WORK_GOES_ON else None
    decider = decision.decided_by if decision else None
    ends = decision.trial_ends_on if decision else None
    return next_steps.next_sentence(
        step,
        name=names.name_of(doer or (standing.who if standing else decider) or proposal.studio),
        when=moments.moment(standing.due_at) if standing else "",
        day=moments.day(ends or proposal.wake_up_on),
        occasion=names.name_of(decision.occasion) if decision else "",
    )


def thanks_said(thanks: Thanked) -> str:
    """Return who says thank you, in a sentence; the reader comes first if he does."""
    named = [str(_("You")) if thanks.own and at == 0 else names.name_of(one) for at, one in enumerate(thanks.people)]
    more = thanks.count - len(named)
    if more:
        return str(_("%(names)s and %(num)s more say thank you.", names=names.joined(named), num=more))
    return str(_("%(names)s: thank you!", names=names.joined(named)))


def who_owes(standing: Standing) -> str:
    """Return who owes what by when, in a sentence."""
    facts = {"name": names.name_of(standing.who), "when": moments.moment(standing.due_at)}
    if standing.paused:
        return str(_("The clock stands still while the author answers."))
    if standing.deadline is Deadline.DECISION:
        return str(_("%(name)s decides by %(when)s.", **facts) if standing.who else _("Decision by %(when)s.", **facts))
    if standing.who is None:
        return str(_("The first answer is due by %(when)s.", **facts))
    return str(_("%(name)s gives the first answer by %(when)s.", **facts))


def whose_hours(standing: Standing) -> str:
    """Return in whose working hours it is counted, which explains the date."""
    if standing.shifts is None:
        return str(_("Counted in working hours: Monday to Friday, without public holidays."))
    return str(_("Counted in the working hours of “%(calendar)s”.", calendar=names.name_of(standing.shifts)))


def why_here(assignment: Assignment, named: Sequence[str] = ()) -> str:
    """Return why the studio has it, why not the team, and what was said; ``named`` precedents are links."""
    said = (team.beyond_sentence(assignment.reason), reasons.reason_sentence(assignment.reason, named=named))
    return names.one_behind_the_other([*(with_links(one, named) for one in said), quoted(assignment.words)])


def with_links(sentence: str, numbers: Iterable[str]) -> Markup:
    """Return a sentence in which the numbers of proposals lead to them."""
    linked = escape(sentence)
    for number in numbers:
        link = Markup('<a class="num" href="{}">{}</a>').format(url_for("proposals.show", number=number), number)
        linked = linked.replace(escape(number), link)
    return linked


def runners_up(assignment: Assignment) -> str:
    """Return which studios came next, in a sentence."""
    kept = [names.joined([names.name_of(one) for one in found]) for found in _studios_of(assignment)]
    return str(_("Next in line: %(studios)s.", studios=names.joined(kept))) if kept else ""


def _studios_of(assignment: Assignment) -> list[list[object]]:
    runners = [
        runner.get("names", {}).get("studio", []) for runner in assignment.runners_up if isinstance(runner, dict)
    ]
    return [runner for runner in runners if runner]


def sharers(contributors: Iterable[Contributor]) -> str:
    """Return the names of people who share in it, as a list in a sentence."""
    return names.joined([names.name_of(share.person) or share.name_text for share in contributors])


def likeness(one: Alike) -> str:
    """Return how one proposal is like another: how much, the words both have, and whether it is the same place."""
    much = (
        _("Almost the same")
        if one.likeness >= ALMOST
        else _("Much alike")
        if one.likeness >= MUCH
        else _("A bit alike")
    )
    said = [str(much), str(_("both say: %(words)s", words=names.joined(list(one.words))))]
    if one.same_place:
        said.append(str(_("same place or machine")))
    return ("；" if spoken().chinese else "; ").join(said)


def event_line(event: Event) -> str:
    """Return one line of the timeline, with what was said there."""
    said = "" if event.verb.value in KEPT_WHERE_WRITTEN else events.words_of(event)
    return names.one_behind_the_other([events.event_sentence(event), quoted(said)])


def quoted(words: str) -> Markup:
    """Return what somebody said, as a page quotes it; nothing where nothing was said."""
    return Markup("<q>{}</q>").format(words) if words else Markup()


GLOBALS: dict[str, Callable[..., object]] = {
    "attempt_name": states.attempt_name,
    "congress_answer_name": states.congress_answer_name,
    "event_line": event_line,
    "likeness": likeness,
    "grade_name": states.grade_name,
    "mail_kind_name": mails.mail_kind_name,
    "mail_state_name": states.mail_state_name,
    "outcome_class_name": states.outcome_class_name,
    "outcome_name": states.outcome_name,
    "recommendation_name": states.recommendation_name,
    "role_name": states.role_name,
    "runners_up": runners_up,
    "said": talk.said,
    "sharers": sharers,
    "stage_name": stage_name,
    "step_note": step_note,
    "thanks_said": thanks_said,
    "studio_kind_name": states.studio_kind_name,
    "studio_level_name": states.studio_level_name,
    "studio_role_name": states.studio_role_name,
    "verb_name": states.verb_name,
    "who_owes": who_owes,
    "whose_hours": whose_hours,
    "why_here": why_here,
    "with_links": with_links,
}


def register(app: Flask) -> None:
    """Let every template say these things."""
    app.jinja_env.globals.update(GLOBALS)
