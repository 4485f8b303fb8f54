"""`studio sample load`."""

from collections.abc import Iterator

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Proposal, ProposalState, Role, RoleGrant, StudioMembership, StudioRole
from search_index import sync
from studio.cli import site
from studio.domain.clock import chinese_calendar
from studio.operations.accounts import HASHER
from studio.sample import loader
from studio.settings import DEMO_PASSWORD


@click.group()
def sample() -> None:
    """A made-up factory to look around in: 江州重工集团."""


@sample.command()
@click.option("--password", default=DEMO_PASSWORD, show_default=True, help="The password everybody of the sample gets.")
def load(password: str) -> None:
    """Load the sample factory into an empty database; takes some ten seconds. The newest filing is today."""
    with site.opened() as (session, services):
        calendar = chinese_calendar(services.settings.zone)
        loaded = loader.load(
            session,
            services.files,
            password_hash=HASHER.hash(password),
            at=services.clock(),
            calendar=calendar,
            settings=services.settings,
        )
        while sync.sync(session, services.search):
            pass
        click.echo(
            f"loaded {loaded.units} units, {loaded.people} people, {loaded.studios} studios "
            f"and {loaded.proposals} proposals\n"
        )
        click.echo(f"Who can sign in, all with the password {password}:")
        for part, person in _people_to_try(session):
            click.echo(f"  {person.employee_no}  {part:<14} {person.name}, {person.job_zh}")


def _people_to_try(session: Session) -> Iterator[tuple[str, Person]]:
    """Yield one person for each part, all around the same proposals where that is possible."""
    waiting = Proposal.state == ProposalState.INFORMATION_REQUESTED
    worker = session.scalars(
        select(Person).join(Proposal, Proposal.submitter_id == Person.id).where(waiting).order_by(Proposal.id)
    ).first()
    if worker is not None:
        yield "worker", worker
    for part, role in (("team leader", Role.TEAM_LEADER),):
        yield from _holders(session, part, role)
    studio_id = session.scalar(select(Proposal.studio_id).where(waiting).order_by(Proposal.id).limit(1))
    for part, studio_role in (("reviewer", StudioRole.REVIEWER), ("lead", StudioRole.LEAD)):
        member = session.scalars(
            select(Person)
            .join(StudioMembership, StudioMembership.person_id == Person.id)
            .where(StudioMembership.studio_id == studio_id, StudioMembership.role == studio_role)
            .order_by(StudioMembership.id)
        ).first()
        if member is not None:
            yield part, member
    yield from _holders(session, "coordinator", Role.COORDINATOR)
    yield from _holders(session, "finance", Role.FINANCE_CHECKER)
    yield from _holders(session, "safety officer", Role.SAFETY_OFFICER)
    yield from _holders(session, "administrator", Role.ADMINISTRATOR)


def _holders(session: Session, part: str, role: Role) -> Iterator[tuple[str, Person]]:
    holders = select(Person).join(RoleGrant, RoleGrant.person_id == Person.id).where(RoleGrant.role == role)
    if person := session.scalars(holders.order_by(RoleGrant.id)).first():
        yield part, person
