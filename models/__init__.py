"""The records of Innovation Studio. This package knows nothing of the rooms above it."""

from models.attachment import Attachment
from models.base import Base
from models.catalogue import Criterion, Kind, Theme
from models.deciding import DecisionReason, Occasion
from models.enums import (
    AttachmentRole,
    CommentVisibility,
    Gender,
    MailState,
    Outcome,
    OutcomeClass,
    ProposalState,
    Recommendation,
    Role,
    StudioKind,
    StudioLevel,
    StudioRole,
    UnitLevel,
    Verb,
)
from models.event import Event
from models.mail import Delivery, DigestIssue, OutgoingMail
from models.person import Person, PersonGroup, Preferences, RoleGrant, SignInAttempt
from models.proposal import Contributor, NumberSequence, Proposal, proposal_themes
from models.review import Comment, Decision, InformationRequest, PreparedDecision, Review, ReviewScore
from models.routing import Assignment, RoutingRule
from models.studio import Studio, StudioMembership
from models.unit import Unit
from models.worker import JobLease, WorkerHeartbeat

__all__ = [
    "Assignment",
    "Attachment",
    "AttachmentRole",
    "Base",
    "Comment",
    "CommentVisibility",
    "Contributor",
    "Criterion",
    "Decision",
    "DecisionReason",
    "Delivery",
    "DigestIssue",
    "Event",
    "Gender",
    "InformationRequest",
    "JobLease",
    "Kind",
    "MailState",
    "NumberSequence",
    "Occasion",
    "Outcome",
    "OutcomeClass",
    "OutgoingMail",
    "Person",
    "PersonGroup",
    "Preferences",
    "PreparedDecision",
    "Proposal",
    "ProposalState",
    "Recommendation",
    "Review",
    "ReviewScore",
    "Role",
    "RoleGrant",
    "RoutingRule",
    "SignInAttempt",
    "Studio",
    "StudioKind",
    "StudioLevel",
    "StudioMembership",
    "StudioRole",
    "Theme",
    "Unit",
    "UnitLevel",
    "Verb",
    "WorkerHeartbeat",
    "proposal_themes",
]
