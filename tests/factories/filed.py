"""What happened at a site that is being served, by the operations that people use."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Contributor, DigestIssue, Kind, Person, Proposal, ProposalState, StudioRole, Verb
from studio.app import create_app
from studio.domain.clock import chinese_calendar
from studio.domain.periods import Month
from studio.extensions import db
from studio.operations import deciding, digest, filing, implementation
from studio.settings import Settings
from studio.transactions import writing


def filed_at(data: Path, title: str, *, author: str, kind: str | None = None, claimed: int | None = None) -> str:
    """File it for the person with this staff number and return its number."""
    with _writing_at(data) as (session, settings):
        at = datetime.now(UTC)
        person = session.scalars(select(Person).where(Person.employee_no == author)).unique().one()
        draft = Proposal(
            title=title,
            problem="盖板边上翘起来三公分多，推小车过去咣当一下。",
            measure="盖板重新折边，四角加限位角铁。",
            effect="不再绊人。",
            kind=session.scalars(select(Kind).where(Kind.code == kind)).one_or_none(),
            claimed_benefit=None if claimed is None else Decimal(claimed),
            submitter=person,
            unit=person.unit,
            state=ProposalState.DRAFT,
            created_at=at,
            updated_at=at,
            contributors=[Contributor(person=person, share=100)],
        )
        session.add(draft)
        session.flush()
        filing.submit(session, draft, actor=person, at=at, calendar=chinese_calendar(settings.zone))
        assert draft.number
        return draft.number


def decided_at(data: Path, number: str) -> None:
    """Have the lead of its studio accept it."""
    with _writing_at(data) as (session, _settings):
        proposal = _found(session, number)
        deciding.decide(
            session, proposal, deciding.Verdict(verb=Verb.ACCEPT), actor=_lead(proposal), at=datetime.now(UTC)
        )


def in_use_at(data: Path, title: str, *, author: str, claimed: int) -> str:
    """File it, have its studio accept it, do it and look at it; finance has not checked yet what it saves."""
    number = filed_at(data, title, author=author, claimed=claimed)
    decided_at(data, number)
    with _writing_at(data) as (session, _settings):
        proposal, at = _found(session, number), datetime.now(UTC)
        assert proposal.submitter
        implementation.start_implementation(session, proposal, actor=proposal.submitter, at=at)
        implementation.report_implementation(session, proposal, actor=proposal.submitter, at=at)
        implementation.verify_implementation(session, proposal, actor=_lead(proposal), at=at)
    return number


def earlier_issue_at(data: Path) -> str:
    """Make the issue of the month before all that have one, which nobody has sent, and return its month."""
    with _writing_at(data) as (session, settings):
        first = session.scalars(select(DigestIssue.month).order_by(DigestIssue.month)).first()
        assert first
        return digest.make_issue(session, Month.parse(first).previous, at=datetime.now(UTC), settings=settings).month


@contextmanager
def _writing_at(data: Path) -> Iterator[tuple[Session, Settings]]:
    settings = Settings(data=data)
    with create_app(settings).app_context(), writing(db.session) as session:
        yield session, settings


def _found(session: Session, number: str) -> Proposal:
    return session.scalars(select(Proposal).where(Proposal.number == number)).unique().one()


def _lead(proposal: Proposal) -> Person:
    assert proposal.studio
    [lead] = [one.person for one in proposal.studio.memberships if one.role is StudioRole.LEAD]
    return lead
