"""What others say beside the studio that decides: who is named in a text, another studio, the workers' congress."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import CongressAnswer, Recommendation
from models.person import Person
from models.proposal import Proposal
from models.review import Comment
from models.studio import Studio


class Mention(Base):
    """Somebody who is named in a comment or note, once a text, as he was called there; seen once he has read it."""

    __tablename__ = "mentions"
    __table_args__ = (
        rule("said_not_blank", "trim(said) <> ''"),
        Index(
            "ix_mentions_unseen",
            "person_id",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )

    comment_id: Mapped[int] = reference("comments.id", ondelete="CASCADE", index=False, primary_key=True)
    person_id: Mapped[int] = reference("people.id", primary_key=True)
    said: Mapped[str]
    seen_at: Mapped[datetime | None]

    comment: Mapped[Comment] = relationship(back_populates="mentions")
    person: Mapped[Person] = relationship()


class SecondOpinion(Base):
    """What the author asks of another studio than the one that decides. One per proposal, and it binds nobody.

    Answered with a recommendation it is an opinion; answered without one the studio declined and said why. What was
    declined may be put to yet another studio: the row then says whom it is asked of now, the timeline the rest.
    """

    __tablename__ = "second_opinions"
    __table_args__ = (
        UniqueConstraint("proposal_id"),
        rule("question_not_blank", "trim(question) <> ''"),
        rule("another_studio", "studio_id <> deciding_studio_id"),
        rule(
            "answer_is_whole",
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (words IS NULL)",
        ),
        rule("answer_not_blank", "words IS NULL OR trim(words) <> ''"),
        rule("recommends_in_an_answer", "recommendation IS NULL OR answered_at IS NOT NULL"),
        rule("nobody_answers_himself", "answered_by_id IS NULL OR answered_by_id <> asked_by_id"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    studio_id: Mapped[int] = reference("studios.id")
    deciding_studio_id: Mapped[int] = reference("studios.id", index=False)
    """Who had it when the question was put."""
    question: Mapped[str]
    asked_by_id: Mapped[int] = reference("people.id", index=False)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    words: Mapped[str | None]
    recommendation: Mapped[Recommendation | None] = mapped_column(enum_column(Recommendation))
    answered_by_id: Mapped[int | None] = reference("people.id", index=False)
    answered_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="opinion")
    studio: Mapped[Studio] = relationship(foreign_keys=studio_id)
    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)

    @property
    def open(self) -> bool:
        """Whether the studio still owes its answer."""
        return self.answered_at is None

    @property
    def declined(self) -> bool:
        """Whether the studio said that it gives none."""
        return self.answered_at is not None and self.recommendation is None


class CongressReferral(Base):
    """What the workers' congress is asked, and its answer, which is recorded once. One open referral a proposal."""

    __tablename__ = "congress_referrals"
    __table_args__ = (
        rule("question_not_blank", "trim(question) <> ''"),
        rule(
            "answer_is_whole",
            "(recorded_at IS NULL) = (answer IS NULL) AND (recorded_at IS NULL) = (dealt_with_on IS NULL)"
            " AND (recorded_at IS NULL) = (recorded_by_id IS NULL)",
        ),
        rule("says_why", "answer IS NULL OR answer = 'adopted' OR trim(words) <> ''"),
        Index(
            "uq_congress_referrals_open",
            "proposal_id",
            unique=True,
            sqlite_where=text("recorded_at IS NULL"),
            postgresql_where=text("recorded_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    question: Mapped[str]
    session_name: Mapped[str] = mapped_column(default="")
    meets_on: Mapped[date | None]
    """When the session is meant to be, if that is known."""
    referred_by_id: Mapped[int] = reference("people.id", index=False)
    referred_at: Mapped[datetime]
    answer: Mapped[CongressAnswer | None] = mapped_column(enum_column(CongressAnswer))
    words: Mapped[str] = mapped_column(default="")
    dealt_with_on: Mapped[date | None]
    recorded_by_id: Mapped[int | None] = reference("people.id", index=False)
    recorded_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="referrals")
    referred_by: Mapped[Person] = relationship(foreign_keys=referred_by_id)
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=recorded_by_id)

    @property
    def open(self) -> bool:
        """Whether the congress still owes its answer."""
        return self.recorded_at is None
