"""Stories: proposals that a coordinator shows to everybody, with a photo before and one after."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.attachment import Attachment
from models.base import Base, PrimaryKey, reference, rule
from models.person import Person
from models.proposal import Proposal


class Story(Base):
    """One proposal told in a headline, a few words and two photos. What was taken down stays and can go up again.

    Whether it may be read now is said by ``studio.queries.stories``: what became confidential since is not told.
    """

    __tablename__ = "stories"
    __table_args__ = (
        rule("has_a_headline", "trim(headline) <> ''"),
        rule("photos_differ", "before_id <> after_id"),
        rule("nameless_without_photos", "NOT nameless OR (before_id IS NULL AND after_id IS NULL)"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False, unique=True)
    headline: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    before_id: Mapped[int | None] = reference("attachments.id")
    after_id: Mapped[int | None] = reference("attachments.id")
    position: Mapped[int] = mapped_column(default=0)
    """The smallest stands first."""
    nameless: Mapped[bool] = mapped_column(default=False)
    """Written while its authors were not to be named: only then may it be read while they are not."""
    told_by_id: Mapped[int] = reference("people.id", index=False)
    told_at: Mapped[datetime]
    taken_down_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    proposal: Mapped[Proposal] = relationship()
    before: Mapped[Attachment | None] = relationship(foreign_keys=before_id)
    after: Mapped[Attachment | None] = relationship(foreign_keys=after_id)
    told_by: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads this attribute by name
