"""A month worth a digest: something decided, used, refused, waiting, and something that nobody may see."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from models import (
    Comment,
    CommentVisibility,
    Contributor,
    Decision,
    Outcome,
    Person,
    Proposal,
    ProposalState,
)
from studio.domain.periods import Month
from studio.operations import digest
from studio.settings import Settings
from studio.transactions import writing
from tests.factories.world import World, draft

OCTOBER = Month(2026, 10)
IN_OCTOBER = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
FIRST_OF_NOVEMBER = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
"""08:00 in Shanghai: the digest's hour."""


def filed(session: Session, world: World, title: str, **facts: object) -> Proposal:
    """Save a proposal under review in the first studio, filed in the middle of October."""
    author = facts.pop("author", None)
    assert author is None or isinstance(author, Person)
    made = draft(session, world, author=author, title=title)
    with writing(session):
        made.number = f"2026-{made.id:05}"
        made.submitted_at = IN_OCTOBER
        made.state = ProposalState.UNDER_REVIEW
        made.studio = world.studio
        made.reviewer = world.reviewer
        made.answer_due_at = IN_OCTOBER + timedelta(days=1)
        made.decision_due_at = IN_OCTOBER + timedelta(days=10)
        for name, value in facts.items():
            setattr(made, name, value)
    return made


def decided(
    session: Session, world: World, title: str, outcome: Outcome, *, reason: str = "", **facts: object
) -> Proposal:
    """Save a proposal that was answered within the hour and decided in October."""
    at = IN_OCTOBER + timedelta(hours=1)
    made = filed(session, world, title, answered_at=at, decided_at=at, state=ProposalState(outcome), **facts)
    with writing(session):
        session.add(
            Decision(
                proposal=made,
                outcome=outcome,
                reason=reason,
                decided_by=world.lead,
                decided_at=at,
                wake_up_when="",
                trial_ends_on=date(2026, 12, 1) if outcome is Outcome.TRIAL else None,
            )
        )
    return made


def used(session: Session, world: World, title: str, benefit: int, **facts: object) -> Proposal:
    """Save a proposal that was put to use in October with a benefit checked by finance."""
    made = decided(session, world, title, Outcome.ACCEPTED, reason="", **facts)
    with writing(session):
        made.state = ProposalState.IMPLEMENTED
        made.implemented_at = IN_OCTOBER + timedelta(days=3)
        made.checked_benefit = Decimal(benefit)
    return made


def say(session: Session, proposal: Proposal, person: Person, words: str) -> None:
    """Put a comment under a proposal."""
    with writing(session):
        session.add(
            Comment(
                proposal=proposal,
                author=person,
                visibility=CommentVisibility.COMMENT,
                body=words,
                created_at=IN_OCTOBER,
            )
        )


def by_itself(session: Session, settings: Settings, at: datetime) -> Callable[[Month], bool]:
    """Return what makes the copies of a month at the test's own hour; the worker has another process make them."""

    def send(month: Month) -> bool:
        digest.send(session, month, at=at, settings=settings)
        return True

    return send


def october(session: Session, world: World) -> dict[str, Proposal]:
    """Save a whole month."""
    month = {
        "story": used(session, world, "变速箱平衡吊具", 43900, author=world.stranger),
        "used": used(session, world, "储气罐浮球排水改零气耗电子阀", 33600),
        "accepted": decided(session, world, "导卫轮加断油报警", Outcome.ACCEPTED, author=world.mate),
        "refused": decided(
            session,
            world,
            "全厂统一换门锁",
            Outcome.DECLINED,
            reason="锁具去年刚换，明年大修再议。",
            author=world.stranger,
        ),
        "secret": used(session, world, "保密工装改造", 900000, author=world.stranger, confidential=True),
        "waiting": filed(session, world, "电缆沟积水报警"),
        "asked": filed(session, world, "3号地坑盖板翘边", state=ProposalState.INFORMATION_REQUESTED),
        "quick": decided(session, world, "小推车装刹车", Outcome.TRIAL, reason="先试一个月。", author=world.other_lead),
    }
    with writing(session):
        month["used"].contributors[0].share = 60
        month["used"].contributors.append(Contributor(person=world.mate, share=40))
    say(session, month["story"], world.mate, "一个人就能装，老王说他可以歇会儿了。")
    return month
