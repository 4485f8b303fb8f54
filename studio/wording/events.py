"""What happened, as one line of the timeline."""

from decimal import Decimal

from models import Event, Verb
from studio.wording.language import lazy_gettext
from studio.wording.names import name_of

EVENTS = {
    Verb.SUBMIT: lazy_gettext("%(actor)s filed it as %(number)s."),
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
    Verb.START_IMPLEMENTATION: lazy_gettext("%(actor)s put the work into the hands of %(owner)s."),
    Verb.REPORT_IMPLEMENTATION: lazy_gettext("%(actor)s reported that it is done."),
    Verb.VERIFY_IMPLEMENTATION: lazy_gettext("%(actor)s looked on site: it is done."),
    Verb.CHECK_BENEFIT: lazy_gettext("%(actor)s confirmed %(yuan)s yuan a year."),
    Verb.REOPEN: lazy_gettext("%(actor)s took it up again."),
    Verb.APPEAL: lazy_gettext("%(actor)s asked for a second opinion."),
    Verb.WAKE_UP: lazy_gettext("%(actor)s looked at it again."),
    Verb.COMMENT: lazy_gettext("%(actor)s wrote a comment."),
    Verb.NOTE: lazy_gettext("%(actor)s left a note for the reviewers."),
    Verb.ATTACH: lazy_gettext("%(actor)s added “%(filename)s”."),
    Verb.REMOVE_ATTACHMENT: lazy_gettext("%(actor)s took a file off."),
}

OCCASION_CAME = lazy_gettext("%(actor)s looked at it again: what it waited for has come (%(occasion)s).")
BY_ITSELF = {
    Verb.ROUTE: lazy_gettext("It went to %(studio)s."),
    Verb.WAKE_UP: lazy_gettext("The day has come to look at it again."),
}
"""What a rule or the clock does; anything else without a name was done by somebody the records do not know."""


def event_sentence(event: Event) -> str:
    """Return one event as a sentence; words that were written with it (a reason, a question) are shown apart."""
    by_itself = BY_ITSELF.get(event.verb) if event.actor is None else None
    if event.data.get("occasion") and event.verb is Verb.WAKE_UP:
        by_itself = OCCASION_CAME
    facts = {
        "occasion": name_of(event.data.get("occasion")) if event.verb is Verb.WAKE_UP else "",
        "actor": name_of(event.actor) or str(lazy_gettext("Somebody")),
        "number": event.data.get("number", ""),
        "studio": name_of(event.data.get("studio")),
        "owner": name_of(event.data.get("owner")),
        "duplicate_of": event.data.get("duplicate_of", ""),
        "yuan": _grouped(event.data.get("yuan")),
        "filename": event.data.get("filename", ""),
    }
    return str(by_itself or EVENTS[event.verb]) % facts


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
