"""Closed lists of words. Lists that a firm may change (kinds, themes, criteria) are tables instead."""

from enum import StrEnum


class UnitLevel(StrEnum):
    """Height of a unit in the tree."""

    COMPANY = "company"
    PLANT = "plant"
    WORKSHOP = "workshop"
    TEAM = "team"


class MachineKind(StrEnum):
    """Whether something stands there or it is the spot itself."""

    MACHINE = "machine"
    PLACE = "place"


class Gender(StrEnum):
    """For aggregate statistics only."""

    MALE = "m"
    FEMALE = "f"


class Role(StrEnum):
    """What a person may be beyond a worker; each holds for one part of the unit tree."""

    TEAM_LEADER = "team_leader"
    COORDINATOR = "coordinator"
    FINANCE_CHECKER = "finance_checker"
    SAFETY_OFFICER = "safety_officer"
    ADMINISTRATOR = "administrator"


class StudioKind(StrEnum):
    """The four platforms the national policy names."""

    MODEL_WORKER_CRAFTSMAN = "model_worker_craftsman"
    SKILL_MASTER = "skill_master"
    EMPLOYEE = "employee"
    YOUTH_PIONEER = "youth_pioneer"


class StudioLevel(StrEnum):
    """Who recognised the studio."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    ENTERPRISE = "enterprise"


class StudioRole(StrEnum):
    """What a member does in a studio."""

    LEAD = "lead"
    REVIEWER = "reviewer"
    MEMBER = "member"


class ProposalState(StrEnum):
    """Where a proposal stands; the transition table is in studio.domain.workflow."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TEAM_CHECK = "team_check"
    UNDER_REVIEW = "under_review"
    INFORMATION_REQUESTED = "information_requested"
    ACCEPTED = "accepted"
    TRIAL = "trial"
    DEFERRED = "deferred"
    DECLINED = "declined"
    INADMISSIBLE = "inadmissible"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    IN_IMPLEMENTATION = "in_implementation"
    IMPLEMENTED = "implemented"
    VERIFIED = "verified"


class Verb(StrEnum):
    """What a person or the clock can do; names the operation, the button, the event and the permission alike."""

    SUBMIT = "submit"
    ASK_TEAM = "ask_team"
    PASS_ON = "pass_on"  # noqa: S105 - a verb and no password
    ROUTE = "route"
    TRANSFER = "transfer"
    REVIEW = "review"
    REQUEST_INFORMATION = "request_information"
    ANSWER_INFORMATION_REQUEST = "answer_information_request"
    ACCEPT = "accept"
    START_TRIAL = "start_trial"
    DEFER = "defer"
    DECLINE = "decline"
    MARK_INADMISSIBLE = "mark_inadmissible"
    MARK_DUPLICATE = "mark_duplicate"
    WITHDRAW = "withdraw"
    START_IMPLEMENTATION = "start_implementation"
    REPORT_IMPLEMENTATION = "report_implementation"
    VERIFY_IMPLEMENTATION = "verify_implementation"
    CHECK_BENEFIT = "check_benefit"
    REOPEN = "reopen"
    APPEAL = "appeal"
    WAKE_UP = "wake_up"
    COMMENT = "comment"
    NOTE = "note"
    ATTACH = "attach"
    REMOVE_ATTACHMENT = "remove_attachment"
    ESCALATE = "escalate"
    UNDO_DUPLICATE = "undo_duplicate"
    NOTE_REPEAT = "note_repeat"
    DROP_REPEAT = "drop_repeat"
    STEP_ASIDE = "step_aside"
    REVEAL = "reveal"
    REQUEST_OPINION = "request_opinion"
    GIVE_OPINION = "give_opinion"
    DECLINE_OPINION = "decline_opinion"
    REFER_TO_CONGRESS = "refer_to_congress"
    RECORD_CONGRESS_ANSWER = "record_congress_answer"
    RESCHEDULE = "reschedule"


class Outcome(StrEnum):
    """What a decision says; each belongs to exactly one verb."""

    ACCEPTED = "accepted"
    TRIAL = "trial"
    DEFERRED = "deferred"
    DECLINED = "declined"
    INADMISSIBLE = "inadmissible"
    DUPLICATE = "duplicate"


class OutcomeClass(StrEnum):
    """How firms sort answers in their returns; finer than the outcome, and told to the author in words."""

    DONE = "done"
    ADOPTED = "adopted"
    TRIAL = "trial"
    WAITS = "waits"
    NEEDS_STUDY = "needs_study"
    OUTSIDE_OR_PLANNED = "outside_or_planned"
    DUPLICATE = "duplicate"
    DECLINED = "declined"


class Recommendation(StrEnum):
    """What one reviewer would do; never binding."""

    ACCEPT = "accept"
    TRIAL = "trial"
    DEFER = "defer"
    DECLINE = "decline"


