"""What happens between filing and the binding answer: reviews, questions, decisions, words."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, Index, Numeric, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.deciding import DecisionReason, Occasion
from models.enums import CommentVisibility, Outcome, OutcomeClass, Recommendation, SeatEnd
from models.person import Person
from models.proposal import Proposal
from models.rubric import Criterion, RubricVersion
from models.studio import Studio

if TYPE_CHECKING:
    from models.voices import Mention


class Review(Base):
    """One reviewer's opinion, never binding. One per reviewer and proposal; a later one replaces it.

    It keeps the version of the rubric that it was made with, so that its scores go on meaning what they meant.
    """

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("proposal_id", "reviewer_id"),)

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    reviewer_id: Mapped[int] = reference("people.id")
    studio_id: Mapped[int | None] = reference("studios.id", index=False)
    rubric_version_id: Mapped[int] = reference("rubric_versions.id")
    recommendation: Mapped[Recommendation] = mapped_column(enum_column(Recommendation))
    comment: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()
    studio: Mapped[Studio | None] = relationship()
    rubric_version: Mapped[RubricVersion] = relationship()
    scores: Mapped[list["ReviewScore"]] = relationship(
        back_populates="review", cascade="all, delete-orphan", lazy="selectin"
    )


class PanelSeat(Base):
    """Somebody who is asked to judge a proposal, from when until why not any more. One open seat a person."""

    __tablename__ = "panel_seats"
    __table_args__ = (
        rule("ended_with_a_reason", "(ended_at IS NULL) = (ended_for IS NULL)"),
        rule("ends_after_it_begins", "ended_at IS NULL OR ended_at >= seated_at"),
        Index(
            "uq_panel_seats_open",
            "proposal_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    person_id: Mapped[int] = reference("people.id")
    seated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_for: Mapped[SeatEnd | None] = mapped_column(enum_column(SeatEnd))

    proposal: Mapped[Proposal] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()


class ReviewScore(Base):
    """What a reviewer gave on one criterion, on its scale: the ends are kept too, so that the database can compare."""

    __tablename__ = "review_scores"
    __table_args__ = (
        ForeignKeyConstraint(
            ["criterion_id", "lowest", "highest"],
            ["criteria.id", "criteria.lowest", "criteria.highest"],
            ondelete="RESTRICT",
        ),
        rule("score_on_its_scale", "score BETWEEN lowest AND highest"),
    )

    review_id: Mapped[int] = reference("reviews.id", ondelete="CASCADE", index=False, primary_key=True)
    criterion_id: Mapped[int] = mapped_column(primary_key=True)
    lowest: Mapped[int]
    highest: Mapped[int]
    score: Mapped[int]

    review: Mapped[Review] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship(lazy="joined", innerjoin=True)


class InformationRequest(Base):
    """A question to the submitter; while one is open the ball is with the submitter."""

    __tablename__ = "information_requests"
    __table_args__ = (
        rule("question_not_blank", "trim(question) <> ''"),
        rule("answer_is_whole", "(answered_at IS NULL) = (answer IS NULL)"),
        Index(
            "uq_information_requests_open",
            "proposal_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    asked_by_id: Mapped[int] = reference("people.id", index=False)
    question: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by_id: Mapped[int | None] = reference("people.id", index=False)
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="information_requests")
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)


class Decision(Base):
    """The binding answer of a lead. A reopened proposal keeps its old decisions, marked as superseded."""

    __tablename__ = "decisions"
    __table_args__ = (
        rule("reason_unless_accepted", "outcome = 'accepted' OR trim(reason) <> ''"),
        rule(
            "deferred_has_wake_up",
            "outcome <> 'deferred' OR wake_up_on IS NOT NULL OR occasion_id IS NOT NULL OR trim(wake_up_when) <> ''",
        ),
        rule("duplicate_has_original", "(outcome = 'duplicate') = (duplicate_of_id IS NOT NULL)"),
        rule("teams_say_yes_or_no", "NOT by_team OR outcome IN ('accepted', 'declined')"),
        rule("trial_has_an_end", "outcome <> 'trial' OR trial_ends_on IS NOT NULL OR end_unknown"),
        Index(
            "uq_decisions_current",
            "proposal_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    outcome_class: Mapped[OutcomeClass | None] = mapped_column(enum_column(OutcomeClass))
    """Kept as it was on that day; without one the outcome alone says it."""
    because_id: Mapped[int | None] = reference("decision_reasons.id")
    reason: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default="")
    """How to make an inadmissible proposal admissible; its author reads it first."""
    decided_by_id: Mapped[int | None] = reference("people.id")
    decided_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    wake_up_on: Mapped[date | None]
    wake_up_when: Mapped[str] = mapped_column(default="")
    occasion_id: Mapped[int | None] = reference("occasions.id")
    trial_ends_on: Mapped[date | None]
    duplicate_of_id: Mapped[int | None] = reference("proposals.id", index=False)
    end_unknown: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A trial of the time before each had to say until when, or of an old archive; nothing decided here has it."""
    trial_told_at: Mapped[datetime | None]
    """When lead and authors were told that the trial's last day has come."""
    by_team: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the team settled it by itself, without a studio."""
    score: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    """What the reviews came to when it was decided, 0 to 100; after that none of them changes."""

    proposal: Mapped[Proposal] = relationship(back_populates="decisions", foreign_keys=proposal_id)
    decided_by: Mapped[Person | None] = relationship()
    because: Mapped[DecisionReason | None] = relationship()
    occasion: Mapped[Occasion | None] = relationship()


class PreparedDecision(Base):
    """A decision that is made but not told: nothing that reads decisions finds it, because it is none yet.

    One per proposal. ``revision`` is the proposal's when it was made; ``seal`` is new with every edit, so nobody
    publishes words he has not read.
    """

    __tablename__ = "prepared_decisions"
    __table_args__ = (
        UniqueConstraint("proposal_id"),
        rule("reason_unless_accepted", "outcome = 'accepted' OR trim(reason) <> ''"),
        rule(
            "deferred_has_wake_up",
            "outcome <> 'deferred' OR wake_up_on IS NOT NULL OR occasion_id IS NOT NULL OR trim(wake_up_when) <> ''",
        ),
        rule("inadmissible_has_remedy", "outcome <> 'inadmissible' OR trim(remedy) <> ''"),
        rule("duplicate_has_original", "(outcome = 'duplicate') = (duplicate_of_id IS NOT NULL)"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    studio_id: Mapped[int | None] = reference("studios.id")
    """Whose decision it is: with another studio it is nobody's."""
    revision: Mapped[int]
    seal: Mapped[str]
    prepared_by_id: Mapped[int] = reference("people.id")
    prepared_at: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    because_id: Mapped[int | None] = reference("decision_reasons.id")
    reason: Mapped[str] = mapped_column(default="")
    remedy: Mapped[str] = mapped_column(default="")
    wake_up_on: Mapped[date | None]
    wake_up_when: Mapped[str] = mapped_column(default="")
    occasion_id: Mapped[int | None] = reference("occasions.id")
    trial_ends_on: Mapped[date | None]
    duplicate_of_id: Mapped[int | None] = reference("proposals.id", index=False)

    proposal: Mapped[Proposal] = relationship(foreign_keys=proposal_id)
    prepared_by: Mapped[Person] = relationship()
    because: Mapped[DecisionReason | None] = relationship()
    occasion: Mapped[Occasion | None] = relationship()
    duplicate_of: Mapped[Proposal | None] = relationship(foreign_keys=duplicate_of_id)


class Comment(Base):
    """Words under a proposal: a comment for all who may see it, or a note for its reviewers."""

    __tablename__ = "comments"
    __table_args__ = (rule("body_not_blank", "trim(body) <> ''"),)

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    author_id: Mapped[int] = reference("people.id")
    visibility: Mapped[CommentVisibility] = mapped_column(enum_column(CommentVisibility))
    body: Mapped[str]
    created_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="comments")
    author: Mapped[Person] = relationship()
    mentions: Mapped[list["Mention"]] = relationship(
        back_populates="comment", cascade="all, delete-orphan", order_by="Mention.person_id"
    )
