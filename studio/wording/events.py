"""What happened, as one line of the timeline."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from models import Deadline, Event, Verb
from studio.wording.language import lazy_gettext
from studio.wording.names import joined, name_of
from studio.wording.states import congress_answer_name

EVENTS = {
    Verb.SUBMIT: lazy_gettext("%(actor)s filed it as %(number)s."),
    Verb.ASK_TEAM: lazy_gettext("%(actor)s gave it to %(leader)s."),
    Verb.PASS_ON: lazy_gettext("%(actor)s passed it on to a studio."),
    Verb.ROUTE: lazy_gettext("%(actor)s sent it to %(studio)s."),
    Verb.TRANSFER: lazy_gettext("%(actor)s handed it on to %(studio)s."),
    Verb.REVIEW: lazy_gettext("%(actor)s gave an opinion."),
    Verb.REQUEST_INFORMATION: lazy_gettext("%(actor)s asked for more."),
    Verb.ANSWER_INFORMATION_REQUEST: lazy_gettext("%(actor)s answered."),
    Verb.ACCEPT: lazy_gettext("%(actor)s accepted it."),
    Verb.START_TRIAL: lazy_gettext("%(actor)s decided to try it out."),
    Verb.DEFER: lazy_gettext("%(actor)s put it off."),
    Verb.DECLINE: lazy_gettext("%(actor)s declined it."),
    Verb.MARK_INADMISSIBLE: lazy_gettext("%(actor)s found that it does not belong here."),
    Verb.MARK_DUPLICATE: lazy_gettext("%(actor)s found that it was filed before as %(duplicate_of)s."),
    Verb.WITHDRAW: lazy_gettext("%(actor)s took it back."),
    Verb.START_IMPLEMENTATION: lazy_gettext("%(actor)s put the work into these hands: %(owner)s."),
    Verb.REPORT_IMPLEMENTATION: lazy_gettext("%(actor)s reported that it is done."),
    Verb.VERIFY_IMPLEMENTATION: lazy_gettext("%(actor)s looked on site: it is done."),
    Verb.CHECK_BENEFIT: lazy_gettext("%(actor)s confirmed %(yuan)s yuan a year."),
    Verb.REOPEN: lazy_gettext("%(actor)s took it up again."),
    Verb.APPEAL: lazy_gettext("%(actor)s asked for another look."),
    Verb.WAKE_UP: lazy_gettext("%(actor)s looked at it again."),
    Verb.COMMENT: lazy_gettext("%(actor)s wrote a comment."),
    Verb.NOTE: lazy_gettext("%(actor)s left a note for the reviewers."),
    Verb.ATTACH: lazy_gettext("%(actor)s added “%(filename)s”."),
    Verb.REMOVE_ATTACHMENT: lazy_gettext("%(actor)s took a file off."),
    Verb.UNDO_DUPLICATE: lazy_gettext("%(actor)s found that it was not filed before after all."),
    Verb.NOTE_REPEAT: lazy_gettext("%(actor)s found that %(repeat)s is the same as this."),
    Verb.DROP_REPEAT: lazy_gettext("%(actor)s took back that %(repeat)s is the same as this."),
    Verb.STEP_ASIDE: lazy_gettext("%(actor)s let somebody else judge it."),
    Verb.REVEAL: lazy_gettext("%(actor)s let the names be shown from now on."),
    Verb.ESCALATE: lazy_gettext("%(actor)s asked %(told)s to see that the answer comes."),
    Verb.REQUEST_OPINION: lazy_gettext("%(actor)s asked %(studio)s for a second opinion."),
    Verb.GIVE_OPINION: lazy_gettext("%(actor)s gave the second opinion of %(studio)s."),
    Verb.DECLINE_OPINION: lazy_gettext("%(actor)s said that %(studio)s gives no second opinion."),
    Verb.REFER_TO_CONGRESS: lazy_gettext("%(actor)s referred it to the workers' congress."),
    Verb.RECORD_CONGRESS_ANSWER: lazy_gettext("The workers' congress: %(congress)s. Written down by %(actor)s."),
    Verb.RESCHEDULE: lazy_gettext("%(actor)s took %(occasion)s off the list; it is looked at again on %(day)s."),
}

MERGED = {
    Verb.MARK_DUPLICATE: lazy_gettext("%(actor)s merged it into %(duplicate_of)s; its authors share in that one now."),
    Verb.NOTE_REPEAT: lazy_gettext("%(actor)s merged %(repeat)s into this; its authors share in it now."),
    Verb.DROP_REPEAT: lazy_gettext("%(actor)s took %(repeat)s out again; the shares are as they were before."),
}
"""The same where two became one."""

BY_TEAM = {
    Verb.APPEAL: lazy_gettext("%(actor)s asked a studio to look at it."),
}
"""What is said otherwise where the team had answered."""

OCCASION_CAME = lazy_gettext("%(actor)s looked at it again: what it waited for has come (%(occasion)s).")
TAKEN_ON = lazy_gettext("%(actor)s takes on the work.")
OPINION_LATE = lazy_gettext("The second opinion is late; %(told)s was asked to see to it.")
SOMEBODY, THE_LEADER = lazy_gettext("Somebody"), lazy_gettext("The team leader")
ANOTHER = lazy_gettext("another proposal")
"""One that not everybody may know of is not named."""
BY_ITSELF = {
    Verb.ASK_TEAM: lazy_gettext("It is small enough for the team, so it went to %(leader)s."),
    Verb.PASS_ON: lazy_gettext("%(leader)s had no time for it, so it went on to a studio by itself."),
    Verb.ROUTE: lazy_gettext("It went to %(studio)s."),
    Verb.WAKE_UP: lazy_gettext("The day has come to look at it again."),
    Verb.ESCALATE: lazy_gettext("The answer is late; %(told)s was asked to see to it."),
}
"""What a rule or the clock does; anything else without a name was done by somebody the records do not know."""


FACTS: Mapping[str, Callable[[Event], str]] = {
    "occasion": lambda event: name_of(event.data.get("occasion")),
    "day": lambda event: event.data.get("day", ""),
    "actor": lambda event: name_of(event.actor) or str(SOMEBODY),
    "number": lambda event: event.data.get("number", ""),
    "studio": lambda event: name_of(event.data.get("studio")),
    "owner": lambda event: name_of(event.data.get("owner")),
    "leader": lambda event: name_of(event.data.get("leader")) or str(THE_LEADER),
    "duplicate_of": lambda event: event.data.get("duplicate_of") or str(ANOTHER),
    "repeat": lambda event: event.data.get("repeat") or str(ANOTHER),
    "yuan": lambda event: _grouped(event.data.get("yuan")),
    "told": lambda event: joined([name_of(one) for one in event.data.get("told", [])]) or "—",
    "filename": lambda event: event.data.get("filename", ""),
    "congress": lambda event: congress_answer_name(event.data.get("congress")),
}
"""What a sentence may ask an event for; most ask for one or two."""


class _Facts:
    """What an event tells, found out when its sentence asks for it."""

    def __init__(self, event: Event) -> None:
        self._event = event

    def __getitem__(self, name: str) -> str:
        return FACTS[name](self._event)


def event_sentence(event: Event) -> str:
    """Return one event as a sentence; words that were written with it (a reason, a question) are shown apart."""
    by_itself = BY_ITSELF.get(event.verb) if event.actor is None else None
    if event.data.get("occasion") and event.verb is Verb.WAKE_UP:
        by_itself = OCCASION_CAME
    if event.verb is Verb.ESCALATE and event.data.get("deadline") == Deadline.OPINION:
        by_itself = OPINION_LATE
    if event.verb is Verb.START_IMPLEMENTATION and FACTS["owner"](event) == FACTS["actor"](event):
        by_itself = TAKEN_ON
    merged = MERGED.get(event.verb) if event.data.get("merged") else None
    by_team = BY_TEAM.get(event.verb) if event.data.get("by_team") else None
    return str(by_itself or merged or by_team or EVENTS[event.verb]) % _Facts(event)


def _grouped(yuan: str | None) -> str:
    """Return an amount as it was kept, with thousands set apart and without idle decimals."""
    if not yuan:
        return ""
    text = f"{Decimal(yuan):,.2f}"
    return text.removesuffix(".00")


def words_of(event: Event) -> str:
    """Return what was written with an event and may be read by all who see it: reasons, questions, answers."""
    if event.verb is Verb.REVIEW:  # An opinion is shown where it is known who may read it yet.
        return ""
    routed = event.verb in {Verb.ROUTE, Verb.TRANSFER}  # Their reason is a code; what a person said is in the words.
    spoken = ("words",) if routed else ("reason", "question", "answer", "words")
    return next((str(event.data[name]) for name in spoken if event.data.get(name)), "")
