"""What means the same on the shop floor."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, reference, rule
from models.person import Person


class GlossaryRow(Base):
    """Words of equal meaning; whoever searches for one finds the others too."""

    __tablename__ = "glossary_rows"
    __table_args__ = (rule("two_words_at_least", "words LIKE '%_;_%'"),)

    id: Mapped[PrimaryKey]
    words: Mapped[str] = mapped_column(unique=True)
    """Separated by semicolons, the usual one first."""
    revision: Mapped[int] = mapped_column()
    changed_by_id: Mapped[int | None] = reference("people.id", index=False)
    changed_at: Mapped[datetime | None]

    changed_by: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's way to say so

    @property
    def listed(self) -> list[str]:
        """The words one by one."""
        return self.words.split(";")
