"""What kinds of mails there are, in words."""

from collections.abc import Mapping

from studio.wording.language import lazy_gettext

KINDS: Mapping[str, object] = {
    "addresses_refused": lazy_gettext("Undeliverable addresses"),
    "assigned": lazy_gettext("New on the desk"),
    "benefit_checked": lazy_gettext("Benefit checked"),
    "congress_answered": lazy_gettext("The congress answered"),
    "daily": lazy_gettext("Mail of the day"),
    "decided": lazy_gettext("Decided"),
    "digest": lazy_gettext("Monthly digest"),
    "due_soon": lazy_gettext("Answer due soon"),
    "followed": lazy_gettext("Decided, to followers"),
    "information_answered": lazy_gettext("More information given"),
    "information_requested": lazy_gettext("More information asked"),
    "mentioned": lazy_gettext("Named in a comment"),
    "opinion_declined": lazy_gettext("No second opinion"),
    "opinion_given": lazy_gettext("Second opinion given"),
    "opinion_requested": lazy_gettext("Second opinion asked"),
    "overdue": lazy_gettext("Answer overdue"),
    "passed_on": lazy_gettext("Passed on to a studio"),
    "referred": lazy_gettext("Put to the congress"),
    "repeat_left": lazy_gettext("No repeat after all, to the original's authors"),
    "repeat_undone": lazy_gettext("No repeat after all"),
    "repeated": lazy_gettext("Somebody had the same idea"),
    "rescheduled": lazy_gettext("Looked at again on a day"),
    "safety_filed": lazy_gettext("Safety proposal filed"),
    "story_told": lazy_gettext("Story told"),
    "submitted": lazy_gettext("Filed for somebody"),
    "team_asked": lazy_gettext("For the team leader to settle"),
    "together": lazy_gettext("Several news together"),
    "trial_over": lazy_gettext("Trial over"),
    "woken_up": lazy_gettext("Looked at again"),
    "work_reported": lazy_gettext("Work reported done"),
    "work_started": lazy_gettext("Work begun"),
    "work_verified": lazy_gettext("Work seen on the spot"),
}
"""By the name of the folder with its templates."""


def mail_kind_name(kind: str) -> str:
    """Return what a kind of mail is called; one of an older or newer version keeps its code."""
    return str(KINDS.get(kind, kind))
