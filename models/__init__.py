"""The records of Innovation Studio. This package knows nothing of the rooms above it."""

from models.api_token import ApiToken
from models.attachment import Attachment
from models.base import Base
from models.call import Call, call_units
from models.catalogue import Kind, Theme
from models.deciding import DecisionReason, Occasion
from models.enums import (
    AttachmentRole,
    AttemptOutcome,
    CallKind,
    CommentVisibility,
    CongressAnswer,
    Deadline,
    DeadlineStep,
    FileTextState,
    Gender,
    HookKind,
    HookTopic,
    MachineKind,
    MailState,
    NoticeChoice,
    NoticeGroup,
    NoticePart,
    Outcome,
    OutcomeClass,
    ProposalState,
    Recommendation,
    Role,
    RubricAct,
    RuleAct,
    SeatEnd,
    SlowWorkKind,
    StudioKind,
    StudioLevel,
    StudioRole,
    UnitLevel,
    Unreadable,
    Verb,
)
from models.event import Event
from models.export import ReviewExport
from models.file_text import FileText
from models.following import Follower
from models.glossary import GlossaryRow
from models.hook import Hook, HookDelivery, HookFact
from models.kiosk import Badge, Kiosk, Pin
from models.machine import Machine
from models.mail import Delivery, DigestIssue, DigestSchedule, MailWords, OutgoingMail
from models.mail_log import MailAttempt, RefusedAddress
from models.notification import Notification
from models.paper import PaperForm
from models.person import Absence, EndedSession, Person, PersonGroup, Preferences, RoleGrant, SignInAttempt
from models.proposal import Contributor, NumberSequence, Proposal, proposal_themes
from models.review import Comment, Decision, InformationRequest, PanelSeat, PreparedDecision, Review, ReviewScore
from models.routing import Assignment, RoutingRule, RuleChange
from models.rubric import Criterion, CriterionLevel, Rubric, RubricEntry, RubricVersion, rubric_kinds
from models.saved_search import SavedSearch
from models.slow_work import SlowWork
from models.story import Story
from models.studio import Studio, StudioMembership
from models.team import TeamLimit
from models.thanks import Thanks
from models.unit import Unit
from models.voices import CongressReferral, Mention, SecondOpinion
from models.worker import JobLease, WorkerHeartbeat
from models.working_time import (
    CalendarException,
    DeadlineNotice,
    DeadlineRule,
    ShiftCalendar,
    UnitCalendar,
    WorkingSpan,
)

__all__ = [
    "Absence",
    "ApiToken",
    "Assignment",
    "Attachment",
    "AttachmentRole",
    "AttemptOutcome",
    "Badge",
    "Base",
    "CalendarException",
    "Call",
    "CallKind",
    "Comment",
    "CommentVisibility",
    "CongressAnswer",
    "CongressReferral",
    "Contributor",
    "Criterion",
    "CriterionLevel",
    "Deadline",
    "DeadlineNotice",
    "DeadlineRule",
    "DeadlineStep",
    "Decision",
    "DecisionReason",
    "Delivery",
    "DigestIssue",
    "DigestSchedule",
    "EndedSession",
    "Event",
    "FileText",
    "FileTextState",
    "Follower",
    "Gender",
    "GlossaryRow",
    "Hook",
    "HookDelivery",
    "HookFact",
    "HookKind",
    "HookTopic",
    "InformationRequest",
    "JobLease",
    "Kind",
    "Kiosk",
    "Machine",
    "MachineKind",
    "MailAttempt",
    "MailState",
    "MailWords",
    "Mention",
    "NoticeChoice",
    "NoticeGroup",
    "NoticePart",
    "Notification",
    "NumberSequence",
    "Occasion",
    "Outcome",
    "OutcomeClass",
    "OutgoingMail",
    "PanelSeat",
    "PaperForm",
    "Person",
    "PersonGroup",
    "Pin",
    "Preferences",
    "PreparedDecision",
    "Proposal",
    "ProposalState",
    "Recommendation",
    "RefusedAddress",
    "Review",
    "ReviewExport",
    "ReviewScore",
    "Role",
    "RoleGrant",
    "RoutingRule",
    "Rubric",
    "RubricAct",
    "RubricEntry",
    "RubricVersion",
    "RuleAct",
    "RuleChange",
    "SavedSearch",
    "SeatEnd",
    "SecondOpinion",
    "ShiftCalendar",
    "SignInAttempt",
    "SlowWork",
    "SlowWorkKind",
    "Story",
    "Studio",
    "StudioKind",
    "StudioLevel",
    "StudioMembership",
    "StudioRole",
    "TeamLimit",
    "Thanks",
    "Theme",
    "Unit",
    "UnitCalendar",
    "UnitLevel",
    "Unreadable",
    "Verb",
    "WorkerHeartbeat",
    "WorkingSpan",
    "call_units",
    "proposal_themes",
    "rubric_kinds",
]
