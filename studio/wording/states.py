"""The closed lists of the records in words, and how far a state is on its way."""

from collections.abc import Mapping

from models import (
    AttemptOutcome,
    CongressAnswer,
    MailState,
    Outcome,
    OutcomeClass,
    ProposalState,
    Recommendation,
    Role,
    StudioKind,
    StudioLevel,
    StudioRole,
    Verb,
)
from studio.domain.scoring import Grade
from studio.wording.language import lazy_gettext

BLOCKS = 5

PROGRESS: Mapping[ProposalState, int] = {
    ProposalState.DRAFT: 0,
    ProposalState.SUBMITTED: 1,
    ProposalState.TEAM_CHECK: 2,
    ProposalState.UNDER_REVIEW: 2,
    ProposalState.INFORMATION_REQUESTED: 2,
    ProposalState.ACCEPTED: 3,
    ProposalState.TRIAL: 3,
    ProposalState.DEFERRED: 3,
    ProposalState.DECLINED: 3,
    ProposalState.INADMISSIBLE: 3,
    ProposalState.DUPLICATE: 3,
    ProposalState.WITHDRAWN: 1,
    ProposalState.IN_IMPLEMENTATION: 4,
    ProposalState.IMPLEMENTED: 4,
    ProposalState.VERIFIED: BLOCKS,
}
"""Filed, reviewed, decided, done, checked."""

STATES = {
    ProposalState.DRAFT: lazy_gettext("Draft"),
    ProposalState.SUBMITTED: lazy_gettext("Filed"),
    ProposalState.TEAM_CHECK: lazy_gettext("With the team leader"),
    ProposalState.UNDER_REVIEW: lazy_gettext("Under review"),
    ProposalState.INFORMATION_REQUESTED: lazy_gettext("More information asked"),
    ProposalState.ACCEPTED: lazy_gettext("Accepted"),
    ProposalState.TRIAL: lazy_gettext("On trial"),
    ProposalState.DEFERRED: lazy_gettext("Put off"),
    ProposalState.DECLINED: lazy_gettext("Declined"),
    ProposalState.INADMISSIBLE: lazy_gettext("Not admissible"),
    ProposalState.DUPLICATE: lazy_gettext("Filed before"),
    ProposalState.WITHDRAWN: lazy_gettext("Withdrawn"),
    ProposalState.IN_IMPLEMENTATION: lazy_gettext("Being done"),
    ProposalState.IMPLEMENTED: lazy_gettext("Done"),
    ProposalState.VERIFIED: lazy_gettext("Done and checked"),
}

OUTCOMES = {
    Outcome.ACCEPTED: lazy_gettext("Accepted"),
    Outcome.TRIAL: lazy_gettext("Try it out"),
    Outcome.DEFERRED: lazy_gettext("Put off"),
    Outcome.DECLINED: lazy_gettext("Declined"),
    Outcome.INADMISSIBLE: lazy_gettext("Not admissible"),
    Outcome.DUPLICATE: lazy_gettext("Filed before"),
}

OUTCOME_CLASSES = {
    OutcomeClass.DONE: lazy_gettext("Class 1: valuable, and already done"),
    OutcomeClass.ADOPTED: lazy_gettext("Class 2: adopted, to be done"),
    OutcomeClass.TRIAL: lazy_gettext("On trial"),
    OutcomeClass.WAITS: lazy_gettext("Class 3: valuable, conditions are missing"),
    OutcomeClass.NEEDS_STUDY: lazy_gettext("Class 4: needs study"),
    OutcomeClass.OUTSIDE_OR_PLANNED: lazy_gettext("Class 5: not admissible, or planned already"),
    OutcomeClass.DUPLICATE: lazy_gettext("Filed before"),
    OutcomeClass.DECLINED: lazy_gettext("Declined"),
}

