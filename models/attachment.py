"""Photos, documents and recordings that belong to a proposal."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import AttachmentRole
from models.file_text import FileText
from models.person import Person
from models.proposal import Proposal


class Attachment(Base):
    """One file. The bytes lie in the file store under their SHA-256; ``filename`` is for display only."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("proposal_id", "sha256", "role"),
        rule("sha256_is_hex", "length(sha256) = 64"),
        rule("size_positive", "size > 0"),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE", index=False)
    role: Mapped[AttachmentRole] = mapped_column(enum_column(AttachmentRole))
    sha256: Mapped[str] = mapped_column(index=True)
    thumbnail_sha256: Mapped[str | None]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    caption: Mapped[str] = mapped_column(default="")
    uploaded_by_id: Mapped[int | None] = reference("people.id", index=False)
    created_at: Mapped[datetime]

    proposal: Mapped[Proposal] = relationship(back_populates="attachments")
    uploaded_by: Mapped[Person | None] = relationship()
    file_text: Mapped[FileText | None] = relationship(
        primaryjoin="foreign(Attachment.sha256) == remote(FileText.sha256)", viewonly=True
    )

    @property
    def is_image(self) -> bool:
        """Whether a browser shows it as a picture."""
        return self.media_type.startswith("image/")
