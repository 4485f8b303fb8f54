"""What comes next for a proposal, said to its author: who acts, by when, and whether it is his turn."""

from collections.abc import Mapping

from studio.domain.next_steps import NextStep
from studio.wording.language import lazy_gettext

SENTENCES: Mapping[NextStep, str] = {
    NextStep.FINISH_WRITING: lazy_gettext("Nobody but you can see it yet. Write the rest and hand it in."),
    NextStep.FIND_STUDIO: lazy_gettext(
        "The coordinator looks for the right studio. You are told as soon as one has it."
    ),
    NextStep.TEAM_ANSWERS: lazy_gettext(
        "%(name)s looks at it and answers by %(when)s. Without an answer it goes on to a studio by itself."
    ),
    NextStep.FIRST_ANSWER: lazy_gettext(
        "%(name)s gives you a first answer by %(when)s. Until then you need do nothing."
    ),
    NextStep.DECISION: lazy_gettext(
        "It is being judged. %(name)s decides by %(when)s, and you are told at once, with the reason."
    ),
    NextStep.LATE_ANSWER: lazy_gettext(
        "%(name)s should have answered by %(when)s. Reminders go out by themselves; you need not run after it."
    ),
    NextStep.YOUR_ANSWER: lazy_gettext("It is your turn: as soon as your answer is there, it goes on."),
    NextStep.THEIR_ANSWER: lazy_gettext("The studio has a question. As soon as it is answered, it goes on."),
    NextStep.NAME_WHO_DOES_IT: lazy_gettext(
        "It is going to be done. Next, somebody is named who does it; you can say who yourself, here below."
    ),
    NextStep.TRIAL_ENDS: lazy_gettext(
        "It is being tried out until %(day)s. Then %(name)s says whether it stays, and you are told."
    ),
    NextStep.TRIAL_GOES_ON: lazy_gettext(
        "It is being tried out. Then %(name)s says whether it stays, and you are told."
    ),
    NextStep.TRIAL_IS_OVER: lazy_gettext(
        "The trial was to end on %(day)s. Now %(name)s says whether it stays, and you are told."
    ),
    NextStep.LOOKED_AT_AGAIN: lazy_gettext("It is not forgotten: on %(day)s it is looked at again, and you are told."),
    NextStep.OCCASION_COMES: lazy_gettext(
        "It is not forgotten: it is looked at again when this has come: %(occasion)s. You are told then."
    ),
    NextStep.CONDITION_COMES: lazy_gettext(
        "It is not forgotten: it is looked at again when its condition is met, and you are told."
    ),
    NextStep.MEND_AND_ASK: lazy_gettext(
        "What can be done so that it is taken stands in the answer. When that is done, ask for another look."
    ),
    NextStep.ASK_ONCE_MORE: lazy_gettext(
        "The reason stands in the answer. If you see it differently, you can ask once for another look."
    ),
    NextStep.CLOSED: lazy_gettext("It is closed; the reason stands in the answer. The next idea is welcome any time."),
    NextStep.ORIGINAL_GOES_ON: lazy_gettext(
        "Somebody filed the same before you. What becomes of it is told at the earlier one."
    ),
    NextStep.TAKE_UP_AGAIN: lazy_gettext(
        "You took it back, so nothing happens with it. You can take it up again whenever you like."
    ),
    NextStep.TAKEN_BACK: lazy_gettext("It was taken back, so nothing happens with it."),
    NextStep.WORK_GOES_ON: lazy_gettext(
        "%(name)s is doing it. When it is done, it is said here, and somebody looks at it on the spot."
    ),
    NextStep.LOOK_ON_SITE: lazy_gettext(
        "It is done. Next, somebody who neither wrote nor did it looks at it on the spot and confirms it."
    ),
    NextStep.BENEFIT_IS_CHECKED: lazy_gettext("It is in use. Next, finance checks what it really saves."),
    NextStep.FINISHED: lazy_gettext("All done: it is in use. Thank you for it."),
}

NOBODY_NAMED: Mapping[NextStep, str] = {
    NextStep.LATE_ANSWER: lazy_gettext("The studio"),
    NextStep.WORK_GOES_ON: lazy_gettext("Somebody"),
}
"""Who acts where the records name nobody."""


def next_sentence(step: NextStep, *, name: str, when: str, day: str, occasion: str) -> str:
    """Return what comes next in a sentence or two; what the records do not say may be empty."""
    facts = {"name": name or str(NOBODY_NAMED.get(step, NOBODY_NAMED[NextStep.LATE_ANSWER]))}
    return str(SENTENCES[step]) % (facts | {"when": when, "day": day, "occasion": occasion})