RECOMMENDATIONS = {
    Recommendation.ACCEPT: lazy_gettext("Accept"),
    Recommendation.TRIAL: lazy_gettext("Try it out first"),
    Recommendation.DEFER: lazy_gettext("Put it off"),
    Recommendation.DECLINE: lazy_gettext("Decline"),
}

VERBS = {
    Verb.SUBMIT: lazy_gettext("File it"),
    Verb.ASK_TEAM: lazy_gettext("Ask the team leader"),
    Verb.PASS_ON: lazy_gettext("Pass on to a studio"),
    Verb.ROUTE: lazy_gettext("Send to a studio"),
    Verb.TRANSFER: lazy_gettext("Hand to another studio"),
    Verb.REVIEW: lazy_gettext("Score"),
    Verb.REQUEST_INFORMATION: lazy_gettext("Ask for more"),
    Verb.ANSWER_INFORMATION_REQUEST: lazy_gettext("Answer"),
    Verb.ACCEPT: lazy_gettext("Accept"),
    Verb.START_TRIAL: lazy_gettext("Try it out"),
    Verb.DEFER: lazy_gettext("Put it off"),
    Verb.DECLINE: lazy_gettext("Decline"),
    Verb.MARK_INADMISSIBLE: lazy_gettext("Not admissible"),
    Verb.MARK_DUPLICATE: lazy_gettext("Filed before"),
    Verb.WITHDRAW: lazy_gettext("Take it back"),
    Verb.START_IMPLEMENTATION: lazy_gettext("Start the work"),
    Verb.REPORT_IMPLEMENTATION: lazy_gettext("It is done"),
    Verb.VERIFY_IMPLEMENTATION: lazy_gettext("Checked on site"),
    Verb.CHECK_BENEFIT: lazy_gettext("Confirm the benefit"),
    Verb.REOPEN: lazy_gettext("Take it up again"),
    Verb.APPEAL: lazy_gettext("Ask for another look"),
    Verb.WAKE_UP: lazy_gettext("Time to look again"),
    Verb.COMMENT: lazy_gettext("Comment"),
    Verb.NOTE: lazy_gettext("Note for reviewers"),
    Verb.ATTACH: lazy_gettext("Add a file"),
    Verb.REMOVE_ATTACHMENT: lazy_gettext("Take off the file"),
    Verb.UNDO_DUPLICATE: lazy_gettext("It repeats nothing after all"),
    Verb.NOTE_REPEAT: lazy_gettext("Another one repeats it"),
    Verb.DROP_REPEAT: lazy_gettext("The other one repeats it no longer"),
    Verb.STEP_ASIDE: lazy_gettext("Let somebody else judge it"),
    Verb.REVEAL: lazy_gettext("Show the names"),
    Verb.ESCALATE: lazy_gettext("The answer is late"),
    Verb.RESCHEDULE: lazy_gettext("What it waited for is off the list"),
    Verb.REQUEST_OPINION: lazy_gettext("Ask for a second opinion"),
    Verb.GIVE_OPINION: lazy_gettext("Give a second opinion"),
    Verb.DECLINE_OPINION: lazy_gettext("Give no second opinion"),
    Verb.REFER_TO_CONGRESS: lazy_gettext("Refer to the workers' congress"),
    Verb.RECORD_CONGRESS_ANSWER: lazy_gettext("Record the congress's answer"),
}

