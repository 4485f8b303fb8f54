"""The sample's thanks: colleagues say thank you for what is in use, most of them from the same team."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Person, Proposal
from studio.domain import relations
from studio.domain.stories import IN_USE
from studio.operations import thanking
from studio.sample.factory import records

SAID_WITHIN_DAYS = 20
MOST_NEAR, MOST_FAR = 2, 1
"""How many of the same team, and of elsewhere, thank for one proposal at most."""
STORY_NEAR, STORY_FAR = 4, 4
"""As many may thank for what is told as a story."""


def say(session: Session, at: datetime) -> None:
    """Let colleagues thank for what is in use, after the last that happened to it; the same people every time."""
    people = session.scalars(select(Person).where(Person.active).order_by(Person.employee_no)).unique().all()
    teams: defaultdict[int, list[Person]] = defaultdict(list)
    for person in people:
        teams[person.unit_id].append(person)
    told = {row["key"] for row in records("stories.jsonl")}
    in_use = select(Proposal).where(Proposal.state.in_(IN_USE), ~Proposal.confidential).order_by(Proposal.legacy_key)
    for proposal in session.scalars(in_use.options(selectinload(Proposal.contributors))).unique():
        dice = Random(f"thanks for {proposal.legacy_key}")  # noqa: S311 - the same every time, no secret
        for person in _thankful(proposal, teams, people, dice, told=proposal.legacy_key in told):
            moment = min(proposal.updated_at + timedelta(days=SAID_WITHIN_DAYS) * dice.random(), at)
            thanking.thank(session, proposal, actor=person, at=moment)


def _thankful(
    proposal: Proposal,
    teams: Mapping[int, Sequence[Person]],
    people: Sequence[Person],
    dice: Random,
    *,
    told: bool,
) -> Iterator[Person]:
    near = teams.get(proposal.unit_id or 0, ())
    some, others = (STORY_NEAR, STORY_FAR) if told else (dice.randint(0, MOST_NEAR), dice.randint(0, MOST_FAR))
    chosen = {*dice.sample(near, min(some, len(near))), *dice.sample(people, others)}
    for person in sorted(chosen, key=lambda one: one.employee_no):
        if relations.thanks_for_it(person, proposal):
            yield person
