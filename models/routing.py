"""Rules that choose a studio, the history of those rules, and the record of each choice."""

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, PrimaryKey, enum_column, reference, rule
from models.enums import RuleAct
from models.person import Person
from models.proposal import Proposal
from models.studio import Studio

SNAPSHOT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""Where nothing is NULL and not the JSON word for it, so that a check can see it."""


class RoutingRule(Base):
    """If every filled column matches, the studio gets the proposal. Lists hold codes; lower priority goes first.

    What is off is a draft, or was switched off. A draft with ``replaces`` takes the place of a rule that holds when it
    is switched on. A removed rule stays for the sake of its history.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (
        rule("only_rules_hold", "NOT active OR (replaces_id IS NULL AND removed_at IS NULL)"),
        rule("replaces_another", "replaces_id IS NULL OR replaces_id <> id"),
        Index(
            "uq_routing_rules_fingerprint",
            "studio_id",
            "fingerprint",
            unique=True,
            sqlite_where=text("replaces_id IS NULL AND removed_at IS NULL"),
            postgresql_where=text("replaces_id IS NULL AND removed_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    priority: Mapped[int] = mapped_column(index=True)
    studio_id: Mapped[int] = reference("studios.id", ondelete="CASCADE")
    unit_codes: Mapped[list[str]] = mapped_column(default=list)
    kind_codes: Mapped[list[str]] = mapped_column(default=list)
    theme_codes: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.id", ondelete="RESTRICT"), unique=True)
    removed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()
    fingerprint: Mapped[str]
    """What the rule asks for, in a form that is equal for equal rules: the database refuses the same one twice."""

    studio: Mapped[Studio] = relationship(lazy="joined", innerjoin=True)
    replaces: Mapped["RoutingRule | None"] = relationship(remote_side="RoutingRule.id")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy reads this attribute by name


def fingerprint_of(*columns: Iterable[str]) -> str:
    """Return what is equal for rules that ask for the same units, kinds, themes and words, in whatever order."""
    spelled = json.dumps([sorted(set(column)) for column in columns], ensure_ascii=False)
    return sha256(spelled.encode()).hexdigest()


@event.listens_for(RoutingRule, "before_insert")
@event.listens_for(RoutingRule, "before_update")
def _sign(_mapper: object, _connection: object, rule: RoutingRule) -> None:
    rule.fingerprint = fingerprint_of(
        rule.unit_codes or (), rule.kind_codes or (), rule.theme_codes or (), rule.words or ()
    )


class RuleChange(Base):
    """One change of a routing rule: who, when, what it was and what it is. Written once; a rule that has one stays.

    ``was`` and ``now`` are snapshots as ``studio.domain.rules.snapshot`` makes them, with the names of that day.
    Without an actor it came from a file.
    """

    __tablename__ = "rule_changes"
    __table_args__ = (
        rule("made_from_nothing", "(act = 'made') = (was IS NULL)"),
        rule("gone_to_nothing", "(act IN ('removed', 'discarded')) = (now IS NULL)"),
    )

    id: Mapped[PrimaryKey]
    rule_id: Mapped[int] = reference("routing_rules.id")
    act: Mapped[RuleAct] = mapped_column(enum_column(RuleAct))
    actor_id: Mapped[int | None] = reference("people.id")
    at: Mapped[datetime]
    was: Mapped[dict[str, Any] | None] = mapped_column(SNAPSHOT)
    now: Mapped[dict[str, Any] | None] = mapped_column(SNAPSHOT)

    rule: Mapped[RoutingRule] = relationship()
    actor: Mapped[Person | None] = relationship()


class Assignment(Base):
    """A proposal was given to a studio: by which rule or person, and why.

    ``reason`` is ``{"code": ..., "params": {...}}`` and becomes a sentence in the reader's language;
    ``runners_up`` is a list of the same with a studio. A person's words are in ``words``.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        rule("ends_after_start", "ended_at IS NULL OR ended_at >= assigned_at"),
        Index(
            "uq_assignments_current",
            "proposal_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    proposal_id: Mapped[int] = reference("proposals.id", ondelete="CASCADE")
    studio_id: Mapped[int] = reference("studios.id")
    assigned_by_id: Mapped[int | None] = reference("people.id", index=False)
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    runners_up: Mapped[list[Any]] = mapped_column(default=list)
    words: Mapped[str] = mapped_column(default="")

    proposal: Mapped[Proposal] = relationship(back_populates="assignments")
    studio: Mapped[Studio] = relationship()
    assigned_by: Mapped[Person | None] = relationship()
