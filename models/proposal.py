"""The proposal, who shares in it, and its number."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.call import Call
from models.catalogue import Kind, Theme
from models.enums import ProposalState
from models.machine import Machine
from models.person import Person
from models.studio import Studio
from models.unit import Unit

if TYPE_CHECKING:
    from models.attachment import Attachment
    from models.event import Event
    from models.following import Follower
    from models.review import Comment, Decision, InformationRequest, PanelSeat, Review
    from models.routing import Assignment
    from models.voices import CongressReferral, SecondOpinion

proposal_themes = Table(
    "proposal_themes",
    Base.metadata,
    Column("proposal_id", ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True),
    Column("theme_id", ForeignKey("themes.id", ondelete="RESTRICT"), primary_key=True, index=True),
)

BEFORE_DECISION = "('draft', 'submitted', 'team_check', 'under_review', 'information_requested', 'withdrawn')"


class Proposal(Base):
    """A small invention or suggestion, from draft to verified.

    ``revision`` rises with every change and gives optimistic locking; ``indexed_revision`` is the one the
    search index has seen. Money is in yuan. The CHECK constraints tie each state to the facts it needs.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        rule("number_once_submitted", "(number IS NULL) = (submitted_at IS NULL)"),
        rule("draft_is_not_submitted", "state <> 'draft' OR submitted_at IS NULL"),
        rule("submitted_has_time", "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL"),
        rule(
            "submitted_has_text",
            "state IN ('draft', 'withdrawn') OR (trim(title) <> '' AND (trim(problem) <> '' OR trim(measure) <> ''))",
        ),
        rule(
            "review_has_studio",
            "state <> 'under_review' AND (state <> 'information_requested' OR team_leader_id IS NOT NULL)"
            " OR studio_id IS NOT NULL",
        ),
        rule("team_check_has_leader", "state <> 'team_check' OR team_leader_id IS NOT NULL"),
        rule("team_or_studio", "team_leader_id IS NULL OR studio_id IS NULL"),
        rule("decision_has_time", f"state IN {BEFORE_DECISION} OR decided_at IS NOT NULL"),
        rule("duplicate_has_original", "(state = 'duplicate') = (duplicate_of_id IS NOT NULL)"),
        rule("not_its_own_duplicate", "duplicate_of_id IS NULL OR duplicate_of_id <> id"),
        # A repeat points at an original, and an original repeats nothing: so no chain and no circle can be.
        rule("original_repeats_nothing", "original_id IS NULL OR (original_id = id AND duplicate_of_id IS NULL)"),
        ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["proposals.original_id"],
            name="fk_proposals_duplicate_of_id_original",
            ondelete="RESTRICT",
        ),
        UniqueConstraint("original_id"),
        rule("implemented_has_time", "state NOT IN ('implemented', 'verified') OR implemented_at IS NOT NULL"),
        rule("verified_has_time", "(state = 'verified') = (verified_at IS NOT NULL)"),
        rule("verified_by_another", "verified_by_id IS NULL OR verified_by_id <> implemented_by_id"),
        rule("money_not_negative", "claimed_benefit >= 0 AND cost >= 0 AND checked_benefit >= 0"),
        rule("has_a_submitter", "submitter_id IS NOT NULL OR submitter_text <> '' OR legacy_key IS NOT NULL"),
        rule("draft_has_submitter", "state <> 'draft' OR submitter_id IS NOT NULL"),
        rule("anonymous_has_submitter", "NOT anonymous OR submitter_id IS NOT NULL"),
        rule("blind_once_submitted", "NOT blind OR submitted_at IS NOT NULL"),
        # A team leader would know who it is, whatever the pages hide.
        rule("hidden_from_team", "NOT (anonymous OR blind) OR team_leader_id IS NULL"),
        Index("ix_proposals_state_submitted_at", "state", "submitted_at"),
        # Open work is counted for every filing; with the state beside it, no row has to be read.
        Index("ix_proposals_studio_id_state", "studio_id", "state"),
        Index("ix_proposals_reviewer_id_state", "reviewer_id", "state"),
        Index("ix_proposals_implemented_by_id_state", "implemented_by_id", "state"),
        Index("ix_proposals_team_leader_id_state", "team_leader_id", "state"),
        Index(
            "ix_proposals_stale",
            "id",
            sqlite_where=text("indexed_revision IS NULL OR indexed_revision <> revision"),
            postgresql_where=text("indexed_revision IS NULL OR indexed_revision <> revision"),
        ),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str | None] = mapped_column(unique=True)
    legacy_key: Mapped[str | None] = mapped_column(unique=True)
    filing_key: Mapped[str | None] = mapped_column(unique=True)
    """Chosen by the form; a second click with the same key finds the first filing instead of making another."""
    state: Mapped[ProposalState] = mapped_column(enum_column(ProposalState), default=ProposalState.DRAFT)
    revision: Mapped[int] = mapped_column()
    indexed_revision: Mapped[int | None]

    title: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    measure: Mapped[str] = mapped_column(default="")
    effect: Mapped[str] = mapped_column(default="")
    prospects: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    machine_id: Mapped[int | None] = reference("machines.id")
    """What ``location`` clearly names, see ``studio.domain.machines``; the words stay as they were typed."""
    call_id: Mapped[int | None] = reference("calls.id")
    """What the firm called for, and this answers: known where somebody came to the form from there."""
    contact_phone: Mapped[str] = mapped_column(default="")
    kind_id: Mapped[int | None] = reference("kinds.id")
    already_done: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    """Filed without a name, until the author lets it be shown; see ``studio.domain.blinding``."""
    blind: Mapped[bool] = mapped_column(default=False)
    """Judged without names until it is decided: as its kind said on the day of filing, whatever it says later."""
    claimed_benefit: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    checked_benefit: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))

    submitter_id: Mapped[int | None] = reference("people.id")
    submitter_text: Mapped[str] = mapped_column(default="")
    """The name as an old archive had it, when it is nobody we know."""
    filed_by_id: Mapped[int | None] = reference("people.id")
    unit_id: Mapped[int | None] = reference("units.id")
    studio_id: Mapped[int | None] = reference("studios.id", index=False)
    studio_text: Mapped[str] = mapped_column(default="")
    reviewer_id: Mapped[int | None] = reference("people.id", index=False)
    """Who owes the first answer."""
    team_leader_id: Mapped[int | None] = reference("people.id", index=False)
    """The team leader who has it in hand or has settled it; nobody once it went to a studio."""
    implemented_by_id: Mapped[int | None] = reference("people.id", index=False)
    verified_by_id: Mapped[int | None] = reference("people.id", index=False)
    duplicate_of_id: Mapped[int | None] = reference("proposals.id")
    """What it repeats: always something that repeats nothing itself."""
    original_id: Mapped[int | None]
    """Its own id as soon as others repeat it; nothing else can be pointed at. See ``studio.operations.repeats``."""

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    decision_due_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    implemented_at: Mapped[datetime | None] = mapped_column(index=True)
    verified_at: Mapped[datetime | None]
    wake_up_on: Mapped[date | None] = mapped_column(index=True)

    kind: Mapped[Kind | None] = relationship()
    themes: Mapped[list[Theme]] = relationship(secondary=proposal_themes, order_by=Theme.position)
    submitter: Mapped[Person | None] = relationship(foreign_keys=submitter_id)
    filed_by: Mapped[Person | None] = relationship(foreign_keys=filed_by_id)
    reviewer: Mapped[Person | None] = relationship(foreign_keys=reviewer_id)
    team_leader: Mapped[Person | None] = relationship(foreign_keys=team_leader_id)
    implemented_by: Mapped[Person | None] = relationship(foreign_keys=implemented_by_id)
    verified_by: Mapped[Person | None] = relationship(foreign_keys=verified_by_id)
    unit: Mapped[Unit | None] = relationship()
    machine: Mapped[Machine | None] = relationship()
    call: Mapped[Call | None] = relationship()
    studio: Mapped[Studio | None] = relationship()
    duplicate_of: Mapped["Proposal | None"] = relationship(
        primaryjoin="foreign(Proposal.duplicate_of_id) == remote(Proposal.id)"
    )
    contributors: Mapped[list["Contributor"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="Contributor.position"
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="Attachment.id"
    )
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="Assignment.id"
    )
    reviews: Mapped[list["Review"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="Review.id"
    )
    seats: Mapped[list["PanelSeat"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="PanelSeat.id"
    )
    information_requests: Mapped[list["InformationRequest"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="InformationRequest.id"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="proposal",
        cascade="all, delete-orphan",
        order_by="Decision.id",
        foreign_keys="Decision.proposal_id",
    )
    comments: Mapped[list["Comment"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="Comment.id"
    )
    events: Mapped[list["Event"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="Event.id"
    )
    opinion: Mapped["SecondOpinion | None"] = relationship(back_populates="proposal", cascade="all, delete-orphan")
    referrals: Mapped[list["CongressReferral"]] = relationship(
        back_populates="proposal", cascade="all, delete-orphan", order_by="CongressReferral.id"
    )
    followers: Mapped[list["Follower"]] = relationship(cascade="all, delete-orphan", order_by="Follower.person_id")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads this attribute by name

    @property
    def urgent(self) -> bool:
        """Whether one of the themes asks for the fast answer clock."""
        return any(theme.urgent for theme in self.themes)

    @property
    def conceals_names(self) -> bool:
        """Whether the names are for a few only: filed without them, or judged blind and no decision is in force."""
        return self.anonymous or (self.blind and self.decided_at is None)

    @property
    def panel_ids(self) -> tuple[int, ...]:
        """People who are asked to judge it, in the order in which they were asked."""
        return tuple(seat.person_id for seat in self.seats if seat.ended_at is None)

    @property
    def author_ids(self) -> frozenset[int]:
        """People who wrote it: submitter and contributors. None of them may judge it."""
        people = {c.person_id for c in self.contributors if c.person_id is not None}
        return frozenset(people | ({self.submitter_id} if self.submitter_id is not None else set()))


class Contributor(Base):
    """One person's share, in per cent, the submitter's own included. Shares of a proposal sum to 100."""

    __tablename__ = "contributors"
    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id"),
        rule("share_is_percent", "share BETWEEN 1 AND 100"),
        rule("somebody", "person_id IS NOT NULL OR trim(name_text) <> ''"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    person_id: Mapped[int | None] = reference("people.id")
    name_text: Mapped[str] = mapped_column(default="")
    share: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

    proposal: Mapped[Proposal] = relationship(back_populates="contributors")
    person: Mapped[Person | None] = relationship()


class NumberSequence(Base):
    """The last number given in a year. The row is locked while a filing commits, so numbers have no gaps."""

    __tablename__ = "number_sequences"
    __table_args__ = (rule("last_not_negative", "last >= 0"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)
