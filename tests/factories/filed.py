"""Something filed at a site that is being served, by the operation that people use."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from models import Contributor, Kind, Person, Proposal, ProposalState
from studio.app import create_app
from studio.domain.clock import chinese_calendar
from studio.extensions import db
from studio.operations import filing
from studio.settings import Settings
from studio.transactions import writing


def filed_at(data: Path, title: str, *, author: str, kind: str | None = None) -> str:
    """File it for the person with this staff number and return its number."""
    settings, at = Settings(data=data), datetime.now(UTC)
    with create_app(settings).app_context(), writing(db.session) as session:
        person = session.scalars(select(Person).where(Person.employee_no == author)).unique().one()
        draft = Proposal(
            title=title,
            problem="盖板边上翘起来三公分多，推小车过去咣当一下。",
            measure="盖板重新折边，四角加限位角铁。",
            effect="不再绊人。",
            kind=session.scalars(select(Kind).where(Kind.code == kind)).one_or_none(),
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