class CongressAnswer(StrEnum):
    """What the workers' congress says to what was referred to it."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    ADVICE = "advice"
    """Neither yes nor no, but what should be heeded."""


class RubricAct(StrEnum):
    """What somebody did to a rubric."""

    PUBLISHED = "published"
    CHOSEN = "chosen"
    """For a kind, or, without one, for everything else."""
    RETIRED = "retired"
    TAKEN_BACK = "taken_back"


class SeatEnd(StrEnum):
    """Why somebody no longer judges a proposal he was asked to judge."""

    STEPPED_ASIDE = "stepped_aside"
    """He is not free to judge it, and said so."""
    AWAY = "away"
    LEFT = "left"
    """He is no judge of the studio any more, or it went to another one."""


class CommentVisibility(StrEnum):
    """Who reads it: all who may see the proposal, or its reviewers only."""

    COMMENT = "comment"
    NOTE = "note"


class AttachmentRole(StrEnum):
    """What an attached file shows."""

    BEFORE = "before"
    AFTER = "after"
    DOCUMENT = "document"
    RECORDING = "recording"
    PAPER = "paper"
    """The sheet on which it was written by hand."""


class FileTextState(StrEnum):
    """How far the reading of a document's text has come."""

    WAITING = "waiting"
    READ = "read"
    EMPTY = "empty"
    """There is no text in it: most often it holds pictures of pages."""
    UNREADABLE = "unreadable"


class Unreadable(StrEnum):
    """Why the text of a document could not be read. None of these is tried again."""

    LOCKED = "locked"
    """A password keeps it shut."""
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    """The file, or what it holds once unpacked."""
    TOO_LONG = "too_long"
    """It took more time than is allowed."""
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"
    """The process that read it died of it."""
    GIVEN_UP = "given_up"
    """Several workers died while it was read."""
    MISSING = "missing"
    """The file store does not have it."""


class CallKind(StrEnum):
    """What the firm asks its people for."""

    CAMPAIGN = "campaign"
    """Ideas on one theme, as many as come."""
    CHALLENGE = "challenge"
    """One hard problem that somebody takes on."""


class MailState(StrEnum):
    """Where an outgoing mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    HELD = "held"
    """Not tried: its address is known to take no mail."""


class AttemptOutcome(StrEnum):
    """What became of one attempt to deliver a mail."""

    SENT = "sent"
    POSTPONED = "postponed"
    REFUSED = "refused"
    DELAYED = "delayed"
    """Taken by our relay, and a later one reports that it is still trying."""
    RETURNED = "returned"
    """Taken by our relay and sent back later."""


class HookKind(StrEnum):
    """Who listens at the other end of a web hook."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    SIGNED = "signed"
    """A program that takes signed JSON."""


class HookTopic(StrEnum):
    """What a web hook may tell of."""

    FILED = "filed"
    ROUTED = "routed"
    DECIDED = "decided"
    PUT_TO_USE = "put_to_use"
    VERIFIED = "verified"
    LATE = "late"
    ISSUE = "issue"
    """An issue of the digest is out."""


class Deadline(StrEnum):
    """What is owed by a moment: a first answer, then the decision; beside them what another studio thinks."""

    ANSWER = "answer"
    DECISION = "decision"
    OPINION = "opinion"


class DeadlineStep(StrEnum):
    """Who is told about a deadline, one after the other: whoever owes it, then those above."""

    REMINDER = "reminder"
    REVIEWER = "reviewer"
    LEAD = "lead"
    COORDINATOR = "coordinator"


class RuleAct(StrEnum):
    """What was done to a routing rule."""

    MADE = "made"
    DRAFTED = "drafted"
    """A draft was written that is to take the place of a rule that holds."""
    CHANGED = "changed"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    DISCARDED = "discarded"
    """A draft for a rule that holds was thrown away."""
    REMOVED = "removed"


class SlowWorkKind(StrEnum):
    """Work that takes minutes where there is much, and of which the administrator sees how far it is."""

    INDEX = "index"
    """The search index is made anew."""
    IMPORT = "import"
    """An old archive is taken over."""
    BACKUP = "backup"


class NoticeGroup(StrEnum):
    """Kinds of event for each of which a person chooses how to be told, in the order of the page where he does."""

    REQUEST = "request"
    DECISION = "decision"
    ANSWER = "answer"
    MENTION = "mention"
    ASSIGNMENT = "assignment"
    DEADLINE = "deadline"
    WORK = "work"
    BENEFIT = "benefit"
    FILING = "filing"
    WAKE_UP = "wake_up"


class NoticeChoice(StrEnum):
    """How a person is told beside the app, which tells everything: by mail at once, once a day, or not by mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    APP = "app"


class NoticePart(StrEnum):
    """What somebody has to do with a proposal, so that he is told of it."""

    AUTHOR = "author"
    WRITER = "writer"
    LEAD = "lead"
    REVIEWER = "reviewer"
    TEAM_LEADER = "team_leader"
    ASKED = "asked"
    DOER = "doer"
    FOLLOWER = "follower"
    NAMED = "named"
    SAFETY = "safety"
    CONCERNED = "concerned"
