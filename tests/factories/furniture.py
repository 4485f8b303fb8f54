"""What the sample factory lacks and some page is about: one of each, so that every page has something to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from models import (
    CalendarException,
    DeadlineRule,
    Hook,
    HookKind,
    HookTopic,
    Kiosk,
    Person,
    Proposal,
    ProposalState,
    Role,
    SavedSearch,
    SecondOpinion,
    ShiftCalendar,
    Studio,
    Unit,
    WorkingSpan,
)
from studio import migrations
from studio.domain.kiosks import digest_of
from studio.operations import paper
from studio.operations.accounts import HASHER
from studio.transactions import prepare_engine, writing
from tests.factories.world import PASSWORD, World
from tests.support.tour import look_up

TERMINAL_SECRET = "kept-by-the-browser-of-the-only-terminal"


def furnish(data: Path) -> None:
    """Add it to the site in this data directory."""
    facts = look_up(data)
    worker, administrator = facts["worker"], facts["administrator"]
    with opened(data) as session, writing(session):
        people = {one.employee_no: one for one in session.scalars(select(Person)).unique()}
        company = session.scalars(select(Unit).order_by(Unit.id)).first()
        assert company
        _question(session)
        leader = people[facts["leader"]]
        team = next(grant.unit for grant in leader.grants if grant.role is Role.TEAM_LEADER)
        paper.print_forms(session, team, sheets=1, actor=leader, at=datetime.now(UTC))
        session.add(_terminal(company, people[administrator]))
        session.add_all([*_of_the_clock(company), _robot(people[administrator]), *_of_a_worker(people[worker])])


def people_alone(data: Path) -> None:
    """Make a database with the people of ``World``, who can sign in, and nothing else; `studio init` does the rest."""
    migrations.upgrade(f"sqlite:///{data / 'studio.sqlite'}")
    with opened(data) as session:
        World.build(session, at=datetime.now(UTC))
        kept = HASHER.hash(PASSWORD)
        with writing(session):
            for person in session.scalars(select(Person)).unique():
                person.password_hash = kept


@contextmanager
def opened(data: Path) -> Iterator[Session]:
    """Open the database of a data directory, without an app."""
    engine = create_engine(f"sqlite:///{data / 'studio.sqlite'}")
    prepare_engine(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def _of_the_clock(company: Unit) -> list[object]:
    spans = [WorkingSpan(weekday=day, opens=0, minutes=24 * 60) for day in range(7)]
    at = datetime.now(UTC)
    return [
        ShiftCalendar(name_zh="四班三运转", name_en="Four crews", keeps_holidays=False, spans=spans),
        CalendarException(unit=company, day=(at + timedelta(days=9)).date(), works=False, note="年度大修"),
        DeadlineRule(matches="everything", answer_hours=8, latest_hours=16, decision_days=15),
    ]


def _question(session: Session) -> None:
    """Let an author ask a studio that does not decide what it thinks."""
    at = datetime.now(UTC)
    open_now = select(Proposal).where(Proposal.state == ProposalState.UNDER_REVIEW, Proposal.opinion == None)  # noqa: E711
    proposal = session.scalars(open_now.order_by(Proposal.id)).unique().first()
    assert proposal
    assert proposal.submitter
    other = session.scalars(select(Studio).where(Studio.id != proposal.studio_id)).unique().first()
    assert other
    asked = {"asked_by": proposal.submitter, "asked_at": at, "due_at": at + timedelta(days=10)}
    session.add(
        SecondOpinion(
            proposal=proposal, studio=other, deciding_studio_id=proposal.studio_id, question="您怎么看？", **asked
        )
    )


def _terminal(company: Unit, administrator: Person) -> Kiosk:
    at = datetime.now(UTC)
    secret = {"secret_digest": digest_of(TERMINAL_SECRET), "enrolled_at": at}
    return Kiosk(
        name="总装车间门口", unit=company, made_by_id=administrator.id, made_at=at, last_used_at=at,
        last_address="127.0.0.1", **secret,
    )  # fmt: skip


def _robot(administrator: Person) -> Hook:
    at = datetime.now(UTC)
    return Hook(
        name="轧钢车间群",
        kind=HookKind.WECOM,
        address="https://robot.example.com/send?key=1",
        locale="zh_CN",
        topics=sorted(HookTopic),
        made_by=administrator,
        made_at=at,
        listens_since=at,
        looked_until=at,
    )


def _of_a_worker(worker: Person) -> list[object]:
    at = datetime.now(UTC)
    return [
        SavedSearch(person_id=worker.id, name="天车", query="q=天车", created_at=at, looked_at=at),
        Proposal(
            title="没写完的提案",
            problem="盖板翘边",
            submitter=worker,
            unit=worker.unit,
            state=ProposalState.DRAFT,
            created_at=at,
            updated_at=at,
        ),
    ]