ROLES = {
    Role.TEAM_LEADER: lazy_gettext("Team leader"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.FINANCE_CHECKER: lazy_gettext("Finance checker"),
    Role.SAFETY_OFFICER: lazy_gettext("Safety officer"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}

STUDIO_ROLES = {
    StudioRole.LEAD: lazy_gettext("Lead"),
    StudioRole.REVIEWER: lazy_gettext("Reviewer"),
    StudioRole.MEMBER: lazy_gettext("Member"),
}

STUDIO_KINDS = {
    StudioKind.MODEL_WORKER_CRAFTSMAN: lazy_gettext("Model worker and craftsman studio"),
    StudioKind.SKILL_MASTER: lazy_gettext("Skill master studio"),
    StudioKind.EMPLOYEE: lazy_gettext("Employee innovation studio"),
    StudioKind.YOUTH_PIONEER: lazy_gettext("Youth pioneer studio"),
}

STUDIO_LEVELS = {
    StudioLevel.NATIONAL: lazy_gettext("National level"),
    StudioLevel.PROVINCIAL: lazy_gettext("Provincial level"),
    StudioLevel.MUNICIPAL: lazy_gettext("Municipal level"),
    StudioLevel.ENTERPRISE: lazy_gettext("Enterprise level"),
}

MAIL_STATES = {
    MailState.QUEUED: lazy_gettext("Waiting to go"),
    MailState.SENDING: lazy_gettext("On its way"),
    MailState.SENT: lazy_gettext("Sent"),
    MailState.FAILED: lazy_gettext("Could not be delivered"),
    MailState.HELD: lazy_gettext("Address refused"),
}

ATTEMPTS = {
    AttemptOutcome.SENT: lazy_gettext("Taken by the relay"),
    AttemptOutcome.POSTPONED: lazy_gettext("Not now; tried again later"),
    AttemptOutcome.REFUSED: lazy_gettext("Refused"),
    AttemptOutcome.DELAYED: lazy_gettext("Delayed on its way"),
    AttemptOutcome.RETURNED: lazy_gettext("Came back"),
}

GRADES = {
    Grade.FIRST: lazy_gettext("Grade 1"),
    Grade.SECOND: lazy_gettext("Grade 2"),
    Grade.THIRD: lazy_gettext("Grade 3"),
    Grade.ENCOURAGEMENT: lazy_gettext("Encouragement"),
    Grade.NONE: lazy_gettext("No grade"),
}

CONGRESS_ANSWERS = {
    CongressAnswer.ADOPTED: lazy_gettext("adopted"),
    CongressAnswer.NOT_ADOPTED: lazy_gettext("not adopted"),
    CongressAnswer.ADVICE: lazy_gettext("advice given"),
}


def progress(state: ProposalState) -> int:
    """Return how many of the five blocks are filled."""
    return PROGRESS[state]


def state_name(state: ProposalState) -> str:
    """Return where a proposal stands, in a word."""
    return str(STATES[state])


def outcome_name(outcome: Outcome) -> str:
    """Return what a decision says, in a word."""
    return str(OUTCOMES[outcome])


def outcome_class_name(kind: OutcomeClass) -> str:
    """Return the class of the firm's returns that an answer belongs to."""
    return str(OUTCOME_CLASSES[kind])


def recommendation_name(recommendation: Recommendation) -> str:
    """Return what a reviewer would do."""
    return str(RECOMMENDATIONS[recommendation])


def congress_answer_name(answer: str | None) -> str:
    """Return what the workers' congress said, in a word; nothing before it has said anything."""
    return str(CONGRESS_ANSWERS[CongressAnswer(answer)]) if answer else ""


def verb_name(verb: Verb) -> str:
    """Return what the button says."""
    return str(VERBS[verb])


def role_name(role: Role) -> str:
    """Return what a person may be beyond a worker."""
    return str(ROLES[role])


def studio_role_name(role: StudioRole) -> str:
    """Return what a member does in a studio."""
    return str(STUDIO_ROLES[role])


def studio_kind_name(kind: StudioKind) -> str:
    """Return which of the four platforms a studio is."""
    return str(STUDIO_KINDS[kind])


def studio_level_name(level: StudioLevel) -> str:
    """Return who recognised a studio."""
    return str(STUDIO_LEVELS[level])


def mail_state_name(state: MailState) -> str:
    """Return where an outgoing mail stands."""
    return str(MAIL_STATES[state])


def attempt_name(outcome: AttemptOutcome) -> str:
    """Return what became of an attempt to deliver a mail."""
    return str(ATTEMPTS[outcome])


def grade_name(grade: Grade) -> str:
    """Return the class that a score belongs to."""
    return str(GRADES[grade])
