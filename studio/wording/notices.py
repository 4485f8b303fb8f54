"""What somebody is told of a proposal, why he, and the kinds of event he chooses from, in words."""

from collections.abc import Mapping

from models import NoticeGroup, NoticePart, Outcome
from studio.wording.language import lazy_gettext

GROUPS: Mapping[NoticeGroup, tuple[str, str]] = {
    NoticeGroup.REQUEST: (lazy_gettext("Questions to me"), lazy_gettext("Something is missing and I am asked for it.")),
    NoticeGroup.DECISION: (
        lazy_gettext("Decisions"),
        lazy_gettext("What was decided on mine, on those I follow, and on others like mine."),
    ),
    NoticeGroup.ANSWER: (
        lazy_gettext("Answers"),
        lazy_gettext("To what was asked: by an author, another studio, the workers’ congress."),
    ),
    NoticeGroup.MENTION: (lazy_gettext("My name"), lazy_gettext("Somebody names me in a comment or note.")),
    NoticeGroup.ASSIGNMENT: (lazy_gettext("Mine to judge"), lazy_gettext("A new proposal waits for my word.")),
    NoticeGroup.DEADLINE: (
        lazy_gettext("Deadlines"),
        lazy_gettext("An answer is due soon or late, a trial is over."),
    ),
    NoticeGroup.WORK: (
        lazy_gettext("Carrying it out"),
        lazy_gettext("It is begun, said to be done, seen working, told as a story."),
    ),
    NoticeGroup.BENEFIT: (lazy_gettext("What it brings"), lazy_gettext("The benefit was checked.")),
    NoticeGroup.FILING: (
        lazy_gettext("Where it is"),
        lazy_gettext("Somebody filed for me, it went on to a studio or to the congress."),
    ),
    NoticeGroup.WAKE_UP: (
        lazy_gettext("Put off and taken up again"),
        lazy_gettext("The day or the occasion it waited for has come."),
    ),
}
"""Each kind of event: its name, and what it tells."""

PARTS: Mapping[NoticePart, str] = {
    NoticePart.AUTHOR: lazy_gettext("You get this because the proposal is yours. Everything is in the app too."),
    NoticePart.WRITER: lazy_gettext("You get this because you filed it for a colleague. Everything is in the app too."),
    NoticePart.LEAD: lazy_gettext(
        "You get this because you lead the studio that has it. Everything is in the app too."
    ),
    NoticePart.REVIEWER: lazy_gettext("You get this because you are asked to judge it. Everything is in the app too."),
    NoticePart.TEAM_LEADER: lazy_gettext(
        "You get this because it is with you as team leader. Everything is in the app too."
    ),
    NoticePart.ASKED: lazy_gettext(
        "You get this because you judge in the studio that was asked. Everything is in the app too."
    ),
    NoticePart.DOER: lazy_gettext("You get this because you carry it out. Everything is in the app too."),
    NoticePart.FOLLOWER: lazy_gettext("You get this because you follow it. Everything is in the app too."),
    NoticePart.NAMED: lazy_gettext("You get this because somebody named you there. Everything is in the app too."),
    NoticePart.SAFETY: lazy_gettext(
        "You get this because it is about safety, which you look after. Everything is in the app too."
    ),
    NoticePart.CONCERNED: lazy_gettext("You get this because the proposal concerns you. Everything is in the app too."),
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ACCEPTED: lazy_gettext("It was accepted"),
    Outcome.TRIAL: lazy_gettext("It is tried out first"),
    Outcome.DEFERRED: lazy_gettext("It was put off, not forgotten"),
    Outcome.DECLINED: lazy_gettext("It was not taken up, with the reason"),
    Outcome.INADMISSIBLE: lazy_gettext("It cannot be judged as it is"),
    Outcome.DUPLICATE: lazy_gettext("It was filed before"),
}

KINDS: Mapping[str, str] = {
    "assigned": lazy_gettext("Waiting for your review"),
    "benefit_checked": lazy_gettext("Its benefit was checked"),
    "congress_answered": lazy_gettext("The workers’ congress has answered"),
    "due_soon": lazy_gettext("An answer is due soon"),
    "information_answered": lazy_gettext("What was missing has come"),
    "information_requested": lazy_gettext("You are asked for what is missing"),
    "mentioned": lazy_gettext("Somebody named you"),
    "opinion_declined": lazy_gettext("The other studio gives no opinion"),
    "opinion_given": lazy_gettext("The other studio says what it thinks"),
    "opinion_requested": lazy_gettext("Your studio is asked what it thinks"),
    "overdue": lazy_gettext("An answer is late"),
    "passed_on": lazy_gettext("A studio answers now instead of the team leader"),
    "referred": lazy_gettext("The workers’ congress is asked"),
    "repeat_left": lazy_gettext("Another proposal is no repeat of it after all"),
    "repeat_undone": lazy_gettext("It is no repeat after all"),
    "repeated": lazy_gettext("Somebody had the same idea"),
    "rescheduled": lazy_gettext("There is a day on which it is looked at again"),
    "safety_filed": lazy_gettext("A safety proposal was filed"),
    "story_told": lazy_gettext("Everybody reads its story"),
    "submitted": lazy_gettext("It was filed for you"),
    "team_asked": lazy_gettext("It is yours to settle in the team"),
    "thanked": lazy_gettext("Somebody thanks you for it"),
    "trial_over": lazy_gettext("Its trial is over"),
    "woken_up": lazy_gettext("It is looked at again"),
    "work_reported": lazy_gettext("Reported as done"),
    "work_started": lazy_gettext("It is being carried out"),
    "work_verified": lazy_gettext("Somebody has seen it working"),
}


def group_name(group: NoticeGroup) -> str:
    """Return the name of a kind of event."""
    return str(GROUPS[group][0])


def why(part: NoticePart) -> str:
    """Return why somebody gets a mail."""
    return str(PARTS[part])


def saying(kind: str, detail: str) -> str:
    """Return in a few words what somebody is told; nobody is named in them."""
    if kind in {"decided", "followed"}:
        return str(OUTCOMES[Outcome(detail)])
    return str(KINDS[kind])
